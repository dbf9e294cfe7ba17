"""Participants for tests of staff pages, with names that the installation's key opens."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from bip.rounds.plan import plan_rounds
from bip.store.audit import AuditEvent
from bip.store.lists import Rater, Role
from bip.store.organisations import Account, Organisation, Unit
from bip.store.people import Enrolment
from bip.store.rounds import Round
from bip.store.studies import Study
from tests.bip import rows
from tests.bip.house import House
from tests.bip.pages import Page, Visitor

FORM = {
    "name": "Ada Lind",
    "email": "ada@example.org",
    "phone": "+46 70 123 45 67",
    "sex": "woman",
    "origin": "native",
    "education": "compulsory",
    "birth_year": "1984",
    "language": "sv",
    "intake": "March",
    "referral": "Social services",
}


def enrol(house: House, **changes: Any) -> UUID:  # noqa: ANN401  # whatever a form takes
    """Enrol somebody through the page as the coordinator; the enrolment's id."""
    coordinator = house.enter("coordinator")
    page = coordinator.submit(coordinator.get("/participants/new"), {**FORM, **changes})
    assert page.heading == changes.get("name", "Ada Lind"), page.text
    return UUID(page.response.request.path.rsplit("/", 1)[1])


def enrolled(
    house: House,
    session: Session,
    *,
    name: str = "Ada Lind",
    caseworker: Account | None = None,
    **more: Any,  # noqa: ANN401
) -> Enrolment:
    """Somebody enrolled in the house's study on the first day of the tests, written by hand."""
    organisation = session.get_one(Organisation, house.organisation_id)
    person = rows.participant(session, organisation, language=more.pop("language", "sv"))
    rows.identity(session, person, cipher=house.installed.cipher, name=name)
    more.setdefault("study", session.get_one(Study, house.study_id))
    more.setdefault("unit", session.get_one(Unit, house.unit_id))
    enrolment = rows.enrolment(session, organisation, participant=person, **more)
    assigned = caseworker or session.get_one(Account, house.accounts[Role.CASEWORKER])
    rows.assignment_spell(session, enrolment, caseworker=assigned, start_on=enrolment.enrolled_on)
    plan_rounds(session, more["study"], enrolment, house.installed.clock.today())
    session.flush()
    return enrolment


def round_ids(house: House, enrolment_id: UUID) -> list[UUID]:
    with house.installed.store.reading() as session:
        query = select(Round.id).where(Round.enrolment_id == enrolment_id).order_by(Round.number)
        return list(session.scalars(query))


def submit_response(house: House, round_id: UUID, rater: Rater) -> None:
    """That the rater has answered; what, no staff page shows."""
    with house.installed.store.writing() as session:
        window = session.get_one(Round, round_id)
        caseworker = session.get_one(Account, house.accounts[Role.CASEWORKER])
        now = house.installed.clock.now()
        rated_by = caseworker if rater is Rater.CASEWORKER else None
        rows.response(session, window, rater=rater, rated_by=rated_by, started_at=now, submitted_at=now)


def print_letter(visitor: Visitor, enrolment_id: UUID) -> Page:
    """Press the button on the participant's page."""
    return visitor.submit(visitor.get(f"/participants/{enrolment_id}"), action="/letter")


def trail(house: House, kind: str) -> list[AuditEvent]:
    with house.installed.store.reading() as session:
        query = select(AuditEvent).where(AuditEvent.kind == kind).order_by(AuditEvent.at)
        return list(session.scalars(query))


def day(text: str) -> date:
    return date.fromisoformat(text)
