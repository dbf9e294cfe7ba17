"""Latent traits over time, and the activities that move them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from analysis.simulate.arrays import Floats, Ints
from analysis.simulate.people import People, covariate_variance
from analysis.simulate.scenario import ActivityModel, Scenario

NONE, JOB_ALONE, COMBINED, OTHERS_ALONE = range(4)
PATTERNS: Final = ("none", "job_alone", "combined", "others_alone")


@dataclass(frozen=True)
class Traits:
    """Traits at the start of each quarter; quarter k starts when round k is due, the last has no round.

    `keys`: the indicators. `theta` (persons, quarters, indicators). `prognosis` (persons, quarters): the
    person's prospects in standard deviations of the first round. `pattern` (persons, quarters): the
    pattern of activity in quarter k.
    """

    keys: tuple[str, ...]
    theta: Floats
    prognosis: Floats
    pattern: Ints

    def weighted(self, weights: Mapping[str, float]) -> Floats:
        """Sum of weight x trait (persons, quarters); an indicator without a weight counts nothing."""
        result: Floats = self.theta @ np.array([weights.get(key, 0.0) for key in self.keys])
        return result


def draw_traits(
    scenario: Scenario, people: People, keys: tuple[str, ...], quarters: int, rng: np.random.Generator
) -> Traits:
    """A stable part, an autoregressive part, and growth that activities and drift add up.

    All parts have the same correlation between indicators, `general_share`.
    """
    size = len(people)
    stable = _correlated((size, 1, len(keys)), scenario.general_share, rng)
    occasion = _correlated((size, quarters, len(keys)), scenario.general_share, rng)
    keep = scenario.carry_over
    for k in range(1, quarters):
        occasion[:, k] = keep * occasion[:, k - 1] + np.sqrt(1 - keep**2) * occasion[:, k]
    theta = np.sqrt(scenario.stable_share) * stable + np.sqrt(1 - scenario.stable_share) * occasion
    theta += people.trait[:, None, None]
    pattern = _grow(scenario, theta, rng)
    return Traits(keys, theta, _prognosis(scenario, people, theta, keys), pattern)


def _prognosis(scenario: Scenario, people: People, theta: Floats, keys: tuple[str, ...]) -> Floats:
    """Traits weigh as `belief` of each indicator says; covariates and frailty where the belief `knows`."""
    weights = np.array([scenario.indicator(key).belief for key in keys])
    summed = theta @ weights
    variance = scenario.general_share * weights.sum() ** 2 + (1 - scenario.general_share) * (weights**2).sum()
    if scenario.belief.knows:
        summed = summed + (people.known_log_odds + people.frailty)[:, None]
        variance += scenario.frailty_sd**2 + covariate_variance(scenario)
    if variance == 0:  # an instrument without any indicator that the scenario knows
        return np.zeros(theta.shape[:2])
    scaled: Floats = summed / np.sqrt(variance)
    return scaled


def _correlated(shape: tuple[int, int, int], share: float, rng: np.random.Generator) -> Floats:
    common = rng.standard_normal((*shape[:2], 1))
    mixed: Floats = np.sqrt(share) * common + np.sqrt(1 - share) * rng.standard_normal(shape)
    return mixed


def _grow(scenario: Scenario, theta: Floats, rng: np.random.Generator) -> Ints:
    """Add the growth to `theta`, in place, and return the patterns that brought it about."""
    size, quarters, _ = theta.shape
    mean = theta.mean(axis=2)
    growth = np.zeros(size)
    gains = np.array(scenario.activities.growth)
    pattern = np.zeros((size, quarters), dtype=np.int64)
    for k in range(quarters):
        if k > 0:
            growth += gains[pattern[:, k - 1]] + scenario.drift
        theta[:, k] += growth[:, None]
        pattern[:, k] = _draw_pattern(scenario.activities, mean[:, k] + growth, rng)
        if k > 0:
            kept = rng.random(size) < scenario.activities.kept
            pattern[kept, k] = pattern[kept, k - 1]
    return pattern


def _draw_pattern(model: ActivityModel, mean: Floats, rng: np.random.Generator) -> Ints:
    utility = np.log(model.shares) + np.array(model.selection) * mean[:, None]
    pattern: Ints = np.argmax(utility + rng.gumbel(size=utility.shape), axis=1).astype(np.int64)
    return pattern
