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
from tests.bip.house import House, build_house, make_quick
from tests.bip.pages import Visitor

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


@pytest.fixture
def settings(tmp_path: Path, empty_database: Path) -> Settings:
    return installation(tmp_path, empty_database)


@pytest.fixture
def clock() -> SettableClock:
    return SettableClock(NOON)


@pytest.fixture
def app(settings: Settings, clock: SettableClock) -> Iterator[Flask]:
    yield from running(settings, clock)


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
def house(app: Flask) -> House:
    """An organisation with a unit, a study and one account a role."""
    return build_house(app)
