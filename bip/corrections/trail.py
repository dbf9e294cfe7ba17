"""The trail of one participant: who did or saw what, when and why. Never an answer."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from flask_babel import LazyString, gettext
from sqlalchemy import select
from sqlalchemy.orm import Session

from bip.auth.staff import Staff
from bip.corrections.subject import Answered, Subject, subject_of
from bip.corrections.words import (
    DIFFERED,
    EVENTS,
    FIELDS,
    FILLED_IN,
    OF_THE_DOUBLE,
    REASONS,
    RECEIVED,
    RESPONSES,
    Reason,
)
from bip.participants.visible import enrolment_or_404
from bip.rounds.words import MISS_REASONS, MOVE_REASONS
from bip.services import Services
from bip.store.audit import AuditEvent, record
from bip.store.casework import RoundMove
from bip.store.lists import MissReason
from bip.store.organisations import Account

LINES_ON_A_PAGE: Final = 500
# Further back than any trail reaches; the database takes no number of any size.
LAST_PAGE: Final = 100_000

# By round and moment: why it was moved.
Reasons = Mapping[tuple[str, datetime], LazyString]


@dataclass(frozen=True, slots=True)
class Line:
    """One line. `about`: a round, a response or fields. `who`: None for the participant and the operator."""

    at: datetime
    what: LazyString
    about: str
    who: str | None
    why: LazyString | None


@dataclass(frozen=True, slots=True)
class Trail:
    """A page of the trail, the newest first; `older`: the number of the next, if there is one."""

    lines: tuple[Line, ...]
    older: int | None


def read_trail(at: Services, staff: Staff, enrolment_id: UUID, page: int) -> Trail:
    """What stands about an enrolment's participant; that it was read is one more line. `page`: from 1."""
    page = min(max(page, 1), LAST_PAGE)
    with at.store.reading() as session:
        enrolment = enrolment_or_404(session, staff, enrolment_id, at.clock.today())
        subject = subject_of(session, enrolment)
        found = _events(session, enrolment.organisation_id, subject, page)
        reasons = _reasons(session, subject)
    with at.store.writing() as session:
        record(session, staff.actor, at.clock.now(), "trail_viewed", enrolment=enrolment_id)
    lines = tuple(_line(subject, reasons, event, name) for event, name in found[:LINES_ON_A_PAGE])
    return Trail(lines, older=page + 1 if len(found) > LINES_ON_A_PAGE else None)


def _events(
    session: Session, organisation_id: UUID, subject: Subject, page: int
) -> list[tuple[AuditEvent, str | None]]:
    """With who it was; one more than the page holds, where there are older ones."""
    query = (
        select(AuditEvent, Account.name)
        .outerjoin(Account, Account.id == AuditEvent.actor_id)
        .where(
            AuditEvent.organisation_id == organisation_id,
            AuditEvent.kind.in_(EVENTS),
            subject.condition(),
        )
        .order_by(AuditEvent.at.desc(), AuditEvent.kind.desc(), AuditEvent.id)
        .offset((page - 1) * LINES_ON_A_PAGE)
        .limit(LINES_ON_A_PAGE + 1)
    )
    return [(event, name) for event, name in session.execute(query)]


def _reasons(session: Session, subject: Subject) -> Reasons:
    rounds = [UUID(one) for one in subject.rounds]
    moves = session.scalars(select(RoundMove).where(RoundMove.round_id.in_(rounds)))
    return {(str(one.round_id), one.moved_at): MOVE_REASONS[one.reason] for one in moves}


def _line(subject: Subject, reasons: Reasons, event: AuditEvent, name: str | None) -> Line:
    return Line(event.at, _what(subject, event), _about(subject, event), name, _why(reasons, event))


def _what(subject: Subject, event: AuditEvent) -> LazyString:
    """A move and a merge read differently from either side."""
    details = event.details
    if event.kind == "response_moved" and details["round_before"] not in subject.rounds:
        return RECEIVED
    if event.kind == "participant_changed" and event.at in subject.doubles.values():
        return DIFFERED if subject.doubles.get(details["participant"]) == event.at else FILLED_IN
    return EVENTS[event.kind]


def _about(subject: Subject, event: AuditEvent) -> str:
    whose = [str(OF_THE_DOUBLE)] if _is_of_a_double(subject, event) else []
    return "; ".join([*whose, *_fields(event), *_round(subject, event)])


def _fields(event: AuditEvent) -> list[str]:
    fields = event.details.get("fields", [])
    return [", ".join(str(FIELDS.get(one, one)) for one in fields)] if fields else []


def _round(subject: Subject, event: AuditEvent) -> list[str]:
    response = subject.responses.get(event.details.get("response", ""))
    if response is not None:
        return [_of_response(response)]
    number = subject.rounds.get(event.details.get("round", ""))
    return [] if number is None else [gettext("Round %(number)s", number=number)]


def _of_response(response: Answered) -> str:
    return str(RESPONSES[response.rater]) % {"number": response.number}


def _is_of_a_double(subject: Subject, event: AuditEvent) -> bool:
    """Noted while the same person stood there twice; what was noted by the merge says so itself."""
    person = event.details.get("participant", "")
    merged_at = subject.doubles.get(person)
    if merged_at is not None:
        return event.at != merged_at
    return event.details.get("enrolment") in subject.gone


def _why(reasons: Reasons, event: AuditEvent) -> LazyString | None:
    reason = event.details.get("reason")
    if reason is not None:
        # Whoever corrects why a round was missed replaces it there; the line of the trail keeps each.
        missed = event.kind == "round_missed"
        return MISS_REASONS[MissReason(reason)] if missed else REASONS[Reason(reason)]
    return reasons.get((event.details.get("round", ""), event.at))
