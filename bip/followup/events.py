"""Writing events down: jobs, education, placements, returns to support. They are no exits."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from flask import abort
from sqlalchemy import select
from sqlalchemy.orm import Session

from bip.auth.staff import Staff
from bip.followup.days import locked_enrolment, while_known
from bip.services import Services
from bip.store.audit import record
from bip.store.followup import Event
from bip.store.lists import EventKind, EventSource
from bip.store.people import Enrolment


@dataclass(frozen=True, slots=True)
class Happening:
    """What is written of an event; without `end_on` it goes on or had no length."""

    kind: EventKind
    happened_on: date
    end_on: date | None = None
    hours_per_week: float | None = None
    source: EventSource = EventSource.CASEWORKER


def event_or_404(session: Session, enrolment_id: UUID, event_id: UUID) -> Event:
    """One of the enrolment's events that staff wrote; what a register told is not theirs to change."""
    query = select(Event).where(
        Event.id == event_id,
        Event.enrolment_id == enrolment_id,
        Event.source != EventSource.REGISTER,
    )
    return session.scalar(query) or abort(404)


def as_written(event: Event) -> Happening:
    """What is written of it."""
    return Happening(event.kind, event.happened_on, event.end_on, event.hours_per_week, event.source)


def add_event(at: Services, staff: Staff, enrolment_id: UUID, event_id: UUID, written: Happening) -> None:
    """Write a new one down. The same id again (a form that was sent twice) changes nothing.

    Raises DayError where it ends before it begins, or a day lies before the enrolment, after today or after
    a withdrawal. After the exit it may happen: that is what follow-ups find.
    """
    with at.store.writing() as session:
        enrolment = locked_enrolment(session, at, staff, enrolment_id)
        if session.get(Event, event_id) is not None:
            return
        _require_days(at, enrolment, written)
        session.add(
            Event(
                id=event_id,
                organisation_id=enrolment.organisation_id,
                enrolment_id=enrolment.id,
                **{name: getattr(written, name) for name in Happening.__slots__},
            )
        )
        record(session, staff.actor, at.clock.now(), "event_saved", enrolment=enrolment_id, event=event_id)


def change_event(at: Services, staff: Staff, enrolment_id: UUID, event_id: UUID, written: Happening) -> None:
    """Write what is known now over what was written. Raises DayError as `add_event` does."""
    with at.store.writing() as session:
        enrolment = locked_enrolment(session, at, staff, enrolment_id)
        event = event_or_404(session, enrolment_id, event_id)
        _require_days(at, enrolment, written)
        for name in Happening.__slots__:
            setattr(event, name, getattr(written, name))
        record(session, staff.actor, at.clock.now(), "event_saved", enrolment=enrolment_id, event=event_id)


def remove_event(at: Services, staff: Staff, enrolment_id: UUID, event_id: UUID) -> None:
    """Take away one that was written by mistake; the trail keeps that it was there."""
    with at.store.writing() as session:
        locked_enrolment(session, at, staff, enrolment_id)
        session.delete(event_or_404(session, enrolment_id, event_id))
        record(session, staff.actor, at.clock.now(), "event_removed", enrolment=enrolment_id, event=event_id)


def _require_days(at: Services, enrolment: Enrolment, written: Happening) -> None:
    possible = while_known(enrolment, at.clock.today())
    possible.require_order("happened_on", written.happened_on, "end_on", written.end_on)
