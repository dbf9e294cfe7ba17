"""Releases of a study's data and the report made from them."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bip.store.base import Base, Identified, OfOrganisation, referable, same_organisation
from bip.store.lists import ReleaseStatus
from bip.store.types import Moment, closed_list


class Release(Base, Identified, OfOrganisation, kw_only=True):
    """One issue of a study's data: what was known and unsealed on `as_of`.

    `changed_at` moves with every step of the work, so that one that has stopped can be told from one at work.
    """

    __tablename__ = "releases"
    __table_args__ = referable(
        UniqueConstraint("study_id", "number"),
        same_organisation("study_id", "studies"),
        same_organisation("requested_by_id", "accounts"),
        CheckConstraint("number >= 1", name="number"),
    )

    study_id: Mapped[UUID]
    number: Mapped[int]
    as_of: Mapped[date]
    requested_by_id: Mapped[UUID]
    requested_at: Mapped[datetime] = mapped_column(Moment)
    changed_at: Mapped[datetime] = mapped_column(Moment)
    status: Mapped[ReleaseStatus] = mapped_column(
        closed_list(ReleaseStatus, "status"), default=ReleaseStatus.WAITING
    )
    step: Mapped[str | None] = mapped_column(String(200), default=None)
    dataset_sha256: Mapped[str | None] = mapped_column(String(64), default=None)
    problem: Mapped[str | None] = mapped_column(Text, default=None)
