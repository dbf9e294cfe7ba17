"""A course as lanes of bars and marks, in days from the left; the template draws them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from flask_babel import format_date, gettext

from bip.followup.course import Course
from bip.followup.exposure import Mix, Span
from bip.followup.words import ACTIVITIES, EVENTS, EXIT_REASONS, MIXES
from bip.store.lists import ActivityKind


@dataclass(frozen=True, slots=True)
class Bar:
    """From the first day on, so many days; in words for whoever does not see it."""

    first: int
    days: int
    words: str


@dataclass(frozen=True, slots=True)
class Lane:
    """A name, and rows of bars that do not cover one another; `look` names the colour."""

    name: str
    look: str
    rows: tuple[tuple[Bar, ...], ...]

    @property
    def words(self) -> str:
        """The lane read aloud."""
        said = "; ".join(bar.words for row in self.rows for bar in row) or gettext("none")
        return f"{self.name}: {said}"


@dataclass(frozen=True, slots=True)
class Timeline:
    """Lanes over so many days, with the days at the left edge, in the middle and at the right edge."""

    days: int
    ticks: tuple[date, date, date]
    lanes: tuple[Lane, ...]


def timeline(course: Course) -> Timeline:
    """From the enrolment to today, or to the last that is known after its end."""
    first = course.span.first_day
    last = _last_day(course)
    days = (last - first).days + 1
    return Timeline(days, (first, first + timedelta(days=days // 2), last), tuple(_lanes(course, last)))


def _last_day(course: Course) -> date:
    known = (one.end_on or one.happened_on for one in course.events)
    return max(course.span.first_day, course.span.last_day, *known)


def _lanes(course: Course, last: date) -> Iterator[Lane]:
    edges = Span(course.span.first_day, last)
    for kind in ActivityKind:
        own = (one for one in course.activities if one.kind is kind)
        # One without an end lasts as long as the enrolment.
        bars = (_bar(edges, one.start_on, one.end_on, course.span.last_day) for one in own)
        yield Lane(str(ACTIVITIES[kind]), "activity", _rows(bars))
    for mix, look in ((Mix.JOB_WITH_OTHERS, "together"), (Mix.NONE, "gap")):
        same = (one for one in course.stretches if one.mix is mix)
        bars = (_bar(edges, one.first_day, one.last_day, last) for one in same)
        yield Lane(str(MIXES[mix]), look, _rows(bars))
    events = (
        _bar(edges, one.happened_on, one.end_on, one.happened_on, str(EVENTS[one.kind]))
        for one in course.events
    )
    yield Lane(gettext("Events"), "event", _rows(events))
    if course.left:
        day, reason = course.left.left_on, str(EXIT_REASONS[course.left.reason])
        yield Lane(gettext("Exit"), "exit", _rows([_bar(edges, day, day, day, reason)]))


def _bar(edges: Span, start: date, end: date | None, until: date, name: str = "") -> Bar | None:
    """Without an end it is drawn to `until`; None where it lies outside, as data from elsewhere may."""
    first, last = max(start, edges.first_day), min(end or max(until, start), edges.last_day)
    if last < first:
        return None
    words = f"{name} {_dates(start, end)}".strip()
    return Bar((first - edges.first_day).days, (last - first).days + 1, words)


def _dates(start: date, end: date | None) -> str:
    if end == start:
        return str(format_date(start))
    if end is None:
        return str(gettext("from %(first)s", first=format_date(start)))
    return str(gettext("%(first)s to %(last)s", first=format_date(start), last=format_date(end)))


def _rows(bars: Iterable[Bar | None]) -> tuple[tuple[Bar, ...], ...]:
    """Each bar in the first row where it covers no other; always one row, so that the lane can be seen."""
    rows: list[list[Bar]] = [[]]
    for bar in sorted(filter(None, bars), key=lambda one: (one.first, one.days)):
        free = next((row for row in rows if not row or row[-1].first + row[-1].days <= bar.first), None)
        if free is None:
            rows.append([bar])
        else:
            free.append(bar)
    return tuple(map(tuple, rows))
