"""Where the lines and dots of a small picture stand: an indicator's steps as rungs, a dot for each round."""

from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Final

from bip.collect.own_answers import OwnIndicator

WIDTH: Final = 320
RUNG: Final = 34
NUMBERS: Final = 16  # the middle of the column with the steps' numbers
FIRST: Final = 60
LATEST: Final = WIDTH - 28


@dataclass(frozen=True, slots=True)
class Rung:
    """One step of the scale, the highest on top."""

    step: int
    y: int


@dataclass(frozen=True, slots=True)
class Dot:
    """One round's answer. `kind`: latest, first or between; each has a shape of its own."""

    kind: str
    x: int
    y: int


@dataclass(frozen=True, slots=True)
class OwnFigure:
    """The picture. `lines` join the dots of neighbouring rounds: where one gave no step, there is a gap.

    `first` and `latest`: the days of the outermost dots; `first` is None where there is only one dot.
    """

    height: int
    numbers_x: int
    rail: tuple[int, int]
    rungs: tuple[Rung, ...]
    dots: tuple[Dot, ...]
    lines: tuple[tuple[Dot, Dot], ...]
    first: date | None
    latest: date


def own_figure(indicator: OwnIndicator, *, mirrored: bool) -> OwnFigure | None:
    """The picture of an indicator; None where no round gave a step. `mirrored`: time runs to the left."""
    days = [answer.day for answer in indicator.answers if answer.step is not None]
    if not days:
        return None
    first, latest = days[0], days[-1]
    heights = {step: (indicator.steps[-1] - step) * RUNG + RUNG // 2 for step in indicator.steps}

    def across(x: int) -> int:
        return WIDTH - x if mirrored else x

    def dot(day: date, step: int) -> Dot:
        kind = "latest" if day == latest else "first" if day == first else "between"
        return Dot(kind, across(_along(day, first, latest)), heights[step])

    course = [None if one.step is None else dot(one.day, one.step) for one in indicator.answers]
    return OwnFigure(
        height=len(heights) * RUNG,
        numbers_x=across(NUMBERS),
        rail=(across(2 * NUMBERS), across(WIDTH)),
        rungs=tuple(Rung(step, y) for step, y in heights.items()),
        dots=tuple(one for one in course if one),
        lines=tuple((before, after) for before, after in pairwise(course) if before and after),
        first=first if first != latest else None,
        latest=latest,
    )


def _along(day: date, first: date, latest: date) -> int:
    """As far from the first as the days between say; one answer alone stands where the latest does."""
    if first == latest:
        return LATEST
    return FIRST + round((LATEST - FIRST) * ((day - first) / (latest - first)))
