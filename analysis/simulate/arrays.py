"""Array types and the day scale that the parts of the simulator share.

Axes are always in this order: persons, rounds (or quarters), indicators.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

INTERVAL_DAYS: Final = 91
WINDOW_DAYS: Final = 28
NEVER: Final = 1_000_000
"""A day that no study reaches."""


def first_day(cumulative: Floats, threshold: Floats) -> Ints:
    """The day on which a process reaches its threshold.

    `cumulative` (persons, quarters) is the hazard accumulated by the end of each quarter, `threshold`
    (persons,) an Exp(1) draw. Within a quarter the hazard is constant over days; NEVER where the
    threshold is not reached. Then P(day <= t) = 1 - exp(-hazard accumulated by the end of day t).
    """
    persons, quarters = cumulative.shape
    quarter = np.sum(cumulative < threshold[:, None], axis=1)
    inside = np.minimum(quarter, quarters - 1)
    rows = np.arange(persons)
    before = np.where(inside > 0, cumulative[rows, inside - 1], 0.0)
    share = (threshold - before) / (cumulative[rows, inside] - before)
    day = INTERVAL_DAYS * inside + np.clip(np.ceil(share * INTERVAL_DAYS), 1, INTERVAL_DAYS).astype(np.int64)
    return np.where(quarter < quarters, day, NEVER)


def accumulated(cumulative: Floats, day: Ints) -> Floats:
    """The hazard accumulated by the end of `day` (persons, rounds), for days inside the quarters drawn."""
    quarter = np.clip((day - 1) // INTERVAL_DAYS, 0, cumulative.shape[1] - 1)
    padded = np.concatenate([np.zeros((len(cumulative), 1)), cumulative], axis=1)
    before = np.take_along_axis(padded, quarter, axis=1)
    after = np.take_along_axis(padded, quarter + 1, axis=1)
    share = (day - INTERVAL_DAYS * quarter) / INTERVAL_DAYS
    result: Floats = before + share * (after - before)
    return result
