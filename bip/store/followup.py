"""What happens around the rounds: activities, steps, events, exits and follow-ups of an enrolment."""

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bip.store.base import Base, Identified, OfOrganisation, same_organisation
from bip.store.lists import ActivityKind, EventKind, EventSource, ExitReason, FollowUpStatus
from bip.store.types import closed_list


class ActivitySpell(Base, Identified, OfOrganisation, kw_only=True):
    """An activity from `start_on` to `end_on`, both days included; several may run at once."""

    __tablename__ = "activity_spells"
    __table_args__ = (
        same_organisation("enrolment_id", "enrolments"),
        CheckConstraint("end_on >= start_on", name="order"),
        CheckConstraint("hours_per_week >= 0", name="hours"),
    )

    enrolment_id: Mapped[UUID] = mapped_column(index=True)
    kind: Mapped[ActivityKind] = mapped_column(closed_list(ActivityKind, "kind"))
    start_on: Mapped[date]
    end_on: Mapped[date | None] = mapped_column(default=None)
    hours_per_week: Mapped[float | None] = mapped_column(default=None)
    place: Mapped[str | None] = mapped_column(String(100), default=None)
    completed: Mapped[bool | None] = mapped_column(default=None)


class Step(Base, Identified, OfOrganisation, kw_only=True):
    """Something a participant did that brought work closer."""

    __tablename__ = "steps"
    __table_args__ = (same_organisation("enrolment_id", "enrolments"),)

    enrolment_id: Mapped[UUID] = mapped_column(index=True)
    kind: Mapped[str] = mapped_column(String(64))
    happened_on: Mapped[date]


class Event(Base, Identified, OfOrganisation, kw_only=True):
    """A job, studies, training, a placement, or a return to support."""

    __tablename__ = "events"
    __table_args__ = (
        same_organisation("enrolment_id", "enrolments"),
        CheckConstraint("end_on >= happened_on", name="order"),
        CheckConstraint("hours_per_week >= 0", name="hours"),
    )

    enrolment_id: Mapped[UUID] = mapped_column(index=True)
    kind: Mapped[EventKind] = mapped_column(closed_list(EventKind, "kind"))
    happened_on: Mapped[date]
    end_on: Mapped[date | None] = mapped_column(default=None)
    hours_per_week: Mapped[float | None] = mapped_column(default=None)
    source: Mapped[EventSource] = mapped_column(closed_list(EventSource, "source"))


class Exit(Base, OfOrganisation, kw_only=True):
    """The end of an enrolment, once at most, with its reason."""

    __tablename__ = "exits"
    __table_args__ = (same_organisation("enrolment_id", "enrolments"),)

    enrolment_id: Mapped[UUID] = mapped_column(primary_key=True)
    left_on: Mapped[date]
    reason: Mapped[ExitReason] = mapped_column(closed_list(ExitReason, "reason"))


class FollowUp(Base, Identified, OfOrganisation, kw_only=True):
    """What was found some months after the exit."""

    __tablename__ = "follow_ups"
    __table_args__ = (
        UniqueConstraint("enrolment_id", "months_after_exit"),
        same_organisation("enrolment_id", "enrolments"),
        CheckConstraint("months_after_exit >= 0", name="months"),
    )

    enrolment_id: Mapped[UUID] = mapped_column(index=True)
    months_after_exit: Mapped[int]
    asked_on: Mapped[date]
    status: Mapped[FollowUpStatus] = mapped_column(closed_list(FollowUpStatus, "status"))
