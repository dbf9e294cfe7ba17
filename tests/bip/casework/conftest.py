"""A participant with a letter, and the caseworker who has the participant."""

from __future__ import annotations

import pytest

from bip.services import Services
from bip.store.lists import Role
from tests.bip.collect.letters import Letter, write_letter
from tests.bip.house import House
from tests.bip.pages import Visitor


@pytest.fixture
def letter(installed: Services, house: House) -> Letter:
    return write_letter(installed, house)


@pytest.fixture
def caseworker(house: House) -> Visitor:
    return house.enter(Role.CASEWORKER)
