"""Steps that a participant took, written down on the day."""

from uuid import UUID

from flask import abort
from sqlalchemy import select
from sqlalchemy.orm import Session

from bip.auth.staff import Staff
from bip.followup.days import locked_enrolment, while_enrolled
from bip.services import Services
from bip.store.audit import record
from bip.store.followup import Step
from bip.store.lists import StepKind


def step_or_404(session: Session, enrolment_id: UUID, step_id: UUID) -> Step:
    """One of the enrolment's steps; whether the enrolment may be seen is asked before."""
    query = select(Step).where(Step.id == step_id, Step.enrolment_id == enrolment_id)
    return session.scalar(query) or abort(404)


def add_step(at: Services, staff: Staff, enrolment_id: UUID, step_id: UUID, kind: StepKind) -> None:
    """Write down that a step was taken today. The same id again (two quick taps) changes nothing.

    Raises DayError where the enrolment has ended.
    """
    with at.store.writing() as session:
        enrolment = locked_enrolment(session, at, staff, enrolment_id)
        if session.get(Step, step_id) is not None:
            return
        today = at.clock.today()
        while_enrolled(session, enrolment, today).require("kind", today)
        session.add(
            Step(
                id=step_id,
                organisation_id=enrolment.organisation_id,
                enrolment_id=enrolment.id,
                kind=kind,
                happened_on=today,
            )
        )
        record(session, staff.actor, at.clock.now(), "step_added", enrolment=enrolment_id, step=step_id)


def remove_step(at: Services, staff: Staff, enrolment_id: UUID, step_id: UUID) -> None:
    """Take away one that was written by mistake; the trail keeps that it was there."""
    with at.store.writing() as session:
        locked_enrolment(session, at, staff, enrolment_id)
        session.delete(step_or_404(session, enrolment_id, step_id))
        record(session, staff.actor, at.clock.now(), "step_removed", enrolment=enrolment_id, step=step_id)
