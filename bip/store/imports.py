"""Files that were taken in as a whole, with what it takes to undo them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from bip.store.base import Base, Identified, OfOrganisation, same_organisation
from bip.store.lists import ImportKind
from bip.store.types import Moment, closed_list


class Import(Base, Identified, OfOrganisation, kw_only=True):
    """One file. `made`: the rows it added; `changed`: what stood before in others. Ids, never names."""

    __tablename__ = "imports"
    __table_args__ = (
        same_organisation("imported_by_id", "accounts"),
        CheckConstraint("undone_at >= imported_at", name="order"),
    )

    kind: Mapped[ImportKind] = mapped_column(closed_list(ImportKind, "kind"))
    rows: Mapped[int]
    made: Mapped[list[Any]] = mapped_column(JSON)
    changed: Mapped[list[Any]] = mapped_column(JSON)
    file_sha256: Mapped[str] = mapped_column(String(64))
    imported_by_id: Mapped[UUID]
    imported_at: Mapped[datetime] = mapped_column(Moment)
    undone_at: Mapped[datetime | None] = mapped_column(Moment, default=None)
