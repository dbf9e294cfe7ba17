"""R3: time to exit, against a Kaplan-Meier curve worked by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from bip.overview.curves import Followed, median, remaining
from bip.overview.persons import Happened, Person, Stay
from bip.overview.reached import within_year
from bip.overview.staying import Staying, follow, staying
from bip.store.lists import EventKind, ExitReason, Origin, Sex

TODAY = date(2026, 3, 2)


def person(ago: int, *, left: int | None = None, withdrew: int | None = None, intake: str = "A") -> Person:
    begun = TODAY - timedelta(days=ago)
    left_on = None if left is None else begun + timedelta(days=left)
    withdrawn_on = None if withdrew is None else begun + timedelta(days=withdrew)
    stay = Stay(begun, intake, left_on, ExitReason.WORK if left is not None else None, withdrawn_on)
    return Person(Sex.WOMAN, Origin.NATIVE, (stay,))


def found_of(people: list[Person]) -> Staying:
    return staying(people, TODAY, within_year(people, TODAY))


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        (person(300, left=90), Followed(90, 1)),
        (person(300), Followed(300, 0)),
        (person(300, withdrew=100), Followed(100, 0)),
        (person(300, left=90, withdrew=90), Followed(90, 1)),
        (person(300, left=120, withdrew=100), Followed(100, 0)),
        # An exit noted ahead of its day has not come.
        (person(300, left=310), Followed(300, 0)),
    ],
)
def test_how_long_somebody_stayed(one: Person, expected: Followed) -> None:
    assert follow(one, TODAY) == expected


def test_time_counts_to_the_exit_of_the_first_enrolment() -> None:
    again = replace(person(300, left=90), stays=(*person(300, left=90).stays, *person(100).stays))
    assert follow(again, TODAY) == Followed(90, 1)


def test_the_curve_by_hand() -> None:
    """Of 20, five leave at day 25; five are followed to day 40 only; five of the ten left leave at day 55.

    S = 15/20 after the first, 15/20 * 5/10 after the second. At day 60 only five are followed: not drawn.
    """
    people = [Followed(25, 1)] * 5 + [Followed(40, 0)] * 5 + [Followed(55, 1)] * 5 + [Followed(200, 0)] * 5
    assert {point.day: point.value for point in remaining(people)} == pytest.approx({30: 0.75})
    more = people + [Followed(200, 0)] * 10
    # 25/30, then 25/30 * 15/20: to day 180, the last end of a month with ten still followed.
    assert [point.day for point in remaining(more)] == [30, 60, 90, 120, 150, 180]
    assert remaining(more)[-1].value == pytest.approx(25 / 30 * 15 / 20)
    # Greenwood: S^2 * (5 / (30 * 25) + 5 / (20 * 15)).
    last = remaining(more)[-1]
    error = (0.625**2 * (5 / 750 + 5 / 300)) ** 0.5
    width = 2.71828182845905 ** (1.959963984540054 * error / (0.625 * 0.470003629245736))
    assert last.low == pytest.approx(0.625**width)
    assert last.high == pytest.approx(0.625 ** (1 / width))


def test_the_median_is_the_first_day_on_which_half_have_left_in_months_begun() -> None:
    people = [Followed(20, 1)] * 5 + [Followed(61, 1)] * 5 + [Followed(90, 0)] * 10
    found = median(people)
    assert found is not None
    assert found.months == 3
    assert median([*people, Followed(90, 0)]) is None


def test_a_mean_only_where_everybody_has_left() -> None:
    left = [person(400, left=30)] * 6 + [person(400, left=90)] * 6
    course = found_of(left).course
    assert course is not None
    assert course.mean == pytest.approx(2)
    course = found_of([*left, *[person(400)] * 5]).course
    assert course is not None
    assert course.mean is None


def test_an_intake_is_told_from_ten_persons_and_five_exits() -> None:
    a = [person(400, left=25, intake="A")] * 6 + [person(400, intake="A")] * 12
    b = [person(400, left=25, intake="B")] * 4 + [person(400, intake="B")] * 12
    c = [person(400, left=25, intake="C")] * 9
    found = found_of([*a, *b, *c])
    assert [(one.name, one.persons) for one in found.intakes] == [("A", 18)]
    assert (found.persons, found.others) == (43, 25)


def test_an_intake_is_not_told_where_few_are_in_none() -> None:
    a = [person(400, left=25, intake="A")] * 6 + [person(400, intake="A")] * 6
    b = [person(400, left=25, intake="B")] * 30
    c = [person(400, left=25, intake="C")] * 3
    found = found_of([*a, *b, *c])
    assert [(one.name, one.persons) for one in found.intakes] == [("B", 30)]
    assert found.others == 15


def test_who_has_no_intake_is_among_the_others() -> None:
    none = [replace(one, stays=(replace(one.stays[0], intake=None),)) for one in [person(400, left=9)] * 10]
    found = found_of([*none, *[person(400, left=25)] * 10])
    assert ([one.name for one in found.intakes], found.others) == (["A"], 10)


def test_intakes_stand_in_the_order_in_which_they_began() -> None:
    people = [
        person(ago, left=9, intake=name)
        for ago, name in ((380, "A"), (500, "B"), (400, "A"))
        for _ in range(10)
    ]
    assert [one.name for one in found_of(people).intakes] == ["B", "A"]


def test_an_intake_waits_until_its_first_year_is_over() -> None:
    def told(ago: int) -> list[str]:
        people = [person(400, left=9, intake="A")] * 10 + [person(ago, left=9, intake="B")] * 10
        return [one.name for one in found_of(people).intakes]

    assert (told(364), told(365)) == (["A"], ["A", "B"])


def test_few_exits_cannot_be_had_by_subtracting_the_intakes_from_everybody() -> None:
    a = [person(400, left=25, intake="A")] * 6 + [person(400, intake="A")] * 12
    b = [person(400, left=25, intake="B")] * 5 + [person(400, intake="B")] * 12
    c = [person(400, left=25, intake="C")] * 4 + [person(400, intake="C")] * 12
    assert [one.name for one in found_of([*a, *b, *c]).intakes] == ["A"]


def test_too_few_exits_have_no_course() -> None:
    assert found_of([person(400, left=25)] * 4 + [person(400)] * 20).course is None


def test_a_share_is_not_drawn_where_those_lost_from_the_first_year_can_be_subtracted() -> None:
    """Of 40, 20 are followed beyond a year; 18 of the others are not known to the end: so two reached it."""
    lost = [person(300)] * 12 + [person(400, left=20)] * 6
    people = [person(900, left=800)] * 8 + [person(900)] * 12 + lost

    def days(more: list[Person]) -> list[int]:
        course = found_of(people + more).course
        assert course is not None
        return [point.day for point in course.points]

    assert 390 in days([])
    event = replace(person(300).stays[0], events=(Happened(EventKind.STUDY, TODAY, None),))
    assert 390 not in days([replace(person(300), stays=(event,))] * 2)
    assert 390 in days([replace(person(300), stays=(event,))] * 5)
