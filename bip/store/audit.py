"""Who did or saw what, when. Each kind of event has exactly its keys; ids only, never an answer or a name."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, cast
from uuid import UUID, uuid4

from sqlalchemy import JSON, CheckConstraint, Connection, ForeignKey, String, Table, insert
from sqlalchemy.orm import Mapped, Session, mapped_column

from bip.store.base import Base, Identified, same_organisation
from bip.store.prepared import Prepared
from bip.store.types import Moment

EVENTS: Final[Mapping[str, frozenset[str]]] = {
    kind: frozenset(keys.split())
    for kind, keys in {
        "invitation_made": "invitation",
        "invitation_used": "invitation account",
        "invitation_withdrawn": "invitation",
        "organisation_begun": "organisation",
        "organisation_changed": "fields",
        "unit_added": "unit",
        "unit_changed": "unit fields",
        "account_changed": "account fields",
        "password_changed": "account",
        "signed_in": "account",
        "study_created": "study",
        "study_changed": "study fields",
        "participant_enrolled": "participant enrolment",
        "participant_viewed": "participant",
        "participants_listed": "participants",
        "participant_changed": "participant fields",
        "participant_withdrawn": "participant enrolment",
        "caseworker_assigned": "enrolment caseworker",
        "code_issued": "round",
        "code_used": "round",
        "response_started": "response",
        "response_submitted": "response",
        "own_answers_viewed": "response",
        "fault_reported": "response fault",
        "entry_opened": "response",
        "rating_taken_over": "response",
        "comparison_viewed": "enrolment",
        "release_requested": "release",
        "release_made": "release dataset_sha256",
        "release_failed": "release",
        "release_downloaded": "release",
        "report_viewed": "release",
        "study_exported": "study dataset_sha256",
        "activity_saved": "enrolment activity",
        "activity_removed": "enrolment activity",
        "step_added": "enrolment step",
        "step_removed": "enrolment step",
        "event_saved": "enrolment event",
        "event_removed": "enrolment event",
        "exit_saved": "enrolment",
        "exit_removed": "enrolment",
        "follow_up_saved": "enrolment follow_up",
        "conversation_viewed": "enrolment",
        "conversation_printed": "enrolment",
        "step_agreed": "enrolment agreed",
        "agreed_step_changed": "enrolment agreed",
        "reminder_sent": "account tasks",
        "file_imported": "import",
        "import_undone": "import",
        "intake_paused": "unit",
        "intake_resumed": "unit",
        "round_moved": "round",
        "round_missed": "round reason",
        "persons_merged": "participant kept reason",
        "response_moved": "response round_before round_after independent_before reason",
        "rating_reopened": "response reason",
        "trail_viewed": "enrolment",
        "kiosk_started": "kiosk",
        "kiosk_ended": "kiosk",
    }.items()
}


class AuditEvent(Base, Identified, kw_only=True):
    """One line of the trail. No actor: a participant with a code, somebody with a PIN, or the operator."""

    __tablename__ = "audit_events"
    __table_args__ = (
        same_organisation("actor_id", "accounts"),
        # A null switches the reference off, so that nobody's row could name anybody.
        CheckConstraint("organisation_id IS NOT NULL OR actor_id IS NULL", name="whose"),
    )

    organisation_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisations.id"), index=True)
    at: Mapped[datetime] = mapped_column(Moment, index=True)
    actor_id: Mapped[UUID | None]
    kind: Mapped[str] = mapped_column(String(64))
    details: Mapped[dict[str, Any]] = mapped_column(JSON)


@dataclass(frozen=True, slots=True)
class Actor:
    """On whose behalf something is done: an organisation, and the account if it is a member of staff."""

    organisation_id: UUID | None
    account_id: UUID | None = None


def record(session: Session, actor: Actor, at: datetime, kind: str, **details: object) -> None:
    """Add an event to the trail in the session's transaction.

    Raises ValueError where the kind is unknown or the keys are not exactly those declared for it.
    """
    session.add(AuditEvent(**_event(actor, at, kind, details)))


def record_row(connection: Connection, actor: Actor, at: datetime, kind: str, **details: object) -> None:
    """The same in a transaction of rows: for what many devices wait for."""
    _ADDED.run(connection, {"id": uuid4(), **_event(actor, at, kind, details)})


def _event(actor: Actor, at: datetime, kind: str, details: Mapping[str, object]) -> dict[str, Any]:
    if kind not in EVENTS:
        raise ValueError(f"{kind!r} is no audit event; declare it in EVENTS")
    if details.keys() != EVENTS[kind]:
        raise ValueError(f"{kind} takes exactly the keys {sorted(EVENTS[kind])}, not {sorted(details)}")
    return {
        "organisation_id": actor.organisation_id,
        "at": at,
        "actor_id": actor.account_id,
        "kind": kind,
        "details": {key: _plain(value) for key, value in details.items()},
    }


_ADDED: Final = Prepared(insert(cast("Table", AuditEvent.__table__)))


def _plain(value: object) -> object:
    if isinstance(value, list | tuple):
        return [_plain(entry) for entry in value]
    return str(value)
