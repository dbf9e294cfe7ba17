"""An empty database on each engine that the store promises to work on, and a store brought up in it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from bip.store.schema import upgrade
from bip.store.session import Store
from tests.postgresql import fresh_database, postgresql_server

ENGINES = ["sqlite", "postgresql"]


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """The address of a server that the tests of one process share."""
    with postgresql_server() as server:
        yield server


@pytest.fixture(params=ENGINES)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of an empty database of the test's own."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'store.db'}"
        return
    # Asked for only here, so that the tests on SQLite start no server.
    with fresh_database(request.getfixturevalue("postgresql")) as url:
        yield url


@pytest.fixture
def empty_store(database_url: str) -> Iterator[Store]:
    """A store in a database without tables."""
    store = Store(database_url)
    yield store
    store.close()


@pytest.fixture
def store(empty_store: Store) -> Store:
    """A store at the newest revision, of the test's own: what it commits is gone with it."""
    upgrade(empty_store)
    return empty_store


@pytest.fixture(scope="session", params=ENGINES)
def shared_store(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A store at the newest revision that many tests share, so nothing may be committed to it."""
    if request.param == "sqlite":
        yield from _at_head(f"sqlite:///{tmp_path_factory.mktemp('shared') / 'store.db'}")
        return
    with fresh_database(request.getfixturevalue("postgresql")) as url:
        yield from _at_head(url)


@pytest.fixture
def session(shared_store: Store) -> Iterator[Session]:
    """A transaction that ends without a commit."""
    with shared_store.writing_rows() as connection, Session(connection) as session:
        yield session
        connection.rollback()


def _at_head(url: str) -> Iterator[Store]:
    store = Store(url)
    upgrade(store)
    yield store
    store.close()
