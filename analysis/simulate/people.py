"""Who takes part: centre, covariates, frailty, and where in the calendar each person enrols."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from analysis.simulate.arrays import INTERVAL_DAYS, Floats, Ints
from analysis.simulate.scenario import Scenario

ENROLLING_SHARE = 0.7
"""Share of the study's quarters during which persons enrol; in the rest nobody new comes."""


@dataclass(frozen=True)
class People:
    """Arrays over persons.

    `covariates`: name -> index of the category. `known_log_odds`: of the covariates; `log_odds`: with the
    centre. `trait`: shift of all traits. `quarter`: calendar quarter of enrolment, from 0. `last_round`:
    the last round for which the study still collects. `study_end`: day on which the register ends.
    """

    centre: Ints
    covariates: Mapping[str, Ints]
    known_log_odds: Floats
    log_odds: Floats
    trait: Floats
    frailty: Floats
    quarter: Ints
    last_round: Ints
    study_end: Ints

    def __len__(self) -> int:
        return len(self.centre)


def draw_people(scenario: Scenario, persons: int, rounds: int, rng: np.random.Generator) -> People:
    """The study collects for `rounds` quarters; the register is read one quarter longer."""
    centre = _draw([c.share for c in scenario.centres], persons, rng)
    covariates = {
        name: _draw([category.share for category in categories.values()], persons, rng)
        for name, categories in scenario.covariates.items()
    }
    known = _summed(scenario, covariates, "log_odds")
    quarter = rng.integers(0, max(1, round(ENROLLING_SHARE * rounds)), persons)
    day_of_quarter = rng.integers(0, INTERVAL_DAYS, persons)
    return People(
        centre=centre,
        covariates=covariates,
        known_log_odds=known,
        log_odds=known + np.array([c.log_odds for c in scenario.centres])[centre],
        trait=_summed(scenario, covariates, "trait") + np.array([c.trait for c in scenario.centres])[centre],
        frailty=scenario.frailty_sd * rng.standard_normal(persons),
        quarter=quarter,
        last_round=rounds - 1 - quarter,
        study_end=INTERVAL_DAYS * (rounds + 1 - quarter) - day_of_quarter,
    )


def _draw(shares: Sequence[float], size: int, rng: np.random.Generator) -> Ints:
    bounds = np.cumsum(shares) / np.sum(shares)
    return np.searchsorted(bounds[:-1], rng.random(size), side="right").astype(np.int64)


def _summed(scenario: Scenario, drawn: Mapping[str, Ints], field: str) -> Floats:
    """Sum over covariates of what the person's category has in `field`, centred on the population."""
    total = np.zeros(len(next(iter(drawn.values()))))
    for name, categories in scenario.covariates.items():
        values = np.array([getattr(category, field) for category in categories.values()])
        shares = np.array([category.share for category in categories.values()])
        total += (values - np.average(values, weights=shares))[drawn[name]]
    return total


def covariate_variance(scenario: Scenario) -> float:
    """Variance of `known_log_odds` in the population."""
    total = 0.0
    for categories in scenario.covariates.values():
        values = np.array([category.log_odds for category in categories.values()])
        shares = np.array([category.share for category in categories.values()])
        total += float(np.average((values - np.average(values, weights=shares)) ** 2, weights=shares))
    return total
