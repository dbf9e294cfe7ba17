"""What does not fit together: events without exit, exits without outcome or reason, follow-ups not made."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session

from bip.auth.staff import Staff
from bip.followup.due import due_follow_ups
from bip.participants.identity import open_contact
from bip.participants.visible import enrolments_of
from bip.services import Services
from bip.store.audit import record
from bip.store.cipher import Cipher
from bip.store.followup import Event, Exit
from bip.store.lists import EventKind, ExitReason
from bip.store.people import Enrolment, Identity

# So long somebody may be kept on in a job before the exit is asked for.
PATIENCE: Final = timedelta(days=90)
WORK: Final = (EventKind.JOB_REGULAR, EventKind.JOB_SUBSIDISED)
# The events of which an exit for a reason tells.
OUTCOMES: Final = {ExitReason.WORK: WORK, ExitReason.STUDY: (EventKind.STUDY,)}


class Question(StrEnum):
    """What to look at."""

    EVENT_WITHOUT_EXIT = "event_without_exit"
    EXIT_WITHOUT_EVENT = "exit_without_event"
    NO_REASON = "no_reason"
    FOLLOW_UP = "follow_up"


@dataclass(frozen=True, slots=True)
class Doubt:
    """A question about an enrolment; `day`: of the event, the exit, or when the follow-up is due."""

    enrolment_id: UUID
    question: Question
    day: date
    months: int | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """A question with the name of whom it is about."""

    name: str | None
    doubt: Doubt


def reconcile(session: Session, at: Services, staff: Staff) -> list[Line]:
    """The questions about enrolments that this member of staff may see, by name; noted in the trail."""
    today = at.clock.today()
    doubts = list(doubts_of(session, staff, today))
    people = _people(session, at.cipher, {one.enrolment_id for one in doubts})
    if people:
        with at.store.writing() as trail:
            shown = sorted({str(participant) for participant, _ in people.values()})
            record(trail, staff.actor, at.clock.now(), "participants_listed", participants=shown)
    lines = [Line(people[one.enrolment_id][1], one) for one in doubts]
    return sorted(lines, key=lambda line: (line.name or "", str(line.doubt.enrolment_id), line.doubt.day))


def doubts_of(session: Session, staff: Staff, today: date) -> Iterator[Doubt]:
    """The same without names."""
    seen = enrolments_of(staff, today)
    for enrolment_id, day in session.execute(_events_without_exit(seen, today)):
        yield Doubt(enrolment_id, Question.EVENT_WITHOUT_EXIT, day)
    exits = select(Exit.enrolment_id, Exit.left_on).join(Enrolment, Enrolment.id == Exit.enrolment_id)
    for enrolment_id, day in session.execute(exits.where(seen, _without_outcome())):
        yield Doubt(enrolment_id, Question.EXIT_WITHOUT_EVENT, day)
    for enrolment_id, day in session.execute(exits.where(seen, Exit.reason == ExitReason.UNKNOWN)):
        yield Doubt(enrolment_id, Question.NO_REASON, day)
    for due in due_follow_ups(session, staff, today):
        yield Doubt(due.enrolment_id, Question.FOLLOW_UP, due.due_on, due.months)


def _events_without_exit(seen: ColumnElement[bool], today: date) -> Select[UUID, date]:
    """The first of each enrolment's jobs and educations that go on; one that is over asks for no exit."""
    return (
        select(Event.enrolment_id, func.min(Event.happened_on))
        .join(Enrolment, Enrolment.id == Event.enrolment_id)
        .where(
            seen,
            Event.kind.in_([kind for kinds in OUTCOMES.values() for kind in kinds]),
            Event.happened_on < today - PATIENCE,
            or_(Event.end_on.is_(None), Event.end_on >= today),
            Enrolment.withdrawn_on.is_(None),
            ~exists().where(Exit.enrolment_id == Enrolment.id).correlate(Enrolment),
        )
        .group_by(Event.enrolment_id)
    )


def _without_outcome() -> ColumnElement[bool]:
    """A condition on `Exit`: it tells of work or education, and no event does."""
    return or_(
        *(
            and_(
                Exit.reason == reason,
                ~exists()
                .where(Event.enrolment_id == Exit.enrolment_id, Event.kind.in_(kinds))
                .correlate(Exit),
            )
            for reason, kinds in OUTCOMES.items()
        )
    )


def _people(
    session: Session, cipher: Cipher, enrolments: Iterable[UUID]
) -> dict[UUID, tuple[UUID, str | None]]:
    """The participant of each enrolment, with the name where one is kept."""
    query = (
        select(Enrolment.id, Enrolment.participant_id, Identity)
        .outerjoin(Identity, Identity.participant_id == Enrolment.participant_id)
        .where(Enrolment.id.in_(list(enrolments)))
    )
    return {
        enrolment_id: (participant_id, open_contact(cipher, identity).name if identity else None)
        for enrolment_id, participant_id, identity in session.execute(query)
    }
