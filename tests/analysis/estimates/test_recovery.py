"""Simulated studies of the published size: do estimates lie where the truth is, as surely as they say?

Bounds are stated with their Monte Carlo error: with 14 studies the mean of an estimate is known to about a
quarter of its own standard error, so a bias that a reader could notice shows, and luck does not. What the
bounds must see is tried on the same studies: estimates a tenth too small or too large, and another estimand.
"""

from __future__ import annotations

import gc
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import numpy as np
import pandas as pd
import pytest

from analysis.dataset.instrument import Instrument
from analysis.estimates.results import estimate_row
from analysis.estimates.run import Wanted, analyse
from analysis.simulate.generate import simulate
from analysis.simulate.scenarios import SCENARIOS
from analysis.simulate.truth import true_values
from surveys.load import load_builtin

E1 = Wanted(analyses=("job_hazard", "job_hazard_level"), repeated=True)
# The others follow from these.
SCALES = ("log_odds", "ame_pp")
SEEDS = range(101, 115)
PERSONS, ROUNDS = 5512, 17
KEY = ["analysis", "rater", "indicator", "quantity", "model", "scale"]
# None of 258 means should lie further from the truth than this many Monte Carlo errors: of so many normal
# numbers one does in 60 worlds.
LARGEST_Z = 4.0
# The mean of a family is held against its own spread over few studies, and there are twelve of them.
LARGEST_T = 3.0
# Percentage points: with a larger Monte Carlo error the test of the mean bias would see too little. A step
# is worth 0.1 to 0.9 points in this world.
LARGEST_MONTE_CARLO_PP = 0.04
LARGEST_COVERAGE_ERROR = 0.0125
# The ratio of one key has a Monte Carlo error of 19 % with 14 studies; their mean one of about 4 %.
SMALLEST_RATIO, LARGEST_RATIO = 0.92, 1.08

pytestmark = pytest.mark.recovery


def bip_11() -> Instrument:
    return Instrument.model_validate(load_builtin("bip-11").to_json())


def estimates_of(seed: int) -> pd.DataFrame:
    # What is imported stays: statsmodels has all garbage collected for every family of tests.
    gc.freeze()
    dataset = simulate(SCENARIOS["published"], persons=PERSONS, rounds=ROUNDS, seed=seed, instrument=bip_11())
    rows = [estimate_row(estimate) for estimate in analyse(dataset, E1).results.estimates]
    estimates = pd.DataFrame(rows)
    return estimates[estimates["scale"].isin(SCALES)].assign(seed=seed)


@pytest.fixture(scope="module")
def compared() -> pd.DataFrame:
    """One row for every seed and key: estimate, interval, and the true value `truth`."""
    # Spawned, not forked: DuckDB and BLAS keep threads that do not survive a fork.
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        estimates = pd.concat(pool.map(estimates_of, SEEDS), ignore_index=True)
    truth = pd.DataFrame(true_values(SCENARIOS["published"], instrument=bip_11(), rounds=ROUNDS))
    truth = truth.rename(columns={"estimate": "truth"})[[*KEY, "truth", "mc_error"]]
    compared = estimates.merge(truth, on=KEY, how="left", validate="many_to_one")
    compared["covered"] = compared["truth"].between(compared["ci_low"], compared["ci_high"])
    return compared


def z_of_bias(compared: pd.DataFrame) -> pd.Series:
    """Mean error of each key over the seeds, in units of its Monte Carlo error (the truth's own included).

    By the standard errors themselves, which a test below holds against the spread: the spread of one key over
    so few studies is too unsure to tell a large error by.
    """
    by_key = compared.assign(error=compared["estimate"] - compared["truth"]).groupby(KEY)
    own = by_key["std_error"].mean() / np.sqrt(len(SEEDS))
    z: pd.Series = by_key["error"].mean() / np.hypot(own, by_key["mc_error"].first())
    return z


def bias_of_families(compared: pd.DataFrame) -> pd.DataFrame:
    """Mean error over the indicators, in percentage points, and its Monte Carlo error."""
    in_points = compared[compared["scale"] == "ame_pp"]
    error = (in_points["estimate"] - in_points["truth"]).rename("error")
    by_seed = (
        in_points.join(error).groupby(["analysis", "rater", "model", "quantity", "seed"])["error"].mean()
    )
    families = by_seed.groupby(["analysis", "rater", "model", "quantity"])
    return pd.DataFrame({"mean": families.mean(), "monte_carlo": families.std() / np.sqrt(len(SEEDS))})


def largest_t(families: pd.DataFrame) -> float:
    return float((families["mean"].abs() / families["monte_carlo"]).max())


def ratio_of_errors(compared: pd.DataFrame) -> float:
    """How large the errors are that estimates tell, against their spread: the mean of the keys."""
    by_key = compared.groupby(KEY)
    return float((by_key["std_error"].mean() / by_key["estimate"].std()).mean())


def test_every_estimate_has_a_truth_and_none_is_refused(compared: pd.DataFrame) -> None:
    assert compared["refused"].isna().all()
    assert compared["truth"].notna().all()
    assert len(compared) == len(SEEDS) * 2 * (2 * 21 + 2 * 22 + 21 + 22)


def test_no_estimate_is_biased_beyond_monte_carlo_error(compared: pd.DataFrame) -> None:
    z = z_of_bias(compared)
    assert z.abs().max() < LARGEST_Z, z[z.abs() > LARGEST_Z]


def test_the_mean_over_the_indicators_is_not_biased(compared: pd.DataFrame) -> None:
    """A bias that all indicators share shows here before it shows in any of them."""
    families = bias_of_families(compared)
    assert (families["monte_carlo"] < LARGEST_MONTE_CARLO_PP).all(), families
    assert largest_t(families) < LARGEST_T, families


def test_intervals_cover_as_often_as_they_say(compared: pd.DataFrame) -> None:
    """Coverage over keys, a seed at a time: seeds are independent, keys within a study are not."""
    by_seed = compared.groupby("seed")["covered"].mean()
    error = by_seed.std() / np.sqrt(len(SEEDS))
    assert error < LARGEST_COVERAGE_ERROR
    assert abs(by_seed.mean() - 0.95) < 2 * error + 0.005, (by_seed.mean(), error)
    for name, group in compared.groupby(["analysis", "model", "scale"]):
        assert group["covered"].mean() > 0.9, name


def test_standard_errors_are_as_large_as_the_spread_of_the_estimates(compared: pd.DataFrame) -> None:
    assert SMALLEST_RATIO < ratio_of_errors(compared) < LARGEST_RATIO


@pytest.mark.parametrize("factor", [0.9, 1.1])
def test_these_bounds_see_a_biased_estimator(compared: pd.DataFrame, factor: float) -> None:
    biased = compared.assign(
        **{name: factor * compared[name] for name in ("estimate", "std_error", "ci_low", "ci_high")}
    )
    assert z_of_bias(biased).abs().max() > LARGEST_Z
    assert largest_t(bias_of_families(biased)) > LARGEST_T


@pytest.mark.parametrize("factor", [0.85, 1.15])
def test_these_bounds_see_standard_errors_of_a_wrong_size(compared: pd.DataFrame, factor: float) -> None:
    ratio = ratio_of_errors(compared.assign(std_error=factor * compared["std_error"]))
    assert not SMALLEST_RATIO < ratio < LARGEST_RATIO


def test_these_bounds_see_a_wrong_estimand(compared: pd.DataFrame) -> None:
    """Alone and adjusted are different questions: taken for each other, the bounds above must break."""
    adjusted = compared[compared["model"] == "adjusted"]
    keys = [key for key in KEY if key != "model"]
    alone = compared[compared["model"] == "alone"][[*keys, "truth"]].drop_duplicates()
    swapped = adjusted.drop(columns="truth").merge(alone, on=keys, validate="many_to_one")
    assert z_of_bias(swapped).abs().max() > LARGEST_Z
    covered = swapped["truth"].between(swapped["ci_low"], swapped["ci_high"])
    assert covered.mean() < 0.9
