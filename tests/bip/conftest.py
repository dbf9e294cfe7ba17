"""An installation for each test: its own database, a clock that stands still, visitors with browsers."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask

from bip.app import create_app
from bip.clock import SettableClock
from bip.services import EXTENSION, Services
from bip.settings import Settings
from bip.store.schema import upgrade
from bip.store.session import Store
from tests.bip.house import House, make_quick
from tests.bip.pages import Visitor
from tests.bip.pattern import Pattern
from tests.postgresql import fresh_database, postgresql_server

NOON = datetime(2026, 3, 2, 11, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with the newest schema and nothing in it, to be copied."""
    path = tmp_path_factory.mktemp("empty") / "bip.sqlite"
    store = Store(f"sqlite:///{path}")
    upgrade(store)
    store.close()
    return path


def installation(folder: Path, empty_database: Path) -> Settings:
    """Settings of an installation in a folder, with fresh keys and an empty database."""
    database = folder / "bip.sqlite"
    shutil.copyfile(empty_database, database)
    return Settings(
        secret_key=secrets.token_urlsafe(32),
        identity_key=secrets.token_urlsafe(32),
        database_url=f"sqlite:///{database}",
        data_dir=folder / "data",
    )


def running(settings: Settings, clock: SettableClock) -> Iterator[Flask]:
    app = create_app(settings, clock)
    make_quick(app)
    app.config["TESTING"] = True
    yield app
    app.extensions[EXTENSION].store.close()


@pytest.fixture(scope="session")
def pattern(tmp_path_factory: pytest.TempPathFactory, empty_database: Path) -> Iterator[Pattern]:
    """What all tests of a process begin with: half of a test's time would go into making it anew."""
    folder = tmp_path_factory.mktemp("pattern")
    for app in running(installation(folder, empty_database), SettableClock(NOON)):
        yield Pattern.of(app)


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """The address of a server that the tests of one process share."""
    with postgresql_server() as server:
        yield server


@pytest.fixture(scope="session")
def newest_postgresql(postgresql: str) -> Iterator[str]:
    """The address of a database with the newest schema and nothing in it, to be copied."""
    with fresh_database(postgresql) as url:
        store = Store(url)
        upgrade(store)
        store.close()
        yield url


@pytest.fixture
def on_postgresql(postgresql: str, newest_postgresql: str) -> Iterator[str]:
    """The address of a database with the newest schema, of the test's own."""
    with fresh_database(postgresql, like=newest_postgresql) as url:
        yield url


@pytest.fixture
def settings(pattern: Pattern, tmp_path: Path, empty_database: Path) -> Settings:
    """Of an installation in which nothing has happened yet."""
    return pattern.settings(tmp_path / "data", empty_database)


@pytest.fixture
def clock() -> SettableClock:
    return SettableClock(NOON)


@pytest.fixture
def app(pattern: Pattern, settings: Settings, clock: SettableClock) -> Iterator[Flask]:
    """The application as it starts: what is in its database, its clock and its tries are the test's own."""
    yield from pattern.installed_with(settings, clock)


@pytest.fixture(scope="module")
def module_app(tmp_path_factory: pytest.TempPathFactory, empty_database: Path) -> Iterator[Flask]:
    """One application for a module whose tests change nothing."""
    folder = tmp_path_factory.mktemp("installation")
    yield from running(installation(folder, empty_database), SettableClock(NOON))


@pytest.fixture
def installed(app: Flask) -> Services:
    found: Services = app.extensions[EXTENSION]
    return found


@pytest.fixture
def visit(app: Flask) -> Callable[[], Visitor]:
    """A new visitor with a browser of their own."""
    return lambda: Visitor(app)


@pytest.fixture
def house(pattern: Pattern, app: Flask) -> House:
    """An organisation with a unit, a study and one account a role."""
    return pattern.build_house(app)
