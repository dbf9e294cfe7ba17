"""What pages and letters say of a participant and an enrolment."""

from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from bip.participants.identity import Contact, open_contact
from bip.store.cipher import Cipher
from bip.store.followup import Exit
from bip.store.organisations import Account
from bip.store.people import AssignmentSpell, Enrolment, Identity


def contact_of(session: Session, cipher: Cipher, participant_id: UUID) -> Contact | None:
    """Name and contact in the clear; None where none are kept, as in a study brought in from elsewhere."""
    identity = session.get(Identity, participant_id)
    return open_contact(cipher, identity) if identity else None


def caseworker_on(session: Session, enrolment_id: UUID, day: date) -> str | None:
    """The name of the caseworker who has the enrolment on a day."""
    query = (
        select(Account.name)
        .join(AssignmentSpell, AssignmentSpell.caseworker_id == Account.id)
        .where(AssignmentSpell.enrolment_id == enrolment_id, running_on(day))
    )
    return session.scalar(query)


def running_on(day: date) -> ColumnElement[bool]:
    """A condition on `AssignmentSpell`: the day lies in it."""
    return and_(
        AssignmentSpell.start_on <= day,
        or_(AssignmentSpell.end_on.is_(None), AssignmentSpell.end_on > day),
    )


def ended_on(session: Session, enrolment: Enrolment) -> date | None:
    """The day on which the enrolment ended, by exit or withdrawal."""
    left_on = session.scalar(select(Exit.left_on).where(Exit.enrolment_id == enrolment.id))
    return earlier(left_on, enrolment.withdrawn_on)


def earlier(one: date | None, other: date | None) -> date | None:
    """The earlier of two days, either of which may not have come."""
    return min(filter(None, (one, other)), default=None)
