"""Tablets that many share: from a member of staff starting one until somebody leaves it with the PIN."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from bip.store.base import Base, Identified, OfOrganisation, same_organisation
from bip.store.types import Moment


class Kiosk(Base, Identified, OfOrganisation, kw_only=True):
    """One browser that shows participants' pages only, until `ended_at`."""

    __tablename__ = "kiosks"
    __table_args__ = (
        same_organisation("started_by_id", "accounts"),
        CheckConstraint("ended_at >= started_at", name="order"),
    )

    started_by_id: Mapped[UUID]
    pin_hash: Mapped[str] = mapped_column(String(200))
    started_at: Mapped[datetime] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment, default=None)
