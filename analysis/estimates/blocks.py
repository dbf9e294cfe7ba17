"""Rows of a fit as blocks, from a matrix or from a stream that is walked anew for every step."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

# Rows that stay in the processor's cache over the few products that are made of them.
BLOCK_ROWS = 8192
# From here on a second thread and a sample's start values save more than they cost.
MANY_ROWS = 50_000


@dataclass(frozen=True)
class Block:
    """Some rows: `matrix` (n x k of numbers, constant first), `outcome` (n), `clusters` (n codes).

    Numbers of any width, such as a file's bytes, are made floats a piece at a time.
    `weights` (n, not negative) or None for rows that all count the same.
    """

    matrix: NDArray[Any]
    outcome: NDArray[np.bool_]
    clusters: NDArray[np.int64]
    weights: FloatArray | None = None

    def pieces(self) -> Iterator[Block]:
        """The same rows, at most BLOCK_ROWS at a time and as floats."""
        for start in range(0, len(self.outcome), BLOCK_ROWS):
            rows = slice(start, start + BLOCK_ROWS)
            matrix = np.ascontiguousarray(self.matrix[rows], dtype=np.float64)
            weights = None if self.weights is None else self.weights[rows]
            yield Block(matrix, self.outcome[rows], self.clusters[rows], weights)


# One part of the rows, walked anew for every step. No cluster may lie in two parts.
Blocks = Callable[[], Iterable[Block]]
# Its parts are walked at the same time, each by a thread of its own.
Source = tuple[Blocks, ...]


def matrix_source(
    matrix: FloatArray,
    outcome: NDArray[np.bool_],
    clusters: NDArray[np.int64],
    weights: FloatArray | None = None,
) -> Source:
    """The rows of a matrix (n x k) in the order of their clusters, in two parts if there are many.

    Raises ValueError where a weight is negative or no number.
    """
    if weights is not None and not np.all((weights >= 0.0) & np.isfinite(weights)):
        raise ValueError("weights must be finite and not negative")
    rows = len(outcome)
    order = None if np.all(clusters[1:] >= clusters[:-1]) else np.argsort(clusters, kind="stable")
    cut = 0
    if rows >= MANY_ROWS:
        sorted_codes = clusters if order is None else clusters[order]
        cut = int(np.searchsorted(sorted_codes, sorted_codes[rows // 2]))

    def part(first: int, end: int) -> Blocks:
        def walk() -> Iterator[Block]:
            for start in range(first, end, BLOCK_ROWS):
                span = slice(start, min(start + BLOCK_ROWS, end))
                at = span if order is None else order[span]
                yield Block(matrix[at], outcome[at], clusters[at], None if weights is None else weights[at])

        return walk

    return (part(0, cut), part(cut, rows)) if cut else (part(0, rows),)


def pieces(source: Source) -> Iterator[Block]:
    """All rows of all parts, one after the other, in pieces that stay in the cache."""
    for part in source:
        for block in part():
            yield from block.pieces()
