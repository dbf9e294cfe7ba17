"""The curves of an overview as pictures, each with its words and its table."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import format_decimal, format_percent, gettext

from bip.overview.curves import MONTH, Point
from bip.overview.figures import Figure, Line, curve_figure
from bip.overview.staying import Staying


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
        _in_words([line]),
        curve_figure([line], across=_across(), interval=interval),
        (_across(), name, interval),
        tuple((month(point), percent(point.value), span(point)) for point in points),
    )


def staying_chart(staying: Staying) -> Chart | None:
    """How the share still in care shrinks.

    For everybody only: months that one intake's curve would leave out could be had from the others.
    """
    if not staying.course.points:
        return None
    lines = [Line(gettext("All"), staying.course.points, 1.0)]
    days = sorted({point.day for line in lines for point in line.points})
    at = [{point.day: point for point in line.points} for line in lines]
    return Chart(
        gettext("Share that has not left, by months since enrolment"),
        _in_words(lines),
        curve_figure(lines, across=_across()),
        (_across(), *(line.name for line in lines)),
        tuple((_month(day), *(_cell(one.get(day)) for one in at)) for day in days),
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
    return _month(point.day)


def _month(day: int) -> str:
    return str(format_decimal(round(day / MONTH, 1)))


def _cell(point: Point | None) -> str:
    return "–" if point is None else percent(point.value)


def _across() -> str:
    return str(gettext("Months of 30 days"))


def _in_words(lines: Sequence[Line]) -> str:
    return " ".join(
        gettext(
            "%(name)s: %(share)s after %(month)s months.",
            name=line.name,
            share=percent(line.points[-1].value),
            month=month(line.points[-1]),
        )
        for line in lines
    )
