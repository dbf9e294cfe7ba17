"""Participants with letters."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bip.services import Services
from tests.bip.collect.letters import Letter, write_letter
from tests.bip.house import House


@pytest.fixture
def letter(installed: Services, house: House) -> Letter:
    """Enrolled on the clock's day, a round that opens with it, and a code for it."""
    return write_letter(installed, house)


@pytest.fixture
def another_letter(installed: Services, house: House, letter: Letter) -> Callable[[], Letter]:
    """Letters to further participants of the same house."""
    return lambda: write_letter(installed, house)
