"""Firth's fit is R's, lies closer to the truth where events are few, and is refused where the other is."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit

from analysis.estimates.design import Design, Term, build_design
from analysis.estimates.firth import fit_firth
from analysis.estimates.job_hazard import job_hazard
from analysis.estimates.logit import fit_logit
from analysis.estimates.penalised import penalised
from analysis.estimates.reasons import Refused
from tests.analysis.estimates.small_panel import REFERENCE, question, silent, small_rows
from tests.analysis.estimates.test_against_r import COVARIATES, MODELS, r_name

# R's steps end where a score is below 1e-12; its derivatives are central differences, ours are closed forms.
COEFFICIENT = 1e-8
ERROR = 1e-7


@pytest.mark.parametrize("model", MODELS)
def test_every_number_agrees_with_r(model: str) -> None:
    rows = pd.read_csv(REFERENCE / "small_panel.csv").astype({"outcome": bool})
    design = build_design(rows, MODELS[model], COVARIATES)
    clusters = pd.factorize(rows["person"])[0].astype(np.int64)
    reference = pd.read_csv(REFERENCE / "firth_reference.csv")
    reference = reference[reference["model"] == model].set_index("term")
    fit = fit_firth(rows["outcome"].to_numpy(), design, clusters)
    assert len(reference) == len(design.terms) + 1
    for column in range(len(design.terms) + 1):
        wanted = reference.loc[r_name(design, column) if column else "(Intercept)"]
        assert fit.params[column] == pytest.approx(wanted["log_odds"], abs=COEFFICIENT)
        assert fit.std_errors[column] == pytest.approx(wanted["std_error"], rel=ERROR)
        if column:
            assert fit.ame[column] == pytest.approx(wanted["ame"], abs=COEFFICIENT)
            assert fit.ame_se[column] == pytest.approx(wanted["ame_se"], rel=ERROR)
    assert fit.n_clusters == reference["clusters"].iloc[0]


def test_the_chances_add_up_to_the_events() -> None:
    outcome, design, clusters = few_events(np.random.default_rng(1))
    fit = fit_firth(outcome, design, clusters)
    assert expit(design.matrix @ fit.params).sum() == pytest.approx(outcome.sum(), abs=1e-6)


def few_events(draw: np.random.Generator) -> tuple[np.ndarray, Design, np.ndarray]:
    """400 rows of 200 persons, about 25 events; three columns with an effect of 0.8 and three without."""
    matrix = np.column_stack([np.ones(400), draw.standard_normal((400, 6))])
    outcome = draw.uniform(size=400) < expit(-3.6 + 0.8 * matrix[:, 1:4].sum(axis=1))
    return outcome, Design(matrix, tuple(Term(f"x{i}") for i in range(1, 7)), (), ()), np.arange(400) // 2


def test_it_lies_closer_to_the_truth_where_events_are_few() -> None:
    """Over 150 studies."""
    found = []
    for seed in range(150):
        outcome, design, clusters = few_events(np.random.default_rng(1000 + seed))
        usual = fit_logit(outcome, design, clusters, repeated=True)
        found.append([fit.params[1:4].mean() for fit in (usual, fit_firth(outcome, design, clusters))])
    usual_bias, own_bias = np.mean(found, axis=0) - 0.8
    error = np.std(found, axis=0)[1] / np.sqrt(len(found))
    assert usual_bias > 3.0 * error
    assert abs(own_bias) < 2.0 * error
    assert abs(own_bias) < 0.5 * usual_bias


def test_what_is_separated_is_refused() -> None:
    outcome, design, clusters = few_events(np.random.default_rng(3))
    matrix = design.matrix.copy()
    matrix[:, 1] = outcome
    with pytest.raises(Refused) as refusal:
        fit_firth(outcome, replace(design, matrix=matrix), clusters)
    assert refusal.value.reason.key == "separation"


def test_order_and_units_of_the_rows_do_not_matter() -> None:
    outcome, design, clusters = few_events(np.random.default_rng(4))
    fit = fit_firth(outcome, design, clusters)
    mixed = np.random.default_rng(5).permutation(400)
    units = np.array([1.0, 100.0, 1.0, 1.0, 1e-3, 1.0, 1.0])
    other = fit_firth(outcome[mixed], replace(design, matrix=design.matrix[mixed] * units), clusters[mixed])
    assert other.params * units == pytest.approx(fit.params, rel=1e-7, abs=1e-9)
    assert other.ame_se * units == pytest.approx(fit.ame_se, rel=1e-7)


def test_the_analysis_stands_beside_the_usual_one_for_everything() -> None:
    asked = question(small_rows())
    usual = {one.key: one for one in job_hazard(asked, silent).estimates if one.key.scale == "ame_pp"}
    made = penalised(asked, silent)
    assert len(made.estimates) == len(usual) == 8
    assert made.fits == ()
    for one in made.estimates:
        beside = usual[replace(one.key, analysis="job_hazard")]
        assert (one.n_rows, one.n_events, one.refused) == (beside.n_rows, beside.n_events, None)
        assert one.estimate is not None
        assert beside.estimate is not None
        assert beside.std_error is not None
        assert one.estimate != beside.estimate
        assert abs(one.estimate - beside.estimate) < beside.std_error


def test_the_analysis_is_refused_where_the_usual_one_is() -> None:
    rows = small_rows().assign(outcome=False)
    made = penalised(question(rows), silent).estimates
    assert {one.refused.key for one in made if one.refused} == {"no_event"}
    assert all(one.estimate is None for one in made)
