"""R1: how many reached work, study or labour-market training within a year of enrolment.

One estimand: the share with such an event within 365 days of the first enrolment. Everybody is followed to
the end of what is known of them; leaving does not rule the event out, it only ends what is known unless a
register goes on.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import IntEnum
from typing import Final

from bip.overview.curves import HORIZON, SMALLEST, Followed, Point, incidence
from bip.overview.parts import LIMIT, told
from bip.overview.persons import REACHED, YEAR, Person


class Status(IntEnum):
    """What is known of somebody's first year."""

    REACHED = 0
    NOT = 1
    # Not known to the end, and without any of it as far as it is: censored.
    OPEN = 2


Part = tuple[Status, ...]

# The first of these that may be told is shown; the last one always may, of enough persons.
_DIVISIONS: Final[tuple[tuple[Part, ...], ...]] = (
    ((Status.REACHED,), (Status.NOT,), (Status.OPEN,)),
    ((Status.REACHED,), (Status.NOT, Status.OPEN)),
    ((Status.NOT,), (Status.REACHED, Status.OPEN)),
    ((Status.REACHED, Status.NOT, Status.OPEN),),
)


@dataclass(frozen=True, slots=True)
class WithinYear:
    """Persons by what is known of them, and the share by time.

    `parts`: each with its number of persons. `points` is empty where there are too few for a curve.
    """

    parts: tuple[tuple[Part, int], ...]
    points: tuple[Point, ...]

    @property
    def total(self) -> int:
        """Everybody."""
        return sum(count for _, count in self.parts)

    @property
    def at_least(self) -> int | None:
        """How many reached it for certain; None where that is not told."""
        return dict(self.parts).get((Status.REACHED,))

    @property
    def at_most(self) -> int | None:
        """How many reached it if all did of whom it is not known; None where that is not told."""
        failed = dict(self.parts).get((Status.NOT,))
        return None if failed is None else self.total - failed


def within_year(persons: Sequence[Person], today: date, *, drawn: bool = True) -> WithinYear:
    """The figures of these persons, at least `LIMIT`; `drawn`: with the share by time."""
    followed = [follow(person, today) for person in persons]
    count = Counter(map(_status, followed))
    divisions = (
        tuple((part, sum(count[status] for status in part)) for part in division) for division in _DIVISIONS
    )
    parts = next(division for division in divisions if told(number for _, number in division))
    return WithinYear(parts, incidence(followed) if drawn and _carries(count) else ())


def follow(person: Person, today: date) -> Followed:
    """How somebody's first year went: 1 for who reached it, 0 for who had not by the last day known."""
    begun, known = person.first.enrolled_on, person.known_to(today)
    event = person.first_event(REACHED, min(known, begun + YEAR))
    if event is not None:
        return Followed((event - begun).days, 1)
    return Followed(min((known - begun).days, HORIZON), 0)


def _status(followed: Followed) -> Status:
    if followed.outcome:
        return Status.REACHED
    return Status.NOT if followed.days >= HORIZON else Status.OPEN


def _carries(count: Counter[Status]) -> bool:
    """Whether a curve can be shown: all parts told, enough who reached it, and enough followed to the end."""
    return (
        told(count.values())
        and count.total() >= SMALLEST
        and count[Status.REACHED] >= LIMIT
        and (count[Status.OPEN] == 0 or count[Status.NOT] >= SMALLEST)
    )
