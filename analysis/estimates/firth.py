"""A logit with a penalty against what few events do to it.

At few events maximum likelihood lies too far from zero, by about the share that terms are of events. Firth's
penalty takes the first order of that away, but draws the mean probability towards a half; so the constant is
put right afterwards.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import cho_factor, cho_solve
from scipy.special import expit

from analysis.estimates.blocks import Block, FloatArray, Source, matrix_source, pieces
from analysis.estimates.design import Design
from analysis.estimates.logit import LogitFit, accepted, fit_logit
from analysis.estimates.newton import told_at
from analysis.estimates.reasons import Refused

_MOST_STEPS: Final = 100
# Of the largest step, in units of its standard error.
_LAST_STEP: Final = 1e-8


def fit_firth(outcome: NDArray[np.bool_], design: Design, clusters: NDArray[np.int64]) -> LogitFit:
    """Fit `outcome` (n) on the design, clustered by `clusters` (n integer codes).

    The parameters but the constant maximise the log-likelihood + half the logarithm of the determinant of
    the information (Jeffreys' prior); the constant then makes probabilities add up to the events. Covariance
    (the sandwich of maximum likelihood, its factor included), marginal effects and `log_likelihood`, without
    the penalty, are those at these parameters; `largest_score` is that of the maximum started from. Memory
    does not grow with the rows. Raises Refused as `fit_logit` does: separation is refused here too, though a
    penalty would give it numbers.
    Sources: Firth (1993), Biometrika 80, 27-38; Heinze and Schemper (2002), Statistics in Medicine 21,
    2409-2419; the constant: Puhr and others (2017), Statistics in Medicine 36, 2302-2317.
    """
    start = fit_logit(outcome, design, clusters, repeated=True)
    source = matrix_source(design.matrix, outcome, clusters)
    params, steps = _climb(source, start.params)
    params = _with_constant(source, params)
    return replace(accepted(told_at(source, params)), iterations=steps, largest_score=start.largest_score)


def _climb(source: Source, params: FloatArray) -> tuple[FloatArray, int]:
    """The penalised maximum from parameters (k) close by, and how many steps that took.

    The penalty is as good as more rows, `pull` of each row with an event and without, half and half: steps
    are by the information of those too.
    """
    for steps in range(1, _MOST_STEPS):
        score, information = _sums(source, params)
        step = cho_solve(cho_factor(information), score)
        params = params + step
        if np.max(np.abs(step) * np.sqrt(np.diag(information))) <= _LAST_STEP:
            return params, steps
    raise Refused("no_maximum")


def _sums(source: Source, params: FloatArray) -> tuple[FloatArray, FloatArray]:
    """The penalised score (k), and the information of the rows and of what the penalty stands for (k x k)."""
    plain = sum(weighted.T @ weighted for _, _, weighted in _weighted(source, params))
    root = np.linalg.inv(np.linalg.cholesky(plain)).T
    score, information = np.zeros(len(params)), np.zeros((len(params), len(params)))
    for piece, probability, weighted in _weighted(source, params):
        # The diagonal of the hat matrix.
        pull = np.square(weighted @ root).sum(axis=1)
        score += (piece.outcome - probability + pull * (0.5 - probability)) @ piece.matrix
        information += weighted.T @ ((1.0 + pull)[:, None] * weighted)
    return score, information


def _weighted(source: Source, params: FloatArray) -> Iterator[tuple[Block, FloatArray, FloatArray]]:
    """Rows (n x k), their probabilities (n), and the rows times the roots of p(1-p)."""
    for piece in pieces(source):
        probability = expit(piece.matrix @ params)
        yield piece, probability, piece.matrix * np.sqrt(probability * (1.0 - probability))[:, None]


def _with_constant(source: Source, params: FloatArray) -> FloatArray:
    """The parameters with the constant at which the probabilities add up to the events."""
    params = params.copy()
    for _ in range(_MOST_STEPS):
        missing, slope = 0.0, 0.0
        for piece in pieces(source):
            probability = expit(piece.matrix @ params)
            missing += float(piece.outcome.sum() - probability.sum())
            slope += float((probability * (1.0 - probability)).sum())
        params[0] += missing / slope
        if abs(missing) / np.sqrt(slope) <= _LAST_STEP:
            return params
    raise Refused("no_maximum")
