"""R4: who came and who left, by sex and origin; R5: how many are in care.

Everybody counts once: among those who came in the year of the first enrolment, and either as still in care or
among those who left, in the year in which the last enrolment ended. So all of it adds up, and what is hidden
of it is told neither by the years nor by the parts nor by the other table.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import IntEnum

from bip.overview.persons import WORK, Person, Stay
from bip.overview.suppression import LIMIT, TOTAL, Table, suppress, tabulate
from bip.store.lists import EventKind, ExitReason, Origin, Sex

Group = tuple[int, int]


class Way(IntEnum):
    """How somebody left."""

    REGULAR = 0
    SUBSIDISED = 1
    WORK = 2
    STUDY = 3
    OTHER = 4


@dataclass(frozen=True, slots=True)
class Flow:
    """`came` by year, sex and origin; `went` by year, group (sex and origin) and way.

    `years` holds the years with somebody. `groups` are the rows of `went`: a sex and an origin by their
    places, or None for all those who have no row of their own.
    """

    years: tuple[int, ...]
    sexes: tuple[Sex, ...]
    origins: tuple[Origin, ...]
    came: Table
    groups: tuple[Group | None, ...]
    went: Table
    working: Table

    def place(self, year: int | None) -> int:
        """Of a year, or of all time."""
        return TOTAL if year is None else self.years.index(year)

    @property
    def persons(self) -> int | None:
        """Everybody."""
        return self.came.shown(TOTAL, TOTAL, TOTAL)

    @property
    def in_care(self) -> int | None:
        """Those who have not left; None where they, or those who have, are few."""
        left = self.went.shown(TOTAL, TOTAL, TOTAL)
        return None if self.persons is None or left is None else self.persons - left

    @property
    def in_work(self) -> int | None:
        """Those in care who have a job."""
        return self.working.shown(0) if self.in_care is not None else None


@dataclass(frozen=True, slots=True)
class _Counted:
    """Where somebody is counted: the group, and the places of the year and the way of leaving."""

    group: Group
    end: tuple[int, Way] | None


def flow(persons: Sequence[Person], today: date) -> Flow:
    """Of at least one person."""
    endings = [person.last(today) for person in persons]
    years = _years(persons, endings, today)
    sexes = tuple(sex for sex in Sex if any(person.sex is sex for person in persons))
    origins = tuple(origin for origin in Origin if any(person.origin is origin for person in persons))
    place = [(sexes.index(person.sex), origins.index(person.origin)) for person in persons]
    shape = (len(years), len(sexes), len(origins))
    begun = [years.index(person.first.enrolled_on.year) for person in persons]
    came = suppress(tabulate([(year, *pair) for year, pair in zip(begun, place, strict=True)], shape), shape)
    counted = [
        _Counted(pair, None if end is None else (years.index((end.ended_on or today).year), _way(end)))
        for pair, end in zip(place, endings, strict=True)
    ]
    working = tabulate([(0 if one.works(today) else 1,) for one in persons if one.in_care(today)], (2,))
    groups, went = _went(came, counted, len(years))
    return Flow(years, sexes, origins, came, groups, went, suppress(working, (2,)))


def _years(persons: Sequence[Person], endings: Sequence[Stay | None], today: date) -> tuple[int, ...]:
    begun = {person.first.enrolled_on.year for person in persons}
    return tuple(sorted(begun | {(end.ended_on or today).year for end in endings if end is not None}))


def _way(end: Stay) -> Way:
    """How it ended. Which job an exit to work led to: the last one by then, else the first one after."""
    if end.reason is ExitReason.STUDY:
        return Way.STUDY
    if end.reason is not ExitReason.WORK:
        return Way.OTHER
    jobs = sorted((one for one in end.events if one.kind in WORK), key=lambda one: one.on)
    if not jobs:
        return Way.WORK
    before = [one for one in jobs if end.left_on is not None and one.on <= end.left_on]
    job = before[-1] if before else jobs[0]
    return Way.REGULAR if job.kind is EventKind.JOB_REGULAR else Way.SUBSIDISED


def _went(came: Table, people: Sequence[_Counted], years: int) -> tuple[tuple[Group | None, ...], Table]:
    """The groups that have a row, and those who left, by year, group and way.

    `came` tells how large a group is; together with those of it who left, how many are still in care. A group
    has no row of its own where that would tell too much: what is hidden here cannot be had from there.
    """
    size = Counter(one.group for one in people)
    staying = Counter(one.group for one in people if one.end is None)
    shown = (pair for pair in size if came.shown(TOTAL, *pair) and not 0 < staying[pair] < LIMIT)
    own = sorted(shown, key=lambda pair: (-size[pair], pair))
    few = 0 < staying.total() < LIMIT
    while True:
        groups: tuple[Group | None, ...] = (*sorted(own), *([None] if set(size) - set(own) else []))
        at = {one: groups.index(one if one in own else None) for one in size}
        shape = (years, len(groups), len(Way))
        places = [(one.end[0], at[one.group], one.end[1]) for one in people if one.end is not None]
        table = suppress(tabulate(places, shape), shape, also=[(TOTAL, TOTAL, TOTAL)] if few else [])
        care = Counter(at[one.group] for one in people if one.end is None)
        if not own or all(_apart(table, place, care[place]) for place in range(len(groups))):
            return groups, table
        own.pop()


def _apart(table: Table, place: int, in_care: int) -> bool:
    """Whether a group's row may stand beside the group's size."""
    return in_care >= LIMIT or (in_care == 0 and table.shown(TOTAL, place, TOTAL) is not None)
