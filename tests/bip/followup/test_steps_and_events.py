"""Steps in two taps, and events, which are no exits."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select

from bip.clock import SettableClock
from bip.conversation.words import STEPS
from bip.followup.exits import save_exit
from bip.followup.words import ACTIVITIES, EVENTS, EXIT_REASONS, FOLLOW_UPS, SOURCES
from bip.store.followup import Event, Step
from bip.store.lists import (
    ActivityKind,
    EventKind,
    EventSource,
    ExitReason,
    FollowUpStatus,
    Role,
    StepKind,
)
from bip.store.people import Enrolment
from tests.bip import rows
from tests.bip.followup.course_pages import TODAY, ago, begun, course, filled, member, remove, take, write
from tests.bip.house import House
from tests.bip.participants.people import trail


def stored(house: House, table: type[Any]) -> list[Any]:
    with house.installed.store.reading() as session:
        return list(session.scalars(select(table)))


def test_every_code_has_its_words() -> None:
    assert set(ACTIVITIES) == set(ActivityKind)
    assert set(EVENTS) == set(EventKind)
    assert set(SOURCES) == set(EventSource)
    assert set(EXIT_REASONS) == set(ExitReason)
    assert set(FOLLOW_UPS) == set(FollowUpStatus)
    assert set(STEPS) == set(StepKind)


def test_a_step_is_two_taps_and_the_newest_can_be_taken_back(house: House, clock: SettableClock) -> None:
    enrolment_id, caseworker = begun(house), house.enter("caseworker")
    page = course(caseworker, enrolment_id)
    buttons = page.all("button", name="kind")
    assert [button.get("value") for button in buttons] == list(StepKind)
    assert page.only("details", class_="taken").get("open") is None
    page = take(caseworker, page, enrolment_id, "wrote_cv")
    assert "Written down: Writing a CV." in page.text
    assert "Writing a CV, Mar 2, 2026 Remove this step" in page.text
    clock.advance(1)
    page = take(caseworker, page, enrolment_id, "daily_routine")
    assert [(one.kind, one.happened_on) for one in stored(house, Step)] == [
        ("wrote_cv", TODAY),
        ("daily_routine", TODAY + timedelta(1)),
    ]
    page = caseworker.submit(page, action="/remove")
    assert "Writing a CV, Mar 2, 2026 Remove this step" in page.text
    assert [one.kind for one in stored(house, Step)] == ["wrote_cv"]
    assert (len(trail(house, "step_added")), len(trail(house, "step_removed"))) == (2, 1)


def test_two_quick_taps_are_one_step_and_two_steps_of_one_page_are_two(house: House) -> None:
    enrolment_id, caseworker = begun(house), house.enter("caseworker")
    page = course(caseworker, enrolment_id)
    for kind in ("wrote_cv", "wrote_cv", "job_interview"):
        take(caseworker, page, enrolment_id, kind)
    assert sorted(one.kind for one in stored(house, Step)) == ["job_interview", "wrote_cv"]


def test_of_steps_of_one_day_any_can_be_taken_back(house: House) -> None:
    enrolment_id, caseworker = begun(house), house.enter("caseworker")
    page = course(caseworker, enrolment_id)
    for kind in ("wrote_cv", "job_interview"):
        page = take(caseworker, page, enrolment_id, kind)
    for kind in ("wrote_cv", "job_interview"):
        assert f"{STEPS[StepKind(kind)]}, Mar 2, 2026 Remove this step" in page.text
    cv = next(one.id for one in stored(house, Step) if one.kind == "wrote_cv")
    caseworker.submit(page, action=f"{cv}/remove")
    assert [one.kind for one in stored(house, Step)] == ["job_interview"]


def test_what_is_no_step_and_an_old_page_are_refused(house: House) -> None:
    enrolment_id, caseworker = begun(house), house.enter("caseworker")
    page = course(caseworker, enrolment_id)
    assert "Choose one from the list." in take(caseworker, page, enrolment_id, "slept").text
    old = {"csrf_token": "old"}
    page = take(caseworker, page, enrolment_id, "wrote_cv", **old)
    assert "open for a long time" in page.text
    assert stored(house, Step) == []


def test_after_the_exit_no_step_is_taken(house: House) -> None:
    enrolment_id, caseworker = begun(house), house.enter("caseworker")
    page = course(caseworker, enrolment_id)
    coordinator = member(house, Role.COORDINATOR)
    save_exit(house.installed, coordinator, enrolment_id, TODAY - timedelta(1), ExitReason.MOVED)
    page = take(caseworker, page, enrolment_id, "wrote_cv")
    assert "The participation ended on Mar 1, 2026." in page.text
    assert page.all("button", name="kind") == []
    assert stored(house, Step) == []


def test_an_event_is_written_changed_and_removed_and_is_no_exit(house: House) -> None:
    enrolment_id, caseworker = begun(house), house.enter("caseworker")
    page = write(
        caseworker,
        enrolment_id,
        "events/new",
        kind="job_subsidised",
        happened_on=ago(9),
        hours_per_week="20",
        source="participant",
    )
    assert "Subsidised job Feb 21, 2026 – 20 Participant" in page.text
    assert "There is no exit." in page.text
    (event,) = stored(house, Event)
    page = write(caseworker, enrolment_id, f"events/{event.id}", end_on=ago(2), kind="job_regular")
    assert "Regular job Feb 21, 2026 Feb 28, 2026 20 Participant" in page.text
    remove(caseworker, enrolment_id, f"events/{event.id}")
    assert stored(house, Event) == []
    assert (len(trail(house, "event_saved")), len(trail(house, "event_removed"))) == (2, 1)


def test_days_of_events_that_cannot_be_are_refused(house: House) -> None:
    enrolment_id, caseworker = begun(house), house.enter("caseworker")
    for changes, said in (
        ({"happened_on": "2025-08-31"}, "First day – The participant was enrolled on Sep 1, 2025."),
        ({"happened_on": ago(-1)}, "First day – Today is Mar 2, 2026."),
        ({"happened_on": ago(3), "end_on": ago(4)}, "Last day – It began on Feb 27, 2026."),
        ({"source": "register"}, "Who told of it? – Choose one from the list."),
    ):
        page = write(caseworker, enrolment_id, "events/new", **{"kind": "placement", **changes})
        assert said in page.text, changes
    assert stored(house, Event) == []


def test_an_event_may_come_after_the_exit_and_not_after_a_withdrawal(house: House) -> None:
    left, withdrawn = begun(house), begun(house, withdrawn_on=TODAY - timedelta(20))
    caseworker = house.enter("caseworker")
    coordinator = member(house, Role.COORDINATOR)
    save_exit(house.installed, coordinator, left, TODAY - timedelta(30), ExitReason.WORK)
    page = write(caseworker, left, "events/new", kind="return_to_support", happened_on=ago(3))
    assert "Return to income support Feb 27, 2026" in page.text
    page = write(caseworker, withdrawn, "events/new", kind="placement", happened_on=ago(3))
    assert "Nothing is kept after Feb 10, 2026, the participant's last day." in page.text


def test_what_a_register_told_is_shown_and_not_changed(house: House) -> None:
    enrolment_id, caseworker = begun(house), house.enter("caseworker")
    with house.installed.store.writing() as session:
        enrolment = session.get_one(Enrolment, enrolment_id)
        told = rows.event(session, enrolment, happened_on=TODAY, source=EventSource.REGISTER).id
    page = course(caseworker, enrolment_id)
    assert "Regular job Mar 2, 2026 – – Register" in page.text
    assert str(told) not in page.response.text
    caseworker.get(f"/enrolments/{enrolment_id}/events/{told}", expect=404)
    caseworker.post(f"/enrolments/{enrolment_id}/events/{told}/remove", expect=404)
    assert len(stored(house, Event)) == 1


def test_another_enrolments_rows_are_answered_like_none(house: House) -> None:
    mine, other = begun(house), begun(house)
    with house.installed.store.writing() as session:
        enrolment = session.get_one(Enrolment, other)
        event, step = rows.event(session, enrolment).id, rows.step(session, enrolment).id
    caseworker = house.enter("caseworker")
    for event_id, step_id in ((event, step), (uuid4(), uuid4())):
        caseworker.get(f"/enrolments/{mine}/events/{event_id}", expect=404)
        caseworker.post(f"/enrolments/{mine}/events/{event_id}/remove", expect=404)
        caseworker.post(f"/enrolments/{mine}/steps/{step_id}/remove", expect=404)
    assert (len(stored(house, Event)), len(stored(house, Step))) == (1, 1)


def test_a_key_of_another_account_adds_a_row_of_ones_own(house: House) -> None:
    enrolment_id, key = begun(house), str(UUID(int=7))
    for role in ("caseworker", "coordinator"):
        visitor = house.enter(role)
        address = f"/enrolments/{enrolment_id}/events/new"
        visitor.post(address, filled(visitor.get(address), {"key": key, "kind": "placement"}))
    assert len(stored(house, Event)) == 2
