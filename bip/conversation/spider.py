"""Where the lines and marks of a small spider stand: drawn by the server, so that it is there on paper."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from math import cos, pi, sin
from typing import Final

from bip.casework.comparison import Comparison, Round
from surveys.model import Scale
from surveys.schema import RATERS, Rater

SIZE: Final = 300
_RADIUS: Final = 122
_NUMBERS: Final = 138
_FEWEST: Final = 3
# Into how many parts the rings divide a continuous scale, and at most one of steps.
_PARTS: Final = 4
_MOST_PARTS: Final = 10

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Axis:
    """One indicator: where its line ends, and where its number stands."""

    number: int
    end: Point
    label: Point


@dataclass(frozen=True, slots=True)
class Web:
    """One rater: a mark for every step, a line between neighbours; where there is no step, there is a gap."""

    rater: Rater
    marks: tuple[Point, ...]
    lines: tuple[tuple[Point, Point], ...]


@dataclass(frozen=True, slots=True)
class Spider:
    """The picture, in a square of `SIZE`; `rings` are radii, the furthest from work inside."""

    centre: float
    rings: tuple[float, ...]
    axes: tuple[Axis, ...]
    webs: tuple[Web, ...]


def spider(comparison: Comparison, one: Round) -> Spider | None:
    """The picture of a round; None where the indicators are too few, or have no scale in common."""
    indicators, scale = comparison.indicators, comparison.scale
    if len(indicators) < _FEWEST or scale is None:
        return None
    parts = min(len(scale.steps) - 1, _MOST_PARTS) if scale.steps else _PARTS
    return Spider(
        SIZE / 2,
        tuple(round(_radius(part / parts, parts), 1) for part in range(parts + 1)),
        tuple(
            Axis(
                indicator.number,
                _at(at, len(indicators), _RADIUS),
                _at(at, len(indicators), _NUMBERS),
            )
            for at, indicator in enumerate(indicators)
        ),
        tuple(
            _web(rater, [comparison.value(rater, one, indicator) for indicator in indicators], scale, parts)
            for rater in RATERS
        ),
    )


def _web(rater: Rater, values: list[float | None], scale: Scale, parts: int) -> Web:
    points = [
        None if value is None else _at(at, len(values), _radius(_nearness(scale, value), parts))
        for at, value in enumerate(values)
    ]
    return Web(
        rater,
        tuple(point for point in points if point),
        tuple((a, b) for a, b in pairwise([*points, points[0]]) if a and b),
    )


def _nearness(scale: Scale, value: float) -> float:
    """From 0, furthest from work, to 1."""
    share = (value - scale.lowest) / (scale.highest - scale.lowest)
    return share if scale.direction == "higher_is_closer" else 1 - share


def _radius(nearness: float, parts: int) -> float:
    """The lowest has a ring of its own: in the middle it would be one point for all indicators."""
    return _RADIUS * (1 + nearness * parts) / (1 + parts)


def _at(position: int, of: int, radius: float) -> Point:
    """The first axis points up, the others follow clockwise."""
    turn = 2 * pi * position / of
    return round(SIZE / 2 + radius * sin(turn), 1), round(SIZE / 2 - radius * cos(turn), 1)
