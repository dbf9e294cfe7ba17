"""Files on PostgreSQL: the same imports with the same undoing, and two who press a button at once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from bip.clock import SettableClock
from bip.settings import Settings
from bip.store.followup import Event
from bip.store.imports import Import
from bip.store.lists import Role
from bip.store.people import AssignmentSpell, Enrolment
from bip.store.rounds import Round
from tests.bip.bulk.filing import contents, enrolments, send, take_in, words_of
from tests.bip.bulk.test_taking_in import (  # the same tests, on this module's database
    people,
    test_assignments_activities_and_outcomes_become_rows,
    test_undoing_leaves_the_database_as_it_was,
)
from tests.bip.collect.test_races import at_once
from tests.bip.followup.course_pages import filled
from tests.bip.house import PASSWORD, House
from tests.bip.pages import Page, Visitor
from tests.bip.participants.people import trail
from tests.bip.participants.test_assigning import colleague

__all__ = [
    "test_assignments_activities_and_outcomes_become_rows",
    "test_undoing_leaves_the_database_as_it_was",
]
TAKEN_IN = "2 lines are taken in."


@pytest.fixture
def settings(settings: Settings, on_postgresql: str) -> Settings:
    return settings.model_copy(update={"database_url": on_postgresql})


def two_people(house: House) -> str:
    return people(house, "Ada Lind;woman;1984;sv;2026-03-02;March;CW", "Bo Ek;man;;sv;2026-03-02;March;CW")


def undoing(visitor: Visitor, done: Page, import_id: UUID) -> Callable[[], str]:
    return lambda: visitor.submit(done, action=f"{import_id}/undo").text


def imports(house: House) -> list[Import]:
    with house.installed.store.reading() as session:
        return list(session.scalars(select(Import).order_by(Import.imported_at)))


def another_coordinator(house: House) -> Visitor:
    """A second browser of the coordinator."""
    visitor = Visitor(house.app)
    visitor.sign_in(house.emails[Role.COORDINATOR], PASSWORD)
    return visitor


def test_files_that_build_on_one_another_are_undone_from_the_last_to_the_first(
    house: House, clock: SettableClock
) -> None:
    """Participants, who then get another caseworker, and outcomes: nothing is left after undoing all."""
    _, email = colleague(house)
    coordinator = house.enter("coordinator")
    states = [contents(house)]
    done = take_in(send(coordinator, "participants", two_people(house)), coordinator)
    assert TAKEN_IN in done.text
    ada, bo = (one.pseudonym for one in enrolments(house))
    clock.advance(days=20)
    for kind, content in {
        "assignments": f"participant;caseworker;from\n{ada};{email};2026-03-10\n{bo};{email};2026-03-02",
        "outcomes": f"participant;event;day;observed to\n{ada};job;2026-03-15;2026-03-20\n{bo};;;2026-03-20",
    }.items():
        states.append(contents(house))
        done = take_in(send(coordinator, kind, content), coordinator)
        assert TAKEN_IN in done.text, words_of(done)
        clock.moment += timedelta(hours=1)
    with house.installed.store.reading() as session:
        assert len(session.scalars(select(AssignmentSpell)).all()) == 3
        assert len(session.scalars(select(Event)).all()) == 1
        assert {one.observed_to.day for one in session.scalars(select(Enrolment)) if one.observed_to} == {20}
    first, *_ = imports(house)
    refused = coordinator.submit(done, action=f"{first.id}/undo", expect=409)
    assert ada in words_of(refused)
    for one in reversed(imports(house)):
        files = coordinator.get("/files")
        assert "The file is undone." in coordinator.submit(files, action=f"{one.id}/undo").text
        assert contents(house) == states.pop()
    assert len(trail(house, "import_undone")) == 3


def test_two_taps_at_once_take_a_file_in_once(house: House) -> None:
    coordinator, browser = house.enter("coordinator"), another_coordinator(house)
    look = send(coordinator, "participants", two_people(house))
    same = browser.get(look.response.request.path)
    taps = [lambda: take_in(look, coordinator).text, lambda: take_in(same, browser).text]
    for said in at_once(house.installed, "participants", *taps):
        assert isinstance(said, str), said
        assert TAKEN_IN in said
    assert len(enrolments(house)) == 2
    assert len(imports(house)) == len(trail(house, "file_imported")) == 1


def test_two_who_undo_at_once_undo_once(house: House) -> None:
    coordinator, browser = house.enter("coordinator"), another_coordinator(house)
    before = contents(house)
    done = take_in(send(coordinator, "participants", two_people(house)), coordinator)
    (one,) = imports(house)
    taps = undoing(coordinator, done, one.id), undoing(browser, browser.get("/files"), one.id)
    for said in at_once(house.installed, "enrolments", *taps):
        assert isinstance(said, str), said
        assert "The file is undone." in said
    assert contents(house) == before
    assert len(trail(house, "import_undone")) == 1


@pytest.mark.parametrize("action", ["move", "step"])
def test_something_is_written_or_its_file_undone_but_nobody_sees_an_error(house: House, action: str) -> None:
    """Whoever comes second is told: something was built on the file, or nobody is there any more."""
    coordinator, browser = house.enter("coordinator"), another_coordinator(house)
    done = take_in(send(coordinator, "participants", two_people(house)), coordinator)
    (one,) = imports(house)
    with house.installed.store.reading() as session:
        window = session.scalars(select(Round).where(Round.number == 1)).first()
    assert window is not None
    address, fields = {
        "move": (f"/rounds/{window.id}/move", {"due_on": "2026-06-20", "reason": "holiday"}),
        "step": (f"/enrolments/{window.enrolment_id}/steps", {"kind": "wrote_cv"}),
    }[action]
    page = browser.get(address if action == "move" else f"/enrolments/{window.enrolment_id}/course")
    written = filled(page, fields, address)

    def undo() -> int:
        button = f"{one.id}/undo"
        return coordinator.raw("POST", done.action(button), data=done.form(button)).status_code

    def write() -> int:
        return browser.raw("POST", address, data=written).status_code

    undone, wrote = at_once(house.installed, "audit_events", undo, write)
    assert (undone, wrote) in {(302, 404), (409, 302)}
    assert len(enrolments(house)) == (0 if undone == 302 else 2)
