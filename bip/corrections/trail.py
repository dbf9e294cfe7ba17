"""The trail of one participant: who did or saw what, and when. Ids and reasons, never an answer."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from bip.auth.staff import Staff
from bip.corrections.words import EVENTS
from bip.participants.visible import enrolment_or_404
from bip.services import Services
from bip.store.audit import AuditEvent, record
from bip.store.organisations import Account
from bip.store.people import Enrolment
from bip.store.rounds import Response, Round

MOST_LINES = 500


@dataclass(frozen=True, slots=True)
class Line:
    """One line. `who` is None for the participant and for the operator."""

    at: datetime
    kind: str
    who: str | None
    reason: str | None


def read_trail(at: Services, staff: Staff, enrolment_id: UUID) -> tuple[Line, ...]:
    """The newest lines about an enrolment's participant, newest first; that they were read is one more."""
    with at.store.writing() as session:
        enrolment = enrolment_or_404(session, staff, enrolment_id, at.clock.today())
        lines = _lines(session, enrolment)
        record(session, staff.actor, at.clock.now(), "trail_viewed", enrolment=enrolment.id)
        return lines


def _lines(session: Session, enrolment: Enrolment) -> tuple[Line, ...]:
    enrolments = select(Enrolment.id).where(Enrolment.participant_id == enrolment.participant_id)
    rounds = select(Round.id).where(Round.enrolment_id.in_(enrolments))
    responses = select(Response.id).where(Response.round_id.in_(rounds))
    named = {
        "participant": [enrolment.participant_id],
        "kept": [enrolment.participant_id],
        "enrolment": session.scalars(enrolments).all(),
        "round": session.scalars(rounds).all(),
        "round_before": session.scalars(rounds).all(),
        "response": session.scalars(responses).all(),
    }
    rows = session.execute(
        select(AuditEvent, Account.name)
        .outerjoin(Account, Account.id == AuditEvent.actor_id)
        .where(
            AuditEvent.organisation_id == enrolment.organisation_id,
            AuditEvent.kind.in_(EVENTS),
            or_(
                *(
                    AuditEvent.details[key].as_string().in_([str(one) for one in ids])
                    for key, ids in named.items()
                )
            ),
        )
        .order_by(AuditEvent.at.desc(), AuditEvent.kind)
        .limit(MOST_LINES)
    )
    return tuple(Line(event.at, event.kind, name, event.details.get("reason")) for event, name in rows)
