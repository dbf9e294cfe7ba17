"""Who answers which round, when, how, and whether independently of the other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from analysis.simulate.arrays import INTERVAL_DAYS, WINDOW_DAYS, Bools, Floats, Ints
from analysis.simulate.leaving import Leaving
from analysis.simulate.people import People
from analysis.simulate.scenario import Scenario
from analysis.simulate.traits import Traits

LATEST_DAYS: Final = 60
"""Answers come at most so late, and so before the next round opens and the next caseworker comes."""
MODES: Final = ("own_device", "shared_tablet", "interview", "paper")
ASSISTANCE: Final = ("none", "interpreter", "caseworker", "other")
_MODE_SHARES: Final = (0.42, 0.33, 0.15, 0.10)
_SAME_MODE: Final = 0.85
_READ_BY_CASEWORKER: Final = 0.55
_RATES_FIRST: Final = 0.60
_SEEN_WHEN_LATE: Final = 0.5
_PROXY_SHARE: Final = 0.008
_FIRST_ROUND: Final = 1.5
"""Log-odds by which an answer is more likely in the first round, where the questionnaire is presented."""


@dataclass(frozen=True)
class RaterAnswers:
    """Arrays (persons, rounds) of one rater. `day` is meaningful where `given`.

    `given`: an answer comes unless a job has led to an exit before. `independent`: the rater had not
    seen the other's answers.
    """

    given: Bools
    day: Ints
    independent: Bools


@dataclass(frozen=True)
class Answering:
    """Both raters' answers, and how the participant answered: indices into MODES and ASSISTANCE."""

    participant: RaterAnswers
    caseworker: RaterAnswers
    mode: Ints
    assistance: Ints
    proxy: Bools


def draw_answering(
    scenario: Scenario, people: People, leaving: Leaving, traits: Traits, rng: np.random.Generator
) -> Answering:
    """Those who cope better answer more often."""
    coping = traits.weighted({"everyday_coping": scenario.answers_by_coping})[:, :-1]
    shape = coping.shape
    habit = scenario.answers_sd * rng.standard_normal((shape[0], 1))
    tendency = coping + habit + _FIRST_ROUND * (np.arange(shape[1]) == 0)
    held_up = rng.gamma(2.0, 3.0, shape)
    days = [_days(scenario, held_up, rng) for _ in range(2)]
    given = [
        (rng.random(shape) < _expit(base + tendency)) & _may_answer(people, leaving, day)
        for base, day in zip((scenario.participant_answers, scenario.caseworker_answers), days, strict=True)
    ]
    mode = _modes(shape, rng)
    assistance = _assistance(mode, rng)
    read_aloud = given[0] & (mode == 2) & (assistance == 2) & (rng.random(shape) >= _RATES_FIRST)
    seen = [_seen_when_late(days[i], days[1 - i], given[1 - i], rng) for i in (0, 1)]
    return Answering(
        RaterAnswers(given[0], days[0], ~seen[0]),
        RaterAnswers(given[1], days[1], ~(seen[1] | read_aloud)),
        mode,
        assistance,
        rng.random(shape) < _PROXY_SHARE,
    )


def _expit(x: Floats) -> Floats:
    result: Floats = 1.0 / (1.0 + np.exp(-x))
    return result


def _days(scenario: Scenario, held_up: Floats, rng: np.random.Generator) -> Ints:
    """Days of submission: what holds both up, the rater's own delay, and a few after the window."""
    own = rng.gamma(1.5, 3.0, held_up.shape)
    late = (rng.random(held_up.shape) < scenario.late_share) * (WINDOW_DAYS + 1)
    delay = np.minimum(held_up + own, WINDOW_DAYS).astype(np.int64)
    return INTERVAL_DAYS * np.arange(held_up.shape[1]) + np.minimum(delay + late, LATEST_DAYS)


def _may_answer(people: People, leaving: Leaving, day: Ints) -> Bools:
    rounds = np.arange(day.shape[1])
    result: Bools = (
        (rounds <= people.last_round[:, None])
        & (day <= leaving.exit_day[:, None])
        & (day <= leaving.withdrawn[:, None])
    )
    return result


def _modes(shape: tuple[int, ...], rng: np.random.Generator) -> Ints:
    usual = rng.choice(len(MODES), (shape[0], 1), p=_MODE_SHARES)
    other = rng.choice(len(MODES), shape, p=_MODE_SHARES)
    return np.where(rng.random(shape) < _SAME_MODE, usual, other)


def _assistance(mode: Ints, rng: np.random.Generator) -> Ints:
    """In an interview the caseworker or an interpreter helps; else hardly anybody does."""
    interview = np.where(rng.random(mode.shape) < _READ_BY_CASEWORKER, 2, 1)
    alone = rng.choice(len(ASSISTANCE), mode.shape, p=(0.93, 0.03, 0.0, 0.04))
    return np.where(mode == 2, interview, alone)


def _seen_when_late(mine: Ints, other: Ints, given: Bools, rng: np.random.Generator) -> Bools:
    """After the window the answers are opened; some who answer late have looked at the other's."""
    late = mine - INTERVAL_DAYS * np.arange(mine.shape[1]) > WINDOW_DAYS
    looked: Bools = late & given & (other < mine) & (rng.random(mine.shape) < _SEEN_WHEN_LATE)
    return looked
