"""Rows that follow one another are looked at where they are; others are copied."""

from __future__ import annotations

from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

Kind = TypeVar("Kind", bound=np.generic)
Stretch = slice | NDArray[np.integer[Any]]


def stretch(rows: NDArray[np.integer[Any]]) -> Stretch:
    """These rows (n), which rise, as a slice if none between the first and the last is left out."""
    if len(rows) == 0 or rows[-1] - rows[0] != len(rows) - 1:
        return rows
    return slice(int(rows[0]), int(rows[-1]) + 1)


def pick(numbers: NDArray[Kind], rows: Stretch) -> NDArray[Kind]:
    """These rows of `numbers`; not to be written to."""
    # `take` is faster than brackets.
    return numbers[rows] if isinstance(rows, slice) else numbers.take(rows, axis=0)
