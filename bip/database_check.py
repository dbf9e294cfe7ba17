"""How a database is: its schema, the library beneath it, rows that refer to nothing, the key of names."""

from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Connection, select

from bip.participants.identity import open_contact
from bip.settings import Settings
from bip.store.cipher import Cipher, WrongKeyError
from bip.store.people import Identity
from bip.store.schema import newest_revision, require_newest
from bip.store.session import SAFE_WAL, SQLITE, Store, StoreError


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the answer."""

    severity: Literal["ok", "warning", "problem"]
    text: str


def examine(store: Store, settings: Settings) -> list[Finding]:
    """What can be asked: each answer but a problem is the ground for the next question."""
    findings = _engine(store)
    if findings[-1].severity == "problem":
        return findings
    try:
        require_newest(store)
    except StoreError as error:
        return [*findings, Finding("problem", str(error))]
    return [*findings, Finding("ok", f"revision {newest_revision()}, the newest"), _names(store, settings)]


def _engine(store: Store) -> list[Finding]:
    with store.engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            return [sqlite_library(SQLITE.sqlite_version_info), *_sqlite_rows(connection)]
        version = connection.exec_driver_sql("SHOW server_version").scalar_one()
        return [Finding("ok", f"PostgreSQL {version}")]


def sqlite_library(version: tuple[int, ...]) -> Finding:
    """Whether this SQLite may use its fast journal: before 3.51.3 it could lose data in it."""
    name = f"SQLite {'.'.join(map(str, version))}"
    if version >= SAFE_WAL:
        return Finding("ok", f"{name}, write-ahead journal")
    return Finding(
        "warning",
        f"{name} can lose data in its write-ahead journal (mended in 3.51.3), so the slower rollback journal "
        "is used. Remedy: pip install pysqlite3, which brings a newer one",
    )


def _sqlite_rows(connection: Connection) -> list[Finding]:
    broken = connection.exec_driver_sql("PRAGMA integrity_check").scalars().all()
    if broken != ["ok"]:
        return [
            Finding(
                "problem",
                f"the file is damaged: {broken[0].splitlines()[-1]}. Remedy: restore the last backup",
            )
        ]
    orphans = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    if orphans:
        tables = ", ".join(sorted({str(row[0]) for row in orphans}))
        return [
            Finding(
                "problem",
                f"{len(orphans)} rows refer to rows that are not there (in {tables}). "
                "Remedy: restore the last backup",
            )
        ]
    return [Finding("ok", "the file is whole, and every reference leads somewhere")]


def _names(store: Store, settings: Settings) -> Finding:
    with store.reading() as session:
        identity = session.scalar(select(Identity).limit(1))
        if identity is None:
            return Finding("ok", "no names are kept yet")
        try:
            open_contact(Cipher(settings.identity_key_bytes), identity)
        except WrongKeyError as error:
            return Finding("problem", str(error))
    return Finding("ok", "BIP_IDENTITY_KEY opens the names")
