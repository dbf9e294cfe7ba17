"""The people of a unit, or of a caseworker, out of the database: no names, no answers."""

from collections import defaultdict
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, func, select
from sqlalchemy.orm import Session

from bip.overview.persons import Happened, Person, Stay
from bip.participants.facts import running_on
from bip.store.followup import Event, Exit
from bip.store.lists import Origin, Role, Sex
from bip.store.organisations import Account, AccountRole
from bip.store.people import AssignmentSpell, Enrolment, Participant


def of_unit(unit_id: UUID) -> ColumnElement[bool]:
    """A condition on `Enrolment`: those in the unit."""
    return Enrolment.unit_id == unit_id


def of_caseworker(account_id: UUID, today: date) -> ColumnElement[bool]:
    """A condition on `Enrolment`: those that this caseworker has today."""
    return (
        exists()
        .where(
            AssignmentSpell.enrolment_id == Enrolment.id,
            AssignmentSpell.caseworker_id == account_id,
            running_on(today),
        )
        .correlate(Enrolment)
    )


def persons(
    session: Session, organisation_id: UUID, whose: ColumnElement[bool], today: date
) -> tuple[Person, ...]:
    """Everybody enrolled until today under the condition, once each."""
    ours = and_(Enrolment.organisation_id == organisation_id, Enrolment.enrolled_on <= today, whose)
    events = _events(session, ours)
    stays: dict[UUID, list[Stay]] = defaultdict(list)
    background: dict[UUID, tuple[Sex, Origin]] = {}
    rows = session.execute(
        select(
            Enrolment.id,
            Enrolment.participant_id,
            Participant.sex,
            Participant.origin,
            Enrolment.enrolled_on,
            Enrolment.intake,
            Exit.left_on,
            Exit.reason,
            Enrolment.withdrawn_on,
            Enrolment.observed_to,
        )
        .join(Participant, Participant.id == Enrolment.participant_id)
        .outerjoin(Exit, Exit.enrolment_id == Enrolment.id)
        .where(ours)
        .order_by(Enrolment.enrolled_on, Enrolment.id)
    )
    for enrolment_id, person_id, sex, origin, enrolled_on, intake, left_on, reason, gone, seen in rows:
        happened = tuple(events[enrolment_id])
        stays[person_id].append(Stay(enrolled_on, intake, left_on, reason, gone, seen, happened))
        background[person_id] = sex, origin
    return tuple(Person(*background[key], tuple(found)) for key, found in stays.items())


def _events(session: Session, ours: ColumnElement[bool]) -> dict[UUID, list[Happened]]:
    found: dict[UUID, list[Happened]] = defaultdict(list)
    rows = session.execute(
        select(Event.enrolment_id, Event.kind, Event.happened_on, Event.end_on)
        .join(Enrolment, Enrolment.id == Event.enrolment_id)
        .where(ours)
        .order_by(Event.happened_on, Event.id)
    )
    for enrolment_id, kind, happened_on, end_on in rows:
        found[enrolment_id].append(Happened(kind, happened_on, end_on))
    return found


def count_caseworkers(session: Session, unit_id: UUID) -> int:
    """How many active accounts of the unit belong to caseworkers."""
    query = (
        select(func.count(Account.id))
        .join(AccountRole, AccountRole.account_id == Account.id)
        .where(Account.unit_id == unit_id, Account.active, AccountRole.name == Role.CASEWORKER)
    )
    return session.scalar(query) or 0
