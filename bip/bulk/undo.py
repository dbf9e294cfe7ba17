"""Undoing an import: what it made goes, what it changed comes back, unless somebody has built on it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import abort
from sqlalchemy import ColumnElement, Table, delete, insert, or_, select, true, update
from sqlalchemy.orm import Session

from bip.auth.staff import Staff
from bip.bulk.ledger import CHUNK, chunks, digests, restored
from bip.participants.visible import enrolments_of
from bip.services import Services
from bip.store.audit import record
from bip.store.imports import Import
from bip.store.lists import ImportKind
from bip.store.organisations import Account
from bip.store.people import Enrolment
from bip.store.tables import METADATA

# Rounds follow an enrolment by themselves, so new ones are nothing that anybody has built.
FOLLOWING = "rounds"


@dataclass(frozen=True, slots=True)
class ImportLine:
    """An import in the list."""

    id: UUID
    kind: ImportKind
    rows: int
    imported_by: str
    imported_at: datetime
    undone_at: datetime | None


@dataclass(frozen=True, slots=True)
class BuiltOn:
    """A participant whom something has been noted about since."""

    enrolment_id: UUID
    key: str


class UndoError(Exception):
    """Something was built on the import, so nothing was undone; `on`: about whom."""

    def __init__(self, on: list[BuiltOn]) -> None:
        super().__init__(len(on))
        self.on = on


def list_imports(session: Session, staff: Staff) -> list[ImportLine]:
    """Those of the coordinator's unit, else of the organisation, the newest first."""
    rows = session.execute(
        select(Import.id, Import.kind, Import.rows, Account.name, Import.imported_at, Import.undone_at)
        .join(Account, Account.id == Import.imported_by_id)
        .where(_own(staff))
        .order_by(Import.imported_at.desc(), Import.id)
    )
    return [ImportLine(*row) for row in rows]


def is_own(session: Session, staff: Staff, import_id: UUID) -> bool:
    """Whether it is an import that this coordinator may see."""
    return import_id in {one.id for one in list_imports(session, staff)}


def _own(staff: Staff) -> ColumnElement[bool]:
    """The unit's: those of the account itself and of whoever works in the same unit."""
    of_unit = or_(Account.id == staff.account_id, Account.unit_id == staff.unit_id)
    return (Import.organisation_id == staff.organisation_id) & (of_unit if staff.unit_id else true())


def undo(at: Services, staff: Staff, import_id: UUID) -> None:
    """Take back what an import did, all of it or nothing; undoing twice undoes once.

    Raises UndoError where something has been built on it since.
    """
    with at.store.writing() as session:
        done = _import_or_404(session, staff, import_id)
        if done.undone_at is not None:
            return
        rows = _rows(done)
        # From the persons down, as everybody does: what is built on them meanwhile comes before or after.
        _hold(session, "participants", rows.get("participants", set()))
        _require_visible(session, at, staff, done, rows)
        rows[FOLLOWING] = _following(session, rows.get("enrolments", set()))
        built_on = {*_differing(session, done), *_referring(session, rows)}
        if built_on:
            raise UndoError(_named(session, built_on))
        _take_back(session, done, rows)
        done.undone_at = at.clock.now()
        record(session, staff.actor, at.clock.now(), "import_undone", **{"import": import_id})


def _import_or_404(session: Session, staff: Staff, import_id: UUID) -> Import:
    query = (
        select(Import)
        .join(Account, Account.id == Import.imported_by_id)
        .where(Import.id == import_id, _own(staff))
        .with_for_update(of=Import)
    )
    return session.scalar(query) or abort(404)


def _rows(done: Import) -> dict[str, set[UUID]]:
    """The ids of the rows made, by table."""
    rows: dict[str, set[UUID]] = {}
    for table, row_id, _ in done.made:
        rows.setdefault(table, set()).add(UUID(row_id))
    return rows


def _require_visible(
    session: Session, at: Services, staff: Staff, done: Import, rows: dict[str, set[UUID]]
) -> None:
    """Whoever has moved to another unit does not change what is the old one's."""
    touched = set(_enrolments(session, _touched(done, rows)))
    _hold(session, "enrolments", touched)
    visible = enrolments_of(staff, at.clock.today())
    seen: set[UUID] = set()
    for some in chunks(touched):
        seen.update(session.scalars(select(Enrolment.id).where(Enrolment.id.in_(some), visible)))
    if seen != touched:
        abort(404)


def _hold(session: Session, name: str, ids: Iterable[UUID]) -> None:
    """Nobody else changes these rows or refers to them until the end."""
    (key, *_) = METADATA.tables[name].primary_key
    for some in chunks(sorted(ids)):
        session.execute(select(key).where(key.in_(some)).order_by(key).with_for_update())


def _touched(done: Import, rows: dict[str, set[UUID]]) -> Iterator[tuple[str, UUID]]:
    yield from ((table, row_id) for table, ids in rows.items() for row_id in ids)
    yield from ((entry["table"], UUID(entry["id"])) for entry in done.changed if "removed" not in entry)


def _enrolments(session: Session, rows: Iterable[tuple[str, UUID]]) -> Iterator[UUID]:
    """The enrolments that rows are of, those that are there."""
    ids: dict[str, set[UUID]] = {}
    for name, row_id in rows:
        ids.setdefault(name, set()).add(row_id)
    enrolments = METADATA.tables["enrolments"]
    for name, wanted in ids.items():
        table = METADATA.tables[name]
        if name in {"participants", "identities"}:
            key, of = enrolments.c.participant_id, enrolments.c.id
        else:
            key, of = table.c.id, table.c.id if name == "enrolments" else table.c.enrolment_id
        for some in chunks(wanted):
            yield from session.scalars(select(of).where(key.in_(some)))


def _following(session: Session, enrolments: set[UUID]) -> set[UUID]:
    table = METADATA.tables[FOLLOWING]
    found: set[UUID] = set()
    for some in chunks(enrolments):
        found.update(session.scalars(select(table.c.id).where(table.c.enrolment_id.in_(some))))
    _hold(session, FOLLOWING, found)
    return found


def _differing(session: Session, done: Import) -> Iterator[tuple[str, UUID]]:
    """What is no longer as the import left it: rows made, and columns changed."""
    made: dict[str, dict[UUID, str]] = {}
    for table, row_id, digest in done.made:
        made.setdefault(table, {})[UUID(row_id)] = digest
    for table, wanted in made.items():
        found = dict(digests(session, METADATA.tables[table], wanted))
        yield from ((table, row_id) for row_id in wanted if found.get(row_id) != wanted[row_id])
    for entry in done.changed:
        if "after" in entry and not _is_as_left(session, entry):
            yield entry["table"], UUID(entry["id"])


def _is_as_left(session: Session, entry: dict[str, Any]) -> bool:
    table = METADATA.tables[entry["table"]]
    columns = [table.c[name] for name in entry["after"]]
    row = session.execute(select(*columns).where(table.c.id == UUID(entry["id"]))).one_or_none()
    wanted = [restored(column, entry["after"][column.name]) for column in columns]
    return row is not None and list(row) == wanted


def _referring(session: Session, rows: dict[str, set[UUID]]) -> Iterator[tuple[str, UUID]]:
    """The rows made to which others refer that the import did not make."""
    for table in METADATA.tables.values():
        (key, *_) = table.primary_key
        for column, parent in _references(table):
            for some in chunks(rows.get(parent, ())):
                found = session.execute(select(key, column).where(column.in_(some)))
                own = rows.get(table.name, set())
                yield from ((parent, row[1]) for row in found if row[0] not in own)


def _references(table: Table) -> Iterator[tuple[Any, str]]:
    """The columns that hold another row's id, with its table; the organisation beside it says nothing."""
    for constraint in table.foreign_key_constraints:
        for element in constraint.elements:
            if element.column.name != "organisation_id" and element.column.primary_key:
                yield element.parent, element.column.table.name


def _named(session: Session, rows: set[tuple[str, UUID]]) -> list[BuiltOn]:
    """About whom they are. Of a row that is gone nobody can say."""
    enrolments = set(_enrolments(session, rows))
    found = session.execute(
        select(Enrolment.id, Enrolment.pseudonym)
        .where(Enrolment.id.in_(sorted(enrolments)[:CHUNK]))
        .order_by(Enrolment.pseudonym)
    )
    return [BuiltOn(*row) for row in found]


def _take_back(session: Session, done: Import, rows: dict[str, set[UUID]]) -> None:
    for table in reversed(METADATA.sorted_tables):
        (key, *_) = table.primary_key
        for some in chunks(rows.get(table.name, ())):
            session.execute(delete(table).where(key.in_(some)))
    for entry in done.changed:
        _bring_back(session, entry)


def _bring_back(session: Session, entry: dict[str, Any]) -> None:
    table = METADATA.tables[entry["table"]]
    before = entry.get("removed") or entry["before"]
    values = {name: restored(table.c[name], value) for name, value in before.items()}
    if "removed" in entry:
        session.execute(insert(table).values(values))
    else:
        session.execute(update(table).where(table.c.id == UUID(entry["id"])).values(values))
