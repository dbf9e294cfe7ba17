"""What an import writes down so that it can be undone: the rows it made, and what stood before in others."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Column, Table, select
from sqlalchemy.orm import Session

from bip.store.tables import METADATA

# So many ids a query: databases limit how many values one may hold.
CHUNK = 500


@dataclass(slots=True)
class Ledger:
    """The account of one import; `rows` and `changes` become its `made` and `changed`.

    `lines`: how many of the file were taken in.
    """

    import_id: UUID
    lines: int = 0
    rows: dict[tuple[str, UUID], None] = field(default_factory=dict)
    changes: dict[tuple[str, UUID], dict[str, Any]] = field(default_factory=dict)

    def made(self, table: str, row_id: UUID) -> None:
        """A row that the import added."""
        self.rows[table, row_id] = None

    def changed(
        self, table: str, row_id: UUID, before: Mapping[str, object], after: Mapping[str, object]
    ) -> None:
        """Columns of a row that stood otherwise before the import."""
        if (table, row_id) in self.rows:
            return
        entry = {"table": table, "id": str(row_id), "before": _plain(before)}
        self.changes.setdefault((table, row_id), entry)["after"] = _plain(after)

    def removed(self, table: str, row_id: UUID, before: Mapping[str, object]) -> None:
        """A row that the import took away; one that an earlier line had made was never there."""
        if (table, row_id) in self.rows:
            del self.rows[table, row_id]
        else:
            entry = {"table": table, "id": str(row_id), "removed": _plain(before)}
            self.changes[table, row_id] = entry

    def entries(self, session: Session) -> list[list[str]]:
        """Table, id and digest of each row made: a digest that is another later tells of a change."""
        session.flush()
        ids: dict[str, list[UUID]] = {}
        for table, row_id in self.rows:
            ids.setdefault(table, []).append(row_id)
        found = {
            (table, row_id): digest
            for table in ids
            for row_id, digest in digests(session, METADATA.tables[table], ids[table])
        }
        # A row that a later line of the same file took away again was not made.
        return [
            [table, str(row_id), found[table, row_id]]
            for table, row_id in self.rows
            if (table, row_id) in found
        ]


def digests(session: Session, table: Table, ids: Iterable[UUID]) -> Iterator[tuple[UUID, str]]:
    """The id and a digest of all columns of each of these rows that is there."""
    (key,) = table.primary_key
    for some in chunks(ids):
        for row in session.execute(select(key, table).where(key.in_(some))):
            yield row[0], hashlib.sha256(repr(tuple(row)[1:]).encode()).hexdigest()


def chunks(ids: Iterable[UUID]) -> Iterator[Sequence[UUID]]:
    """The ids, in parts that a query can hold."""
    wanted = list(ids)
    yield from (wanted[start : start + CHUNK] for start in range(0, len(wanted), CHUNK))


def _plain(values: Mapping[str, object]) -> dict[str, object]:
    return {name: None if value is None else str(value) for name, value in values.items()}


def restored(column: Column[Any], value: str | None) -> object:
    """A value as its column holds it."""
    if value is None:
        return None
    kind = column.type.python_type
    return date.fromisoformat(value) if kind is date else kind(value)
