"""A browser that is a shared tablet."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bip.store.lists import Role
from tests.bip.house import PASSWORD, House
from tests.bip.kiosk.starting import PIN, start
from tests.bip.pages import Visitor


@pytest.fixture
def tablet(house: House, visit: Callable[[], Visitor]) -> Visitor:
    """Started by the caseworker, who is signed out by that."""
    visitor = visit()
    visitor.sign_in(house.emails[Role.CASEWORKER], PASSWORD)
    start(visitor, PIN)
    return visitor
