"""When follow-ups after an exit are due: 6 and 13 calendar months after it."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from bip.auth.staff import Staff
from bip.participants.visible import enrolments_of
from bip.store.followup import Exit, FollowUp
from bip.store.people import Enrolment

MONTHS: Final = (6, 13)
# From how long before its day a follow-up is asked for.
NOTICE: Final = timedelta(days=30)


class FollowUpState(StrEnum):
    """How far a follow-up has come."""

    LATER = "later"
    DUE = "due"
    DONE = "done"
    NOT_ASKED = "not_asked"


@dataclass(frozen=True, slots=True)
class DueFollowUp:
    """A follow-up that can be made now and is not."""

    enrolment_id: UUID
    months: int
    due_on: date


def months_after(day: date, months: int) -> date:
    """The same day so many months later; where that month is too short, its last day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def state_of(due_on: date, *, done: bool, withdrawn: bool, today: date) -> FollowUpState:
    """How far it has come; nothing is asked of who has withdrawn."""
    if done:
        return FollowUpState.DONE
    if withdrawn:
        return FollowUpState.NOT_ASKED
    return FollowUpState.DUE if today >= due_on - NOTICE else FollowUpState.LATER


def due_follow_ups(session: Session, staff: Staff, today: date) -> list[DueFollowUp]:
    """Those of the enrolments that this member of staff may see that are due soon or late, earliest first."""
    seen = and_(enrolments_of(staff, today), Enrolment.withdrawn_on.is_(None))
    exits = select(Exit.enrolment_id, Exit.left_on).join(Enrolment, Enrolment.id == Exit.enrolment_id)
    made = select(FollowUp.enrolment_id, FollowUp.months_after_exit).join(
        Enrolment, Enrolment.id == FollowUp.enrolment_id
    )
    done = {(enrolment_id, months) for enrolment_id, months in session.execute(made.where(seen))}
    planned = (
        DueFollowUp(enrolment_id, months, months_after(left_on, months))
        for enrolment_id, left_on in session.execute(exits.where(seen))
        for months in MONTHS
        if (enrolment_id, months) not in done
    )
    due = (one for one in planned if today >= one.due_on - NOTICE)
    return sorted(due, key=lambda one: (one.due_on, one.enrolment_id, one.months))
