"""Filling a unit."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.bip.house import House
from tests.bip.overview.town import Town


@pytest.fixture
def fill(house: House) -> Callable[[Callable[[Town], None]], None]:
    """Runs a function on the town and saves what it did."""

    def filled(what: Callable[[Town], None]) -> None:
        with house.installed.store.writing() as session:
            what(Town(house, session))

    return filled
