"""The end of an enrolment with its reason, and what was found some months after it."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from flask import abort
from sqlalchemy import select
from sqlalchemy.orm import Session

from bip.auth.staff import Staff
from bip.followup.days import DayError, Refusal, for_exit, for_follow_up, locked_enrolment
from bip.services import Services
from bip.store.audit import record
from bip.store.followup import Exit, FollowUp
from bip.store.lists import ExitReason, FollowUpStatus, Role


@dataclass(frozen=True, slots=True)
class Found:
    """What a follow-up found on a day."""

    asked_on: date
    status: FollowUpStatus


def exit_of(session: Session, enrolment_id: UUID) -> Exit | None:
    """The exit, where there is one."""
    return session.get(Exit, enrolment_id)


def follow_up_of(session: Session, enrolment_id: UUID, months: int) -> FollowUp | None:
    """What was found so many months after the exit."""
    query = select(FollowUp).where(
        FollowUp.enrolment_id == enrolment_id, FollowUp.months_after_exit == months
    )
    return session.scalar(query)


def save_exit(at: Services, staff: Staff, enrolment_id: UUID, left_on: date, reason: ExitReason) -> None:
    """Write the exit down, or over the one that is there, which is the coordinator's to change (else 403).

    The rounds stay: nobody can answer after the day, and none is planned. Open activities stay open and count
    until the day. Raises DayError where the day lies before what the participant did, after a follow-up,
    after a withdrawal or after today.
    """
    with at.store.writing() as session:
        enrolment = locked_enrolment(session, at, staff, enrolment_id)
        left = exit_of(session, enrolment_id)
        if left is not None and not staff.has(Role.COORDINATOR):
            abort(403)
        for_exit(session, enrolment, at.clock.today()).require("left_on", left_on)
        if left is None:
            left = Exit(
                organisation_id=enrolment.organisation_id,
                enrolment_id=enrolment_id,
                left_on=left_on,
                reason=reason,
            )
            session.add(left)
        left.left_on, left.reason = left_on, reason
        record(session, staff.actor, at.clock.now(), "exit_saved", enrolment=enrolment_id)


def remove_exit(at: Services, staff: Staff, enrolment_id: UUID) -> None:
    """Let the enrolment go on; the rounds that time has brought are planned when somebody looks.

    Without an exit there is nothing to do. Raises DayError where follow-ups were made after it.
    """
    with at.store.writing() as session:
        locked_enrolment(session, at, staff, enrolment_id)
        left = exit_of(session, enrolment_id)
        if left is None:
            return
        asked = session.scalar(
            select(FollowUp.asked_on).where(FollowUp.enrolment_id == enrolment_id).limit(1)
        )
        if asked is not None:
            raise DayError("left_on", Refusal.AFTER_FOLLOW_UP, asked)
        session.delete(left)
        record(session, staff.actor, at.clock.now(), "exit_removed", enrolment=enrolment_id)


def save_follow_up(at: Services, staff: Staff, enrolment_id: UUID, months: int, found: Found) -> None:
    """Write down what was found so many months after, or over what was written before; 404 without an exit.

    Raises DayError where the day lies before the follow-up is asked for, after a withdrawal or after today.
    """
    with at.store.writing() as session:
        enrolment = locked_enrolment(session, at, staff, enrolment_id)
        left = exit_of(session, enrolment_id) or abort(404)
        for_follow_up(enrolment, left, months, at.clock.today()).require("asked_on", found.asked_on)
        row = follow_up_of(session, enrolment_id, months)
        if row is None:
            row = FollowUp(
                organisation_id=enrolment.organisation_id,
                enrolment_id=enrolment_id,
                months_after_exit=months,
                asked_on=found.asked_on,
                status=found.status,
            )
            session.add(row)
        row.asked_on, row.status = found.asked_on, found.status
        session.flush()
        record(
            session,
            staff.actor,
            at.clock.now(),
            "follow_up_saved",
            enrolment=enrolment_id,
            follow_up=row.id,
        )
