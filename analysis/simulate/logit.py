"""Logit for an outcome that is a known probability: weights, Newton's method, nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analysis.simulate.arrays import Floats

_MOST_STEPS = 50
_CLOSE = 1e-3
"""Newton's error is squared with each step: after one like that about a millionth is left, of a truth that is
known to a hundredth."""
_NEAR = 1e-2
_BLOCK = 4096
"""Rows at a time, so that they stay in the processor's cache."""


_TOO_FEW = "the population is too small for the truth's models: some category has no rows"


@dataclass(frozen=True)
class LogitFit:
    """`coefficients` (columns,); `slope`: weighted mean of p(1 - p) over the rows."""

    coefficients: Floats
    slope: float


@dataclass(frozen=True)
class Rows:
    """`x` (rows, columns) holds the constant first; `probability` and `weight` (rows,)."""

    x: Floats
    probability: Floats
    weight: Floats


def fractional_logit(parts: Sequence[Rows]) -> tuple[LogitFit, list[LogitFit]]:
    """The fit to all parts together, and what each part says by itself, to first order.

    Maximises the sum of weight x (q log p + (1 - q) log(1 - p)) with p = expit(x b) and q =
    `probability`. In the limit of many draws, a logit on 0/1 outcomes drawn with probability q, in rows
    kept with probability `weight`, has these coefficients (Papke and Wooldridge 1996). Raises
    ArithmeticError where Newton's method does not come to rest.
    """
    coefficients = _start(parts[0])
    for _ in range(_MOST_STEPS):
        derivatives = [_derivatives(part, coefficients) for part in parts]
        scores, informations = zip(*derivatives, strict=True)
        step = _solve(sum(informations), sum(scores))
        if np.max(np.abs(step)) < _CLOSE:
            return _fit(parts, coefficients + step), [
                _fit([part], coefficients + _solve(information, score))
                for part, score, information in zip(parts, scores, informations, strict=True)
            ]
        coefficients = coefficients + step
    raise ArithmeticError(_TOO_FEW)


def _start(part: Rows) -> Floats:
    """Near the maximum of one part, which is cheap and saves the whole most of its steps."""
    coefficients = np.zeros(part.x.shape[1])
    coefficients[0] = np.log(float(part.weight @ part.probability) / float(part.weight.sum()))
    for _ in range(_MOST_STEPS):
        score, information = _derivatives(part, coefficients)
        step = _solve(information, score)
        coefficients = coefficients + step
        if np.max(np.abs(step)) < _NEAR:
            return coefficients
    raise ArithmeticError(_TOO_FEW)


def _solve(information: Floats, score: Floats) -> Floats:
    try:
        step: Floats = np.asarray(np.linalg.solve(information, score), dtype=np.float64)
    except np.linalg.LinAlgError:
        raise ArithmeticError(_TOO_FEW) from None
    return step


def _derivatives(part: Rows, coefficients: Floats) -> tuple[Floats, Floats]:
    columns = part.x.shape[1]
    score, information = np.zeros(columns), np.zeros((columns, columns))
    for start in range(0, len(part.x), _BLOCK):
        x = part.x[start : start + _BLOCK]
        weight = part.weight[start : start + _BLOCK]
        p = _expit(x @ coefficients)
        score += x.T @ (weight * (part.probability[start : start + _BLOCK] - p))
        scaled = x * np.sqrt(weight * p * (1.0 - p))[:, None]
        information += scaled.T @ scaled
    return score, information


def _fit(parts: Sequence[Rows], coefficients: Floats) -> LogitFit:
    total, weights = 0.0, 0.0
    for part in parts:
        p = _expit(part.x @ coefficients)
        total += float(part.weight @ (p * (1.0 - p)))
        weights += float(part.weight.sum())
    return LogitFit(coefficients, total / weights)


def _expit(x: Floats) -> Floats:
    p: Floats = 1.0 / (1.0 + np.exp(-x))
    return p
