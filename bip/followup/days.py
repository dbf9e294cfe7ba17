"""Which days can be written down, and why the others cannot."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from flask import abort
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bip.auth.staff import Staff
from bip.followup.due import NOTICE, months_after
from bip.participants.facts import ended_on
from bip.participants.visible import enrolment_or_404
from bip.services import Services
from bip.store.followup import ActivitySpell, Exit, FollowUp, Step
from bip.store.people import Enrolment


class Refusal(StrEnum):
    """Why a day cannot be."""

    BEFORE_ENROLMENT = "before_enrolment"
    BEFORE_START = "before_start"
    BEFORE_ACTIVITY = "before_activity"
    BEFORE_STEP = "before_step"
    BEFORE_NOTICE = "before_notice"
    AFTER_TODAY = "after_today"
    AFTER_END = "after_end"
    AFTER_WITHDRAWAL = "after_withdrawal"
    AFTER_FOLLOW_UP = "after_follow_up"


class DayError(Exception):
    """A day in a field that cannot be; `day` is the first or the last that can."""

    def __init__(self, field: str, reason: Refusal, day: date) -> None:
        super().__init__(field, reason)
        self.field = field
        self.reason = reason
        self.day = day


@dataclass(frozen=True, slots=True)
class Limit:
    """The first or the last possible day, and the reason that is given beyond it."""

    day: date
    reason: Refusal


@dataclass(frozen=True, slots=True)
class Limits:
    """Both ends of the possible days, each of them possible."""

    first: Limit
    last: Limit

    def require(self, field: str, day: date) -> None:
        """Raises DayError where the day lies outside."""
        if day < self.first.day:
            raise DayError(field, self.first.reason, self.first.day)
        if day > self.last.day:
            raise DayError(field, self.last.reason, self.last.day)

    def require_order(self, start: str, start_on: date, end: str, end_on: date | None) -> None:
        """Raises DayError where a spell lies outside or ends before it starts."""
        self.require(start, start_on)
        if end_on is None:
            return
        if end_on < start_on:
            raise DayError(end, Refusal.BEFORE_START, start_on)
        self.require(end, end_on)


def locked_enrolment(session: Session, at: Services, staff: Staff, enrolment_id: UUID) -> Enrolment:
    """The enrolment, else 404, once nobody else is changing its course."""
    enrolment = enrolment_or_404(session, staff, enrolment_id, at.clock.today())
    # Whoever waited for the lock may find the enrolment gone, with the file that it came from.
    held = select(Enrolment).where(Enrolment.id == enrolment.id).with_for_update()
    return session.scalar(held.execution_options(populate_existing=True)) or abort(404)


def while_enrolled(session: Session, enrolment: Enrolment, today: date) -> Limits:
    """For what a participant does: from the enrolment to its end."""
    ended = ended_on(session, enrolment)
    return _limits(enrolment, today, ended, Refusal.AFTER_END)


def while_known(enrolment: Enrolment, today: date) -> Limits:
    """For what happens to a participant, after the exit too; nothing is kept after a withdrawal."""
    return _limits(enrolment, today, enrolment.withdrawn_on, Refusal.AFTER_WITHDRAWAL)


def for_exit(session: Session, enrolment: Enrolment, today: date) -> Limits:
    """After all that the participant did, before all that was found afterwards."""
    known = while_known(enrolment, today)
    asked = session.scalar(select(func.min(FollowUp.asked_on)).where(FollowUp.enrolment_id == enrolment.id))
    firsts = [known.first]
    if (active := _last_active(session, enrolment)) is not None:
        firsts.append(Limit(active, Refusal.BEFORE_ACTIVITY))
    if (stepped := _last_step(session, enrolment)) is not None:
        firsts.append(Limit(stepped, Refusal.BEFORE_STEP))
    lasts = [known.last]
    if asked is not None:
        lasts.append(Limit(asked, Refusal.AFTER_FOLLOW_UP))
    return Limits(max(firsts, key=lambda one: one.day), min(lasts, key=lambda one: one.day))


def for_follow_up(enrolment: Enrolment, left: Exit, months: int, today: date) -> Limits:
    """From when it is asked for: what is found long before says nothing of that time."""
    first = months_after(left.left_on, months) - NOTICE
    return Limits(Limit(first, Refusal.BEFORE_NOTICE), while_known(enrolment, today).last)


def _limits(enrolment: Enrolment, today: date, ended: date | None, reason: Refusal) -> Limits:
    first = Limit(enrolment.enrolled_on, Refusal.BEFORE_ENROLMENT)
    if ended is None or ended > today:
        return Limits(first, Limit(today, Refusal.AFTER_TODAY))
    return Limits(first, Limit(ended, reason))


def _last_active(session: Session, enrolment: Enrolment) -> date | None:
    """The last day that the written activities reach; one without end reaches its first."""
    latest = func.max(func.coalesce(ActivitySpell.end_on, ActivitySpell.start_on))
    return session.scalar(select(latest).where(ActivitySpell.enrolment_id == enrolment.id))


def _last_step(session: Session, enrolment: Enrolment) -> date | None:
    return session.scalar(select(func.max(Step.happened_on)).where(Step.enrolment_id == enrolment.id))
