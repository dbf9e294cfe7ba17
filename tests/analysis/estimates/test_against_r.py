"""The logit, its clustered errors, effects and ratios, and the cloglog agree with R on the same rows."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

from analysis.estimates.cloglog import fit_cloglog, hazard_ratios
from analysis.estimates.design import Design, Term, build_design
from analysis.estimates.logit import LogitFit, fit_logit
from analysis.estimates.multiplicity import corrected
from analysis.estimates.ratios import odds_ratios, risk_ratios
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
RATIO = 1e-8
RATIO_ERROR = 1e-7
# R's information is made of central differences here.
CLOGLOG_ERROR = 1e-7
# R's own information is the expected one; on 561 rows they still differ by some per cent.
CLOGLOG_EXPECTED_ERROR = 0.03


@pytest.fixture(
    scope="module", params=[(model, repeated) for model in MODELS for repeated in (False, True)], ids=str
)
def fitted(request: pytest.FixtureRequest) -> tuple[LogitFit, Design, pd.DataFrame]:
    """A model fitted by statsmodels, or in blocks."""
    model, repeated = request.param
    rows = pd.read_csv(REFERENCE / "small_panel.csv").astype({"outcome": bool})
    design = build_design(rows, MODELS[model], COVARIATES)
    clusters = pd.factorize(rows["person"])[0].astype(np.int64)
    reference = pd.read_csv(REFERENCE / "logit_reference.csv")
    reference = reference[reference["model"] == model].set_index("term")
    fit = fit_logit(rows["outcome"].to_numpy(), design, clusters, repeated=repeated)
    return fit, design, reference


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


RATIO_TERMS = ["previous:job_search", "change:job_search", "previous:work_belief", "age", "round"]


@pytest.mark.parametrize("weights", ["even", "aged"])
def test_ratios_and_weighted_fits_agree(weights: str) -> None:
    rows = pd.read_csv(REFERENCE / "small_panel.csv").astype({"outcome": bool})
    reference = pd.read_csv(REFERENCE / "logit_ratios_reference.csv")
    reference = reference[reference["weights"] == weights]
    matrix = np.column_stack([np.ones(len(rows)), rows[RATIO_TERMS].to_numpy(float)])
    design = Design(matrix, tuple(map(Term, RATIO_TERMS)), (), ())
    share = None if weights == "even" else (0.5 + rows["age"] / 40).to_numpy()
    clusters = pd.factorize(rows["person"])[0].astype(np.int64)
    fit = fit_logit(rows["outcome"].to_numpy(), design, clusters, weights=share)
    assert fit.params[1:] == pytest.approx(reference["log_odds"].to_numpy(), abs=COEFFICIENT)
    assert fit.std_errors[1:] == pytest.approx(reference["std_error"].to_numpy(), abs=STD_ERROR)
    odds = odds_ratios(fit, range(1, 6))
    risks = risk_ratios(fit, matrix, range(1, 6), share)
    assert odds.values == pytest.approx(reference["odds_ratio"].to_numpy(), rel=RATIO)
    assert risks.values == pytest.approx(reference["risk_ratio"].to_numpy(), rel=RATIO)
    assert risks.log_se == pytest.approx(reference["log_rr_se"].to_numpy(), rel=RATIO_ERROR)
    for ratios, name in ((odds, "or"), (risks, "rr")):
        for limit, found in zip(("low", "high"), ratios.interval(fit.quantile), strict=True):
            assert found == pytest.approx(reference[f"{name}_{limit}"].to_numpy(), rel=RATIO)


def test_cloglog_agrees() -> None:
    rows = pd.read_csv(REFERENCE / "small_panel.csv").astype({"outcome": bool})
    design = build_design(rows, BOTH, COVARIATES)
    clusters = pd.factorize(rows["person"])[0].astype(np.int64)
    reference = pd.read_csv(REFERENCE / "cloglog_reference.csv").set_index("term")
    fit = fit_cloglog(rows["outcome"].to_numpy(), design, clusters)
    assert len(reference) == len(design.terms)
    for column in range(1, len(design.terms) + 1):
        wanted = reference.loc[r_name(design, column)]
        error = fit.std_errors[column]
        assert fit.params[column] == pytest.approx(wanted["log_hazard_ratio"], abs=1e-8)
        assert error == pytest.approx(wanted["std_error_observed"], rel=CLOGLOG_ERROR)
        assert error == pytest.approx(wanted["std_error_expected"], rel=CLOGLOG_EXPECTED_ERROR)
        ratio = hazard_ratios(fit, [column])
        assert ratio.values[0] == pytest.approx(np.exp(wanted["log_hazard_ratio"]), rel=RATIO)
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
    found = [estimate.p_holm for estimate in corrected(made)]
    assert found == pytest.approx(reference["p_holm"].tolist(), rel=1e-9)
