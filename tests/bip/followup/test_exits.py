"""Exits and follow-ups: who may write which, what an exit does to the rounds, when a follow-up is due."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from bip.clock import SettableClock
from bip.followup.due import DueFollowUp, due_follow_ups, months_after
from bip.rounds.codes import issue_code
from bip.store.audit import Actor
from bip.store.followup import Exit, FollowUp
from bip.store.lists import FollowUpStatus, Role
from bip.store.people import AssignmentSpell, Enrolment
from bip.store.rounds import Response, Round
from tests.bip import rows
from tests.bip.followup.course_pages import TODAY, ago, begun, course, member, remove, write
from tests.bip.house import House, build_house
from tests.bip.pages import Visitor
from tests.bip.participants.people import round_ids, trail


def stored(house: House, table: type[Any]) -> list[Any]:
    with house.installed.store.reading() as session:
        return list(session.scalars(select(table)))


def test_a_caseworker_writes_the_exit_and_only_the_coordinator_changes_it(house: House) -> None:
    enrolment_id = begun(house)
    caseworker, coordinator = house.enter("caseworker"), house.enter("coordinator")
    page = write(caseworker, enrolment_id, "exit", left_on=ago(3), reason="work")
    assert "Left the study on February 27, 2026." in page.text
    assert "Began to work" in page.text
    assert "Change the exit" not in page.text
    caseworker.get(f"/enrolments/{enrolment_id}/exit", expect=403)
    caseworker.post(f"/enrolments/{enrolment_id}/exit", {"reason": "moved"}, expect=403)
    caseworker.post(f"/enrolments/{enrolment_id}/exit/remove", expect=403)
    page = write(coordinator, enrolment_id, "exit", left_on=ago(2), reason="study")
    (left,) = stored(house, Exit)
    assert (left.left_on, left.reason) == (TODAY - timedelta(2), "study")
    page = remove(coordinator, enrolment_id, "exit")
    assert "There is no exit." in page.text
    assert stored(house, Exit) == []
    assert [len(trail(house, kind)) for kind in ("exit_saved", "exit_removed")] == [2, 1]


def test_days_that_no_exit_can_have_are_refused(house: House) -> None:
    enrolment_id, caseworker = begun(house), house.enter("caseworker")
    write(caseworker, enrolment_id, "activities/new", kind="skills", start_on=ago(40), end_on=ago(30))
    with house.installed.store.writing() as session:
        rows.step(session, session.get_one(Enrolment, enrolment_id), happened_on=TODAY - timedelta(20))
    for changes, said in (
        ({"left_on": ago(-1)}, "Last day – Today is Mar 2, 2026."),
        ({"left_on": ago(21)}, "Last day – A step was taken on Feb 10, 2026. Write that day or a later one."),
        ({"reason": "bored"}, "Reason – Choose one from the list."),
    ):
        page = write(caseworker, enrolment_id, "exit", **{"left_on": ago(1), "reason": "work", **changes})
        assert said in page.text, changes
    write(caseworker, enrolment_id, "activities/new", kind="skills", start_on=ago(18))
    page = write(caseworker, enrolment_id, "exit", left_on=ago(19), reason="work")
    assert "There is an activity on Feb 12, 2026. Write that day or a later one" in page.text
    assert stored(house, Exit) == []
    page = write(caseworker, enrolment_id, "exit", left_on=ago(18), reason="work")
    assert "Skills Feb 12, 2026 – " in page.text, "an open activity stays open"


def test_after_the_exit_no_code_works_and_no_round_is_planned_until_it_is_removed(
    house: House, clock: SettableClock
) -> None:
    enrolment_id, coordinator = begun(house, enrolled_on=TODAY), house.enter("coordinator")
    with house.installed.store.writing() as session:
        window = session.get_one(Round, round_ids(house, enrolment_id)[0])
        code = issue_code(session, house.installed, Actor(house.organisation_id), window)
    write(coordinator, enrolment_id, "exit", left_on=ago(0), reason="moved")
    planned = round_ids(house, enrolment_id)
    clock.advance(1)
    assert Visitor(house.app).get(f"/k/{code}").heading == "Write your code"
    assert stored(house, Response) == []
    assert "No more rounds are planned." in coordinator.get(f"/participants/{enrolment_id}").text
    clock.advance(200)
    coordinator.get(f"/participants/{enrolment_id}")
    assert round_ids(house, enrolment_id) == planned
    remove(coordinator, enrolment_id, "exit")
    coordinator.get(f"/participants/{enrolment_id}")
    later = round_ids(house, enrolment_id)
    assert later[: len(planned)] == planned
    assert len(later) == 4, "days 0, 91 and 182 have come, and 273 is the next"


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        ("2026-03-02", 6, "2026-09-02"),
        ("2026-08-31", 6, "2027-02-28"),
        ("2027-08-31", 6, "2028-02-29"),
        ("2026-11-30", 13, "2027-12-30"),
        ("2026-01-31", 13, "2027-02-28"),
        ("2026-06-30", 6, "2026-12-30"),
    ],
)
def test_months_are_those_of_the_calendar(day: str, months: int, expected: str) -> None:
    assert months_after(date.fromisoformat(day), months) == date.fromisoformat(expected)


def due(house: House, role: Role = Role.CASEWORKER) -> list[DueFollowUp]:
    with house.installed.store.reading() as session:
        return due_follow_ups(session, member(house, role), house.installed.clock.today())


def left_house(house: House, left_on: date, **more: Any) -> UUID:  # noqa: ANN401  # whatever `begun` takes
    enrolment_id = begun(house, **more)
    with house.installed.store.writing() as session:
        rows.exit_(session, session.get_one(Enrolment, enrolment_id), left_on=left_on)
    return enrolment_id


def test_a_follow_up_is_due_from_a_month_before_until_it_is_made(house: House, clock: SettableClock) -> None:
    enrolment_id, caseworker = left_house(house, TODAY), house.enter("caseworker")
    page = course(caseworker, enrolment_id)
    assert "6 months after the exit Sep 2, 2026 Later –" in page.text
    assert "13 months after the exit Apr 2, 2027 Later –" in page.text
    clock.advance(153)  # August 2
    assert due(house) == []
    clock.advance(1)
    first = DueFollowUp(enrolment_id, 6, date(2026, 9, 2))
    assert due(house) == due(house, Role.COORDINATOR) == [first]
    assert "6 months after the exit Sep 2, 2026 To be made now –" in course(caseworker, enrolment_id).text
    clock.advance(400)
    assert due(house) == [first, DueFollowUp(enrolment_id, 13, date(2027, 4, 2))], "a late one stays"
    page = write(caseworker, enrolment_id, "follow-ups/6", asked_on="2026-09-05", status="seeking")
    assert "6 months after the exit Sep 2, 2026 Made on Sep 5, 2026 Looks for work" in page.text
    assert [one.months for one in due(house)] == [13]
    write(caseworker, enrolment_id, "follow-ups/6", status="work")
    (made,) = stored(house, FollowUp)
    assert (made.months_after_exit, made.asked_on, made.status) == (6, date(2026, 9, 5), FollowUpStatus.WORK)
    assert [event.details["follow_up"] for event in trail(house, "follow_up_saved")] == [str(made.id)] * 2


def test_nobody_is_asked_after_a_withdrawal_and_each_sees_the_own(house: House) -> None:
    long_ago = date(2025, 9, 2)
    left_house(house, long_ago, withdrawn_on=TODAY)
    left_house(build_house(house.app), long_ago)
    assert due(house) == due(house, Role.COORDINATOR) == []
    mine = left_house(house, long_ago)
    assert [one.enrolment_id for one in due(house)] == [mine]
    formerly_mine = left_house(house, long_ago)
    with house.installed.store.writing() as session:
        session.scalars(select(AssignmentSpell).filter_by(enrolment_id=formerly_mine)).one().end_on = TODAY
    assert len(due(house)) == 1
    assert len(due(house, Role.COORDINATOR)) == 2


def test_follow_ups_that_cannot_be_are_refused(house: House) -> None:
    enrolment_id, caseworker = begun(house), house.enter("caseworker")
    page = caseworker.get(f"/enrolments/{enrolment_id}/follow-ups/6")
    assert "Follow-ups come after the exit. Write the exit down first." in page.text
    caseworker.get(f"/enrolments/{enrolment_id}/follow-ups/7", expect=404)
    write(caseworker, enrolment_id, "exit", left_on="2025-09-15", reason="ill")
    for changes, said in (
        ({"asked_on": "2026-02-12"}, "Day of the follow-up – This follow-up can be made from Feb 13, 2026."),
        ({"asked_on": ago(-1)}, "Day of the follow-up – Today is Mar 2, 2026."),
        ({"status": "rich"}, "What does the person do now? – Choose one from the list."),
    ):
        page = write(caseworker, enrolment_id, "follow-ups/6", **{"status": "work", **changes})
        assert said in page.text, changes
    assert stored(house, FollowUp) == []


def test_an_exit_with_a_follow_up_stays_before_it(house: House) -> None:
    enrolment_id, coordinator = begun(house), house.enter("coordinator")
    write(coordinator, enrolment_id, "exit", left_on="2025-09-15", reason="ill")
    write(coordinator, enrolment_id, "follow-ups/6", asked_on=ago(10), status="unknown")
    page = write(coordinator, enrolment_id, "exit", left_on=ago(9))
    assert "A follow-up was made on Feb 20, 2026. The exit stays, on that day or an earlier one." in page.text
    page = remove(coordinator, enrolment_id, "exit")
    assert "A follow-up was made on Feb 20, 2026." in page.text
    assert [one.left_on for one in stored(house, Exit)] == [date(2025, 9, 15)]
