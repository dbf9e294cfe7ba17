"""Competing exits, withdrawal, and until when one would know of a job: all whether or not there is one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.simulate.arrays import INTERVAL_DAYS, NEVER, Floats, Ints, first_day
from analysis.simulate.people import People
from analysis.simulate.scenario import Scenario
from analysis.simulate.traits import Traits

SETTLING_DAYS = 28
"""Nobody leaves in the first four weeks."""
STUDY_EXIT_DAYS = 15


@dataclass(frozen=True)
class Leaving:
    """Arrays over persons. Days are NEVER where it does not happen.

    `exit_day` and `cause` (an index into the scenario's exits): the exit that comes unless a job comes
    first. `study_day`: the day on which studies begin, at most two weeks before that exit.
    `observed_to`: until when a job would be known.
    """

    exit_day: Ints
    cause: Ints
    study_day: Ints
    withdrawn: Ints
    observed_to: Ints


def draw_leaving(scenario: Scenario, people: People, traits: Traits, rng: np.random.Generator) -> Leaving:
    """Causes compete with constant rates within a quarter; each has its own dependence on the traits."""
    size = len(people)
    causes = list(scenario.exits.values())
    rates = np.stack([cause.rate * np.exp(traits.weighted(cause.traits)) for cause in causes], axis=2)
    left = first_day(np.cumsum(rates.sum(axis=2), axis=1), rng.exponential(size=size))
    cause = _draw_cause(rates, left, rng)
    left = np.where(left < NEVER, left + SETTLING_DAYS, NEVER)
    is_study = (np.array(list(scenario.exits)) == "study")[cause] & (left < NEVER)
    exit_day = left + np.where(is_study, rng.integers(0, STUDY_EXIT_DAYS, size), 0)
    constant = np.full(traits.pattern.shape, scenario.withdrawal_rate)
    withdrawn = first_day(np.cumsum(constant, axis=1), rng.exponential(size=size))
    withdrawn = np.where(withdrawn <= people.study_end, withdrawn, NEVER)
    observed_to = np.minimum(people.study_end, withdrawn)
    if scenario.observed_by == "contact":
        heard_of = np.array([cause.contact_days for cause in causes])[cause]
        observed_to = np.minimum(observed_to, exit_day + rng.integers(0, heard_of + 1))
    return Leaving(exit_day, cause, np.where(is_study, left, NEVER), withdrawn, observed_to)


def _draw_cause(rates: Floats, day: Ints, rng: np.random.Generator) -> Ints:
    """Given the day of an exit, the cause in proportion to the rates of that quarter."""
    quarter = np.minimum((day - 1) // INTERVAL_DAYS, rates.shape[1] - 1)
    mine = rates[np.arange(len(rates)), quarter]
    bounds = np.cumsum(mine, axis=1)
    drawn = rng.random(len(rates)) * bounds[:, -1]
    cause: Ints = np.sum(drawn[:, None] >= bounds[:, :-1], axis=1)
    return cause
