"""Measuring occasions, the codes that let a participant in, responses and their answers."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    LargeBinary,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from bip.store.base import Base, Identified, OfOrganisation, referable, same_organisation
from bip.store.lists import Assistance, HeldReason, Mode, Rater
from bip.store.types import Moment, closed_list


class Round(Base, Identified, OfOrganisation, kw_only=True):
    """One enrolment's measuring occasion, from 0; its window includes both days."""

    __tablename__ = "rounds"
    __table_args__ = referable(
        UniqueConstraint("enrolment_id", "number"),
        same_organisation("enrolment_id", "enrolments"),
        CheckConstraint("number >= 0", name="number"),
        CheckConstraint("opens_on <= due_on AND due_on <= closes_on", name="window"),
    )

    enrolment_id: Mapped[UUID]
    number: Mapped[int]
    due_on: Mapped[date]
    opens_on: Mapped[date]
    closes_on: Mapped[date] = mapped_column(index=True)


class EntryCode(Base, Identified, OfOrganisation, kw_only=True):
    """A participant's way into one round. Only its keyed hash is kept, so a lost letter means a new code."""

    __tablename__ = "entry_codes"
    __table_args__ = (
        same_organisation("round_id", "rounds"),
        Index(
            "uq_entry_codes_open",
            "round_id",
            unique=True,
            sqlite_where=text("closed_at IS NULL"),
            postgresql_where=text("closed_at IS NULL"),
        ),
    )

    round_id: Mapped[UUID]
    code_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(Moment)
    closed_at: Mapped[datetime | None] = mapped_column(Moment, default=None)


class Response(Base, Identified, OfOrganisation, kw_only=True):
    """One rater's questionnaire in one round; locked once `submitted_at` is set.

    `rated_by_id`: the caseworker who rates. `entered_by_id`: the member of staff who read the participant's
    questions aloud or typed a paper form in, and so has seen the answers. `information_id`: what the
    participant was told before the first question.
    """

    __tablename__ = "responses"
    __table_args__ = referable(
        UniqueConstraint("round_id", "rater"),
        UniqueConstraint("organisation_id", "id", "instrument_id", "rater"),
        same_organisation("round_id", "rounds"),
        same_organisation("rated_by_id", "accounts"),
        same_organisation("entered_by_id", "accounts"),
        same_organisation("information_id", "study_information"),
        ForeignKeyConstraint(["instrument_id"], ["instruments.id"]),
        CheckConstraint("(rater = 'caseworker') = (rated_by_id IS NOT NULL)", name="who_rated"),
        CheckConstraint("rater = 'participant' OR entered_by_id IS NULL", name="who_entered"),
        CheckConstraint("submitted_at >= started_at", name="order"),
    )

    round_id: Mapped[UUID]
    rater: Mapped[Rater] = mapped_column(closed_list(Rater, "rater"))
    rated_by_id: Mapped[UUID | None] = mapped_column(default=None)
    entered_by_id: Mapped[UUID | None] = mapped_column(default=None)
    information_id: Mapped[UUID | None] = mapped_column(default=None)
    instrument_id: Mapped[int]
    language: Mapped[str] = mapped_column(String(35))
    mode: Mapped[Mode] = mapped_column(closed_list(Mode, "mode"), default=Mode.OWN_DEVICE)
    assistance: Mapped[Assistance] = mapped_column(
        closed_list(Assistance, "assistance"), default=Assistance.NONE
    )
    proxy: Mapped[bool] = mapped_column(default=False)
    independent: Mapped[bool] = mapped_column(default=True)
    started_at: Mapped[datetime] = mapped_column(Moment)
    submitted_at: Mapped[datetime | None] = mapped_column(Moment, default=None)


class Answer(Base, Identified, OfOrganisation, kw_only=True):
    """One value of one item; changing one's mind is a new revision, and exactly one is current.

    Revisions count in the order of their saving; current is the one given last. A device that was offline
    may send an older one after a newer. A device makes the id itself, so that sending twice saves once;
    `content_hash` (SHA-256) tells the same again from something else under the same id.
    `sitting`: the browser's visit in which it was given, so that only that visit is shown the value again.
    """

    __tablename__ = "answers"
    __table_args__ = (
        UniqueConstraint("response_id", "item", "revision"),
        ForeignKeyConstraint(
            ["organisation_id", "response_id", "instrument_id", "rater"],
            ["responses.organisation_id", "responses.id", "responses.instrument_id", "responses.rater"],
        ),
        ForeignKeyConstraint(
            ["instrument_id", "rater", "item", "value"],
            [
                "possible_answers.instrument_id",
                "possible_answers.rater",
                "possible_answers.item",
                "possible_answers.value",
            ],
        ),
        Index(
            "uq_answers_current",
            "response_id",
            "item",
            unique=True,
            sqlite_where=text("is_current = 1"),
            postgresql_where=text("is_current"),
        ),
        CheckConstraint("revision >= 0", name="revision"),
    )

    # Answers are reached by their response: one more index would be written with every answer.
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
    response_id: Mapped[UUID]
    instrument_id: Mapped[int]
    rater: Mapped[Rater] = mapped_column(closed_list(Rater, "rater"))
    item: Mapped[str] = mapped_column(String(64))
    value: Mapped[int]
    revision: Mapped[int] = mapped_column(default=0)
    is_current: Mapped[bool] = mapped_column(default=True)
    sitting: Mapped[UUID | None] = mapped_column(default=None)
    content_hash: Mapped[bytes | None] = mapped_column(LargeBinary(32), default=None)
    given_at: Mapped[datetime] = mapped_column(Moment)
    saved_at: Mapped[datetime] = mapped_column(Moment)


class HeldAnswer(Base, Identified, OfOrganisation, kw_only=True):
    """What a device sent and the response could not take in, kept for the coordinator to look at.

    `sent_id`: the id that the device made. The value is as sealed as the response's answers are.
    """

    __tablename__ = "held_answers"
    __table_args__ = (
        same_organisation("response_id", "responses"),
        UniqueConstraint("response_id", "sent_id", "content_hash"),
    )

    response_id: Mapped[UUID]
    sent_id: Mapped[UUID]
    content_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    reason: Mapped[HeldReason] = mapped_column(closed_list(HeldReason, "held_reason"))
    item: Mapped[str] = mapped_column(String(64))
    value: Mapped[int]
    given_at: Mapped[datetime] = mapped_column(Moment)
    received_at: Mapped[datetime] = mapped_column(Moment)
