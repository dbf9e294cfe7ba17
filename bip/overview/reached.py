"""R1: how many reached work, study or labour-market training within a year of enrolment."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import IntEnum

from bip.overview.curves import HORIZON, SMALLEST, Followed, Point, incidence
from bip.overview.persons import REACHED, YEAR, Person
from bip.overview.suppression import LIMIT, TOTAL, Table, suppress, tabulate


class Since(IntEnum):
    """How long ago somebody was enrolled."""

    A_YEAR = 0
    LESS = 1


class Status(IntEnum):
    """What is known of somebody's first year."""

    REACHED = 0
    NOT = 1
    # Followed for less than a year, without any of it: censored.
    OPEN = 2


@dataclass(frozen=True, slots=True)
class WithinYear:
    """Persons by when they were enrolled and what is known, and the share by time.

    `points` is empty where the figures are too few for it, or where what is hidden could be had from it.
    """

    table: Table
    points: tuple[Point, ...]

    @property
    def reached(self) -> int | None:
        """Of those enrolled at least a year ago."""
        return self.table.shown(Since.A_YEAR, Status.REACHED)

    @property
    def base(self) -> int | None:
        """Those enrolled at least a year ago."""
        return self.table.shown(Since.A_YEAR, TOTAL)

    @property
    def open(self) -> int | None:
        """Those whose first year is not known to the end."""
        return self.table.shown(TOTAL, Status.OPEN)

    @property
    def total(self) -> int | None:
        """Everybody."""
        return self.table.shown(TOTAL, TOTAL)


def within_year(persons: Sequence[Person], today: date, *, drawn: bool = True) -> WithinYear:
    """The figures of these persons; `drawn`: with the share by time."""
    followed = [follow(person, today) for person in persons]
    since = [Since.A_YEAR if person.first.enrolled_on + YEAR <= today else Since.LESS for person in persons]
    places = list(zip(since, map(_status, followed), strict=True))
    table = suppress(tabulate(places, (len(Since), len(Status))), (len(Since), len(Status)))
    return WithinYear(table, incidence(followed) if drawn and _carries(table) else ())


def follow(person: Person, today: date) -> Followed:
    """How somebody's first year went.

    1: reached it. 2: left without it, which ends the way there. 0: withdrew, or the year is not over.
    """
    begun = person.first.enrolled_on
    event = person.first_event(REACHED, today)
    last = person.last(today)
    if event is not None and event <= begun + YEAR:
        return Followed((event - begun).days, 1)
    if last is None:
        return Followed(min((today - begun).days, HORIZON), 0)
    left, ended = last.known_exit(today), last.ended_on or today
    days = (ended - begun).days
    return Followed(min(days, HORIZON), 2 if left is not None and days <= HORIZON else 0)


def _status(followed: Followed) -> Status:
    if followed.outcome == 1:
        return Status.REACHED
    return Status.NOT if followed.outcome == 2 or followed.days >= HORIZON else Status.OPEN


def _carries(table: Table) -> bool:
    """Whether a curve can be shown: enough persons, enough followed a year, nothing hidden told by it."""
    everybody, base = table.shown(TOTAL, TOTAL), table.shown(Since.A_YEAR, TOTAL)
    reached = table.shown(TOTAL, Status.REACHED)
    return (
        not table.hidden
        and everybody is not None
        and base is not None
        and reached is not None
        and base >= SMALLEST
        and reached >= LIMIT
        and table.shown(Since.A_YEAR, Status.REACHED) is not None
    )
