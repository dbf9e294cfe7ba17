"""The rules of the worklist, on plain facts."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

import pytest

from bip.rounds.state import Phase, RoundState
from bip.store.lists import Rater, ReminderTask
from bip.worklist.tasks import Case, Opening, Task, missing_beside_own, tasks_of

DAY = date(2026, 3, 2)
BOTH = frozenset(Rater)
ENROLMENT = UUID(int=1)


def case(**facts: object) -> Case:
    """Somebody of the reader's own, enrolled on the day and active, with nothing to do."""
    blank = Case(ENROLMENT, UUID(int=2), DAY, own=True, caseworker="Kim Berg", caseworker_since=DAY)
    return replace(blank, **facts)  # type: ignore[arg-type]


def window(today: date, number: int = 0, *, answered: bool = False, rated: bool = False) -> RoundState:
    """Round `number`, open for two weeks to either side of every 91st day."""
    due = DAY + timedelta(days=91 * number)
    opens, closes = due - timedelta(days=14), due + timedelta(days=14)
    at = Phase.PLANNED if today < opens else Phase.OPEN if today <= closes else Phase.CLOSED
    return RoundState(UUID(int=10 + number), number, due, opens, closes, at, answered, rated)


def day(number: int) -> date:
    return DAY + timedelta(days=number)


def found(case: Case, today: date) -> list[tuple[ReminderTask, int]]:
    return [(task.kind, task.days) for task in tasks_of(case, today)]


def only(case: Case, today: date, kind: ReminderTask) -> Task:
    (task,) = [task for task in tasks_of(case, today) if task.kind is kind]
    return task


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        (8, [(ReminderTask.RATE, 6)]),
        (9, [(ReminderTask.RATE, 5), (ReminderTask.CLOSING, 5)]),
        (14, [(ReminderTask.RATE, 0), (ReminderTask.CLOSING, 0)]),
        (15, [(ReminderTask.RATE, -1), (ReminderTask.LATE, -1)]),
    ],
)
def test_a_round_is_to_rate_then_closes_soon_then_is_late(
    today: int, expected: list[tuple[ReminderTask, int]]
) -> None:
    assert found(case(rounds=(window(day(today)),)), day(today)) == expected


def test_before_the_window_there_is_nothing_to_do() -> None:
    assert found(case(rounds=(window(day(70), 1),)), day(70)) == []


@pytest.mark.parametrize("answered", [False, True])
@pytest.mark.parametrize("rated", [False, True])
@pytest.mark.parametrize(("today", "kind"), [(10, ReminderTask.CLOSING), (20, ReminderTask.LATE)])
def test_it_says_whose_answers_are_missing(
    *, today: int, kind: ReminderTask, answered: bool, rated: bool
) -> None:
    one = window(day(today), answered=answered, rated=rated)
    lacking = {Rater.PARTICIPANT: not answered, Rater.CASEWORKER: not rated}
    missing = {rater for rater, is_so in lacking.items() if is_so}
    own = case(rounds=(one,))
    assert [task.missing for task in tasks_of(own, day(today)) if task.kind is kind] == (
        [missing] if missing else []
    )
    assert ((ReminderTask.RATE, (one.closes_on - day(today)).days) in found(own, day(today))) is (not rated)


def test_a_rating_of_ones_own_is_said_once() -> None:
    today = day(10)
    own = only(case(rounds=(window(today),)), today, ReminderTask.CLOSING)
    assert missing_beside_own(own) == {Rater.PARTICIPANT}
    other = only(case(rounds=(window(today),), own=False), today, ReminderTask.CLOSING)
    assert missing_beside_own(other) == BOTH


def test_what_others_have_to_rate_is_not_the_readers_to_rate() -> None:
    assert found(case(rounds=(window(day(3)),), own=False), day(3)) == []


def test_a_missed_round_with_a_reason_is_not_asked_about() -> None:
    one = window(day(20), rated=True)
    assert found(case(rounds=(one,)), day(20)) == [(ReminderTask.LATE, -6)]
    assert found(case(rounds=(one,), excused=frozenset({one.id})), day(20)) == []


def test_only_the_last_round_that_closed_is_late() -> None:
    today = day(120)
    rounds = tuple(window(today, number) for number in range(3))
    late = only(case(rounds=rounds), today, ReminderTask.LATE)
    assert late.round is not None
    assert late.round.number == 1


def test_a_late_rating_is_asked_for_until_the_next_round_opens() -> None:
    for today, missing in ((day(76), BOTH), (day(77), frozenset({Rater.PARTICIPANT}))):
        rounds = (window(today), window(today, 1))
        assert only(case(rounds=rounds), today, ReminderTask.LATE).missing == missing
    (rating,) = [task for task in tasks_of(case(rounds=rounds), today) if task.kind is ReminderTask.RATE]
    assert rating.round == rounds[1]


def test_whoever_took_over_afterwards_cannot_rate_how_it_was() -> None:
    one = window(day(20))
    after, before = (case(rounds=(one,), caseworker_since=day(on)) for on in (15, 14))
    (late,) = tasks_of(after, day(20))
    assert (late.kind, late.missing) == (ReminderTask.LATE, frozenset({Rater.PARTICIPANT}))
    assert only(before, day(20), ReminderTask.LATE).missing == BOTH
    assert only(before, day(20), ReminderTask.RATE)


def test_a_round_that_is_open_is_for_whoever_has_the_participant_now() -> None:
    one = window(day(10))
    assert only(case(rounds=(one,), caseworker_since=day(10)), day(10), ReminderTask.RATE)


def opened(today: int, *, on: int, looked: int | None = None) -> Case:
    """Both have answered round 0 at noon of a day; the reader may have looked at noon of another."""
    one = window(day(today), answered=True, rated=True)
    moment, looked_at = _noon(on), None if looked is None else _noon(looked)
    return case(rounds=(one,), openings={one.id: Opening(moment, day(on))}, looked_at=looked_at)


def _noon(number: int) -> datetime:
    return datetime.combine(day(number), time(12), UTC)


@pytest.mark.parametrize(("today", "shown"), [(5, True), (26, True), (27, False)])
def test_a_comparison_is_shown_for_three_weeks(*, today: int, shown: bool) -> None:
    assert found(opened(today, on=5), day(today)) == ([(ReminderTask.COMPARE, today - 5)] if shown else [])


def test_a_comparison_that_was_looked_at_is_done() -> None:
    assert found(opened(8, on=5, looked=4), day(8)) == [(ReminderTask.COMPARE, 3)]
    assert found(opened(8, on=5, looked=5), day(8)) == []
    assert found(opened(8, on=5, looked=7), day(8)) == []


def test_a_comparison_is_for_the_caseworker_who_talks_with_the_participant() -> None:
    assert found(replace(opened(8, on=5), own=False), day(8)) == []


@pytest.mark.parametrize(
    ("today", "due"),
    [
        (date(2026, 7, 28), []),
        (date(2026, 7, 29), [(6, 30)]),
        (date(2026, 9, 10), [(6, -13)]),
        (date(2027, 2, 25), [(6, -181)]),
        (date(2027, 2, 26), [(6, -182), (13, 30)]),
    ],
)
def test_follow_ups_are_due_from_thirty_days_before(today: date, due: list[tuple[int, int]]) -> None:
    left = case(left_on=date(2026, 2, 28))
    assert [(task.months, task.days) for task in tasks_of(left, today)] == due
    done = replace(left, followed_up=frozenset({6}))
    assert [(task.months, task.days) for task in tasks_of(done, today)] == [
        one for one in due if one[0] == 13
    ]


def test_each_follow_up_and_each_gap_is_a_thing_of_its_own() -> None:
    left = case(left_on=DAY)
    first, second = (task.subject_id for task in tasks_of(left, day(390)))
    assert first != second
    gaps = [only(case(idle_since=day(on)), day(99), ReminderTask.GAP) for on in (1, 2)]
    assert len({first, second, *(gap.subject_id for gap in gaps)}) == 4
    assert only(case(idle_since=day(1)), day(100), ReminderTask.GAP).subject_id == gaps[0].subject_id


@pytest.mark.parametrize("ended", [{"left_on": day(5)}, {"withdrawn_on": day(5)}])
def test_of_somebody_who_has_left_nothing_is_asked(ended: dict[str, date]) -> None:
    def busy(today: date) -> Case:
        late, comparing = window(today), window(today, 1, answered=True, rated=True)
        openings = {comparing.id: Opening(_noon(0), DAY)}
        return case(rounds=(late, comparing), openings=openings, idle_since=day(-90), **ended)

    kinds = {ReminderTask.RATE, ReminderTask.COMPARE, ReminderTask.GAP}
    assert {kind for kind, _ in found(busy(day(5)), day(5))} == kinds
    assert found(busy(day(6)), day(6)) == []


def test_somebody_who_no_longer_takes_part_is_not_followed_up() -> None:
    assert found(case(left_on=DAY, withdrawn_on=day(30)), day(200)) == []


@pytest.mark.parametrize(("today", "shown"), [(30, False), (31, True)])
def test_a_gap_is_more_than_thirty_days(*, today: int, shown: bool) -> None:
    expected = [(ReminderTask.GAP, today)] if shown else []
    assert found(case(idle_since=DAY), day(today)) == expected
    assert found(case(idle_since=None), day(today)) == []
