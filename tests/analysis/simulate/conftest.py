"""The instruments that ship, as the generator takes them."""

from __future__ import annotations

import pytest

from analysis.dataset.instrument import Instrument
from surveys.load import load_builtin


def shipped(key: str) -> Instrument:
    return Instrument.model_validate(load_builtin(key).to_json())


@pytest.fixture(scope="session")
def bip_11() -> Instrument:
    return shipped("bip-11")


@pytest.fixture(scope="session")
def bip_9_11() -> Instrument:
    """Nine questions to the participant, eleven to the caseworker."""
    return shipped("bip-9-11")
