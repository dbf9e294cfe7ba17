"""What staff note around the rounds: moved and missed ones, what was agreed, and how rating went."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bip.store.base import Base, Identified, OfOrganisation, same_organisation
from bip.store.lists import MissReason, MoveReason, ReminderTask, StepKind
from bip.store.types import Moment, closed_list


class RoundMove(Base, Identified, OfOrganisation, kw_only=True):
    """A round that was put on another day. The round holds where it is now; this, where it was before."""

    __tablename__ = "round_moves"
    __table_args__ = (
        same_organisation("round_id", "rounds"),
        same_organisation("moved_by_id", "accounts"),
        CheckConstraint("due_before <> due_after", name="moved"),
    )

    round_id: Mapped[UUID] = mapped_column(index=True)
    reason: Mapped[MoveReason] = mapped_column(closed_list(MoveReason, "reason"))
    due_before: Mapped[date]
    due_after: Mapped[date]
    moved_by_id: Mapped[UUID]
    moved_at: Mapped[datetime] = mapped_column(Moment)


class MissedRound(Base, OfOrganisation, kw_only=True):
    """Why a participant did not answer in a round; once at most."""

    __tablename__ = "missed_rounds"
    __table_args__ = (
        same_organisation("round_id", "rounds"),
        same_organisation("noted_by_id", "accounts"),
    )

    round_id: Mapped[UUID] = mapped_column(primary_key=True)
    reason: Mapped[MissReason] = mapped_column(closed_list(MissReason, "reason"))
    noted_by_id: Mapped[UUID]
    noted_at: Mapped[datetime] = mapped_column(Moment)


class AgreedStep(Base, Identified, OfOrganisation, kw_only=True):
    """A next step that participant and caseworker agreed on; `done_on` once it is taken."""

    __tablename__ = "agreed_steps"
    __table_args__ = (
        same_organisation("enrolment_id", "enrolments"),
        same_organisation("agreed_by_id", "accounts"),
        CheckConstraint("by_on >= agreed_on", name="order"),
        CheckConstraint("done_on >= agreed_on", name="done"),
    )

    enrolment_id: Mapped[UUID] = mapped_column(index=True)
    kind: Mapped[StepKind] = mapped_column(closed_list(StepKind, "kind"))
    agreed_on: Mapped[date]
    by_on: Mapped[date]
    done_on: Mapped[date | None] = mapped_column(default=None)
    agreed_by_id: Mapped[UUID]


class RatingVisit(Base, Identified, OfOrganisation, kw_only=True):
    """One sitting of a caseworker at the rating form: from opening it until it was saved last."""

    __tablename__ = "rating_visits"
    __table_args__ = (
        same_organisation("response_id", "responses"),
        same_organisation("rated_by_id", "accounts"),
        CheckConstraint("saved_at >= opened_at", name="order"),
    )

    response_id: Mapped[UUID] = mapped_column(index=True)
    rated_by_id: Mapped[UUID]
    opened_at: Mapped[datetime] = mapped_column(Moment)
    saved_at: Mapped[datetime] = mapped_column(Moment)


class Reminder(Base, Identified, OfOrganisation, kw_only=True):
    """That an account was told once by mail of one thing that is due."""

    __tablename__ = "reminders"
    __table_args__ = (
        same_organisation("account_id", "accounts"),
        UniqueConstraint("account_id", "task", "subject_id"),
    )

    account_id: Mapped[UUID]
    task: Mapped[ReminderTask] = mapped_column(closed_list(ReminderTask, "task"))
    subject_id: Mapped[UUID]
    sent_at: Mapped[datetime] = mapped_column(Moment)


class IntakePause(Base, Identified, OfOrganisation, kw_only=True):
    """Days on which a unit takes nobody in, both included."""

    __tablename__ = "intake_pauses"
    __table_args__ = (
        same_organisation("unit_id", "units"),
        CheckConstraint("end_on >= start_on", name="order"),
    )

    unit_id: Mapped[UUID] = mapped_column(index=True)
    start_on: Mapped[date]
    end_on: Mapped[date | None] = mapped_column(default=None)
