"""The large population that true values are told from: the same for all, whatever the seed of a dataset."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from analysis.dataset.instrument import Instrument
from analysis.dataset.schema import RATERS
from analysis.simulate.paths import Paths, draw_paths
from analysis.simulate.scenario import Scenario

_SEED: Final = 20130101
PARTS: Final = 8
"""Drawn one after the other, to keep the memory small; their differences give the truth's own error."""


def true_population(scenario: Scenario, instrument: Instrument, rounds: int) -> Iterator[Paths]:
    """The parts of `scenario.truth_persons` persons."""
    size = max(1, scenario.truth_persons // PARTS)
    for seed in np.random.SeedSequence(_SEED).spawn(PARTS):
        yield draw_paths(scenario, size, rounds, instrument, seed)


def raters_of(instrument: Instrument) -> tuple[str, ...]:
    """The raters who are asked anything."""
    return tuple(rater for rater in RATERS if instrument.items_of(rater))
