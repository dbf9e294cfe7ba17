"""R1: the counts by hand, and the estimate against one worked by hand."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from bip.overview.curves import Followed, incidence
from bip.overview.persons import Happened, Person, Stay
from bip.overview.reached import Since, Status, follow, within_year
from bip.overview.suppression import TOTAL
from bip.store.lists import EventKind, ExitReason, Origin, Sex

TODAY = date(2026, 3, 2)


def person(
    ago: int,
    *,
    event: int | None = None,
    kind: EventKind = EventKind.JOB_REGULAR,
    left: int | None = None,
    withdrew: int | None = None,
) -> Person:
    """Enrolled so many days ago; the rest is in days after that."""
    begun = TODAY - timedelta(days=ago)

    def day(after: int | None) -> date | None:
        return None if after is None else begun + timedelta(days=after)

    events = () if event is None else (Happened(kind, begun + timedelta(days=event), None),)
    reason = None if left is None else ExitReason.MOVED
    return Person(Sex.WOMAN, Origin.NATIVE, (Stay(begun, None, day(left), reason, day(withdrew), events),))


@pytest.mark.parametrize(
    ("one", "days", "outcome"),
    [
        (person(500, event=365), 365, 1),
        (person(500, event=366), 365, 0),
        (person(500, event=0), 0, 1),
        (person(500, event=100, kind=EventKind.PLACEMENT), 365, 0),
        (person(500, event=100, kind=EventKind.LABOUR_MARKET_TRAINING), 100, 1),
        # A job that became known after the exit counts all the same.
        (person(500, left=50, event=80), 80, 1),
        (person(500, left=50), 50, 2),
        (person(500, left=400), 365, 0),
        (person(500, withdrew=50), 50, 0),
        (person(500, withdrew=50, left=60), 50, 0),
        # What happened after it is not ours to know.
        (person(500, withdrew=50, event=60), 50, 0),
        (person(500, withdrew=50, event=50), 50, 1),
        (person(200), 200, 0),
        (person(200, event=30), 30, 1),
    ],
)
def test_how_a_first_year_went(one: Person, days: int, outcome: int) -> None:
    assert follow(one, TODAY) == Followed(days, outcome)


def test_a_second_enrolment_goes_on_with_the_first_year() -> None:
    first, second = person(300, left=50).stays[0], person(200, event=100).stays[0]
    both = Person(Sex.WOMAN, Origin.NATIVE, (first, second))
    assert follow(both, TODAY) == Followed(200, 1)
    assert follow(Person(Sex.WOMAN, Origin.NATIVE, (first, person(200).stays[0])), TODAY) == Followed(300, 0)


def test_persons_are_counted_by_when_they_were_enrolled() -> None:
    people = (
        [person(365, event=100)] * 7
        + [person(365)] * 6
        + [person(400, left=30)] * 5
        + [person(400, withdrew=20)] * 8
        + [person(364, event=100)] * 9
        + [person(364)] * 10
        + [person(364, left=10)] * 11
    )
    found = within_year(people, TODAY)
    rows = [[found.table.shown(row, status) for status in (*Status, TOTAL)] for row in (*Since, TOTAL)]
    assert rows == [[7, 11, 8, 26], [9, 11, 10, 30], [16, 22, 18, 56]]
    assert (found.reached, found.base, found.open, found.total) == (7, 26, 18, 56)


def test_with_everybody_followed_the_estimate_is_the_share() -> None:
    people = [person(700, event=40)] * 8 + [person(700, left=90)] * 6 + [person(700)] * 10
    found = within_year(people, TODAY)
    assert found.points[-1].day == 365
    assert found.points[-1].value == pytest.approx(8 / 24)


def test_the_estimate_by_hand() -> None:
    """Of ten, five reach it at day 10, then one leaves and one is lost, then one of three reaches it.

    Survival of everything: 1, then 5/10 after day 10, then 4/10 after day 20 (one of five leaves);
    at day 25 one of the four is lost; at day 40 one of three reaches it: 5/10 + 4/10 * 1/3.
    """
    people = (
        [Followed(10, 1)] * 5 + [Followed(20, 2), Followed(25, 0), Followed(40, 1)] + [Followed(365, 0)] * 2
    )
    points = {point.day: point for point in incidence(people)}
    # The single step at day 40 is not shown by itself, nor is the point before it.
    assert list(points) == [365]
    assert points[365].value == pytest.approx(5 / 10 + 4 / 10 * 1 / 3)


def test_without_anything_that_rules_it_out_the_interval_is_greenwoods() -> None:
    """Five of ten at day 10, then five of five left stay: S = 1/2, variance S^2 * 5 / (10 * 5) = 1/40.

    Log-log of F = 1/2: width = exp(1.96 * se / (F * |ln F|)); the limits are F to that and to its inverse.
    """
    point = incidence([Followed(10, 1)] * 5 + [Followed(365, 0)] * 5)[-1]
    width = 2.71828182845905 ** (1.959963984540054 * (1 / 40) ** 0.5 / (0.5 * 0.693147180559945))
    assert point.value == pytest.approx(0.5)
    assert point.low == pytest.approx(0.5**width)
    assert point.high == pytest.approx(0.5 ** (1 / width))


def test_points_come_where_nobody_or_five_more_have_reached_it() -> None:
    people = (
        [Followed(20, 1)] * 5 + [Followed(50, 1)] * 3 + [Followed(80, 1)] * 2 + [Followed(355, 1)] * 4
    ) + [Followed(365, 0)] * 30
    assert [point.day for point in incidence(people)] == [30, 365]
    more = [*people, Followed(362, 1)]
    assert [point.day for point in incidence(more)] == [30, *range(90, 331, 30), 365]


@pytest.mark.parametrize(
    "people",
    [
        # Nine enrolled a year ago; four that reached it; one only that did not.
        [person(400, event=30)] * 9 + [person(100)] * 20,
        [person(400, event=30)] * 4 + [person(400)] * 20,
        [person(400, event=30)] * 20 + [person(400)],
    ],
)
def test_no_curve_where_it_would_tell_of_few(people: list[Person]) -> None:
    assert within_year(people, TODAY).points == ()


def test_a_share_is_hidden_where_few_are_missing_from_the_whole() -> None:
    found = within_year([person(400, event=30)] * 20 + [person(400)] * 2, TODAY)
    assert found.base == 22
    assert found.reached is None
