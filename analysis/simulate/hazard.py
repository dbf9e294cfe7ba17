"""The job: its hazard in each quarter."""

from __future__ import annotations

import numpy as np

from analysis.simulate.arrays import Floats
from analysis.simulate.casework import Casework
from analysis.simulate.people import People
from analysis.simulate.scenario import Scenario
from analysis.simulate.traits import Traits


def cumulative_hazard(scenario: Scenario, people: People, traits: Traits, casework: Casework) -> Floats:
    """The hazard of a job accumulated by the end of each quarter (persons, quarters).

    The probability of a job in quarter k is expit(intercept + sum of level x trait at k-1 + change x
    change of the trait since + covariates, centre, caseworker and frailty); in the first quarter the
    level is that of round 0, nothing has changed, and `first_quarter` is added. A probability p is an
    accumulated hazard of -log(1 - p), spread evenly over the quarter's days.
    """
    indicators = scenario.indicators.items()
    level = traits.weighted({key: model.level for key, model in indicators})
    change = traits.weighted({key: model.change for key, model in indicators})
    person = scenario.intercept + people.log_odds + people.frailty
    caseworker = scenario.optimism_effect * casework.optimism + casework.effect
    log_odds = (
        person[:, None]
        + np.concatenate([level[:, :1], level[:, :-1]], axis=1)
        + np.diff(change, axis=1, prepend=change[:, :1])
        + caseworker[casework.caseworker]
        + scenario.new_caseworker_effect * casework.new
        + scenario.first_quarter * (np.arange(level.shape[1]) == 0)
    )
    summed: Floats = np.cumsum(np.logaddexp(0.0, log_odds), axis=1)
    return summed
