"""A complementary log-log hazard, whose exponentiated coefficients are hazard ratios.

Beside the logit as a check: the ratio is that of a proportional hazard in continuous time seen once an
interval, whatever the interval's length. statsmodels fits.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import logit
from statsmodels.genmod.families import Binomial
from statsmodels.genmod.families.links import CLogLog
from statsmodels.genmod.generalized_linear_model import GLM, GLMResults
from statsmodels.tools.sm_exceptions import ModelWarning

from analysis.estimates.design import Design, FloatArray
from analysis.estimates.logit import SCORE_TOLERANCE, ClusteredFit, Prepared, prepare
from analysis.estimates.ratios import Ratios
from analysis.estimates.reasons import Refused


@dataclass(frozen=True)
class CloglogFit(ClusteredFit):
    """p(x) = 1 - exp(-exp(x'b)): `params` are log hazard ratios a step.

    The covariance is the sandwich with the **observed** information, statsmodels' choice. R's `glm` with
    `sandwich` takes the expected one; for this link, unlike the logit, the two differ a little (less than
    1 % of an error where the model holds).
    """


def fit_cloglog(outcome: NDArray[np.bool_], design: Design, clusters: NDArray[np.int64]) -> CloglogFit:
    """Fit `outcome` (n) on the design, clustered by `clusters` (n integer codes).

    Raises Refused where terms are collinear, separate the outcome, the clusters are too few for an error,
    or the maximum is not reached.

    Source: Prentice and Gloeckler (1978), Biometrics 34, 57-67.
    """
    rows = prepare(outcome, design, clusters)
    result = _maximise(rows, clusters)
    largest_score = float(np.max(np.abs(result.model.score(result.params))) / len(outcome))
    if not largest_score <= SCORE_TOLERANCE:
        raise Refused("no_maximum")
    return CloglogFit(
        params=np.asarray(result.params) / rows.spread,
        covariance=np.asarray(result.cov_params()) / np.outer(rows.spread, rows.spread),
        log_likelihood=float(result.llf),
        iterations=int(result.fit_history["iteration"]),
        largest_score=largest_score,
        n_clusters=rows.n_clusters,
    )


def hazard_ratios(fit: CloglogFit, columns: Sequence[int]) -> Ratios:
    """The hazard after one step more of a column, over the hazard before: exp(b), for each of the columns."""
    at = list(columns)
    return Ratios(fit.params[at], fit.std_errors[at])


def _maximise(rows: Prepared, clusters: NDArray[np.int64]) -> GLMResults:
    with warnings.catch_warnings():
        # Separation and steps that do not arrive are tested for elsewhere.
        warnings.simplefilter("ignore", ModelWarning)
        warnings.simplefilter("ignore", RuntimeWarning)
        try:
            return GLM(rows.outcome, rows.matrix, family=Binomial(CLogLog())).fit(
                start_params=_start(rows),
                maxiter=100,
                tol=1e-10,
                tol_criterion="params",
                cov_type="cluster",
                cov_kwds={"groups": clusters, "use_correction": True},
            )
        except (np.linalg.LinAlgError, ValueError):
            raise Refused("no_maximum") from None


def _start(rows: Prepared) -> FloatArray:
    """The logit's maximum as this link would have it near the share of events s (k).

    There log(-log(1 - p)) moves by s / -log(1 - s) as much as the logit of p.
    """
    share = float(rows.outcome.mean())
    slope = share / -np.log1p(-share)
    start: FloatArray = slope * rows.start
    start[0] += np.log(-np.log1p(-share)) - slope * logit(share)
    return start
