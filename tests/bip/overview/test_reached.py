"""R1: the counts by hand, and the estimate against one worked by hand."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from bip.overview.curves import Followed, incidence
from bip.overview.persons import Happened, Person, Stay
from bip.overview.reached import Status, follow, within_year
from bip.store.lists import EventKind, ExitReason, Origin, Sex

TODAY = date(2026, 3, 2)


def person(
    ago: int,
    *,
    event: int | None = None,
    kind: EventKind = EventKind.JOB_REGULAR,
    left: int | None = None,
    withdrew: int | None = None,
    seen: int | None = None,
) -> Person:
    """Enrolled so many days ago; the rest is in days after that."""
    begun = TODAY - timedelta(days=ago)

    def day(after: int | None) -> date | None:
        return None if after is None else begun + timedelta(days=after)

    events = () if event is None else (Happened(kind, begun + timedelta(days=event), None),)
    reason = None if left is None else ExitReason.MOVED
    stay = Stay(begun, None, day(left), reason, day(withdrew), day(seen), events)
    return Person(Sex.WOMAN, Origin.NATIVE, (stay,))


def both(first: Person, second: Person) -> Person:
    return Person(Sex.WOMAN, Origin.NATIVE, (*first.stays, *second.stays))


@pytest.mark.parametrize(
    ("one", "days", "outcome"),
    [
        (person(500, event=365), 365, 1),
        (person(500, event=366), 365, 0),
        (person(500, event=0), 0, 1),
        (person(500, event=100, kind=EventKind.PLACEMENT), 365, 0),
        (person(500, event=100, kind=EventKind.LABOUR_MARKET_TRAINING), 100, 1),
        # Nothing is known after the exit, whether a job happened to be noted or not.
        (person(500, left=50), 50, 0),
        (person(500, left=50, event=80), 50, 0),
        (person(500, left=50, event=50), 50, 1),
        (person(500, left=400), 365, 0),
        # A register goes on after it, to the day that was searched or today.
        (person(500, left=50, seen=500), 365, 0),
        (person(500, left=50, seen=200), 200, 0),
        (person(500, left=50, seen=200, event=80), 80, 1),
        (person(500, left=50, seen=70, event=80), 70, 0),
        (person(500, left=50, seen=20), 50, 0),
        (person(200, left=50, seen=300), 200, 0),
        # Who is in care is seen beyond the register.
        (person(500, seen=100), 365, 0),
        # An exit noted ahead of its day has not come.
        (person(200, left=250), 200, 0),
        (person(500, withdrew=50), 50, 0),
        (person(500, withdrew=50, left=60), 50, 0),
        (person(500, withdrew=60, left=50), 50, 0),
        (person(500, withdrew=60, left=50, seen=60), 60, 0),
        # What happened after it is not ours to know.
        (person(500, withdrew=50, event=60), 50, 0),
        (person(500, withdrew=50, event=50), 50, 1),
        (person(200), 200, 0),
        (person(200, event=30), 30, 1),
    ],
)
def test_how_a_first_year_went(one: Person, days: int, outcome: int) -> None:
    assert follow(one, TODAY) == Followed(days, outcome)


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        # Came back 50 days after leaving: nobody knows what happened between, so not when it happened first.
        (both(person(300, left=50), person(200, event=100)), Followed(50, 0)),
        (both(person(300, withdrew=50), person(200)), Followed(50, 0)),
        # The register was searched over the days between.
        (both(person(300, left=50, seen=120), person(200, event=100)), Followed(200, 1)),
        (both(person(300, left=50, seen=120), person(200)), Followed(300, 0)),
        # Came back on the next day, and while the first one ran.
        (both(person(300, left=50), person(249)), Followed(300, 0)),
        (both(person(300, left=50), person(248)), Followed(50, 0)),
        (both(person(300, left=90), person(220, left=40)), Followed(120, 0)),
        (both(person(300, left=90), person(280, left=10)), Followed(90, 0)),
        # What is noted in an enrolment after its withdrawal does not count, whatever the other one says.
        (both(person(300, withdrew=50, event=60), person(260)), Followed(300, 0)),
    ],
)
def test_several_enrolments_are_followed_while_no_day_is_unknown(one: Person, expected: Followed) -> None:
    assert follow(one, TODAY) == expected


def test_persons_are_counted_by_what_is_known_of_their_first_year() -> None:
    people = (
        [person(365, event=100)] * 7
        + [person(365)] * 6
        + [person(400, left=30, seen=400)] * 5
        + [person(400, left=30)] * 8
        + [person(400, withdrew=20)] * 9
        + [person(364)] * 10
    )
    found = within_year(people, TODAY)
    assert found.parts == (((Status.REACHED,), 7), ((Status.NOT,), 11), ((Status.OPEN,), 27))
    assert (found.at_least, found.at_most, found.total) == (7, 34, 45)


@pytest.mark.parametrize(
    ("numbers", "parts", "limits"),
    [
        ((7, 8, 3), [([Status.REACHED], 7), ([Status.NOT, Status.OPEN], 11)], (7, None)),
        ((7, 3, 8), [([Status.REACHED], 7), ([Status.NOT, Status.OPEN], 11)], (7, None)),
        ((3, 7, 8), [([Status.NOT], 7), ([Status.REACHED, Status.OPEN], 11)], (None, 11)),
        ((3, 7, 0), [([Status.REACHED, Status.NOT, Status.OPEN], 10)], (None, None)),
        ((0, 7, 8), [([Status.REACHED], 0), ([Status.NOT], 7), ([Status.OPEN], 8)], (0, 8)),
    ],
)
def test_few_stand_together_with_others(
    numbers: tuple[int, int, int],
    parts: list[tuple[list[Status], int]],
    limits: tuple[int | None, int | None],
) -> None:
    reached, failed, lost = numbers
    people = [person(400, event=9)] * reached + [person(400)] * failed + [person(100)] * lost
    found = within_year(people, TODAY)
    assert [(list(part), number) for part, number in found.parts] == parts
    assert (found.at_least, found.at_most) == limits


def test_with_everybody_followed_the_estimate_is_the_share() -> None:
    people = [person(700, event=40)] * 8 + [person(700, left=90, seen=700)] * 6 + [person(700)] * 10
    found = within_year(people, TODAY)
    assert found.points[-1].day == 365
    assert found.points[-1].value == pytest.approx(8 / 24)


def test_who_left_unseen_leaves_the_estimate_as_if_followed_like_the_others() -> None:
    """Of 30, five reach it at day 10; ten leave at day 90; of the 15 left, five reach it at day 200.

    S = 25/30 * 10/15. As failures the ten would give 1 - 20/30.
    """
    people = (
        [person(700, event=10)] * 5
        + [person(700, left=90)] * 10
        + [person(700, event=200)] * 5
        + [person(700)] * 10
    )
    assert within_year(people, TODAY).points[-1].value == pytest.approx(1 - 25 / 30 * 10 / 15)


def test_the_interval_is_that_of_kaplan_meier() -> None:
    """Five of ten at day 10: S = 1/2, Greenwood's variance S^2 * 5 / (10 * 5) = 1/40.

    Log-log of S = 1/2: width = exp(1.96 * se / (S * |ln S|)); its limits are S to that and to its inverse.
    """
    point = incidence([Followed(10, 1)] * 5 + [Followed(365, 0)] * 5)[-1]
    width = 2.71828182845905 ** (1.959963984540054 * (1 / 40) ** 0.5 / (0.5 * 0.693147180559945))
    assert point.value == pytest.approx(0.5)
    assert point.low == pytest.approx(1 - 0.5 ** (1 / width))
    assert point.high == pytest.approx(1 - 0.5**width)


def test_where_everybody_has_reached_it_there_is_a_share_and_no_interval() -> None:
    points = within_year([person(400, event=20)] * 6 + [person(400, event=300)] * 6, TODAY).points
    assert (points[-1].value, points[-1].low, points[-1].high) == (1, None, None)
    before = next(point for point in points if point.day == 270)
    assert before.value == pytest.approx(0.5)
    assert before.low is not None
    assert before.high is not None


def test_points_come_where_nobody_or_five_more_have_reached_it_or_are_lost() -> None:
    people = (
        [Followed(20, 1)] * 5 + [Followed(50, 1)] * 3 + [Followed(80, 1)] * 2 + [Followed(355, 1)] * 4
    ) + [Followed(365, 0)] * 30
    assert [point.day for point in incidence(people)] == [30, 365]
    more = [*people, Followed(362, 1)]
    assert [point.day for point in incidence(more)] == [30, *range(90, 331, 30), 365]
    lost = [*more, *[Followed(100, 0)] * 2, *[Followed(200, 0)] * 3]
    assert [point.day for point in incidence(lost)] == [30, 90, *range(210, 331, 30), 365]


@pytest.mark.parametrize(
    "people",
    [
        # Nine known to have gone a year without; four that reached it; one only that did not.
        [person(400, event=30)] * 9 + [person(400)] * 9 + [person(100)] * 20,
        [person(400, event=30)] * 4 + [person(400)] * 20,
        [person(400, event=30)] * 20 + [person(400)],
    ],
)
def test_no_curve_where_it_would_tell_of_few(people: list[Person]) -> None:
    assert within_year(people, TODAY).points == ()
