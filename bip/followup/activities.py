"""Writing activity spells down, changing and removing them; several may run at once."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from flask import abort
from sqlalchemy import select
from sqlalchemy.orm import Session

from bip.auth.staff import Staff
from bip.followup.days import locked_enrolment, while_enrolled
from bip.services import Services
from bip.store.audit import record
from bip.store.followup import ActivitySpell
from bip.store.lists import ActivityKind
from bip.store.people import Enrolment


@dataclass(frozen=True, slots=True)
class Activity:
    """What is written of an activity, both days included; `completed`: None where it is not known."""

    kind: ActivityKind
    start_on: date
    end_on: date | None = None
    hours_per_week: float | None = None
    place: str | None = None
    completed: bool | None = None


def activity_or_404(session: Session, enrolment_id: UUID, activity_id: UUID) -> ActivitySpell:
    """One of the enrolment's activities; whether the enrolment may be seen is asked before."""
    query = select(ActivitySpell).where(
        ActivitySpell.id == activity_id, ActivitySpell.enrolment_id == enrolment_id
    )
    return session.scalar(query) or abort(404)


def as_written(spell: ActivitySpell) -> Activity:
    """What is written of it."""
    return Activity(
        spell.kind, spell.start_on, spell.end_on, spell.hours_per_week, spell.place, spell.completed
    )


def add_activity(
    at: Services, staff: Staff, enrolment_id: UUID, activity_id: UUID, written: Activity
) -> None:
    """Write a new one down. The same id again (a form that was sent twice) changes nothing.

    Raises DayError where it ends before it starts, or a day lies outside the enrolment or after today.
    """
    with at.store.writing() as session:
        enrolment = locked_enrolment(session, at, staff, enrolment_id)
        if session.get(ActivitySpell, activity_id) is not None:
            return
        _require_days(session, at, enrolment, written)
        session.add(
            ActivitySpell(
                id=activity_id,
                organisation_id=enrolment.organisation_id,
                enrolment_id=enrolment.id,
                **{name: getattr(written, name) for name in Activity.__slots__},
            )
        )
        record(
            session,
            staff.actor,
            at.clock.now(),
            "activity_saved",
            enrolment=enrolment_id,
            activity=activity_id,
        )


def change_activity(
    at: Services, staff: Staff, enrolment_id: UUID, activity_id: UUID, written: Activity
) -> None:
    """Write what is known now over what was written. Raises DayError as `add_activity` does."""
    with at.store.writing() as session:
        enrolment = locked_enrolment(session, at, staff, enrolment_id)
        spell = activity_or_404(session, enrolment_id, activity_id)
        _require_days(session, at, enrolment, written)
        for name in Activity.__slots__:
            setattr(spell, name, getattr(written, name))
        record(
            session,
            staff.actor,
            at.clock.now(),
            "activity_saved",
            enrolment=enrolment_id,
            activity=activity_id,
        )


def remove_activity(at: Services, staff: Staff, enrolment_id: UUID, activity_id: UUID) -> None:
    """Take away one that was written by mistake; the trail keeps that it was there."""
    with at.store.writing() as session:
        locked_enrolment(session, at, staff, enrolment_id)
        session.delete(activity_or_404(session, enrolment_id, activity_id))
        record(
            session,
            staff.actor,
            at.clock.now(),
            "activity_removed",
            enrolment=enrolment_id,
            activity=activity_id,
        )


def _require_days(session: Session, at: Services, enrolment: Enrolment, written: Activity) -> None:
    possible = while_enrolled(session, enrolment, at.clock.today())
    possible.require_order("start_on", written.start_on, "end_on", written.end_on)
