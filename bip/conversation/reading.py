"""What two people's answers say side by side and over time, in words: plain functions of what may be seen.

A step that somebody has moved is always told. Only what is beyond the measurement's noise is called reliable:
with a standard deviation of 1.33 and a retest correlation of 0.68, three steps on one question, 1.08 steps on
the mean of nine questions. Both bounds hold for five steps; on other scales nothing is called reliable.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from bip.casework.comparison import Comparison, Indicator, Round
from surveys.schema import RATERS, Rater

LARGE_GAP: Final = 2
RELIABLE_STEPS: Final = 3
RELIABLE_MEAN: Final = 1.08
FEWEST_FOR_MEAN: Final = 9
_WIDTH_OF_FIVE_STEPS: Final = 4


@dataclass(frozen=True, slots=True)
class Said:
    """A step, and the words in which it was put to its rater."""

    step: float
    words: str


@dataclass(frozen=True, slots=True)
class Pair:
    """One indicator as each of the two sees it."""

    label: str
    participant: Said
    caseworker: Said

    @property
    def gap(self) -> float:
        """How many steps lie between the two."""
        return abs(self.participant.step - self.caseworker.step)


@dataclass(frozen=True, slots=True)
class NoStep:
    """A question that was answered with no step; `words` say with what."""

    label: str
    words: str


@dataclass(frozen=True, slots=True)
class View:
    """The latest round that both have answered; every question with two steps is in one of the two."""

    round: Round
    agree: tuple[Pair, ...]
    differ: tuple[Pair, ...]


@dataclass(frozen=True, slots=True)
class Move:
    """One indicator that the same rater put on another step than before."""

    label: str
    before: Said
    after: Said
    reliable: bool

    @property
    def steps(self) -> float:
        """How far; above 0 is closer to work."""
        return self.after.step - self.before.step


@dataclass(frozen=True, slots=True)
class Movement:
    """One rater's answers in the latest round against an earlier one.

    `mean`: the mean change of the questions with a step in both rounds, None where they are too few to say
    anything; `mean_reliable`: whether it is beyond the noise.
    """

    since: Round
    moves: tuple[Move, ...]
    mean: float | None
    mean_reliable: bool

    @property
    def reliable(self) -> tuple[Move, ...]:
        """The changes beyond the measurement's noise."""
        return tuple(move for move in self.moves if move.reliable)

    @property
    def seen(self) -> tuple[Move, ...]:
        """The steps seen: changes that may be noise."""
        return tuple(move for move in self.moves if not move.reliable)


@dataclass(frozen=True, slots=True)
class Course:
    """What has moved for one rater: since the round before, and since the first if that is another."""

    rater: Rater
    now: Round
    last: Movement | None
    start: Movement | None
    no_step: tuple[NoStep, ...]


def view(comparison: Comparison) -> View | None:
    """Where the two agree and where they differ; None where they have not answered the same round yet."""
    both = [one for one in comparison.rounds if all(_has_answered(comparison, r, one) for r in RATERS)]
    if not both:
        return None
    pairs = [pair for indicator in comparison.indicators if (pair := _pair(comparison, both[-1], indicator))]
    return View(
        both[-1],
        tuple(pair for pair in pairs if pair.gap < LARGE_GAP),
        tuple(sorted((pair for pair in pairs if pair.gap >= LARGE_GAP), key=lambda pair: -pair.gap)),
    )


def courses(comparison: Comparison, missing: Mapping[int, str]) -> tuple[Course, ...]:
    """For each rater who has answered: what has moved, and what has no step in the latest round."""
    found = (_course(comparison, rater, missing) for rater in RATERS)
    return tuple(course for course in found if course)


def movement(comparison: Comparison, rater: Rater, since: Round, now: Round) -> Movement:
    """What one rater moved between two rounds."""
    moves, changes = [], []
    for indicator in comparison.indicators:
        before, after = (_said(comparison, rater, one, indicator) for one in (since, now))
        if before is None or after is None:
            continue
        change = after.step - before.step
        if _has_five_steps(indicator):
            changes.append(change)
        if change:
            reliable = _has_five_steps(indicator) and abs(change) >= RELIABLE_STEPS
            moves.append(Move(_numbered(indicator), before, after, reliable))
    mean = sum(changes) / len(changes) if len(changes) >= FEWEST_FOR_MEAN else None
    return Movement(since, tuple(moves), mean, mean is not None and abs(mean) >= RELIABLE_MEAN)


def _course(comparison: Comparison, rater: Rater, missing: Mapping[int, str]) -> Course | None:
    own = [one for one in comparison.rounds if _has_answered(comparison, rater, one)]
    if not own:
        return None
    *earlier, now = own
    return Course(
        rater,
        now,
        movement(comparison, rater, earlier[-1], now) if earlier else None,
        movement(comparison, rater, earlier[0], now) if len(earlier) > 1 else None,
        tuple(_without_step(comparison, rater, now, missing)),
    )


def _without_step(
    comparison: Comparison, rater: Rater, one: Round, missing: Mapping[int, str]
) -> Iterable[NoStep]:
    for indicator in comparison.indicators:
        answer = comparison.answer(rater, one, indicator)
        if answer is not None and not indicator.holds(answer):
            yield NoStep(_numbered(indicator), missing[int(answer)])


def _has_answered(comparison: Comparison, rater: Rater, one: Round) -> bool:
    """Missing codes count: they are what somebody has said."""
    return any(
        (rater, one.number, indicator.key) in comparison.answers for indicator in comparison.indicators
    )


def _pair(comparison: Comparison, one: Round, indicator: Indicator) -> Pair | None:
    participant = _said(comparison, "participant", one, indicator)
    caseworker = _said(comparison, "caseworker", one, indicator)
    return Pair(_numbered(indicator), participant, caseworker) if participant and caseworker else None


def _said(comparison: Comparison, rater: Rater, one: Round, indicator: Indicator) -> Said | None:
    value = comparison.value(rater, one, indicator)
    if value is None:
        return None
    return Said(value, indicator.steps.get(rater, {}).get(value, f"{value:g}"))


def _has_five_steps(indicator: Indicator) -> bool:
    return indicator.highest - indicator.lowest == _WIDTH_OF_FIVE_STEPS


def _numbered(indicator: Indicator) -> str:
    return f"{indicator.number}. {indicator.label}"


def labels(moves: Sequence[Move], *, closer: bool) -> tuple[str, ...]:
    """The names of the indicators that moved one way."""
    return tuple(move.label for move in moves if (move.steps > 0) is closer)
