"""The curves of an overview as pictures, each with its words and its table."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import format_decimal, format_percent, gettext

from bip.overview.curves import MONTH, Point
from bip.overview.figures import Figure, Line, curve_figure


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture, its text alternative, and the table of the same numbers."""

    title: str
    alternative: str
    figure: Figure
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def reached_chart(points: Sequence[Point]) -> Chart | None:
    """How the share that reached work or study grows; None without points."""
    if not points:
        return None
    name = gettext("Reached work or study")
    line = Line(name, tuple(points), 0.0)
    interval = gettext("Confidence interval")
    return Chart(
        gettext("Share that has reached work or study, by months since enrolment"),
        _in_words(line),
        curve_figure(line, across=_across(), interval=interval),
        (_across(), name, interval),
        tuple((month(point), percent(point.value), span(point)) for point in points),
    )


def staying_chart(points: Sequence[Point]) -> Chart | None:
    """How the share still in care shrinks; None without points."""
    if not points:
        return None
    line = Line(gettext("Has not left"), tuple(points), 1.0)
    return Chart(
        gettext("Share that has not left, by months since enrolment"),
        _in_words(line),
        curve_figure(line, across=_across()),
        (_across(), line.name),
        tuple((month(point), percent(point.value)) for point in points),
    )


def percent(share: float) -> str:
    """In whole per cent: more would say more than the numbers do."""
    return str(format_percent(math.floor(100 * share + 0.5) / 100))


def span(point: Point) -> str:
    """The interval of a share, a dash where there is none."""
    if point.low is None or point.high is None:
        return "–"
    return str(gettext("%(low)s to %(high)s", low=percent(point.low), high=percent(point.high)))


def month(point: Point) -> str:
    """Of a point, from enrolment."""
    return str(format_decimal(round(point.day / MONTH, 1)))


def _across() -> str:
    return str(gettext("Months of 30 days"))


def _in_words(line: Line) -> str:
    last = line.points[-1]
    share = percent(last.value)
    return str(
        gettext("%(name)s: %(share)s after %(month)s months.", name=line.name, share=share, month=month(last))
    )
