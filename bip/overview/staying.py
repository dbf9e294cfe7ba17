"""R3: the time from enrolment to exit."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from bip.overview.curves import HORIZON, MONTH, SMALLEST, Followed, Median, Point, median, remaining
from bip.overview.parts import LIMIT, told
from bip.overview.persons import Person
from bip.overview.reached import WithinYear
from bip.overview.reached import follow as follow_year


@dataclass(frozen=True, slots=True)
class Course:
    """How long everybody stays: the share still there by time, and when half have left.

    `mean`: in months, where all have.
    """

    points: tuple[Point, ...]
    median: Median | None
    mean: float | None


@dataclass(frozen=True, slots=True)
class Intake:
    """An intake and when half of it have left."""

    name: str
    persons: int
    median: Median | None


@dataclass(frozen=True, slots=True)
class Staying:
    """Everybody, the intakes that can be told, and how many are in none of these.

    `course` is None where too few have left.
    """

    persons: int
    course: Course | None
    intakes: tuple[Intake, ...]
    others: int


@dataclass(frozen=True, slots=True)
class _One:
    """Somebody followed to the exit and through the first year; `since`: days since the enrolment."""

    intake: str | None
    since: int
    stay: Followed
    year: Followed


_Intakes = Mapping[str, Sequence[_One]]


def staying(persons: Sequence[Person], today: date, reached: WithinYear) -> Staying:
    """By first enrolment; who withdrew is followed until then. The oldest intake first."""
    people = [_one(person, today) for person in sorted(persons, key=lambda one: one.first.enrolled_on)]
    intakes = _told(people)
    inside = sum(len(those) for those in intakes.values())
    return Staying(
        len(people),
        _course(people, intakes, [point.day for point in reached.points]) if _enough(people) else None,
        tuple(Intake(name, len(those), median(_stays(those))) for name, those in intakes.items()),
        len(people) - inside,
    )


def follow(person: Person, today: date) -> Followed:
    """From the first enrolment to its exit (1), else to its last day (0)."""
    stay = person.first
    left = stay.known_exit(today)
    end = left or min(stay.ended_on or today, today)
    return Followed((end - stay.enrolled_on).days, int(left is not None))


def _one(person: Person, today: date) -> _One:
    since = (today - person.first.enrolled_on).days
    return _One(person.first.intake, since, follow(person, today), follow_year(person, today))


def _stays(people: Sequence[_One]) -> list[Followed]:
    return [one.stay for one in people]


def _told(people: Sequence[_One]) -> _Intakes:
    """The intakes told: enough people and exits in each, and not few in what they leave of everybody's.

    None of the last year: that none of it can be known to have gone a year without work would tell of others.
    """
    by_name: dict[str, list[_One]] = {}
    for one in people:
        if one.intake is not None:
            by_name.setdefault(one.intake, []).append(one)
    found = {name: those for name, those in by_name.items() if _enough(those) and _year_over(those)}
    while found and not _told_apart(people, found):
        del found[min(found, key=lambda name: (len(found[name]), name))]
    return found


def _told_apart(people: Sequence[_One], intakes: _Intakes) -> bool:
    others = [one for one in people if one.intake not in intakes]
    return told((len(others), _exits(others)))


def _year_over(people: Sequence[_One]) -> bool:
    return all(one.since >= HORIZON for one in people)


def _enough(people: Sequence[_One]) -> bool:
    return len(people) >= SMALLEST and _exits(people) >= LIMIT


def _exits(people: Sequence[_One]) -> int:
    return sum(one.stay.outcome for one in people)


def _course(people: Sequence[_One], intakes: _Intakes, year: Sequence[int]) -> Course:
    mean = sum(one.stay.days for one in people) / len(people) / MONTH
    return Course(
        tuple(point for point in remaining(_stays(people)) if not _tells(point.day, people, intakes, year)),
        median(_stays(people)),
        mean if _exits(people) == len(people) else None,
    )


def _tells(day: int, people: Sequence[_One], intakes: _Intakes, year: Sequence[int]) -> bool:
    """Whether the share at a day would tell of few people by what else is shown.

    Nobody is followed for longer than since the enrolment, nor for longer than is known of the first year.
    So young intakes and those lost from the first year can be subtracted from those followed until the day.
    """
    ended = [one for one in people if one.stay.days < day + one.stay.outcome]
    young = {name for name, those in intakes.items() if max(one.since for one in those) < day}
    known = max((of for of in (*year, HORIZON) if of <= day), default=0)
    old = sum(one.intake not in young for one in ended)
    seen = sum(one.year.outcome == 1 or one.year.days >= known for one in ended)
    return not told((old, seen))
