"""Whom a member of staff may see: a caseworker the own participants, a coordinator the unit's.

What is not theirs to see is answered like what does not exist.
"""

from datetime import date
from uuid import UUID

from flask import abort
from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import Session

from bip.auth.staff import Staff
from bip.store.lists import Role
from bip.store.people import AssignmentSpell, Enrolment
from bip.store.rounds import Round


def enrolments_of(staff: Staff, today: date) -> ColumnElement[bool]:
    """A condition on `Enrolment`: those that this member of staff may see today."""
    own = (
        exists()
        .where(
            AssignmentSpell.enrolment_id == Enrolment.id,
            AssignmentSpell.caseworker_id == staff.account_id,
            AssignmentSpell.start_on <= today,
            or_(AssignmentSpell.end_on.is_(None), AssignmentSpell.end_on > today),
        )
        # The query around it may name spells of its own, which are not these.
        .correlate(Enrolment)
    )
    rights: list[ColumnElement[bool]] = []
    if staff.has(Role.CASEWORKER):
        rights.append(own)
    if staff.has(Role.COORDINATOR):
        rights.append(Enrolment.unit_id == staff.unit_id if staff.unit_id else Enrolment.id.is_not(None))
    return and_(Enrolment.organisation_id == staff.organisation_id, or_(*rights))


def enrolment_or_404(session: Session, staff: Staff, enrolment_id: UUID, today: date) -> Enrolment:
    """The enrolment, if this member of staff may see it."""
    query = select(Enrolment).where(Enrolment.id == enrolment_id, enrolments_of(staff, today))
    return session.scalar(query) or abort(404)


def round_or_404(session: Session, staff: Staff, round_id: UUID, today: date) -> tuple[Round, Enrolment]:
    """The round with its enrolment, if this member of staff may see it."""
    query = (
        select(Round, Enrolment)
        .join(Enrolment, Enrolment.id == Round.enrolment_id)
        .where(Round.id == round_id, enrolments_of(staff, today))
    )
    found = session.execute(query).one_or_none()
    return (found[0], found[1]) if found else abort(404)


def is_caseworker_of(session: Session, staff: Staff, enrolment_id: UUID, today: date) -> bool:
    """Whether the enrolment is in this caseworker's hands today."""
    query = select(AssignmentSpell.id).where(
        AssignmentSpell.enrolment_id == enrolment_id,
        AssignmentSpell.caseworker_id == staff.account_id,
        AssignmentSpell.start_on <= today,
        or_(AssignmentSpell.end_on.is_(None), AssignmentSpell.end_on > today),
    )
    return staff.has(Role.CASEWORKER) and session.scalar(query) is not None
