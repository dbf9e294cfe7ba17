"""A logit with cluster-robust covariance and average marginal effects in closed form.

statsmodels fits (Newton) at a study's size, `newton` what is larger, weighted, streamed or repeated many
times. Separation, collinearity and fits that did not reach the maximum are refused by either in one way.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, stdtr
from scipy.stats import t
from statsmodels.discrete.discrete_model import Logit, LogitResults
from statsmodels.tools.sm_exceptions import ModelWarning

from analysis.estimates.block_sums import gram
from analysis.estimates.blocks import Source, matrix_source
from analysis.estimates.design import Design, FloatArray, Term
from analysis.estimates.identified import RANK_TOLERANCE, refuse_collinear, refuse_separated
from analysis.estimates.newton import Maximum, maximise, near_maximum
from analysis.estimates.reasons import SMALLEST_GROUP, Refused

# Largest absolute element of the score a row, columns scaled to unit deviation, at an accepted maximum.
SCORE_TOLERANCE = 1e-8
# A linear predictor beyond this is the sign of separation that Newton leaves behind (odds of 1 to 5e6).
_SUSPICIOUS_PREDICTOR = 15.0
# More rows than these are fitted in blocks.
MOST_ROWS = 200_000
# Fewer clusters than these give too short intervals with normal quantiles.
FEW_CLUSTERS = 50
FEWEST_CLUSTERS = SMALLEST_GROUP
# Of the weighted cross-product: what might be collinear, and is then looked at without weights.
_SUSPICIOUS_PIVOT = 100.0 * RANK_TOLERANCE


def degrees_of_freedom(clusters: int) -> float:
    """One less than the clusters where these are fewer than FEW_CLUSTERS, else infinite.

    Source: Cameron and Miller (2015), Journal of Human Resources 50, 317-372, section VI.
    """
    return float(clusters - 1) if clusters < FEW_CLUSTERS else np.inf


def quantile(clusters: int) -> float:
    """How many standard errors the 95 % interval reaches to either side, by t or the normal distribution."""
    return float(t.ppf(0.975, degrees_of_freedom(clusters)))


@dataclass(frozen=True)
class ClusteredFit:
    """The fit of an n x k design (constant first) with errors that allow for likeness within clusters.

    `params` (k), `covariance` (k x k) clustered with the factor G/(G-1) x (N-1)/(N-k), G clusters and N
    rows. `largest_score`: see SCORE_TOLERANCE. Intervals and p values are those of t(G-1) with fewer than
    FEW_CLUSTERS clusters, else of the normal distribution.
    """

    params: FloatArray
    covariance: FloatArray
    log_likelihood: float
    iterations: int
    largest_score: float
    n_clusters: int

    @property
    def std_errors(self) -> FloatArray:
        """Standard errors of `params` (k)."""
        return np.sqrt(np.diag(self.covariance))

    @property
    def degrees_of_freedom(self) -> float:
        """Those of the t distribution; infinite where that is the normal one."""
        return degrees_of_freedom(self.n_clusters)

    @cached_property
    def quantile(self) -> float:
        """How many standard errors the 95 % interval reaches to either side."""
        return quantile(self.n_clusters)

    def p_value(self, estimate: float, std_error: float) -> float:
        """Two-sided p of an estimate of this fit against 0."""
        return float(2.0 * stdtr(self.degrees_of_freedom, -abs(estimate) / std_error))


@dataclass(frozen=True)
class LogitFit(ClusteredFit):
    """A logit: `params` are log-odds.

    `ame` and `ame_se` (k) are average marginal effects as derivatives of the probability, averaged over
    the rows (not percentage points), with the delta method's standard errors.
    """

    ame: FloatArray
    ame_se: FloatArray


@dataclass(frozen=True)
class Prepared:
    """What a fit at a study's size starts from: `matrix` (n x k) in units of the columns' `spread` (k).

    Newton's steps and stopping rules depend on the units of the columns; deviations make them alike.
    `outcome` (n) is 0 or 1, `start` (k) the logit's maximum in these units.
    """

    outcome: FloatArray
    matrix: FloatArray
    spread: FloatArray
    start: FloatArray
    n_clusters: int


def fit_logit(
    outcome: NDArray[np.bool_],
    design: Design,
    clusters: NDArray[np.int64],
    *,
    weights: FloatArray | None = None,
    repeated: bool = False,
) -> LogitFit:
    """Fit `outcome` (n) on the design, clustered by `clusters` (n integer codes).

    `weights` (n, not negative) count the rows differently, e.g. by the inverse of the chance to be
    observed; they are taken as known. `repeated` says that many such fits are made. Either, like more than
    MOST_ROWS rows, takes the way of `newton`. Raises Refused where terms are collinear, separate the
    outcome, the clusters are too few for an error, or the maximum is not reached.
    """
    if repeated or weights is not None or len(outcome) > MOST_ROWS:
        return fit_logit_blocks(matrix_source(design.matrix, outcome, clusters, weights), design.terms)
    return _fit_with_statsmodels(outcome, design, clusters)


def fit_logit_blocks(source: Source, terms: Sequence[Term]) -> LogitFit:
    """The same fit of rows that come in blocks, e.g. streamed from a file that memory could not hold.

    `terms` name the columns after the constant. Raises Refused as `fit_logit` does, and ValueError where the
    clusters of a part do not come in the order of their codes.
    """
    found = maximise(source)
    if found.smallest_pivot < _SUSPICIOUS_PIVOT:
        refuse_collinear(gram(source), terms, found.n_rows)
    if not found.largest_score <= SCORE_TOLERANCE or found.largest_predictor > _SUSPICIOUS_PREDICTOR:
        refuse_separated(source, found.spread, terms)
    if not found.largest_score <= SCORE_TOLERANCE:
        raise Refused("no_maximum")
    return accepted(found)


def accepted(found: Maximum) -> LogitFit:
    """The fit at a maximum. Raises Refused where the clusters are too few for an error."""
    _refuse_few_clusters(found.n_clusters)
    return LogitFit(
        params=found.params,
        covariance=found.covariance,
        log_likelihood=found.log_likelihood,
        iterations=found.iterations,
        largest_score=found.largest_score,
        n_clusters=found.n_clusters,
        ame=found.ame,
        ame_se=found.ame_se,
    )


def _refuse_few_clusters(clusters: int) -> None:
    if clusters < FEWEST_CLUSTERS:
        raise Refused("few_clusters", clusters=clusters)


def prepare(outcome: NDArray[np.bool_], design: Design, clusters: NDArray[np.int64]) -> Prepared:
    """The rows in units that suit a fit.

    Raises Refused where terms are collinear, clusters too few, or the outcome separated by the terms.
    """
    source = matrix_source(design.matrix, outcome, clusters)
    refuse_collinear(gram(source), design.terms, len(outcome))
    n_clusters = len(np.unique(clusters))
    _refuse_few_clusters(n_clusters)
    spread = design.matrix.std(axis=0)
    spread[0] = 1.0
    start = near_maximum(source)[0]
    if np.max(np.abs(design.matrix @ start)) > _SUSPICIOUS_PREDICTOR:
        refuse_separated(source, spread, design.terms)
    return Prepared(outcome.astype(np.float64), design.matrix / spread, spread, start * spread, n_clusters)


def _fit_with_statsmodels(
    outcome: NDArray[np.bool_], design: Design, clusters: NDArray[np.int64]
) -> LogitFit:
    rows = prepare(outcome, design, clusters)
    result = _maximise(rows, clusters)
    params = np.asarray(result.params)
    residuals = rows.outcome - expit(rows.matrix @ params)
    largest_score = float(np.max(np.abs(residuals @ rows.matrix)) / len(residuals))
    if not largest_score <= SCORE_TOLERANCE:
        raise Refused("no_maximum")
    params = params / rows.spread
    covariance = np.asarray(result.cov_params()) / np.outer(rows.spread, rows.spread)
    ame, ame_se = average_marginal_effects(design.matrix, params, covariance)
    return LogitFit(
        params=params,
        covariance=covariance,
        log_likelihood=float(result.llf),
        iterations=int(result.mle_retvals["iterations"]),
        largest_score=largest_score,
        n_clusters=rows.n_clusters,
        ame=ame,
        ame_se=ame_se,
    )


def _maximise(rows: Prepared, clusters: NDArray[np.int64]) -> LogitResults:
    with warnings.catch_warnings():
        # What these warn of (separation, no convergence, a singular Hessian) is tested for elsewhere.
        warnings.simplefilter("ignore", ModelWarning)
        warnings.simplefilter("ignore", RuntimeWarning)
        try:
            return Logit(rows.outcome, rows.matrix, check_rank=False).fit(
                # Plain Newton oversteps where a small category has many events; from here a step will do.
                start_params=rows.start,
                method="newton",
                maxiter=50,
                disp=False,
                warn_convergence=False,
                cov_type="cluster",
                cov_kwds={"groups": clusters, "use_correction": True},
            )
        except np.linalg.LinAlgError:
            raise Refused("no_maximum") from None


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
