"""Ratios that follow from a logit: odds ratios, and risk ratios averaged over the rows.

A ratio's error and interval belong to its logarithm; the interval is exponentiated.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from analysis.estimates.design import FloatArray
from analysis.estimates.logit import LogitFit

# The exponential of more than this is too large to be a number, that of less than its negative nearly 0.
_LARGEST_LOG: Final = 700.0


@dataclass(frozen=True)
class Ratios:
    """Ratios by their natural logarithms `log` (m) and those logarithms' standard errors `log_se` (m)."""

    log: FloatArray
    log_se: FloatArray

    @property
    def values(self) -> FloatArray:
        """The ratios (m); 1 is no difference."""
        with np.errstate(over="ignore"):
            return np.exp(self.log)

    def told(self, quantile: float) -> NDArray[np.bool_]:
        """Which ratios (m) and their limits are neither beyond all numbers nor as good as 0.

        On a scale whose answers lie much closer together than 1, one step more is a world apart.
        """
        told: NDArray[np.bool_] = np.abs(self.log) + quantile * self.log_se < _LARGEST_LOG
        return told

    @property
    def std_errors(self) -> FloatArray:
        """Standard errors of the ratios themselves (m), by the delta method: ratio x error of its log."""
        return self.values * self.log_se

    def interval(self, quantile: float) -> tuple[FloatArray, FloatArray]:
        """Lower and upper limits (m each): exp(log -/+ quantile x error), `quantile` as in `LogitFit`.

        Where not `told` they may be infinite.
        """
        with np.errstate(over="ignore"):
            return np.exp(self.log - quantile * self.log_se), np.exp(self.log + quantile * self.log_se)


def odds_ratios(fit: LogitFit, columns: Sequence[int]) -> Ratios:
    """The odds after one step more of a column, over the odds before: exp(b), for each of the columns."""
    at = list(columns)
    return Ratios(fit.params[at], fit.std_errors[at])


def risk_ratios(
    fit: LogitFit, matrix: FloatArray, columns: Sequence[int], weights: FloatArray | None = None
) -> Ratios:
    """The average probability after one step more of a column, over the average probability as it is.

    For column j of `matrix` (n x k) and p(x) = 1 / (1 + exp(-x'b)):
    RR_j = mean p(x + e_j) / mean p(x), the means over all n rows, weighted as the fit is. Everybody gets one
    step more, also who is at the top of the scale already: a statement of the model, not of the scale. For
    a dummy the step says nothing where it is 1 already: use this for columns with steps only.
    log RR has the gradient sum p1(1-p1) x1 / sum p1 - sum p0(1-p0) x0 / sum p0 in b (delta method), with
    x1 = x + e_j, so its error is that of the fit's covariance; the rows are taken as they are.
    """
    share = np.ones(len(matrix)) if weights is None else weights
    predictor = matrix @ fit.params
    now, now_gradient, _ = _log_mean(predictor, share, matrix)
    log, log_se = [], []
    # A step so long that nobody has a chance left is not `told`.
    with np.errstate(divide="ignore", invalid="ignore"):
        for column in columns:
            after, gradient, slope = _log_mean(predictor + fit.params[column], share, matrix)
            gradient[column] += slope
            difference = gradient - now_gradient
            log.append(after - now)
            log_se.append(np.sqrt(difference @ fit.covariance @ difference))
    return Ratios(np.array(log), np.array(log_se))


def _log_mean(
    predictor: FloatArray, share: FloatArray, matrix: FloatArray
) -> tuple[float, FloatArray, float]:
    """log sum w p, sum w p(1-p) x / sum w p (k), and sum w p(1-p) / sum w p."""
    chance = expit(predictor)
    probability = share * chance
    total = float(probability.sum())
    slope = probability * expit(-predictor)
    return float(np.log(total)), slope @ matrix / total, float(np.divide(slope.sum(), total))
