"""The next steps that participant and caseworker agree on: from the list, with a date, no free text."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from flask import abort
from sqlalchemy import select
from sqlalchemy.orm import Session

from bip.auth.staff import Staff
from bip.participants.facts import ended_on
from bip.participants.visible import enrolment_or_404
from bip.services import Services
from bip.store.audit import record
from bip.store.casework import AgreedStep
from bip.store.followup import Step
from bip.store.lists import StepKind
from bip.store.people import Enrolment


@dataclass(frozen=True, slots=True)
class NextStep:
    """One agreed step; `done_on` is None as long as it is ahead."""

    id: UUID
    kind: StepKind
    agreed_on: date
    by_on: date
    done_on: date | None


class EndedError(Exception):
    """The enrolment has ended: nothing more is agreed in it, and no step belongs to it any more."""


def has_ended(session: Session, enrolment: Enrolment, today: date) -> bool:
    """Whether the last day has gone by."""
    ended = ended_on(session, enrolment)
    return ended is not None and today > ended


def next_steps(session: Session, enrolment_id: UUID) -> tuple[NextStep, ...]:
    """All of an enrolment: those ahead first, the nearest day before the others."""
    query = (
        select(AgreedStep)
        .where(AgreedStep.enrolment_id == enrolment_id)
        .order_by(AgreedStep.done_on.is_not(None), AgreedStep.by_on, AgreedStep.kind, AgreedStep.id)
    )
    return tuple(
        NextStep(one.id, one.kind, one.agreed_on, one.by_on, one.done_on) for one in session.scalars(query)
    )


def agree(at: Services, staff: Staff, enrolment_id: UUID, kind: StepKind, by_on: date) -> None:
    """Add a step; one that is there already, for the same day, is the same step sent twice.

    Raises EndedError.
    """
    today = at.clock.today()
    with at.store.writing() as session:
        enrolment = _locked(session, staff, enrolment_id, today)
        if has_ended(session, enrolment, today):
            raise EndedError
        same = select(AgreedStep.id).where(
            AgreedStep.enrolment_id == enrolment_id,
            AgreedStep.kind == kind,
            AgreedStep.by_on == by_on,
            AgreedStep.done_on.is_(None),
        )
        if session.scalar(same) is not None:
            return
        made = AgreedStep(
            organisation_id=enrolment.organisation_id,
            enrolment_id=enrolment_id,
            kind=kind,
            agreed_on=today,
            by_on=by_on,
            agreed_by_id=staff.account_id,
        )
        session.add(made)
        session.flush()
        record(session, staff.actor, at.clock.now(), "step_agreed", enrolment=enrolment_id, agreed=made.id)


def mark_done(at: Services, staff: Staff, enrolment_id: UUID, agreed_id: UUID) -> None:
    """The step is taken today, and counts among the participant's steps; once only, however often it is sent.

    Raises EndedError.
    """
    today, now = at.clock.today(), at.clock.now()
    with at.store.writing() as session:
        enrolment = _locked(session, staff, enrolment_id, today)
        agreed = _agreed_or_404(session, enrolment_id, agreed_id)
        if agreed.done_on is not None:
            return
        if has_ended(session, enrolment, today):
            raise EndedError
        agreed.done_on = today
        step = Step(
            organisation_id=agreed.organisation_id,
            enrolment_id=enrolment_id,
            kind=agreed.kind,
            happened_on=today,
        )
        session.add(step)
        session.flush()
        record(session, staff.actor, now, "agreed_step_changed", enrolment=enrolment_id, agreed=agreed_id)
        record(session, staff.actor, now, "step_added", enrolment=enrolment_id, step=step.id)


def remove(at: Services, staff: Staff, enrolment_id: UUID, agreed_id: UUID) -> None:
    """Take back what is still ahead; 404 once it is done, for then it is history."""
    today = at.clock.today()
    with at.store.writing() as session:
        _locked(session, staff, enrolment_id, today)
        agreed = _agreed_or_404(session, enrolment_id, agreed_id)
        if agreed.done_on is not None:
            abort(404)
        session.delete(agreed)
        record(
            session,
            staff.actor,
            at.clock.now(),
            "agreed_step_changed",
            enrolment=enrolment_id,
            agreed=agreed_id,
        )


def _locked(session: Session, staff: Staff, enrolment_id: UUID, today: date) -> Enrolment:
    """The enrolment, once nobody else is changing what is agreed in it."""
    enrolment = enrolment_or_404(session, staff, enrolment_id, today)
    session.execute(select(Enrolment.id).where(Enrolment.id == enrolment_id).with_for_update())
    return enrolment


def _agreed_or_404(session: Session, enrolment_id: UUID, agreed_id: UUID) -> AgreedStep:
    query = select(AgreedStep).where(AgreedStep.id == agreed_id, AgreedStep.enrolment_id == enrolment_id)
    return session.scalar(query) or abort(404)
