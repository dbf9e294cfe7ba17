"""Wald's test that several coefficients of a clustered fit are all nought."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.stats import chi2, f

from analysis.estimates.logit import ClusteredFit
from analysis.estimates.reasons import Refused


def wald_test(fit: ClusteredFit, columns: Sequence[int]) -> tuple[float, float]:
    """Wald's statistic b'V^-1 b of these coefficients (m columns of the design), and its p.

    The p is that of chi square with m degrees of freedom; where the fit takes t for its intervals (few
    clusters) that of F(m, G-1) of the statistic over m, so that with m = 1 both say the same. Raises Refused
    where there are too few clusters for so many coefficients at once: their covariance has rank G-1 at most.

    Source: Cameron and Miller (2015), Journal of Human Resources 50, 317-372, section VII.
    """
    at = list(columns)
    if fit.n_clusters <= len(at):
        raise Refused("few_clusters_test", clusters=fit.n_clusters, terms=len(at))
    distance = fit.params[at]
    statistic = float(distance @ np.linalg.solve(fit.covariance[np.ix_(at, at)], distance))
    if np.isinf(fit.degrees_of_freedom):
        return statistic, float(chi2.sf(statistic, len(at)))
    return statistic, float(f.sf(statistic / len(at), len(at), fit.degrees_of_freedom))
