"""A first look through the rows of a fit: how many there are, and a sample to start from."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Final

import numpy as np

from analysis.estimates.blocks import Block, Source
from analysis.estimates.reasons import Refused

# A prime: with 16, persons of 16 rounds each would all give the same round to the sample.
_EVERY: Final = 17
_LARGEST_SAMPLE: Final = 131_072


class Survey:
    """A first walk: how many rows and events there are, and every so many of the rows.

    Raises Refused where there is no row, no more rows than columns, or the outcomes are all alike.
    """

    def __init__(self, source: Source) -> None:
        self._every, kept = _EVERY, []
        self.rows, self.weight, self._events = 0, 0.0, 0.0
        for part in source:
            for block in part():
                self._count(block)
                kept.append(_every(block, self._every))
                if sum(len(b.outcome) for b in kept) > _LARGEST_SAMPLE:
                    self._every, kept = 2 * self._every, [_every(b, 2) for b in kept]
        self._kept = kept
        self._refuse()

    def _count(self, block: Block) -> None:
        weights = np.ones(len(block.outcome)) if block.weights is None else block.weights
        self.rows += len(weights)
        self.weight += float(weights.sum())
        self._events += float(weights[block.outcome].sum())

    def _refuse(self) -> None:
        if self.rows == 0:
            raise Refused("no_rows")
        if self.rows <= self.columns:
            raise Refused("few_rows", rows=self.rows, parameters=self.columns)
        if self._events == 0.0:
            raise Refused("no_event")
        if self._events == self.weight:
            raise Refused("only_events")

    @property
    def columns(self) -> int:
        """How many columns there are."""
        return int(self._kept[0].matrix.shape[1])

    @property
    def share(self) -> float:
        """The share of events, weighted as the rows are."""
        return self._events / self.weight

    @property
    def sample(self) -> Source:
        """The rows kept, in two parts. What comes one after the other is not of use there."""
        halves = [_joined(half) for half in (self._kept[::2], self._kept[1::2]) if half]
        return tuple(partial(_alone, half) for half in halves)


def _every(block: Block, step: int) -> Block:
    """Every so many of a block's rows, copied: a view would hold on to the whole block."""
    weights = None if block.weights is None else block.weights[::step].copy()
    return Block(
        block.matrix[::step].copy(), block.outcome[::step].copy(), block.clusters[::step].copy(), weights
    )


def _joined(blocks: Sequence[Block]) -> Block:
    """The rows of several blocks in one, all weighted or none."""
    weights = [block.weights for block in blocks if block.weights is not None]
    return Block(
        np.concatenate([block.matrix for block in blocks]),
        np.concatenate([block.outcome for block in blocks]),
        np.concatenate([block.clusters for block in blocks]),
        np.concatenate(weights) if weights else None,
    )


def _alone(block: Block) -> list[Block]:
    return [block]
