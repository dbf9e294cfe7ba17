"""The logit, its clustered errors and its marginal effects agree with R on the same rows."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

from analysis.estimates.design import Design, build_design
from analysis.estimates.logit import LogitFit, fit_logit
from analysis.estimates.multiplicity import with_holm
from analysis.estimates.results import Estimate, Key
from analysis.panel.columns import CovariateColumn

REFERENCE = Path(__file__).resolve().parents[2] / "reference"
COVARIATES = (
    CovariateColumn("sex", False, "p"),
    CovariateColumn("region", False, "e"),
    CovariateColumn("age", True, "p"),
    CovariateColumn("round", True, "t"),
)
BOTH = ["previous:job_search", "change:job_search", "previous:work_belief", "change:work_belief"]
MODELS = {"alone job_search": BOTH[:2], "adjusted": BOTH}
COEFFICIENT = 1e-10
STD_ERROR = 1e-8
MARGINAL_EFFECT = 1e-10
# R's derivatives are central differences here, ours are closed forms.
MARGINAL_ERROR = 1e-8


@pytest.fixture(scope="module", params=MODELS)
def fitted(request: pytest.FixtureRequest) -> tuple[LogitFit, Design, pd.DataFrame]:
    rows = pd.read_csv(REFERENCE / "small_panel.csv").astype({"outcome": bool})
    design = build_design(rows, MODELS[request.param], COVARIATES)
    clusters = pd.factorize(rows["person"])[0].astype(np.int64)
    reference = pd.read_csv(REFERENCE / "logit_reference.csv")
    reference = reference[reference["model"] == request.param].set_index("term")
    return fit_logit(rows["outcome"].to_numpy(), design, clusters), design, reference


def r_name(design: Design, column: int) -> str:
    """R's name of a column: `sexman` for our "man against woman" of sex."""
    term = design.terms[column - 1]
    if term.covariate is None or " against " not in term.name:
        return term.name
    return term.covariate + term.name.split(" against ")[0]


def test_every_number_agrees(fitted: tuple[LogitFit, Design, pd.DataFrame]) -> None:
    fit, design, reference = fitted
    assert len(reference) == len(design.terms)
    for column in range(1, len(design.terms) + 1):
        wanted = reference.loc[r_name(design, column)]
        assert fit.params[column] == pytest.approx(wanted["log_odds"], abs=COEFFICIENT)
        assert fit.std_errors[column] == pytest.approx(wanted["std_error"], abs=STD_ERROR)
        assert fit.ame[column] == pytest.approx(wanted["ame"], abs=MARGINAL_EFFECT)
        assert fit.ame_se[column] == pytest.approx(wanted["ame_se"], abs=MARGINAL_ERROR)
    assert fit.log_likelihood == pytest.approx(reference["log_likelihood"].iloc[0], abs=1e-9)
    assert fit.n_clusters == reference["clusters"].iloc[0]


def test_holm_agrees() -> None:
    reference = pd.read_csv(REFERENCE / "logit_reference.csv").dropna(subset="p_holm")
    p_values = 2 * norm.sf(np.abs(reference["log_odds"] / reference["std_error"]))
    made = [
        Estimate(
            Key("job_hazard", "job_next_interval", "participant", term, "change", "adjusted", "log_odds"),
            561, 180, 100, "person", 180, p_value=float(p),
        )
        for term, p in zip(reference["term"], p_values, strict=True)
    ]  # fmt: skip
    assert len(made) == 2
    found = [estimate.p_holm for estimate in with_holm(made)]
    assert found == pytest.approx(reference["p_holm"].tolist(), rel=1e-9)
