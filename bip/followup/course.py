"""Everything the page of an enrolment's course shows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from bip.auth.staff import Staff
from bip.followup.due import MONTHS, FollowUpState, months_after, state_of
from bip.followup.exits import exit_of
from bip.followup.exposure import Exposure, Span, Spell, Stretch, exposure, gap_days, stretches
from bip.participants.facts import contact_of, ended_on
from bip.participants.visible import enrolment_or_404
from bip.services import Services
from bip.store.followup import ActivitySpell, Event, Exit, FollowUp, Step
from bip.store.lists import ActivityKind, EventKind, EventSource, ExitReason, FollowUpStatus, Role
from bip.store.people import Enrolment

# Without an activity for longer than a month, somebody should think of the next one.
LONG_GAP_DAYS = 30


@dataclass(frozen=True, slots=True)
class ActivityLine:
    """An activity as written."""

    id: UUID
    kind: ActivityKind
    start_on: date
    end_on: date | None
    hours_per_week: float | None
    place: str | None
    completed: bool | None


@dataclass(frozen=True, slots=True)
class EventLine:
    """An event as written."""

    id: UUID
    kind: EventKind
    happened_on: date
    end_on: date | None
    hours_per_week: float | None
    source: EventSource


@dataclass(frozen=True, slots=True)
class StepLine:
    """A step; `kind` in the words of where it came from."""

    id: UUID
    kind: str
    happened_on: date


@dataclass(frozen=True, slots=True)
class ExitLine:
    """The exit."""

    left_on: date
    reason: ExitReason


@dataclass(frozen=True, slots=True)
class FollowUpLine:
    """A follow-up that is planned or made."""

    months: int
    due_on: date
    state: FollowUpState
    asked_on: date | None
    status: FollowUpStatus | None


@dataclass(frozen=True, slots=True)
class Course:
    """One enrolment's course. Latest first, but for follow-ups.

    `gap_days`: days since the last with an activity; None where the enrolment has ended.
    """

    enrolment_id: UUID
    name: str | None
    span: Span
    ended_on: date | None
    activities: tuple[ActivityLine, ...]
    events: tuple[EventLine, ...]
    steps: tuple[StepLine, ...]
    left: ExitLine | None
    follow_ups: tuple[FollowUpLine, ...]
    exposure: Exposure
    stretches: tuple[Stretch, ...]
    gap_days: int | None
    may_change_exit: bool

    @property
    def long_gap(self) -> bool:
        """Whether the gap until today is longer than a month."""
        return self.gap_days is not None and self.gap_days > LONG_GAP_DAYS


def read_course(session: Session, at: Services, staff: Staff, enrolment_id: UUID) -> Course:
    """The course of an enrolment that this member of staff may see, else 404."""
    today = at.clock.today()
    enrolment = enrolment_or_404(session, staff, enrolment_id, today)
    activities = _activities(session, enrolment_id)
    spells = [Spell(one.kind, one.start_on, one.end_on) for one in activities]
    ended = ended_on(session, enrolment)
    span = Span(enrolment.enrolled_on, min(ended or today, today))
    left = exit_of(session, enrolment_id)
    contact = contact_of(session, at.cipher, enrolment.participant_id)
    return Course(
        enrolment_id=enrolment_id,
        name=contact.name if contact else None,
        span=span,
        ended_on=ended,
        activities=activities,
        events=_events(session, enrolment_id),
        steps=_steps(session, enrolment_id),
        left=ExitLine(left.left_on, left.reason) if left else None,
        follow_ups=tuple(_follow_ups(session, enrolment, left, today)),
        exposure=exposure(spells, span),
        stretches=tuple(stretches(spells, span)),
        gap_days=None if ended else gap_days(spells, today, enrolment.enrolled_on),
        may_change_exit=left is None or staff.has(Role.COORDINATOR),
    )


def _activities(session: Session, enrolment_id: UUID) -> tuple[ActivityLine, ...]:
    query = (
        select(ActivitySpell)
        .where(ActivitySpell.enrolment_id == enrolment_id)
        .order_by(ActivitySpell.start_on.desc(), ActivitySpell.kind, ActivitySpell.id)
    )
    return tuple(
        ActivityLine(one.id, one.kind, one.start_on, one.end_on, one.hours_per_week, one.place, one.completed)
        for one in session.scalars(query)
    )


def _events(session: Session, enrolment_id: UUID) -> tuple[EventLine, ...]:
    query = (
        select(Event)
        .where(Event.enrolment_id == enrolment_id)
        .order_by(Event.happened_on.desc(), Event.kind, Event.id)
    )
    return tuple(
        EventLine(one.id, one.kind, one.happened_on, one.end_on, one.hours_per_week, one.source)
        for one in session.scalars(query)
    )


def _steps(session: Session, enrolment_id: UUID) -> tuple[StepLine, ...]:
    query = select(Step).where(Step.enrolment_id == enrolment_id).order_by(Step.happened_on.desc(), Step.id)
    return tuple(StepLine(one.id, one.kind, one.happened_on) for one in session.scalars(query))


def _follow_ups(
    session: Session, enrolment: Enrolment, left: Exit | None, today: date
) -> Sequence[FollowUpLine]:
    """Those that the calendar asks for; without an exit none."""
    if left is None:
        return ()
    query = select(FollowUp).where(FollowUp.enrolment_id == enrolment.id)
    made = {one.months_after_exit: one for one in session.scalars(query)}
    withdrawn = enrolment.withdrawn_on is not None
    return [
        _follow_up(months, months_after(left.left_on, months), made.get(months), withdrawn, today)
        for months in sorted({*MONTHS, *made})
    ]


def _follow_up(
    months: int, due_on: date, made: FollowUp | None, withdrawn: bool, today: date
) -> FollowUpLine:
    state = state_of(due_on, done=made is not None, withdrawn=withdrawn, today=today)
    return FollowUpLine(months, due_on, state, made.asked_on if made else None, made.status if made else None)
