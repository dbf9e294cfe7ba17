"""What one block of rows adds to a logit's likelihood, score, information and clustered scores."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from functools import reduce

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from analysis.estimates.blocks import Block, FloatArray, Source, pieces


class Wanted(IntEnum):
    """How much of the sums to make: without the information they cost a third."""

    SCORE = 0
    STEP = 1
    ALL = 2


@dataclass(frozen=True)
class Sums:
    """Over rows with weights w, p = 1 / (1 + exp(-x'b)) and outcome y, for k columns.

    `score` = sum w (y - p) x (k), `information` = sum w p(1-p) xx' (k x k), `curvature` =
    sum w p(1-p)(1-2p) x (k), the latter two 0 where they were not asked for. `largest_predictor` is the
    largest |x'b|.
    """

    rows: int
    weight: float
    log_likelihood: float
    largest_predictor: float
    score: FloatArray
    information: FloatArray
    curvature: FloatArray

    def __add__(self, other: Sums) -> Sums:
        return Sums(
            self.rows + other.rows,
            self.weight + other.weight,
            self.log_likelihood + other.log_likelihood,
            max(self.largest_predictor, other.largest_predictor),
            self.score + other.score,
            self.information + other.information,
            self.curvature + other.curvature,
        )


def no_sums(columns: int) -> Sums:
    """The sums over no rows."""
    nothing = np.zeros(columns)
    return Sums(0, 0.0, 0.0, 0.0, nothing, np.zeros((columns, columns)), nothing)


def sums_of(piece: Block, params: FloatArray, wanted: Wanted, room: FloatArray) -> tuple[Sums, FloatArray]:
    """The sums of a piece at `params` (k), and its residuals w (y - p) (n).

    `room` (BLOCK_ROWS x k) is overwritten: memory asked for anew for every block would cost as much as the
    products.
    """
    matrix, y = piece.matrix, piece.outcome
    predictor = matrix @ params
    size = np.abs(predictor)
    # exp(-|x'b|) cannot overflow, and both p and log(1 + exp(x'b)) follow from it.
    decay = np.exp(-size)
    probability = np.where(predictor >= 0.0, 1.0, decay) / (1.0 + decay)
    likelihoods = np.where(y, np.minimum(predictor, 0.0), -np.maximum(predictor, 0.0)) - np.log1p(decay)
    slope = decay / (1.0 + decay) ** 2
    residuals = y - probability
    weight = float(len(y))
    if piece.weights is not None:
        weight = float(piece.weights.sum())
        likelihoods, slope, residuals = (piece.weights * v for v in (likelihoods, slope, residuals))
    columns = len(params)
    sums = Sums(
        len(y),
        weight,
        float(likelihoods.sum()),
        float(size.max()),
        residuals @ matrix,
        _information(matrix, slope, room) if wanted >= Wanted.STEP else np.zeros((columns, columns)),
        (slope * (1.0 - 2.0 * probability)) @ matrix if wanted >= Wanted.ALL else np.zeros(columns),
    )
    return sums, residuals


def _information(matrix: FloatArray, slope: FloatArray, room: FloatArray) -> FloatArray:
    """sum slope xx' (k x k)."""
    weighted = np.multiply(matrix, np.sqrt(slope)[:, None], out=room[: len(slope)])
    information: FloatArray = weighted.T @ weighted
    return information


class ClusterSums:
    """Scores summed within clusters that come one after the other: only the last one is still open.

    `meat` (k x k) is the sum of the outer products of the clusters' scores, `clusters` their number and
    `squares` the sum of the squares of how many rows each has.
    """

    def __init__(self, columns: int) -> None:
        self.meat = np.zeros((columns, columns))
        self.clusters = 0
        self.squares = 0
        self._open: int | None = None
        self._score, self._rows = np.zeros(columns), 0

    def add(self, piece: Block, residuals: FloatArray) -> None:
        """The rows of a piece. Raises ValueError where a cluster's code is below the one before it."""
        codes = piece.clusters
        if np.any(codes[1:] < codes[:-1]) or (self._open is not None and codes[0] < self._open):
            raise ValueError("the rows must come in the order of their clusters' codes")
        starts = np.concatenate([[0], np.flatnonzero(codes[1:] != codes[:-1]) + 1])
        scores, rows = _summed(piece.matrix, residuals, starts), np.diff(starts, append=len(codes))
        if self._open == codes[0]:
            scores[0] += self._score
            rows[0] += self._rows
        else:
            self.close()
        self._close(scores[:-1], rows[:-1])
        self._open, self._score, self._rows = int(codes[-1]), scores[-1], int(rows[-1])

    def close(self) -> None:
        """Count the cluster that is still open, if any: no row of it is to come."""
        if self._open is not None:
            self._close(self._score[None, :], np.array([self._rows]))
            self._open = None

    def _close(self, scores: FloatArray, rows: NDArray[np.int64]) -> None:
        self.meat += scores.T @ scores
        self.clusters += len(scores)
        self.squares += int(rows @ rows)


def gram(source: Source) -> FloatArray:
    """X'X of all rows (k x k)."""
    return reduce(np.add, (piece.matrix.T @ piece.matrix for piece in pieces(source)))


def _summed(matrix: FloatArray, residuals: FloatArray, starts: NDArray[np.int64]) -> FloatArray:
    """The sums of residual x row over the runs of rows that begin at `starts` (runs x k)."""
    rows = len(residuals)
    runs = csr_array((residuals, np.arange(rows), np.append(starts, rows)), shape=(len(starts), rows))
    scores: FloatArray = np.asarray(runs @ matrix)
    return scores
