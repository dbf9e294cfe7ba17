"""The true values: the keys of the results, the rows of the panel, and what large samples say."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from analysis.dataset.instrument import Instrument
from analysis.dataset.open import open_study
from analysis.dataset.study import StudyDataset
from analysis.estimates.results import Key
from analysis.panel.build import build_panel
from analysis.panel.columns import choose_covariates
from analysis.simulate.course import draw_course
from analysis.simulate.expected_rows import expected_rows
from analysis.simulate.generate import simulate
from analysis.simulate.paths import draw_paths
from analysis.simulate.population import true_population
from analysis.simulate.scenarios import PUBLISHED, SCENARIOS
from analysis.simulate.truth import true_values, truth_json
from analysis.simulate.truth_horizons import true_horizons

ROUNDS = 5
DRAWN_PERSONS = 40_000
SEED = 6
# Analyses of change, and the column that the change starts from.
STARTS = {
    "job_hazard": "previous",
    "change_given_baseline": "baseline",
    "change_given_past_mean": "past_mean",
}
LEVEL_ALONE = ("job_hazard_level", ("level",))


def panel_rows(dataset: StudyDataset, rater: str) -> pd.DataFrame:
    with open_study(dataset) as study:
        return build_panel(study, rater, choose_covariates(study, None)).rows


@pytest.fixture(scope="module")
def truth(bip_11: Instrument) -> list[dict[str, Any]]:
    return true_values(replace(PUBLISHED, truth_persons=24_000), instrument=bip_11, rounds=ROUNDS)


@pytest.fixture(scope="module")
def drawn(bip_11: Instrument) -> StudyDataset:
    return simulate(PUBLISHED, persons=DRAWN_PERSONS, rounds=ROUNDS, seed=SEED, instrument=bip_11)


def key_of(row: dict[str, Any]) -> Key:
    return Key(**{field.name: row[field.name] for field in fields(Key)})


def test_every_estimate_of_the_report_has_its_truth_once(
    truth: list[dict[str, Any]], bip_11: Instrument
) -> None:
    keys = [key_of(row) for row in truth]
    assert len(set(keys)) == len(keys)
    wanted = {
        Key(analysis, "job_next_interval", rater, item.key, quantity, model, scale)
        for analysis, quantities in (*((name, ("level", "change")) for name in STARTS), LEVEL_ALONE)
        for rater in ("participant", "caseworker")
        for item in bip_11.items
        for quantity in quantities
        for model in ("alone", "adjusted")
        for scale in ("log_odds", "ame_pp")
        if not (model == "adjusted" and rater == "caseworker" and item.key == "job_belief")
    }
    assert set(keys) == wanted
    assert all(np.isfinite(row["estimate"]) and row["mc_error"] > 0 for row in truth)


@pytest.mark.parametrize("rater", ["participant", "caseworker"])
def test_expected_rows_are_the_panels_rows_but_for_the_job(rater: str, bip_11: Instrument) -> None:
    """Where no job has come before, the panel holds just the expected row, with the same answers."""
    for scenario in (PUBLISHED, SCENARIOS["dropout"]):
        dataset = simulate(scenario, persons=2500, rounds=8, seed=SEED, instrument=bip_11)
        for_paths, for_jobs, _ = np.random.SeedSequence(SEED).spawn(3)
        paths = draw_paths(scenario, 2500, 8, bip_11, for_paths)
        job_day = draw_course(scenario, paths, np.random.default_rng(for_jobs)).job_day
        rows = expected_rows(scenario, paths, rater)
        day = getattr(paths.answering, rater).day[rows.person, rows.round]
        still = job_day[rows.person] > day
        panel = panel_rows(dataset, rater)
        assert (panel["enrolment"].str[1:].astype(int) - 1).tolist() == rows.person[still].tolist()
        assert panel["round"].tolist() == rows.round[still].tolist()
        for prefix in ("level", "previous", "baseline", "past_mean"):
            columns = [f"{prefix}:{item.key}" for item in bip_11.items]
            expected = getattr(rows, prefix)[still]
            np.testing.assert_array_equal(panel[columns].to_numpy(dtype=float), expected)
        assert rows.weight.sum() == pytest.approx(len(panel), abs=4 * np.sqrt(rows.weight.sum()))
        jobs = (rows.weight * rows.probability).sum()
        assert panel["outcome"].sum() == pytest.approx(jobs, abs=4 * np.sqrt(jobs))


def _fit(rows: pd.DataFrame, terms: list[str]) -> tuple[pd.Series, pd.Series, float]:
    rows = rows.dropna(subset=terms)
    categories = ["sex", "origin", "age_band", "education", "organisation"]
    dummies = pd.get_dummies(rows[categories], drop_first=True, dtype=float)
    x = sm.add_constant(pd.concat([rows[[*terms, "round"]].astype(float), dummies], axis=1))
    fit = sm.Logit(rows["outcome"].astype(float), x).fit(method="newton", disp=0)
    p = fit.predict()
    return fit.params[terms], fit.bse[terms], float(np.mean(p * (1 - p)))


def _z_scores(
    truth: list[dict[str, Any]], model: tuple[str, str, str], fit: tuple[pd.Series, pd.Series, float]
) -> list[float]:
    """(estimate - truth) / their joint standard error, of one analysis, model and rater, on both scales."""
    params, errors, slope = fit
    found = []
    for row in truth:
        name = f"{'start' if row['quantity'] == 'level' else 'gain'}:{row['indicator']}"
        if (row["analysis"], row["model"], row["rater"]) == model and name in params:
            unit = 1.0 if row["scale"] == "log_odds" else 100 * slope
            error = np.hypot(unit * errors[name], row["mc_error"])
            found.append(float((unit * params[name] - row["estimate"]) / error))
    return found


@pytest.fixture(scope="module")
def panels(drawn: StudyDataset) -> dict[str, pd.DataFrame]:
    return {rater: panel_rows(drawn, rater) for rater in ("participant", "caseworker")}


@pytest.mark.parametrize("rater", ["participant", "caseworker"])
@pytest.mark.parametrize("analysis", STARTS)
def test_a_plain_logit_on_a_large_drawn_study_finds_the_truth(
    rater: str,
    analysis: str,
    truth: list[dict[str, Any]],
    panels: dict[str, pd.DataFrame],
    bip_11: Instrument,
) -> None:
    every = [item.key for item in bip_11.items]
    starts = {f"start:{key}": panels[rater][f"{STARTS[analysis]}:{key}"] for key in every}
    gains = {f"gain:{key}": panels[rater][f"level:{key}"] - starts[f"start:{key}"] for key in every}
    rows = panels[rater].assign(**starts, **gains)
    keys = [key for key in every if not (rater == "caseworker" and key == "job_belief")]
    together = [f"{part}:{key}" for part in ("start", "gain") for key in keys]
    z = _z_scores(truth, (analysis, "adjusted", rater), _fit(rows, together))
    assert len(z) == 2 * len(together)
    for key in ("work_belief", "job_belief"):
        z += _z_scores(
            truth, (analysis, "alone", rater), _fit(rows, [f"{part}:{key}" for part in ("start", "gain")])
        )
    assert np.max(np.abs(z)) < 4
    # Squares of standard normal numbers average 1; these are correlated in pairs, hence the room.
    assert np.mean(np.square(z)) < 1.8


def test_effects_have_a_realistic_size_and_those_without_are_small(truth: list[dict[str, Any]]) -> None:
    adjusted = {
        (row["indicator"], row["quantity"]): row["estimate"]
        for row in truth
        if (row["analysis"], row["model"], row["rater"], row["scale"])
        == ("job_hazard", "adjusted", "caseworker", "ame_pp")
    }
    tied = [key for key, model in PUBLISHED.indicators.items() if model.level > 0]
    assert len(tied) == 6  # the seventh is the caseworker's belief, which is reported alone
    for (indicator, _), estimate in adjusted.items():
        if indicator in tied:
            assert 0.08 < estimate < 0.55, indicator
        else:
            assert abs(estimate) < 0.15, indicator


def test_belief_is_the_strongest_indicator_alone(truth: list[dict[str, Any]]) -> None:
    alone = {
        row["indicator"]: row["estimate"]
        for row in truth
        if (row["analysis"], row["model"], row["rater"], row["scale"])
        == ("job_hazard_level", "alone", "caseworker", "ame_pp")
    }
    assert max(alone, key=lambda key: alone[key]) == "job_belief"


def test_without_effects_the_truth_is_nought(bip_11: Instrument) -> None:
    null = replace(SCENARIOS["null"], truth_persons=24_000)
    rows = true_values(null, instrument=bip_11, rounds=ROUNDS)
    z = np.array([row["estimate"] / row["mc_error"] for row in rows])
    # With eight parts these are t with seven degrees of freedom; hundreds of correlated ones.
    assert np.max(np.abs(z)) < 8
    assert np.mean(np.square(z)) < 3
    assert max(abs(row["estimate"]) for row in rows if row["scale"] == "ame_pp") < 0.05


def test_same_input_same_bytes_and_progress_is_told(bip_9_11: Instrument) -> None:
    scenario = replace(SCENARIOS["small"], truth_persons=8000)
    told: list[tuple[int, int]] = []
    texts = [
        truth_json(
            scenario,
            instrument=bip_9_11,
            rounds=1,
            rows=true_values(scenario, instrument=bip_9_11, rounds=1, progress=progress),
        )
        for progress in (None, lambda done, total: told.append((done, total)))
    ]
    assert texts[0] == texts[1]
    assert told == [(step, told[-1][1]) for step in range(1, told[-1][1] + 1)]
    content = json.loads(texts[0])
    assert content["scenario"] == "small"
    assert content["parameters"]["indicators"]["work_belief"]["level"] == 0.30
    assert {row["analysis"] for row in content["estimates"]} == {"job_hazard_level"}
    participant = {row["indicator"] for row in content["estimates"] if row["rater"] == "participant"}
    assert len(participant) == 9
    assert "job_belief" not in participant


def test_a_population_that_cannot_carry_the_models_is_refused(bip_11: Instrument) -> None:
    with pytest.raises(ArithmeticError, match="too small"):
        true_values(replace(PUBLISHED, truth_persons=80), instrument=bip_11, rounds=2)


@pytest.mark.parametrize("analysis", STARTS)
def test_a_weighted_fit_of_the_expected_rows_gives_the_same(analysis: str, bip_11: Instrument) -> None:
    """By statsmodels, with the design made by hand: the outcome a probability, each row with its weight."""
    scenario = replace(PUBLISHED, truth_persons=4000)
    drawn = true_population(scenario, bip_11, 4)
    parts = [expected_rows(scenario, paths, "participant") for paths in drawn]
    at = [item.key for item in bip_11.items].index("work_belief")
    start = np.concatenate([getattr(part, STARTS[analysis])[:, at] for part in parts])
    level, covariates, chance, weight = (
        np.concatenate([getattr(part, name) for part in parts])
        for name in ("level", "covariates", "probability", "weight")
    )
    x = np.column_stack([covariates, start, level[:, at] - start])
    kept = ~np.isnan(x).any(axis=1)
    fit = sm.GLM(chance[kept], x[kept], family=sm.families.Binomial(), var_weights=weight[kept]).fit(
        tol=1e-12
    )
    found = {
        row["quantity"]: row["estimate"]
        for row in true_values(scenario, instrument=bip_11, rounds=4)
        if (row["analysis"], row["rater"], row["indicator"], row["model"], row["scale"])
        == (analysis, "participant", "work_belief", "alone", "log_odds")
    }
    assert [found["level"], found["change"]] == pytest.approx(list(fit.params[-2:]), rel=1e-6)


def test_horizons_can_be_asked_for_in_the_same_go(bip_11: Instrument) -> None:
    scenario = replace(PUBLISHED, truth_persons=4000)
    both = true_values(scenario, instrument=bip_11, rounds=6, horizons=True)
    apart = true_values(scenario, instrument=bip_11, rounds=6)
    apart += true_horizons(scenario, instrument=bip_11, rounds=6)
    assert sorted(both, key=str) == sorted(apart, key=str)
    with pytest.raises(ValueError, match="beyond the rounds"):
        true_values(scenario, instrument=bip_11, rounds=4, horizons=True)
