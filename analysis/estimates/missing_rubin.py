"""Rubin's rules: one answer from several imputed data sets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.stats import t


@dataclass(frozen=True)
class Pooled:
    """`value` with `std_error`, degrees of freedom and the fraction of missing information (0 to 1)."""

    value: float
    std_error: float
    degrees_of_freedom: float
    missing_information: float

    @property
    def quantile(self) -> float:
        """How many standard errors the 95 % interval reaches to either side."""
        return float(t.ppf(0.975, self.degrees_of_freedom))

    @property
    def p_value(self) -> float:
        """Two-sided p against 0."""
        return float(2.0 * t.sf(abs(self.value) / self.std_error, self.degrees_of_freedom))


def pool(values: Sequence[float], std_errors: Sequence[float], complete: float) -> Pooled:
    """Pool m estimates (m at least 2) with their standard errors.

    Total variance T = U + (1 + 1/m) B, U the mean of the squared errors, B the variance of the estimates
    (Rubin 1987, Multiple Imputation for Nonresponse in Surveys, chapter 3). Degrees of freedom of Barnard
    and Rubin (1999), Biometrika 86, 948-955, `complete` being those without missing data: clusters less one
    where the errors are clustered. Fraction of missing information (r + 2/(df+3)) / (r + 1),
    r = (1 + 1/m) B / U.
    """
    m = len(values)
    within, between = float(np.mean(np.square(std_errors))), float(np.var(values, ddof=1))
    added = (1.0 + 1.0 / m) * between
    total = within + added
    part = added / total
    observed = (complete + 1.0) / (complete + 3.0) * complete * (1.0 - part)
    # Where no draw differs, nothing is missing: the degrees are those of the observed data.
    of_draws = (m - 1) / part**2 if part > 0.0 else np.inf
    degrees = 1.0 / (1.0 / of_draws + 1.0 / observed)
    ratio = added / within
    information = (ratio + 2.0 / (degrees + 3.0)) / (ratio + 1.0)
    return Pooled(float(np.mean(values)), float(np.sqrt(total)), float(degrees), float(information))
