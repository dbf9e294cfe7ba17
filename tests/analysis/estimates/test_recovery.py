"""Twenty simulated studies of the published size: do estimates lie where the truth is, as surely as they say?

Bounds are stated with their Monte Carlo error: with 20 studies the mean of an estimate is known to about a
fifth of its own standard error, so a bias that a reader could notice shows, and luck does not.
"""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import numpy as np
import pandas as pd
import pytest

from analysis.dataset.instrument import Instrument
from analysis.estimates.results import estimate_row
from analysis.estimates.run import analyse
from analysis.simulate.generate import simulate
from analysis.simulate.scenarios import SCENARIOS
from analysis.simulate.truth import true_values
from surveys.load import load_builtin

SEEDS = range(101, 121)
PERSONS, ROUNDS = 5512, 17
KEY = ["analysis", "rater", "indicator", "quantity", "model", "scale"]
# Of some 170 means of 20 draws none should lie further from the truth than this many Monte Carlo errors.
LARGEST_Z = 4.5
# Percentage points: with a larger Monte Carlo error the test of the mean bias would see too little. A step
# is worth 0.1 to 0.9 points in this world.
LARGEST_MONTE_CARLO_PP = 0.04
LARGEST_COVERAGE_ERROR = 0.01

pytestmark = pytest.mark.recovery


def bip_11() -> Instrument:
    return Instrument.model_validate(load_builtin("bip-11").to_json())


def estimates_of(seed: int) -> pd.DataFrame:
    dataset = simulate(SCENARIOS["published"], persons=PERSONS, rounds=ROUNDS, seed=seed, instrument=bip_11())
    rows = [estimate_row(estimate) for estimate in analyse(dataset).results.estimates]
    return pd.DataFrame(rows).assign(seed=seed)


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
    """Mean error of each key over the seeds, in units of its Monte Carlo error (the truth's own included)."""
    by_key = compared.assign(error=compared["estimate"] - compared["truth"]).groupby(KEY)
    spread = by_key["error"].std() / np.sqrt(len(SEEDS))
    return by_key["error"].mean() / np.hypot(spread, by_key["mc_error"].first())


def test_every_estimate_has_a_truth_and_none_is_refused(compared: pd.DataFrame) -> None:
    assert compared["refused"].isna().all()
    assert compared["truth"].notna().all()
    assert len(compared) == len(SEEDS) * 2 * (2 * 21 + 2 * 22 + 21 + 22)


def test_no_estimate_is_biased_beyond_monte_carlo_error(compared: pd.DataFrame) -> None:
    z = z_of_bias(compared)
    assert z.abs().max() < LARGEST_Z, z[z.abs() > LARGEST_Z]


def test_the_mean_over_the_indicators_is_not_biased(compared: pd.DataFrame) -> None:
    """A bias that all indicators share shows here before it shows in any of them."""
    in_points = compared[compared["scale"] == "ame_pp"]
    error = (in_points["estimate"] - in_points["truth"]).rename("error")
    by_seed = (
        in_points.join(error).groupby(["analysis", "rater", "model", "quantity", "seed"])["error"].mean()
    )
    families = by_seed.groupby(["analysis", "rater", "model", "quantity"])
    mean, monte_carlo = families.mean(), families.std() / np.sqrt(len(SEEDS))
    assert (monte_carlo < LARGEST_MONTE_CARLO_PP).all(), monte_carlo
    assert (mean.abs() < 3 * monte_carlo).all(), pd.DataFrame({"mean": mean, "monte_carlo": monte_carlo})


def test_intervals_cover_as_often_as_they_say(compared: pd.DataFrame) -> None:
    """Coverage over keys, a seed at a time: seeds are independent, keys within a study are not."""
    by_seed = compared.groupby("seed")["covered"].mean()
    error = by_seed.std() / np.sqrt(len(SEEDS))
    assert error < LARGEST_COVERAGE_ERROR
    assert abs(by_seed.mean() - 0.95) < 2 * error + 0.005, (by_seed.mean(), error)
    for name, group in compared.groupby(["analysis", "model", "scale"]):
        assert group["covered"].mean() > 0.9, name


def test_standard_errors_are_as_large_as_the_spread_of_the_estimates(compared: pd.DataFrame) -> None:
    by_key = compared.groupby(KEY)
    ratio = by_key["std_error"].mean() / by_key["estimate"].std()
    # One ratio has a Monte Carlo error of 16 % with 20 studies; their mean over the keys one of about 3 %.
    assert 0.92 < ratio.mean() < 1.08, ratio.mean()


def test_these_bounds_see_a_wrong_estimand(compared: pd.DataFrame) -> None:
    """Alone and adjusted are different questions: taken for each other, the bounds above must break."""
    adjusted = compared[compared["model"] == "adjusted"]
    keys = [key for key in KEY if key != "model"]
    alone = compared[compared["model"] == "alone"][[*keys, "truth"]].drop_duplicates()
    swapped = adjusted.drop(columns="truth").merge(alone, on=keys, validate="many_to_one")
    assert z_of_bias(swapped).abs().max() > LARGEST_Z
    covered = swapped["truth"].between(swapped["ci_low"], swapped["ci_high"])
    assert covered.mean() < 0.9
