"""Instruments as collected with, and the studies that use them."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bip.store.base import Base, Identified, OfOrganisation, Pseudonymous, referable, same_organisation
from bip.store.lists import LegalBasis, Rater
from bip.store.types import Moment, closed_list


class Instrument(Base, kw_only=True):
    """One version of an instrument, resolved: what it asked stays as it was when people answered it."""

    __tablename__ = "instruments"
    __table_args__ = (UniqueConstraint("key", "version"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    key: Mapped[str] = mapped_column(String(64))
    version: Mapped[str] = mapped_column(String(32))
    document: Mapped[dict[str, Any]] = mapped_column(JSON)


class PossibleAnswer(Base, kw_only=True):
    """A step of an item's scale, or a missing code, that this rater can give: answers refer to these rows."""

    __tablename__ = "possible_answers"

    instrument_id: Mapped[int] = mapped_column(ForeignKey("instruments.id"), primary_key=True)
    rater: Mapped[Rater] = mapped_column(closed_list(Rater, "rater"), primary_key=True)
    item: Mapped[str] = mapped_column(String(64), primary_key=True)
    value: Mapped[int] = mapped_column(primary_key=True)


class Study(Base, Identified, OfOrganisation, Pseudonymous, kw_only=True):
    """What is measured, how often and on what ground.

    Round k is due `interval_days` x k after enrolment and open from `tolerance_days` before to as many after,
    which must leave room between two windows. `languages`: BCP 47 tags, the first is the study's own.
    No round opens after `ends_on`.
    """

    __tablename__ = "studies"
    __table_args__ = referable(
        UniqueConstraint("organisation_id", "name"),
        CheckConstraint("tolerance_days >= 1", name="tolerance"),
        CheckConstraint("interval_days > 2 * tolerance_days", name="interval"),
    )

    name: Mapped[str] = mapped_column(String(200))
    instrument_id: Mapped[int] = mapped_column(ForeignKey("instruments.id"))
    interval_days: Mapped[int]
    tolerance_days: Mapped[int]
    languages: Mapped[list[str]] = mapped_column(JSON)
    legal_basis: Mapped[LegalBasis] = mapped_column(closed_list(LegalBasis, "legal_basis"))
    ends_on: Mapped[date | None] = mapped_column(default=None)
    created_at: Mapped[datetime] = mapped_column(Moment)


class StudyInformation(Base, Identified, OfOrganisation, kw_only=True):
    """What a participant is told before the first question, in one language.

    The newest version is shown; the ones before stay, for each response says which one it was shown.
    """

    __tablename__ = "study_information"
    __table_args__ = referable(
        UniqueConstraint("study_id", "language", "version"),
        same_organisation("study_id", "studies"),
        CheckConstraint("version >= 1", name="version"),
    )

    study_id: Mapped[UUID]
    language: Mapped[str] = mapped_column(String(35))
    version: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
