"""An empty database on each engine that the store promises to work on, and a store brought up in it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from bip.store.session import Store
from tests.postgresql import fresh_database

ENGINES = ["sqlite", "postgresql"]


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
    yield from _closing(database_url)


@pytest.fixture(params=ENGINES)
def store(request: pytest.FixtureRequest, tmp_path: Path, empty_database: Path) -> Iterator[Store]:
    """A store at the newest revision, of the test's own: what it commits is gone with it."""
    if request.param == "sqlite":
        yield from _closing(f"sqlite:///{shutil.copyfile(empty_database, tmp_path / 'store.db')}")
        return
    yield from _closing(request.getfixturevalue("on_postgresql"))


@pytest.fixture(scope="session", params=ENGINES)
def shared_store(request: pytest.FixtureRequest, empty_database: Path) -> Iterator[Store]:
    """A store at the newest revision that many tests share, so nothing may be committed to it."""
    if request.param == "sqlite":
        copy = shutil.copyfile(empty_database, empty_database.with_name("shared.sqlite"))
        yield from _closing(f"sqlite:///{copy}")
        return
    newest = request.getfixturevalue("newest_postgresql")
    with fresh_database(request.getfixturevalue("postgresql"), like=newest) as url:
        yield from _closing(url)


@pytest.fixture
def session(shared_store: Store) -> Iterator[Session]:
    """A transaction that ends without a commit."""
    with shared_store.writing_rows() as connection, Session(connection) as session:
        yield session
        connection.rollback()


def _closing(url: str) -> Iterator[Store]:
    store = Store(url)
    yield store
    store.close()
