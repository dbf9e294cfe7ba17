"""Somebody stops taking part: nothing more is asked, what was answered stays."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from bip.clock import SettableClock
from bip.rounds.codes import issue_code
from bip.store.audit import Actor, AuditEvent
from bip.store.people import Enrolment
from bip.store.rounds import Round
from tests.bip.house import House
from tests.bip.pages import Visitor
from tests.bip.scene import build_scene


def code_for(house: House) -> str:
    at = house.installed
    with at.store.writing() as session:
        first = session.scalars(select(Round).filter_by(number=0)).one()
        return issue_code(session, at, Actor(house.organisation_id), first)


def withdrawn_on(house: House) -> object:
    with house.installed.store.reading() as session:
        return session.scalars(select(Enrolment.withdrawn_on)).one()


def test_after_the_last_day_no_code_works(house: House, clock: SettableClock) -> None:
    ids = build_scene(house.installed, house)
    address = f"/enrolments/{ids['enrolment_id']}/withdraw"
    code = code_for(house)
    coordinator = house.enter("coordinator")
    clock.advance(2)
    today = clock.today()
    page = coordinator.submit(coordinator.get(address), {"last_day": (today - timedelta(1)).isoformat()})
    assert "Nothing is asked of the participant after that day." in page.text
    assert withdrawn_on(house) == today - timedelta(1)
    page = Visitor(house.app).get(f"/k/{code}")
    assert page.heading == "Tiden för de här frågorna är slut"
    with house.installed.store.reading() as session:
        (event,) = session.scalars(select(AuditEvent).filter_by(kind="participant_withdrawn"))
    assert event.details["enrolment"] == ids["enrolment_id"]


def test_days_that_cannot_be_are_refused(house: House, clock: SettableClock) -> None:
    ids = build_scene(house.installed, house)
    coordinator = house.enter("coordinator")
    page = coordinator.get(f"/enrolments/{ids['enrolment_id']}/withdraw")
    for day, said in (
        (clock.today() + timedelta(1), "The day must not be after today."),
        (clock.today() - timedelta(1), "The day must not be before"),
    ):
        answer = coordinator.submit(page, {"last_day": day.isoformat()})
        assert said in answer.text
        assert answer.form("withdraw")["last_day"] == day.isoformat()
    assert withdrawn_on(house) is None
