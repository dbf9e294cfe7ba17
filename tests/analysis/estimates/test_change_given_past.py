"""E3: what is taken from the panel, and whether the estimates lie where the truth is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, replace

import numpy as np
import pandas as pd
import pytest
from statsmodels.discrete.discrete_model import Logit

from analysis.dataset.instrument import Instrument
from analysis.dataset.open import open_study
from analysis.estimates.change_given_past import (
    GIVEN_BASELINE,
    GIVEN_PAST_MEAN,
    change_given_past,
    with_distances,
)
from analysis.estimates.hazard_model import count, keys_of, make_ready, models
from analysis.estimates.job_hazard import job_hazard
from analysis.estimates.logit import fit_logit
from analysis.estimates.results import QUANTITIES, SCALES, Key
from analysis.panel.build import build_panel
from analysis.panel.columns import choose_covariates
from analysis.simulate.generate import simulate
from analysis.simulate.scenarios import PUBLISHED
from analysis.simulate.truth import true_values
from surveys.load import load_builtin
from tests.analysis.estimates.small_panel import INDICATORS, question, silent, small_rows

PERSONS, ROUNDS, SEEDS = 5512, 8, range(100, 105)
ALONE = ("work_belief",)
KEY = ["analysis", "rater", "indicator", "quantity", "model", "scale"]
# None of 184 means should lie further from the truth than this many Monte Carlo errors.
LARGEST_Z = 4.0
# Squares of standard normal numbers average 1; these are correlated, hence the room.
LARGEST_MEAN_SQUARE = 1.6
# Of estimates to truths, over all keys: one study's has a spread of 0.12, that of five one of 0.055.
SMALLEST_RATIO, LARGEST_RATIO = 0.85, 1.15


def with_past(rows: pd.DataFrame) -> pd.DataFrame:
    """Each person's first answer and the mean of those before, as the panel has them."""
    past = {}
    for key in INDICATORS:
        # The answer before the person's first row is the `previous` of that row.
        by_person = rows.groupby("person")[f"previous:{key}"]
        past[f"baseline:{key}"] = by_person.transform("first")
        past[f"past_mean:{key}"] = by_person.transform(lambda values: values.expanding().mean())
    return rows.assign(**past)


def test_distances_are_from_where_somebody_was() -> None:
    panel = question(with_past(small_rows())).panels[0]
    rows = with_distances(panel).rows
    for key in INDICATORS:
        for start in ("baseline", "past_mean"):
            again = rows[f"{start}:{key}"] + rows[f"since_{start}:{key}"]
            assert again.to_numpy() == pytest.approx(rows[f"level:{key}"].to_numpy())
    assert "since_baseline:job_search" not in panel.rows


@pytest.mark.parametrize("start", ["baseline", "past_mean"])
def test_the_numbers_are_those_of_a_plain_logit(start: str) -> None:
    """With the design made by hand; errors are compared with R elsewhere, for the same fit."""
    rows = with_past(small_rows())
    found = change_given_past(question(rows), silent)
    dummies = pd.get_dummies(rows[["sex", "region"]], drop_first=True, dtype=float)
    where = rows[[f"{start}:{key}" for key in INDICATORS]].to_numpy()
    moved = rows[[f"level:{key}" for key in INDICATORS]].to_numpy() - where
    x = np.column_stack([np.ones(len(rows)), where, moved, rows[["age", "round"]], dummies])
    fit = Logit(rows["outcome"].astype(float), x).fit(disp=False, method="newton", tol=1e-12)
    made = {
        (e.key.quantity, e.key.indicator): e
        for e in found.estimates
        if (e.key.analysis, e.key.model, e.key.scale) == (f"change_given_{start}", "adjusted", "log_odds")
    }
    wanted = fit.params.to_numpy()[1:5]
    asked = [(quantity, key) for quantity in ("level", "change") for key in INDICATORS]
    assert [made[one].estimate for one in asked] == pytest.approx(list(wanted), rel=1e-8)


def test_it_does_not_need_the_round_before() -> None:
    """Rows after a missed round say where somebody is too; E1 can only use the others."""
    rows = with_past(small_rows())
    missed = rows["round"] == 2
    rows["has_previous"] = ~missed
    rows.loc[missed, [f"{part}:{key}" for part in ("previous", "change") for key in INDICATORS]] = np.nan
    found = change_given_past(question(rows), silent)
    assert {e.n_rows for e in found.estimates} == {len(rows)}
    assert {e.n_rows for e in job_hazard(question(rows), silent).estimates} == {len(rows) - missed.sum()}


def test_the_first_answer_of_all_says_nothing_of_change() -> None:
    rows = with_past(small_rows())
    first = rows["round"] == 0
    past = [f"{part}:{key}" for part in ("baseline", "past_mean") for key in INDICATORS]
    rows.loc[first, past] = np.nan
    assert {e.n_rows for e in change_given_past(question(rows), silent).estimates} == {(~first).sum()}
    rows[past] = np.nan
    refused = change_given_past(question(rows), silent).estimates
    assert {e.refused and e.refused.key for e in refused} == {"no_earlier"}


def test_one_round_has_no_earlier_answer() -> None:
    """The answer of the round is there, so it is not the answer that is missing but one before it."""
    rows = with_past(small_rows())
    rows = rows[rows["round"] == 0].assign(has_previous=False)
    past = [f"{part}:{key}" for part in ("previous", "change", "baseline", "past_mean") for key in INDICATORS]
    rows[past] = np.nan
    refused = change_given_past(question(rows), silent).estimates
    assert {e.refused and e.refused.key for e in refused} == {"no_earlier"}
    assert {e.refused and e.refused.key for e in job_hazard(question(rows), silent).estimates} == {
        "no_previous"
    }
    rows["level:job_search"] = np.nan
    refused = change_given_past(question(rows), silent).estimates
    assert {e.refused and e.refused.key for e in refused if e.key.indicator == "job_search"} == {
        "never_answered"
    }


def test_answers_that_never_come_together_are_incomplete() -> None:
    rows = with_past(small_rows())
    rows["baseline:job_search"] = rows["baseline:job_search"].where(rows["round"] % 2 == 0)
    rows["level:work_belief"] = rows["level:work_belief"].where(rows["round"] % 2 == 1)
    refused = [e for e in change_given_past(question(rows), silent).estimates if e.refused is not None]
    assert {(e.key.analysis, e.key.model) for e in refused} == {("change_given_baseline", "adjusted")}
    assert {e.refused and e.refused.key for e in refused} == {"incomplete"}


def test_closed_lists() -> None:
    found = change_given_past(question(with_past(small_rows())), silent)
    assert {e.key.analysis for e in found.estimates} == {"change_given_baseline", "change_given_past_mean"}
    for one in found.estimates:
        assert one.refused is None
        assert one.key.quantity in QUANTITIES[one.key.analysis]
        assert one.key.scale in SCALES[one.key.analysis]


def fits_of(instrument: Instrument, seed: int) -> Iterator[dict[str, object]]:
    """Numbers of E3 of one study, on both scales that have a truth: all together, and some alone."""
    dataset = simulate(PUBLISHED, persons=PERSONS, rounds=ROUNDS, seed=seed, instrument=instrument)
    with open_study(dataset) as study:
        covariates = choose_covariates(study, None)
        panels = [
            with_distances(build_panel(study, one, covariates)) for one in ("participant", "caseworker")
        ]
    for panel in panels:
        for specification in (GIVEN_BASELINE, GIVEN_PAST_MEAN):
            for model in models(panel, specification, "job_next_interval"):
                if model.name == "alone" and model.indicators[0].key not in ALONE:
                    continue
                rows = model.rows()
                ready = make_ready(model, rows, count(model, rows))
                fit = fit_logit(ready.outcome, ready.design, ready.clusters, repeated=True)
                for column, term in enumerate(ready.design.terms, start=1):
                    if term.covariate is None:
                        keys = keys_of(model, term.name)
                        yield _row(seed, keys["log_odds"], fit.params[column], fit.std_errors[column])
                        yield _row(seed, keys["ame_pp"], 100 * fit.ame[column], 100 * fit.ame_se[column])


def _row(seed: int, key: Key, estimate: float, error: float) -> dict[str, object]:
    return {**asdict(key), "seed": seed, "estimate": estimate, "std_error": error}


@pytest.fixture(scope="module")
def compared() -> pd.DataFrame:
    """One row for every seed and key: estimate, error, and the true value."""
    instrument = Instrument.model_validate(load_builtin("bip-11").to_json())
    estimates = pd.DataFrame([row for seed in SEEDS for row in fits_of(instrument, seed)])
    small = replace(PUBLISHED, truth_persons=16_000)
    truth = pd.DataFrame(true_values(small, instrument=instrument, rounds=ROUNDS))
    truth = truth.rename(columns={"estimate": "truth"})[[*KEY, "truth", "mc_error"]]
    return estimates.merge(truth, on=KEY, how="left", validate="many_to_one")


def z_of_bias(compared: pd.DataFrame) -> pd.Series:
    """Mean error of each key over the studies, in units of its Monte Carlo error (the truth's included)."""
    by_key = compared.assign(error=compared["estimate"] - compared["truth"]).groupby(KEY)
    own = by_key["std_error"].mean() / np.sqrt(len(SEEDS))
    z: pd.Series = by_key["error"].mean() / np.hypot(own, by_key["mc_error"].first())
    return z


@pytest.mark.recovery
def test_estimates_lie_where_the_truth_is(compared: pd.DataFrame) -> None:
    assert compared["truth"].notna().all()
    z = z_of_bias(compared)
    assert len(z) == 2 * 2 * 2 * (2 * len(ALONE) + 11 + 10)
    assert z.abs().max() < LARGEST_Z, z[z.abs() > LARGEST_Z]
    assert (z**2).mean() < LARGEST_MEAN_SQUARE


@pytest.mark.recovery
def test_intervals_cover_the_truth(compared: pd.DataFrame) -> None:
    half = 1.96 * compared["std_error"]
    covered = (compared["estimate"] - compared["truth"]).abs() < half
    assert 0.91 < covered.mean() < 0.99


def ratio_to_truth(compared: pd.DataFrame) -> float:
    """The slope of the mean estimates on the truths, each key weighted by its precision."""
    by_key = compared.groupby(KEY)
    found, truth = by_key["estimate"].mean(), by_key["truth"].first()
    weight = 1 / by_key["std_error"].mean() ** 2
    return float((weight * found * truth).sum() / (weight * truth**2).sum())


@pytest.mark.recovery
def test_estimates_are_as_large_as_the_truth(compared: pd.DataFrame) -> None:
    assert SMALLEST_RATIO < ratio_to_truth(compared) < LARGEST_RATIO


@pytest.mark.recovery
@pytest.mark.parametrize("factor", [0.75, 1.25])
def test_this_bound_sees_a_biased_estimator(compared: pd.DataFrame, factor: float) -> None:
    biased = compared.assign(estimate=factor * compared["estimate"])
    assert not SMALLEST_RATIO < ratio_to_truth(biased) < LARGEST_RATIO
