"""Reaching the database: one engine a process, readers and writers that do not deadlock."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.orm import Session, sessionmaker

from bip.store.driver import execute
from bip.store.turns import BUSY_TIMEOUT_S, Turns

# Kept open between uses. More are opened as threads ask for them: a request reads on one and writes on
# another, and with a limit those that have read would wait for each other. The one given back last comes
# first: it knows the pages that were just written.
KEPT_CONNECTIONS = 20
# SQLite before 3.51.3 can lose data in WAL mode when a checkpoint and a reset meet (sqlite.org/wal.html).
SAFE_WAL = (3, 51, 3)
WRITING = "writing"
# A reader sees one state from first to last: SQLite's do by themselves, PostgreSQL's on demand.
_READING = {"postgresql": {"isolation_level": "REPEATABLE READ"}}
# The newest SQLite at hand: the wheel's where there is one, else the one that Python was built with.
SQLITE = import_module("pysqlite3.dbapi2" if find_spec("pysqlite3") else "sqlite3.dbapi2")


class Store:
    """The database of an installation.

    Raises StoreError where the address is none that the platform knows.
    """

    def __init__(self, database_url: str) -> None:
        self.engine = _engine(_address(database_url))
        self._writers = self.engine.execution_options(**{WRITING: True})
        self._readers = self.engine.execution_options(**_READING.get(self.engine.dialect.name, {}))
        self._reader = sessionmaker(self._readers, expire_on_commit=False, autoflush=False)
        self._writer = sessionmaker(self._writers, expire_on_commit=False)
        self._turns = Turns(self.engine.url.database or "") if self.engine.dialect.name == "sqlite" else None

    def reader_session(self) -> Session:
        """A session to read with; the caller closes it."""
        return self._reader()

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session to read with."""
        with self._reader() as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A transaction: committed at the end, rolled back on any error.

        On SQLite it takes the write lock at once, so it waits for its turn before reading instead of failing
        after, when what it read is no longer true.
        """
        with self._turn(), self._writer.begin() as session:
            yield session

    def reading_rows(self) -> AbstractContextManager[Connection]:
        """As `reading`, with rows and no objects: for what is done before every answer."""
        return self._readers.connect()

    @contextmanager
    def writing_rows(self) -> Iterator[Connection]:
        """As `writing`, with rows and no objects: for what is done with every answer."""
        with self._turn(), self._writers.begin() as connection:
            yield connection

    def close(self) -> None:
        """Give every connection back."""
        self.engine.dispose()
        if self._turns is not None:
            self._turns.close()

    def _turn(self) -> AbstractContextManager[None]:
        return nullcontext() if self._turns is None else self._turns.turn()


class StoreError(Exception):
    """The database cannot be used as the settings say."""


def _address(database_url: str) -> URL:
    try:
        url = make_url(database_url)
    except (ArgumentError, ValueError):  # ValueError: a port that is no number
        raise StoreError(
            "BIP_DATABASE_URL is no database address. Remedy: write sqlite:///bip.sqlite "
            "or postgresql://user:password@host/database"
        ) from None
    if url.get_backend_name() == "postgresql":
        return url.set(drivername="postgresql+psycopg")
    if url.get_backend_name() == "sqlite":
        if url.database in {None, "", ":memory:"}:
            raise StoreError("BIP_DATABASE_URL names no file. Remedy: write sqlite:///bip.sqlite")
        return url.set(drivername="sqlite")
    raise StoreError(
        f"BIP_DATABASE_URL: {url.get_backend_name()} is not supported. Remedy: use sqlite or postgresql"
    )


def _engine(url: URL) -> Engine:
    """An engine whose errors hold no parameters: they end up in logs, where no answer and no name may be."""
    common = {
        "hide_parameters": True,
        "pool_size": KEPT_CONNECTIONS,
        "max_overflow": -1,
        "pool_use_lifo": True,
    }
    if url.get_backend_name() == "postgresql":
        return create_engine(url, pool_pre_ping=True, **common)
    driver = SQLITE
    engine = create_engine(url, module=driver, connect_args={"timeout": BUSY_TIMEOUT_S}, **common)
    _prepare_sqlite(engine, "WAL" if driver.sqlite_version_info >= SAFE_WAL else "DELETE")
    return engine


def _prepare_sqlite(engine: Engine, journal: str) -> None:
    """Foreign keys on, every commit on the disk before it is acknowledged, transactions begun by us."""

    @event.listens_for(engine, "connect")
    def connect(connection: Any, _record: object) -> None:  # noqa: ANN401  # either driver's connection
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in (f"journal_mode={journal}", "synchronous=FULL", "foreign_keys=ON"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        writing = connection.get_execution_options().get(WRITING)
        execute(connection, "BEGIN IMMEDIATE" if writing else "BEGIN")
