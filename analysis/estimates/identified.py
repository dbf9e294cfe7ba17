"""Whether the rows say anything definite of every coefficient: collinear terms and separation are refused."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from scipy.optimize import linprog

from analysis.estimates.blocks import FloatArray, Source, pieces
from analysis.estimates.design import Term
from analysis.estimates.newton import pivots
from analysis.estimates.reasons import Refused

# For the cross-product of unit columns: a column is then 1e-6 of its length from the others' span.
RANK_TOLERANCE = 1e-12
_LP_TOLERANCE = 1e-6
# Constraints that the linear programme takes at a time, and how often it takes more.
_AT_ONCE = 20_000
_MOST_ROUNDS = 30


def refuse_collinear(cross_product: FloatArray, terms: Sequence[Term], rows: int) -> None:
    """Refuse where a column is a combination of the others, and name the columns concerned.

    `cross_product` is X'X (k x k), the constant first; it is small and has the rank of the design.
    """
    if rows <= len(cross_product):
        raise Refused("few_rows", rows=rows, parameters=len(cross_product))
    sizes, order = pivots(cross_product)
    redundant = [terms[column - 1].name for column in order[sizes < RANK_TOLERANCE] if column > 0]
    if np.any(sizes < RANK_TOLERANCE):
        raise Refused("collinear", names=", ".join(sorted(redundant)) or "the constant")


def refuse_separated(source: Source, spread: FloatArray, terms: Sequence[Term]) -> None:
    """Refuse where some combination of terms separates events from non-events.

    Linear programme of Konis (2007): maximise sum_i s_i x_i'b with every s_i x_i'b >= 0 and b bounded,
    s = 1 for an event and -1 else; the data are separated exactly where the maximum is positive. Columns
    are divided by `spread` (k). Constraints that are not yet met are brought in by and by, so that many
    rows need little memory; without them all, the maximum can only be larger.
    """
    aim = np.sum([signed.sum(axis=0) for signed in _signed(source, spread)], axis=0)
    constraints, direction = _first(source, spread), np.zeros(len(spread))
    for _ in range(_MOST_ROUNDS):
        found = linprog(
            -aim, A_ub=-constraints, b_ub=np.zeros(len(constraints)), bounds=(-1.0, 1.0), method="highs"
        )
        if found.fun is None or found.x is None or -found.fun <= _LP_TOLERANCE:
            return
        direction = found.x
        unmet = _unmet(source, spread, direction)
        if len(unmet) == 0:
            raise Refused("separation", names=", ".join(_named(source, direction, terms)))
        constraints = np.concatenate([constraints, unmet])


def _signed(source: Source, spread: FloatArray) -> Iterator[FloatArray]:
    for piece in pieces(source):
        yield np.where(piece.outcome, 1.0, -1.0)[:, None] * (piece.matrix / spread)


def _first(source: Source, spread: FloatArray) -> FloatArray:
    """The first rows: all of them in a study of the usual size."""
    taken: list[FloatArray] = []
    for signed in _signed(source, spread):
        taken.append(signed)
        if sum(map(len, taken)) >= _AT_ONCE:
            break
    return np.concatenate(taken)[:_AT_ONCE]


def _unmet(source: Source, spread: FloatArray, direction: FloatArray) -> FloatArray:
    """The rows on the wrong side of the direction, the farthest ones first."""
    taken = np.empty((0, len(direction)))
    for signed in _signed(source, spread):
        wrong = signed[signed @ direction < -_LP_TOLERANCE]
        taken = np.concatenate([taken, wrong])
        if len(taken) > _AT_ONCE:
            taken = taken[np.argsort(taken @ direction)[: _AT_ONCE // 2]]
    return taken


def _named(source: Source, direction: FloatArray, terms: Sequence[Term]) -> list[str]:
    """The terms that separate by themselves if there are any, else those that do together."""
    single = _separating(source)
    chosen = single if np.any(single[1:]) else np.abs(direction) > _LP_TOLERANCE
    return [term.name for term, named in zip(terms, chosen[1:], strict=True) if named]


def _separating(source: Source) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Which columns by themselves divide events from non-events (a tie at the border allowed)."""
    lowest, highest = _ranges(source, events=True)
    others_lowest, others_highest = _ranges(source, events=False)
    return (highest <= others_lowest) | (others_highest <= lowest)


def _ranges(source: Source, *, events: bool) -> tuple[FloatArray, FloatArray]:
    """The least and greatest value of every column (k each) among the events or the others."""
    lowest, highest = np.inf, -np.inf
    for piece in pieces(source):
        rows = piece.matrix[piece.outcome == events]
        lowest = np.minimum(lowest, rows.min(axis=0, initial=np.inf))
        highest = np.maximum(highest, rows.max(axis=0, initial=-np.inf))
    return np.asarray(lowest), np.asarray(highest)
