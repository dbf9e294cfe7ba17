"""R3: time to exit, against a Kaplan-Meier curve worked by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from bip.overview.curves import Followed, median, remaining
from bip.overview.persons import Person, Stay
from bip.overview.staying import follow, staying
from bip.store.lists import ExitReason, Origin, Sex

TODAY = date(2026, 3, 2)


def person(ago: int, *, left: int | None = None, withdrew: int | None = None, intake: str = "A") -> Person:
    begun = TODAY - timedelta(days=ago)
    left_on = None if left is None else begun + timedelta(days=left)
    withdrawn_on = None if withdrew is None else begun + timedelta(days=withdrew)
    stay = Stay(begun, intake, left_on, ExitReason.WORK if left is not None else None, withdrawn_on, ())
    return Person(Sex.WOMAN, Origin.NATIVE, (stay,))


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
    assert staying(left, TODAY).course.mean == pytest.approx(2)
    assert staying([*left, *[person(400)] * 5], TODAY).course.mean is None


def test_an_intake_has_a_curve_from_ten_persons_and_five_exits() -> None:
    a = [person(400, left=25, intake="A")] * 6 + [person(400, intake="A")] * 12
    b = [person(400, left=25, intake="B")] * 4 + [person(400, intake="B")] * 12
    c = [person(400, left=25, intake="C")] * 9
    found = staying([*a, *b, *c], TODAY)
    assert [(one.name, one.persons, bool(one.course.points)) for one in found.intakes] == [
        ("A", 18, True),
        ("B", 16, False),
        ("C", 9, False),
    ]
    assert found.persons == 43


def test_a_small_intake_takes_the_next_one_with_it() -> None:
    a = [person(400, left=25, intake="A")] * 6 + [person(400, intake="A")] * 6
    b = [person(400, left=25, intake="B")] * 30
    c = [person(400, left=25, intake="C")] * 3
    found = staying([*a, *b, *c], TODAY)
    assert [(one.name, one.persons) for one in found.intakes] == [("A", None), ("B", 30), ("C", None)]
    assert found.intakes[0].course.points == ()


def test_who_has_no_intake_comes_last() -> None:
    none = Person(Sex.MAN, Origin.NATIVE, (replace(person(400).stays[0], intake=None),))
    found = staying([none] * 6 + [person(400, intake="A")] * 6, TODAY)
    assert {one.name: one.persons for one in found.intakes} == {"A": 6, None: 6}


def test_intakes_stand_in_the_order_in_which_they_began() -> None:
    people = [person(ago, intake=name) for ago, name in ((30, "A"), (400, "B"), (200, "A")) for _ in range(5)]
    assert [one.name for one in staying(people, TODAY).intakes] == ["B", "A"]


def test_few_exits_cannot_be_had_by_subtracting_the_intakes_from_everybody() -> None:
    a = [person(400, left=25, intake="A")] * 6 + [person(400, intake="A")] * 12
    b = [person(400, left=25, intake="B")] * 5 + [person(400, intake="B")] * 12
    c = [person(400, left=25, intake="C")] * 4 + [person(400, intake="C")] * 12
    found = staying([*a, *b, *c], TODAY)
    assert [bool(one.course.points) for one in found.intakes] == [True, False, False]
