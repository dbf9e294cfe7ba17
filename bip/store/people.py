"""Participants, who they are (apart and sealed), their enrolments, and whose participants they are when."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bip.store.base import Base, Identified, OfOrganisation, Pseudonymous, referable, same_organisation
from bip.store.lists import Education, ObservedBy, Origin, Sex
from bip.store.types import Moment, closed_list


class Participant(Base, Identified, OfOrganisation, Pseudonymous, kw_only=True):
    """A person who takes part, without the name. `language` is BCP 47."""

    __tablename__ = "participants"
    __table_args__ = referable(CheckConstraint("birth_year BETWEEN 1900 AND 2100", name="birth_year"))

    sex: Mapped[Sex] = mapped_column(closed_list(Sex, "sex"), default=Sex.UNKNOWN)
    origin: Mapped[Origin] = mapped_column(closed_list(Origin, "origin"), default=Origin.UNKNOWN)
    education: Mapped[Education] = mapped_column(
        closed_list(Education, "education"), default=Education.UNKNOWN
    )
    birth_year: Mapped[int | None] = mapped_column(default=None)
    language: Mapped[str] = mapped_column(String(35))
    created_at: Mapped[datetime] = mapped_column(Moment)


class Identity(Base, OfOrganisation, kw_only=True):
    """A participant's name and contact, each sealed to its row by the cipher; no research joins it."""

    __tablename__ = "identities"
    __table_args__ = (same_organisation("participant_id", "participants"),)

    participant_id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[bytes] = mapped_column(LargeBinary)
    email: Mapped[bytes | None] = mapped_column(LargeBinary, default=None)
    phone: Mapped[bytes | None] = mapped_column(LargeBinary, default=None)


class Enrolment(Base, Identified, OfOrganisation, Pseudonymous, kw_only=True):
    """A person's time in a study; `enrolled_on` is day 0.

    `observed_to`: until when a job would be known. Without it, until the last contact.
    """

    __tablename__ = "enrolments"
    __table_args__ = referable(
        UniqueConstraint("study_id", "participant_id", "enrolled_on"),
        same_organisation("participant_id", "participants"),
        same_organisation("study_id", "studies"),
        same_organisation("unit_id", "units"),
        CheckConstraint("withdrawn_on >= enrolled_on", name="withdrawn"),
        CheckConstraint("observed_to >= enrolled_on", name="observed"),
        CheckConstraint("withdrawn_on >= observed_to", name="observed_while_taking_part"),
    )

    participant_id: Mapped[UUID] = mapped_column(index=True)
    study_id: Mapped[UUID] = mapped_column(index=True)
    unit_id: Mapped[UUID] = mapped_column(index=True)
    enrolled_on: Mapped[date]
    intake: Mapped[str | None] = mapped_column(String(100), default=None)
    referral: Mapped[str | None] = mapped_column(String(100), default=None)
    observed_to: Mapped[date | None] = mapped_column(default=None)
    observed_by: Mapped[ObservedBy] = mapped_column(
        closed_list(ObservedBy, "observed_by"), default=ObservedBy.CONTACT
    )
    withdrawn_on: Mapped[date | None] = mapped_column(default=None)


class AssignmentSpell(Base, Identified, OfOrganisation, kw_only=True):
    """Which caseworker has an enrolment from `start_on` until the day before `end_on`; never two at once."""

    __tablename__ = "assignment_spells"
    __table_args__ = (
        UniqueConstraint("enrolment_id", "start_on"),
        same_organisation("enrolment_id", "enrolments"),
        same_organisation("caseworker_id", "accounts"),
        CheckConstraint("end_on > start_on", name="order"),
    )

    enrolment_id: Mapped[UUID] = mapped_column(index=True)
    caseworker_id: Mapped[UUID] = mapped_column(index=True)
    start_on: Mapped[date]
    end_on: Mapped[date | None] = mapped_column(default=None)
