"""The panel's person-rounds as they would be in expectation: each with its chance to be there.

The rules are those of the study dataset's "Time in the panel"; here a row is kept with the probability
that no job has come before it, and its outcome is the probability of a job in its interval.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.simulate.answering import RaterAnswers
from analysis.simulate.arrays import INTERVAL_DAYS, NEVER, Bools, Floats, Ints, accumulated
from analysis.simulate.paths import Paths
from analysis.simulate.ratings import is_missing
from analysis.simulate.scenario import Scenario


@dataclass(frozen=True)
class ExpectedRows:
    """Rows of one rater, one for each independent answer at risk and not censored.

    `person`, `round` (rows,): whose and which.
        `level`, `previous`, `baseline`, `past_mean` (rows, items): the answer at round k, at k-1, the first
    before k, and the mean of all before k; NaN where there is none.
    `covariates` (rows, columns): the constant first, then dummies and the round. `weight`: probability
    that no job has come up to the day of the answer; `probability`: of a job in the interval after it.
    """

    person: Ints
    round: Ints
    level: Floats
    previous: Floats
    baseline: Floats
    past_mean: Floats
    covariates: Floats
    weight: Floats
    probability: Floats


def expected_rows(scenario: Scenario, paths: Paths, rater: str) -> ExpectedRows:
    """Rows of `rater`, participant or caseworker."""
    answers: RaterAnswers = getattr(paths.answering, rater)
    ratings: Floats = getattr(paths.ratings, rater)
    usable = answers.given & answers.independent
    end = np.minimum(answers.day + INTERVAL_DAYS, _next_day(usable, answers.day))
    leaving = paths.leaving
    at_risk = (answers.day < leaving.exit_day[:, None]) & (answers.day < leaving.study_day[:, None])
    at_risk &= answers.day < leaving.withdrawn[:, None]
    person, k = np.nonzero(usable & at_risk & (end <= leaving.observed_to[:, None]))
    values = np.where(is_missing(ratings) | ~usable[:, :, None], np.nan, ratings)
    until_answer = accumulated(paths.cumulative, answers.day)[person, k]
    until_end = accumulated(paths.cumulative, np.minimum(end, _last_day(paths)))[person, k]
    return ExpectedRows(
        person=person,
        round=k,
        level=values[person, k],
        previous=_one_later(values)[person, k],
        baseline=_one_later(_first(values))[person, k],
        past_mean=_one_later(_mean_so_far(values))[person, k],
        covariates=_covariates(scenario, paths, person, k),
        weight=np.exp(-until_answer),
        probability=-np.expm1(until_answer - until_end),
    )


def _one_later(values: Floats) -> Floats:
    """What is so at each round, told at the next (persons, rounds, items)."""
    later = np.full_like(values, np.nan)
    later[:, 1:] = values[:, :-1]
    return later


def _first(values: Floats) -> Floats:
    """The first number up to and with each round (persons, rounds, items)."""
    first = values.copy()
    for k in range(1, values.shape[1]):
        first[:, k] = np.where(np.isnan(first[:, k - 1]), values[:, k], first[:, k - 1])
    return first


def _mean_so_far(values: Floats) -> Floats:
    """The mean of the numbers up to and with each round (persons, rounds, items)."""
    known = ~np.isnan(values)
    count = np.cumsum(known, axis=1)
    total = np.cumsum(np.where(known, values, 0.0), axis=1)
    mean: Floats = np.divide(total, count, out=np.full_like(values, np.nan), where=count > 0)
    return mean


def _next_day(usable: Bools, day: Ints) -> Ints:
    """The day of the next independent answer of the enrolment, NEVER after the last."""
    following = np.full(day.shape, NEVER)
    for k in range(day.shape[1] - 2, -1, -1):
        following[:, k] = np.where(usable[:, k + 1], day[:, k + 1], following[:, k + 1])
    return following


def _last_day(paths: Paths) -> int:
    return INTERVAL_DAYS * int(paths.cumulative.shape[1])


def _covariates(scenario: Scenario, paths: Paths, person: Ints, k: Ints) -> Floats:
    people = paths.people
    columns = [np.ones(len(person)), k.astype(np.float64)]
    for name, categories in scenario.covariates.items():
        drawn = people.covariates[name][person]
        columns += [(drawn == index).astype(np.float64) for index in range(1, len(categories))]
    centre = people.centre[person]
    columns += [(centre == index).astype(np.float64) for index in range(1, len(scenario.centres))]
    return np.stack(columns, axis=1)
