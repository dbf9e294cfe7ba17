"""A logit with cluster-robust covariance and average marginal effects in closed form.

statsmodels fits (Newton); separation, collinearity and fits that did not reach the maximum are refused.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import qr
from scipy.optimize import linprog
from scipy.special import expit, logit
from statsmodels.discrete.discrete_model import Logit, LogitResults
from statsmodels.tools.sm_exceptions import ModelWarning

from analysis.estimates.design import Design, FloatArray
from analysis.estimates.reasons import Refused

# Largest absolute element of the score a row, columns scaled to unit deviation, at an accepted maximum.
SCORE_TOLERANCE = 1e-8
# A linear predictor beyond this is the sign of separation that Newton leaves behind (odds of 1 to 5e6).
_SUSPICIOUS_PREDICTOR = 15.0
# For the cross-product of unit columns: a column is then 1e-6 of its length from the others' span.
_RANK_TOLERANCE = 1e-12
_MOST_STEPS = 50
_SHORTEST_STEP = 1e-6
_LP_TOLERANCE = 1e-6


@dataclass(frozen=True)
class LogitFit:
    """The fit of an n x k design (constant first).

    `params` (k) are log-odds, `covariance` (k x k) clustered with the factor G/(G-1) x (N-1)/(N-k);
    `ame` and `ame_se` (k) are average marginal effects as derivatives of the probability, averaged over
    the rows (not percentage points). `largest_score`: see SCORE_TOLERANCE.
    """

    params: FloatArray
    covariance: FloatArray
    ame: FloatArray
    ame_se: FloatArray
    log_likelihood: float
    iterations: int
    largest_score: float
    n_clusters: int

    @property
    def std_errors(self) -> FloatArray:
        """Standard errors of `params` (k)."""
        return np.sqrt(np.diag(self.covariance))


def fit_logit(outcome: NDArray[np.bool_], design: Design, clusters: NDArray[np.int64]) -> LogitFit:
    """Fit `outcome` (n) on the design, clustered by `clusters` (n integer codes).

    Raises Refused where terms are collinear, separate the outcome, or the maximum is not reached.
    """
    _refuse_collinear(design)
    # Newton's steps and its stopping rule depend on the units of the columns; deviations make them alike.
    spread = design.matrix.std(axis=0)
    spread[0] = 1.0
    scaled = design.matrix / spread
    y = outcome.astype(np.float64)
    result = _maximise(y, scaled, clusters)
    largest_score = _largest_score(result, y, scaled)
    if not largest_score <= SCORE_TOLERANCE or _predictor_range(result, scaled) > _SUSPICIOUS_PREDICTOR:
        _refuse_separated(outcome, scaled, design)
    if not largest_score <= SCORE_TOLERANCE:
        raise Refused("no_maximum")
    params = np.asarray(result.params) / spread
    covariance = np.asarray(result.cov_params()) / np.outer(spread, spread)
    ame, ame_se = average_marginal_effects(design.matrix, params, covariance)
    return LogitFit(
        params,
        covariance,
        ame,
        ame_se,
        float(result.llf),
        int(result.mle_retvals["iterations"]),
        largest_score,
        len(np.unique(clusters)),
    )


def average_marginal_effects(
    matrix: FloatArray, params: FloatArray, covariance: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Derivatives of the probability averaged over rows, and their delta-method standard errors (k each).

    With p = 1 / (1 + exp(-x'b)): AME_j = b_j mean(p(1-p)); its gradient in b is
    mean(p(1-p)) e_j + b_j mean(p(1-p)(1-2p) x).
    """
    probability = expit(matrix @ params)
    slope = probability * (1.0 - probability)
    mean_slope = float(slope.mean())
    curvature = (slope * (1.0 - 2.0 * probability)) @ matrix / len(matrix)
    gradient = mean_slope * np.eye(len(params)) + np.outer(params, curvature)
    variance = np.einsum("ij,jk,ik->i", gradient, covariance, gradient)
    return params * mean_slope, np.sqrt(np.maximum(variance, 0.0))


def _climb(y: FloatArray, scaled: FloatArray) -> FloatArray:
    """Close to the maximum by Newton's steps, each halved until the likelihood does not fall.

    Plain Newton oversteps where a small category has a high share of events at a low base rate, and then
    never comes back; the full step is taken wherever it climbs.
    """
    params = np.zeros(scaled.shape[1])
    params[0] = logit(y.mean())
    height = _log_likelihood(params, y, scaled)
    for _ in range(_MOST_STEPS):
        probability = expit(scaled @ params)
        information = (scaled * (probability * (1.0 - probability))[:, None]).T @ scaled
        step = np.linalg.solve(information, scaled.T @ (y - probability))
        reached = _log_likelihood(params + step, y, scaled)
        while reached < height and np.max(np.abs(step)) > _SHORTEST_STEP:
            step = step / 2.0
            reached = _log_likelihood(params + step, y, scaled)
        params, height = params + step, reached
        if np.max(np.abs(step)) <= _SHORTEST_STEP:
            break
    return params


def _log_likelihood(params: FloatArray, y: FloatArray, scaled: FloatArray) -> float:
    predictor = scaled @ params
    return float(y @ predictor - np.logaddexp(0.0, predictor).sum())


def _maximise(y: FloatArray, scaled: FloatArray, clusters: NDArray[np.int64]) -> LogitResults:
    with warnings.catch_warnings():
        # What these warn of (separation, no convergence, a singular Hessian) is tested for below.
        warnings.simplefilter("ignore", ModelWarning)
        warnings.simplefilter("ignore", RuntimeWarning)
        try:
            return Logit(y, scaled, check_rank=False).fit(
                start_params=_climb(y, scaled),
                method="newton",
                maxiter=50,
                disp=False,
                warn_convergence=False,
                cov_type="cluster",
                cov_kwds={"groups": clusters, "use_correction": True},
            )
        except np.linalg.LinAlgError:
            raise Refused("no_maximum") from None


def _largest_score(result: LogitResults, y: FloatArray, scaled: FloatArray) -> float:
    probability = expit(scaled @ np.asarray(result.params))
    return float(np.max(np.abs((y - probability) @ scaled)) / len(y))


def _predictor_range(result: LogitResults, scaled: FloatArray) -> float:
    return float(np.max(np.abs(scaled @ np.asarray(result.params))))


def _refuse_collinear(design: Design) -> None:
    """Refuse where a column is a combination of the others, and name the columns concerned."""
    if len(design.matrix) <= design.matrix.shape[1]:
        raise Refused("few_rows", rows=len(design.matrix), parameters=design.matrix.shape[1])
    # The cross-product of columns of unit length is small and has the rank of the design.
    unit = design.matrix / np.linalg.norm(design.matrix, axis=0)
    _, triangle, order = qr(unit.T @ unit, pivoting=True)
    pivots = np.abs(np.diag(triangle))
    redundant = [design.terms[column - 1].name for column in order[pivots < _RANK_TOLERANCE] if column > 0]
    if np.any(pivots < _RANK_TOLERANCE):
        named = ", ".join(sorted(redundant)) or "the constant"
        raise Refused("collinear", names=named)


def _refuse_separated(outcome: NDArray[np.bool_], scaled: FloatArray, design: Design) -> None:
    """Refuse where some combination of terms separates events from non-events.

    Linear programme of Konis (2007): maximise sum_i s_i x_i'b with every s_i x_i'b >= 0 and b bounded,
    s = 1 for an event and -1 else; the data are separated exactly where the maximum is positive.
    """
    signed = np.where(outcome, 1.0, -1.0)[:, None] * scaled
    found = linprog(
        -signed.sum(axis=0), A_ub=-signed, b_ub=np.zeros(len(signed)), bounds=(-1.0, 1.0), method="highs"
    )
    if found.fun is None or found.x is None:
        return
    if -found.fun > _LP_TOLERANCE:
        involved = np.abs(found.x) > _LP_TOLERANCE
        single = [_separates(scaled[outcome, k], scaled[~outcome, k]) for k in range(len(involved))]
        chosen = single if any(single[1:]) else involved
        names = [t.name for t, named in zip(design.terms, chosen[1:], strict=True) if named]
        raise Refused("separation", names=", ".join(names))


def _separates(events: FloatArray, others: FloatArray) -> bool:
    """Whether one column by itself divides events from non-events (a tie at the border allowed)."""
    return bool(events.max() <= others.min() or others.max() <= events.min())
