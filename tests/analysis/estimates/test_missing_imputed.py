"""Unanswered questions filled in, where leaving out the rows is known to mislead."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit
from statsmodels.discrete.discrete_model import Logit
from statsmodels.imputation.mice import MICEData
from statsmodels.regression.linear_model import OLS

from analysis.dataset.open import open_study
from analysis.dataset.study import StudyDataset
from analysis.estimates import missing_imputed
from analysis.estimates.hazard import fit_model
from analysis.estimates.hazard_model import Model, models
from analysis.estimates.missing_chained import Chained, LeastSquares, imputed
from analysis.estimates.missing_imputed import IMPUTED, imputation, with_gaps
from analysis.estimates.missing_rubin import pool
from analysis.estimates.results import Estimate
from analysis.panel.build import Panel, build_panel
from analysis.panel.columns import CovariateColumn
from analysis.panel.values import Indicator
from tests.analysis.conftest import Rows

KEYS = ("work_belief", "job_search")
INDICATORS = tuple(Indicator(key, alone=False, comparable=True) for key in KEYS)


def panel(n: int, seed: int, *, gaps: float = 1.0) -> tuple[Panel, Panel]:
    """E1's rows with unanswered questions, and without.

    Work belief is left out the more, the lower job search is and if no job comes: leaving out the rows makes
    job search look weaker than it is.
    """
    rng = np.random.default_rng(seed)
    shared = rng.normal(size=n)
    before, now = (
        np.clip(np.round(3 + 0.7 * shared[:, None] + 0.8 * rng.normal(size=(n, 2))), 1, 5) for _ in range(2)
    )
    outcome = rng.random(n) < expit(-4.0 + 0.5 * before[:, 0] + 0.4 * (now - before)[:, 0] + 0.4 * now[:, 1])
    person = np.arange(n) // 2
    rows = pd.DataFrame(
        {
            "person": np.array([f"p{i:05}" for i in person]),
            "enrolment": np.array([f"e{i:05}" for i in person]),
            "round": 1 + np.arange(n) % 2,
            "region": rng.choice(["a", "b"], n),
            "has_previous": True,
            "outcome": outcome,
        }
    )
    for at, key in enumerate(KEYS):
        rows[f"level:{key}"], rows[f"previous:{key}"] = now[:, at], before[:, at]
        rows[f"change:{key}"] = now[:, at] - before[:, at]
    out = rng.random(n) < gaps * expit(1.2 - 1.3 * (now[:, 1] - 2) - 2.0 * outcome)
    given = rows.copy()
    given.loc[out, ["level:work_belief", "change:work_belief"]] = np.nan
    covariates = (CovariateColumn("round", True, "t"), CovariateColumn("region", False, "e"))
    return (
        Panel("participant", INDICATORS, covariates, given, ()),
        Panel("participant", INDICATORS, covariates, rows, ()),
    )


def model(of: Panel) -> Model:
    return Model(IMPUTED, of, "job_next_interval", "adjusted", INDICATORS)


def by_place(estimates: list[Estimate], scale: str = "ame_pp") -> dict[tuple[str | None, str], Estimate]:
    return {(e.key.indicator, e.key.quantity): e for e in estimates if e.key.scale == scale}


def number(one: Estimate) -> float:
    assert one.estimate is not None
    return one.estimate


def distances(made: list[Estimate], truth: list[Estimate]) -> dict[tuple[str | None, str], float]:
    """From the estimate without gaps, in its standard errors."""
    full = by_place(truth)
    return {
        place: (number(one) - number(full[place])) / (full[place].std_error or 1.0)
        for place, one in by_place(made).items()
    }


def test_filled_in_finds_what_left_out_misses() -> None:
    """Three studies: complete rows are off by more than five errors, pooled imputations by less than half."""
    left_out, filled = [], []
    for seed in range(3):
        given, full = panel(6000, 20 + seed)
        truth = list(fit_model(model(full)).estimates)
        left_out.append(distances(list(fit_model(model(given)).estimates), truth))
        filled.append(distances(list(imputation(model(given), given.rows)), truth))
    worst = {place: np.mean([one[place] for one in left_out]) for place in left_out[0]}
    better = {place: np.mean([one[place] for one in filled]) for place in filled[0]}
    assert max(abs(value) for value in worst.values()) > 5.0
    assert max(abs(value) for value in better.values()) < 0.5


def test_without_the_outcome_the_filled_in_go_with_nothing() -> None:
    """Why the outcome is in the imputation: without it the effect of what was filled in is too small."""
    given, _ = panel(6000, 30, gaps=1.2)
    answers = given.rows[["previous:work_belief", "level:work_belief", "level:job_search"]].to_numpy()
    outcome = given.rows["outcome"].to_numpy(float)

    def effect(helping: np.ndarray) -> float:
        filled = imputed(answers, helping, 3, 1)
        fits = (Logit(outcome, np.column_stack([np.ones(len(one)), one])).fit(disp=False) for one in filled)
        return float(np.mean([fit.params[2] for fit in fits]))

    search_only = given.rows[["previous:job_search"]].to_numpy()
    assert effect(search_only) < 0.8 * effect(np.column_stack([search_only, outcome]))


def test_errors_grow_with_what_is_missing() -> None:
    made = {}
    for gaps in (0.2, 1.0):
        given, full = panel(4000, 40, gaps=gaps)
        made[gaps] = list(imputation(model(given), given.rows))
        assert by_place(made[gaps])["work_belief", "level"].n_rows == len(full.rows)
    place = ("work_belief", "change")
    few, many = (number(by_place(made[g], "missing_information_percent")[place]) for g in (0.2, 1.0))
    assert 0 < few < many < 90
    errors = [by_place(made[gaps])[place].std_error or 0.0 for gaps in (0.2, 1.0)]
    assert errors[0] < errors[1]


def test_pooled_from_the_draws_themselves() -> None:
    given, _ = panel(1500, 41)
    made = by_place(list(imputation(model(given), given.rows)))
    columns = [f"{when}:{key}" for when in ("previous", "level") for key in KEYS]
    answers = given.rows[columns].to_numpy()
    outcome = given.rows["outcome"].to_numpy(float)
    region = (given.rows["region"] == given.rows["region"].value_counts().index[-1]).to_numpy(float)
    helping = np.column_stack([outcome, given.rows["round"], region])
    values, errors = [], []
    groups = pd.factorize(given.rows["person"])[0]
    for one in imputed(answers, helping, missing_imputed.DRAWS, missing_imputed.SEED):
        terms = np.column_stack(
            [one[:, 0], (one[:, 2:] - one[:, :2])[:, 0], one[:, 1], (one[:, 2:] - one[:, :2])[:, 1]]
        )
        fit = Logit(outcome, np.column_stack([np.ones(len(one)), terms, helping[:, 1:]])).fit(
            disp=False, cov_type="cluster", cov_kwds={"groups": groups, "use_correction": True}
        )
        effects = fit.get_margeff()
        values.append(effects.margeff[0])
        errors.append(effects.margeff_se[0])
    pooled = pool(values, errors, len(np.unique(groups)) - 1.0)
    told = made["work_belief", "level"]
    assert told.estimate == pytest.approx(100 * pooled.value, rel=1e-6)
    assert told.std_error == pytest.approx(100 * pooled.std_error, rel=1e-5)
    assert told.p_value == pytest.approx(pooled.p_value, rel=1e-4)


def test_only_gaps_are_filled_and_only_with_answers_given() -> None:
    rng = np.random.default_rng(3)
    answers = rng.integers(1, 6, (300, 3)).astype(float)
    gaps = rng.random(answers.shape) < 0.2
    answers[gaps] = np.nan
    helping = np.column_stack([rng.normal(size=300), np.ones(300)])
    first, second = imputed(answers, helping, 2, 9)
    for one in (first, second):
        assert (one[~gaps] == answers[~gaps]).all()
        assert set(np.unique(one[gaps])) <= {1.0, 2.0, 3.0, 4.0, 5.0}
    assert (first != second).any()
    again, _ = imputed(answers, helping, 2, 9)
    assert (again == first).all()


def test_the_short_way_is_least_squares() -> None:
    """What MICE takes of OLS, from the normal equations; the second time a column follows from others."""
    rng = np.random.default_rng(4)
    exog = np.column_stack([np.ones(200), rng.normal(size=(200, 4))])
    endog = exog @ [1.0, 0.5, -0.2, 0.0, 0.1] + rng.normal(size=200)
    ours, theirs = LeastSquares(endog, exog).fit(), OLS(endog, exog).fit()
    assert ours.params == pytest.approx(theirs.params, rel=1e-10)
    assert ours.cov_params() == pytest.approx(theirs.cov_params(), rel=1e-9, abs=1e-12)
    twice = np.column_stack([exog, exog[:, 1] + exog[:, 2]])
    ours = LeastSquares(endog, twice).fit()
    assert ours.predict(ours.params, twice) == pytest.approx(theirs.fittedvalues, rel=1e-8)


def test_every_variable_is_regressed_on_all_others() -> None:
    frame = pd.DataFrame({"a": [1.0, np.nan, 3.0, 4.0], "b": [2.0, 1.0, 5.0, 7.0]})
    endog, exog, _, _ = Chained(frame, rng=1).get_fitting_data("a")
    assert endog.tolist() == [1.0, 3.0, 4.0]
    assert exog.tolist() == [[1.0, 2.0], [1.0, 5.0], [1.0, 7.0]]
    by_formula = MICEData(frame, rng=1).get_fitting_data("a")
    assert endog.tolist() == by_formula[0].tolist()
    assert exog.tolist() == by_formula[1].tolist()


def test_refused_with_a_reason() -> None:
    given, full = panel(2000, 50)
    assert {e.refused.key for e in imputation(model(full), full.rows) if e.refused} == {"nothing_to_impute"}
    few = replace(given, rows=given.rows[:30])
    assert {e.refused.key for e in imputation(model(few), few.rows) if e.refused} == {"few_events_refused"}
    never = given.rows.assign(**{"level:work_belief": np.nan, "change:work_belief": np.nan})
    refused = {e.refused.key for e in imputation(model(replace(given, rows=never)), never) if e.refused}
    assert refused == {"never_answered"}
    none = given.rows[:0]
    assert {e.refused.key for e in imputation(model(replace(given, rows=none)), none) if e.refused} == {
        "no_rows"
    }


@pytest.mark.parametrize(("code", "left"), [(-1.0, 2), (-9.0, 2), (-8.0, 1)])
def test_only_what_was_asked_is_missing(
    rows: Rows, make_dataset: Callable[..., StudyDataset], code: float, left: int
) -> None:
    """A question skipped at the round before keeps its row; one that was not asked does not."""
    (first,) = (a for a in rows["answers"] if (a["response"], a["item"]) == ("e1-0-p", "job_search"))
    first["value"] = code
    with open_study(make_dataset(rows)) as study:
        of = build_panel(study, "participant")
        (adjusted,) = (one for one in models(of, IMPUTED, "job_next_interval") if one.name == "adjusted")
        found = with_gaps(study, adjusted)
    assert len(found) == left
    assert found["previous:job_search"].isna().sum() == (left == 2)
