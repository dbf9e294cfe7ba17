"""R3: the time from enrolment to exit."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from bip.overview.curves import MONTH, SMALLEST, Followed, Median, Point, median, remaining
from bip.overview.persons import Person
from bip.overview.suppression import LIMIT, TOTAL, Table, suppress, tabulate


@dataclass(frozen=True, slots=True)
class Course:
    """How long a group stays: the share still there by time, and when half have left.

    `points` is empty where the group is too small or too few have left. `mean`: in months, where all have.
    """

    points: tuple[Point, ...] = ()
    median: Median | None = None
    mean: float | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """An intake; `name` is None for those without one. `persons` is None where hidden."""

    name: str | None
    persons: int | None
    course: Course


@dataclass(frozen=True, slots=True)
class Staying:
    """Everybody, and each intake."""

    persons: int | None
    course: Course
    intakes: tuple[Group, ...]


def staying(persons: Sequence[Person], today: date) -> Staying:
    """By first enrolment; who withdrew is followed until then. The oldest intake first."""
    by_name: dict[str | None, list[Followed]] = {}
    for person in sorted(persons, key=lambda person: (person.first.enrolled_on, person.first.intake or "")):
        by_name.setdefault(person.first.intake, []).append(follow(person, today))
    table = _counted([len(people) for people in by_name.values()])
    everybody = [one for people in by_name.values() for one in people]
    shown = {name: people for place, (name, people) in enumerate(by_name.items()) if table.shown(place)}
    told = _told(shown, _exits(everybody))
    groups = tuple(
        Group(name, table.shown(place), _course(people) if name in told else Course())
        for place, (name, people) in enumerate(by_name.items())
    )
    return Staying(table.shown(TOTAL), _course(everybody) if _enough(everybody) else Course(), groups)


def follow(person: Person, today: date) -> Followed:
    """From the first enrolment to its exit (1), else to its last day (0)."""
    stay = person.first
    left = stay.known_exit(today)
    end = left or min(stay.ended_on or today, today)
    return Followed((end - stay.enrolled_on).days, int(left is not None))


def _counted(sizes: Sequence[int]) -> Table:
    places = [(place,) for place, size in enumerate(sizes) for _ in range(size)]
    return suppress(tabulate(places, (len(sizes),)), (len(sizes),))


def _told(intakes: Mapping[str | None, Sequence[Followed]], exits: int) -> set[str | None]:
    """The intakes that have a course: enough in each, and not few exits in what they leave of everybody's."""
    told = sorted(
        (name for name, people in intakes.items() if _enough(people)), key=lambda name: -_exits(intakes[name])
    )
    while told and 0 < exits - sum(_exits(intakes[name]) for name in told) < LIMIT:
        told.pop()
    return set(told)


def _enough(people: Sequence[Followed]) -> bool:
    return len(people) >= SMALLEST and _exits(people) >= LIMIT


def _exits(people: Sequence[Followed]) -> int:
    return sum(one.outcome for one in people)


def _course(people: Sequence[Followed]) -> Course:
    everybody_left = _exits(people) == len(people)
    mean = sum(one.days for one in people) / len(people) / MONTH if everybody_left else None
    return Course(remaining(people), median(people), mean)
