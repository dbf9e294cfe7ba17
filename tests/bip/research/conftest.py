"""A store without an application for exports; for pages, work that starts when the test says so."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest

from bip.research import routes
from bip.settings import Settings
from bip.store.session import Store


@pytest.fixture
def store(tmp_path: Path, empty_database: Path) -> Iterator[Store]:
    database = tmp_path / "bip.sqlite"
    shutil.copyfile(empty_database, database)
    store = Store(f"sqlite:///{database}")
    yield store
    store.close()


@pytest.fixture
def waiting(monkeypatch: pytest.MonkeyPatch) -> list[UUID]:
    """Releases whose work would have begun in a process of its own; the test does it in this one."""
    asked: list[UUID] = []

    def note(_settings: Settings, release_id: UUID) -> None:
        asked.append(release_id)

    monkeypatch.setattr(routes, "launch", note)
    return asked
