"""Reaching the database: what is promised of every connection, reader and writer."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from threading import Event
from types import ModuleType

import pytest
from sqlalchemy import event, func, select, text
from sqlalchemy.exc import DatabaseError, IntegrityError, OperationalError, StatementError

from bip.store import session as store_session
from bip.store.organisations import Invitation, Organisation
from bip.store.schema import upgrade
from bip.store.session import SAFE_WAL, SQLITE, Store, StoreError
from tests.bip import rows
from tests.bip.store.holding import PATIENCE_S, held, outsider


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'store.db'}"


@pytest.fixture
def sqlite_store(sqlite_url: str) -> Iterator[Store]:
    store = Store(sqlite_url)
    upgrade(store)
    yield store
    store.close()


def pragma(store: Store, name: str) -> object:
    with store.engine.connect() as connection:
        return connection.scalar(text(f"PRAGMA {name}"))


def count(store: Store) -> int:
    with store.reading() as session:
        return session.scalars(select(func.count()).select_from(Organisation)).one()


def test_every_sqlite_connection_keeps_what_it_acknowledged(sqlite_url: str) -> None:
    store = Store(sqlite_url)
    with store.engine.connect(), store.engine.connect() as second:
        assert second.scalar(text("PRAGMA synchronous")) == 2
        assert second.scalar(text("PRAGMA foreign_keys")) == 1
    store.close()


@pytest.mark.parametrize("driver", [SQLITE, sqlite3], ids=["at hand", "python's own"])
def test_the_journal_is_one_that_this_sqlite_can_keep(
    sqlite_url: str, driver: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store_session, "SQLITE", driver)
    store = Store(sqlite_url)
    assert pragma(store, "journal_mode") == ("wal" if driver.sqlite_version_info >= SAFE_WAL else "delete")
    store.close()


@pytest.mark.parametrize(
    ("version", "journal"),
    [((3, 40, 1), "delete"), ((3, 51, 2), "delete"), ((3, 51, 3), "wal"), ((4, 0, 0), "wal")],
)
def test_wal_only_where_it_loses_nothing(
    sqlite_url: str, version: tuple[int, int, int], journal: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(SQLITE, "sqlite_version_info", version)
    store = Store(sqlite_url)
    assert pragma(store, "journal_mode") == journal
    store.close()


def test_a_database_in_wal_mode_leaves_it_under_an_older_sqlite(
    sqlite_store: Store, sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with sqlite_store.writing() as session:
        rows.organisation(session)
    sqlite_store.close()
    monkeypatch.setattr(SQLITE, "sqlite_version_info", (3, 40, 1))
    older = Store(sqlite_url)
    assert pragma(older, "journal_mode") == "delete"
    assert count(older) == 1
    older.close()


def test_what_is_written_is_committed_at_the_end(store: Store) -> None:
    with store.writing() as session:
        rows.organisation(session)
    assert count(store) == 1


def test_an_error_leaves_nothing(store: Store) -> None:
    def fail() -> None:
        with store.writing() as session:
            rows.organisation(session)
            raise ArithmeticError

    with pytest.raises(ArithmeticError):
        fail()
    assert count(store) == 0
    with pytest.raises(IntegrityError), store.writing() as session:
        rows.organisation(session, country="S")
    assert count(store) == 0
    with store.writing() as session:
        rows.organisation(session)
    assert count(store) == 1


def test_what_a_reader_adds_is_not_saved(store: Store) -> None:
    with store.reading() as session:
        session.add(Organisation(name="No", country="SE", created_at=rows.MOMENT))
    assert count(store) == 0


def test_rows_outlive_their_session(store: Store) -> None:
    with store.writing() as session:
        made = rows.account(session, rows.organisation(session), roles=("coordinator",))
    assert [role.name for role in made.roles] == ["coordinator"]
    with store.reading() as session:
        (found,) = session.scalars(select(Organisation)).all()
    assert made.organisation_id == found.id


def test_a_reader_sees_one_state_from_first_to_last(store: Store) -> None:
    """A page or an export that asks twice must not get two answers."""
    with store.reading() as reader:
        seen = reader.scalars(select(func.count()).select_from(Organisation)).one()
        with store.writing() as session:
            rows.organisation(session)
        again = reader.scalars(select(func.count()).select_from(Organisation)).one()
    assert (seen, again, count(store)) == (0, 0, 1)


def test_a_writer_has_the_lock_from_the_beginning_and_a_reader_never(sqlite_store: Store) -> None:
    with outsider(sqlite_store) as other:
        with sqlite_store.writing() as session:
            session.connection()
            with pytest.raises(OperationalError, match="locked"):
                other.execute(text("BEGIN IMMEDIATE"))
        with sqlite_store.reading() as session:
            session.scalars(select(Organisation)).all()
            other.execute(text("BEGIN IMMEDIATE"))


def test_a_second_writer_waits_and_reads_what_the_first_wrote(sqlite_store: Store) -> None:
    asked, entered = Event(), Event()

    # The last that happens before a transaction begins.
    @event.listens_for(sqlite_store.engine, "checkout")
    def before(*_: object) -> None:
        asked.set()

    def rename() -> str:
        with sqlite_store.writing() as session:
            organisation = session.scalars(select(Organisation)).one()
            entered.set()
            found = organisation.name
            organisation.name = f"{found}, then the second"
            return found

    with sqlite_store.writing() as session:
        rows.organisation(session, name="Nobody's")
    asked.clear()
    with ThreadPoolExecutor(1) as pool:
        with held(sqlite_store, "organisations") as first:
            second = pool.submit(rename)
            assert asked.wait(PATIENCE_S)
            first.execute(text("UPDATE organisations SET name = 'The first'"))
            assert not entered.is_set()
        assert second.result(PATIENCE_S) == "The first"
    with sqlite_store.reading() as session:
        assert session.scalars(select(Organisation.name)).one() == "The first, then the second"


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("", "is no database address"),
        ("bip.sqlite", "is no database address"),
        ("postgresql://bip:secret@host:port/bip", "is no database address"),
        ("mysql://bip:secret@host/bip", "mysql is not supported"),
        ("sqlite://", "names no file"),
        ("sqlite:///:memory:", "names no file"),
        ("sqlite+nothing:///bip.sqlite", None),
        ("postgresql+asyncpg://bip:secret@host/bip", None),
    ],
)
def test_an_address_is_one_the_platform_knows_or_is_refused(url: str, said: str | None) -> None:
    """The driver is the platform's business: one named in the address is not looked for."""
    if said is None:
        Store(url).close()
        return
    with pytest.raises(StoreError, match=f"BIP_DATABASE_URL.*{said}.*Remedy") as caught:
        Store(url)
    assert "secret" not in str(caught.value)


def test_an_error_tells_no_parameters(store: Store) -> None:
    """What fails ends up in the log, where no answer and no name may be."""
    with pytest.raises(DatabaseError) as caught, store.reading() as session:
        session.execute(text("SELECT :name FROM no_such_table"), {"name": "a secret"})
    assert "no_such_table" in str(caught.value)
    assert "secret" not in str(caught.value)


def test_a_moment_comes_back_in_utc(store: Store) -> None:
    local = datetime(2026, 7, 1, 0, 30, tzinfo=timezone(timedelta(hours=2)))
    with store.writing() as session:
        rows.invitation(session, expires_at=local)
    with store.reading() as session:
        found = session.scalars(select(Invitation)).one()
    assert found.expires_at == local
    assert (found.expires_at.tzinfo, found.expires_at.hour) == (UTC, 22)
    assert found.used_at is None


def test_moments_of_several_zones_are_in_order(store: Store) -> None:
    """SQLite compares text, so what it compares must be of one zone."""
    early = datetime(2026, 7, 1, 9, 0, tzinfo=timezone(timedelta(hours=9)))
    with store.writing() as session:
        rows.invitation(session, email="early@example.org", expires_at=early)
        rows.invitation(session, email="late@example.org", expires_at=datetime(2026, 7, 1, 1, 0, tzinfo=UTC))
    with store.reading() as session:
        until = select(Invitation.email).where(Invitation.expires_at < early + timedelta(minutes=1))
        assert session.scalars(until).all() == ["early@example.org"]


def test_a_moment_without_its_zone_is_refused(store: Store) -> None:
    with pytest.raises(StatementError, match="a moment needs its time zone"), store.writing() as session:
        rows.invitation(session, expires_at=datetime(2026, 3, 2, 9, 0))  # noqa: DTZ001
    with store.reading() as session:
        assert session.scalar(text("SELECT count(*) FROM invitations")) == 0
