"""What a row takes from the same rater's earlier answers in the enrolment."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
# What a panel may hold of each indicator.
VALUES = ("level", "previous", "change", "baseline", "past_mean")


@dataclass(frozen=True)
class Occasions:
    """Rows of answers sorted by enrolment and round, and how they hang together.

    `enrolment` and `has_previous` (n): whether the row above is the round before of the same one.
    """

    enrolment: NDArray[np.int32]
    has_previous: NDArray[np.bool_]

    @cached_property
    def _later(self) -> tuple[NDArray[np.int64], ...]:
        """The second rows of all enrolments, the third ones, and so on; the row above is of the same one."""
        number = np.arange(len(self.enrolment))
        starts = np.ones(len(number), dtype=bool)
        starts[1:] = self.enrolment[1:] != self.enrolment[:-1]
        position = number - np.maximum.accumulate(np.where(starts, number, 0))
        # Numbers of few bytes sort fastest.
        order = np.argsort(position.astype(np.min_scalar_type(position.max(initial=0))), kind="stable")
        ends = np.cumsum(np.bincount(position))[:-1]
        return tuple(np.split(order, ends)[1:])

    def columns(self, level: FloatArray, wanted: tuple[str, ...]) -> Iterator[tuple[str, FloatArray]]:
        """Those of VALUES that are `wanted`, of answers (indicators x rows), NaN where no number is.

        `previous`: at the round before. `change`: now minus that. `baseline`: the enrolment's first number
        before the row. `past_mean`: the mean of all numbers before it.
        """
        if "level" in wanted:
            yield "level", level
        if {"previous", "change"} & set(wanted):
            previous = np.empty(level.shape)
            previous[:, 1:] = level[:, :-1]
            previous[:, ~self.has_previous] = np.nan
            if "previous" in wanted:
                yield "previous", previous
            if "change" in wanted:
                yield "change", level - previous
        if "baseline" in wanted:
            yield "baseline", self._baseline(level)
        if "past_mean" in wanted:
            yield "past_mean", self._past_mean(level)

    def _baseline(self, level: FloatArray) -> FloatArray:
        baseline = np.full(level.shape, np.nan)
        for rows in self._later:
            first = baseline[:, rows - 1]
            baseline[:, rows] = np.where(np.isnan(first), level[:, rows - 1], first)
        return baseline

    def _past_mean(self, level: FloatArray) -> FloatArray:
        """Added up in the order of the rounds, so that no other row can show in the last bits."""
        known = ~np.isnan(level)
        number = np.where(known, level, 0.0)
        total, count = np.zeros(level.shape), np.zeros(level.shape)
        for rows in self._later:
            total[:, rows] = total[:, rows - 1] + number[:, rows - 1]
            count[:, rows] = count[:, rows - 1] + known[:, rows - 1]
        mean: FloatArray = np.divide(total, count, out=np.full(level.shape, np.nan), where=count > 0)
        return mean
