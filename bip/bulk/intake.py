"""A whole intake at once: all of the group, or nobody."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from bip.auth.staff import Staff
from bip.participants.change import NewEnrolment, enrol_in
from bip.services import Services
from bip.store.people import Enrolment


def enrol_group(at: Services, staff: Staff, group: Mapping[UUID, NewEnrolment]) -> None:
    """Enrol each person under the id given, in one transaction; the same again changes nothing."""
    with at.store.writing() as session:
        for enrolment_id, wanted in group.items():
            enrol_in(session, at, staff, enrolment_id, wanted)


def was_enrolled(session: Session, ids: Iterable[UUID]) -> bool:
    """Whether the page was sent before: then its names are known, and are no namesakes."""
    return session.scalar(select(Enrolment.id).where(Enrolment.id.in_(list(ids))).limit(1)) is not None
