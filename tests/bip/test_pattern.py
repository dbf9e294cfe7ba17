"""What tests share is as new for each of them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import func, select

from bip.clock import SettableClock
from bip.limits import SIGN_INS
from bip.services import EXTENSION, Services
from bip.settings import Settings
from bip.store.tables import METADATA
from tests.bip import rows
from tests.bip.house import House
from tests.bip.pages import Visitor
from tests.bip.pattern import Pattern


def filled(installed: Services) -> dict[str, int]:
    """How many rows each table has that has any."""
    with installed.store.reading() as session:
        counts = {
            table.name: session.scalar(select(func.count()).select_from(table)) or 0
            for table in METADATA.sorted_tables
        }
    return {name: count for name, count in counts.items() if count}


@pytest.mark.parametrize("_time", ["first", "second"])
def test_the_database_is_empty(installed: Services, clock: SettableClock, _time: str) -> None:
    assert filled(installed) == {}
    assert installed.clock is clock
    with installed.store.writing() as session:
        rows.organisation(session)


@pytest.mark.parametrize("_time", ["first", "second"])
def test_nobody_has_tried_to_sign_in(visit: Callable[[], Visitor], _time: str) -> None:
    for _ in range(SIGN_INS.amount):
        visit().sign_in("nobody@example.org", "not this one at all")


@pytest.mark.parametrize("_time", ["first", "second"])
def test_the_house_is_as_it_was_built(house: House, pattern: Pattern, _time: str) -> None:
    assert filled(house.installed) == {table.name: len(made) for table, made in pattern.rows.items()}
    with house.installed.store.writing() as session:
        rows.organisation(session)


def test_a_test_that_changes_the_application_is_told_so(
    pattern: Pattern, settings: Settings, clock: SettableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    running = pattern.installed_with(settings, clock)
    app = next(running)
    found: Services = app.extensions[EXTENSION]
    assert found.settings is settings
    monkeypatch.setitem(app.config, "TESTING", False)
    with pytest.raises(AssertionError, match="has to make one of its own"):
        next(running)
