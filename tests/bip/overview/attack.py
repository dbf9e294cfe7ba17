"""A reader who solves a page: all that it shows, as equations over the kinds of persons there may be."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from itertools import pairwise, product

import numpy as np
from scipy.optimize import linprog

from bip.overview import flow, reached, staying
from bip.overview.curves import HORIZON, Followed
from bip.overview.page import UnitFigures
from bip.overview.persons import Person
from bip.overview.reached import Status
from bip.store.lists import Origin, Sex

FOR_EVER = 10**6


@dataclass(frozen=True)
class Span:
    """What a table of lives tells of somebody: the outcome or not, on days from `first` to `last`."""

    outcome: int
    first: int
    last: int


@dataclass(frozen=True)
class Kind:
    """Everything about a person that some figure depends on. `way` is None for who is in care."""

    sex: Sex
    origin: Origin
    way: flow.Way | None
    works: bool
    year: Span
    stay: Span
    intake: str | None


Count = tuple[Callable[[Kind], bool], int]


@dataclass(frozen=True)
class Reader:
    """Sees the figures, and knows the table of lives behind each curve."""

    figures: UnitFigures
    people: Sequence[Person]
    today: date

    def most(self) -> dict[Kind, tuple[int, float]]:
        """Of each kind that there is: how many there are, and how many there could be."""
        there = Counter(map(self._kind, self.people))
        kinds = list(dict.fromkeys([*there, *filter(self._possible, self._imagined(list(there)))]))
        counts = list(self._counts())
        rows = np.array([[holds(kind) for kind in kinds] for holds, _ in counts], dtype=float)
        values = np.array([value for _, value in counts], dtype=float)
        truth = np.array([there[kind] for kind in kinds])
        assert (rows @ truth == values).all(), "the figures are not those of these people"
        return {kind: (there[kind], _largest(rows, values, kinds.index(kind))) for kind in there}

    def _kind(self, person: Person) -> Kind:
        end = person.last(self.today)
        intake = person.first.intake
        return Kind(
            person.sex,
            person.origin,
            flow._way(end),  # how somebody left is read nowhere else
            end is None and person.works(self.today),
            _span(reached.follow(person, self.today), self._year_days()),
            _span(staying.follow(person, self.today), self._stay_days()),
            intake if intake in {one.name for one in self.figures.staying.intakes} else None,
        )

    def _year_days(self) -> list[int]:
        return sorted({HORIZON, *(point.day for point in self.figures.reached.points)})

    def _stay_days(self) -> list[int]:
        course = self.figures.staying.course
        return [point.day for point in course.points] if course else []

    def _imagined(self, there: Sequence[Kind]) -> Iterator[Kind]:
        """All kinds that could be put together of what there is."""
        ends = sorted({(kind.way, kind.works) for kind in there}, key=str)
        for sex, origin, (way, works), year, stay, intake in product(
            sorted({kind.sex for kind in there}),
            sorted({kind.origin for kind in there}),
            ends,
            sorted({kind.year for kind in there}, key=str),
            sorted({kind.stay for kind in there}, key=str),
            sorted({kind.intake for kind in there}, key=str),
        ):
            yield Kind(sex, origin, way, works, year, stay, intake)

    def _possible(self, kind: Kind) -> bool:
        """Nobody stays for longer than is known of the first year; nothing is older than the intake."""
        known = FOR_EVER if kind.year.outcome or kind.year.first >= HORIZON else kind.year.last
        since = self._since().get(kind.intake, FOR_EVER)
        return kind.stay.first <= known and max(kind.stay.first, kind.year.first) <= since

    def _since(self) -> dict[str | None, int]:
        found: dict[str | None, int] = {}
        for intake in self.figures.staying.intakes:
            days = [
                (self.today - one.first.enrolled_on).days
                for one in self.people
                if one.first.intake == intake.name
            ]
            found[intake.name] = max(days)
        return found

    def _counts(self) -> Iterator[Count]:
        yield (lambda _: True), len(self.people)
        yield from self._of_first_years()
        yield from self._of_stays()
        yield from self._of_ends()

    def _of_first_years(self) -> Iterator[Count]:
        for part, number in self.figures.reached.parts:
            yield partial(_has_status, part), number
        if self.figures.reached.points:
            lives = Counter(_span(reached.follow(one, self.today), self._year_days()) for one in self.people)
            for span, number in lives.items():
                yield partial(_has_year, span), number

    def _of_stays(self) -> Iterator[Count]:
        told = self.figures.staying
        yield partial(_is_of, None), told.others
        for one in told.intakes:
            yield partial(_is_of, one.name), one.persons
        lives = Counter(_span(staying.follow(one, self.today), self._stay_days()) for one in self.people)
        for span, number in lives.items():
            if span.last < FOR_EVER:
                yield partial(_has_stay, span), number
        if told.course is not None and told.course.mean is not None:
            yield (lambda kind: kind.stay.outcome == 1), len(self.people)

    def _of_ends(self) -> Iterator[Count]:
        found = self.figures.flow
        for group in (*found.groups, found.everybody):
            yield partial(_in, group, None), group.came
            if group.left is not None and group.in_care is not None:
                yield partial(_in, group, tuple(flow.Way)), group.left
                yield partial(_in, group, (None,)), group.in_care
            if group.ways is not None:
                for part, number in zip(found.ways, group.ways, strict=True):
                    yield partial(_in, group, part), number
        if found.in_work is not None:
            yield (lambda kind: kind.works), found.in_work


def _span(one: Followed, days: Sequence[int]) -> Span:
    """Who has not had the outcome on a day that is shown is followed beyond it."""
    for after, until in pairwise([-1, *days]):
        if one.outcome and after < one.days <= until:
            return Span(1, after + 1, until)
        if not one.outcome and max(after, 0) <= one.days < until:
            return Span(0, max(after, 0), until - 1)
    return Span(one.outcome, days[-1] + one.outcome if days else 0, FOR_EVER)


def _has_status(part: reached.Part, kind: Kind) -> bool:
    if kind.year.outcome:
        return Status.REACHED in part
    return (Status.NOT if kind.year.first >= HORIZON else Status.OPEN) in part


def _has_year(span: Span, kind: Kind) -> bool:
    return kind.year == span


def _has_stay(span: Span, kind: Kind) -> bool:
    return kind.stay == span


def _is_of(intake: str | None, kind: Kind) -> bool:
    return kind.intake == intake


def _in(group: flow.Group, ways: Sequence[flow.Way | None] | None, kind: Kind) -> bool:
    return (
        (group.sexes is None or kind.sex in group.sexes)
        and (group.origins is None or kind.origin in group.origins)
        and (ways is None or kind.way in ways)
    )


def _largest(rows: np.ndarray, values: np.ndarray, place: int) -> float:
    goal = np.zeros(rows.shape[1])
    goal[place] = -1
    solved = linprog(goal, A_eq=rows, b_eq=values, bounds=(0, None), method="highs")
    assert solved.fun is not None, solved.message
    return -float(solved.fun)
