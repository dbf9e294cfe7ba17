"""How well two raters agree: quadratically weighted kappa and limits of agreement."""

from __future__ import annotations

import math

import numpy as np

from analysis.estimates.measurement_number import Floats, Ints, Number, Z, clustered
from analysis.estimates.reasons import Refused


def weighted_kappa(first: Floats, second: Floats, persons: Ints) -> Number:
    """Cohen's kappa with quadratic weights of two raters' answers (n each), clustered by person.

    1 - A/B, with A the mean squared difference of the pairs and B that of all answers of the one with all
    of the other (Cohen 1968, Psychological Bulletin 70, 213-220). With one row a person the variance is
    that of Fleiss, Cohen and Everitt (1969), Psychological Bulletin 72, 323-327, times n/(n-1). On a
    continuous scale it is the concordance correlation. Raises Refused where a rater always says the same,
    or both do throughout: kappa would be 1 with an interval of no width.
    """
    if np.ptp(first) == 0 or np.ptp(second) == 0:
        raise Refused("constant")
    squares = (first - second) ** 2
    if not squares.any():
        raise Refused("same_difference")
    against_second = second.var() + (first - second.mean()) ** 2
    against_first = first.var() + (second - first.mean()) ** 2
    observed, expected = float(squares.mean()), float(against_second.mean())
    found = 1 - observed / expected
    turned = (1 - found) * (against_second + against_first - 2 * expected) - (squares - observed)
    return clustered(found, turned / expected / len(first), persons, (-1.0, 1.0))


def limits_of_agreement(first: Floats, second: Floats, persons: Ints) -> tuple[Number, Number, Number]:
    """Mean difference second - first, and the lower and upper limits between which 95 % of them lie.

    Mean minus and plus 1.96 standard deviations of all differences (Bland and Altman 1999, Statistical
    Methods in Medical Research 8, 135-160); their errors are clustered by person and take no normal shape
    for granted. Raises Refused where all differences are the same.
    """
    difference = second - first
    n = len(difference)
    mean, spread = float(difference.mean()), float(difference.std(ddof=1))
    if np.ptp(difference) == 0:
        raise Refused("same_difference")
    of_mean = (difference - mean) / n
    of_spread = ((difference - mean) ** 2 - difference.var()) / (2 * spread * n) * math.sqrt(n / (n - 1))
    return (
        clustered(mean, of_mean, persons),
        clustered(mean - Z * spread, of_mean - Z * of_spread, persons),
        clustered(mean + Z * spread, of_mean + Z * of_spread, persons),
    )
