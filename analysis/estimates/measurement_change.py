"""Noise in a single change: the standard error of measurement and the bound of reliable change."""

from __future__ import annotations

import math

import numpy as np

from analysis.estimates.measurement_number import Floats, Ints, Number, Z, clustered
from analysis.estimates.reasons import Refused


def standard_error(deviation: float, reliability: float) -> float:
    """Standard error of measurement from a standard deviation and a test-retest reliability.

    deviation x sqrt(1 - reliability): Lord and Novick (1968), Statistical Theories of Mental Test Scores.
    """
    return deviation * math.sqrt(1 - reliability)


def reliable_change(error: float) -> float:
    """The change that noise alone passes in 5 % of the cases: 1.96 x sqrt(2) x the error of measurement.

    Jacobson and Truax (1991), Journal of Consulting and Clinical Psychology 59, 12-19.
    """
    return Z * math.sqrt(2) * error


def whole_steps(bound: float) -> int:
    """The fewest whole steps that lie beyond `bound`."""
    return math.floor(bound) + 1


def error_of_measurement(changes: Floats, rounds: Ints, persons: Ints) -> Number:
    """Standard error of measurement from changes (n) between neighbouring rounds, clustered by person.

    The standard deviation of the changes around the mean of their round, over sqrt(2): the root of the
    mean square of the rest in a two-way table (Weir 2005, Journal of Strength and Conditioning Research
    19, 231-240), equal to `standard_error` of the two rounds' mean variance and their consistency. What
    everybody gains from round to round is out of it; changes of single persons that are true are not.
    Raises Refused where everybody changes alike or no round has two changes.
    """
    place = np.unique(rounds, return_inverse=True)[1]
    sizes = np.bincount(place)
    rest = changes - (np.bincount(place, weights=changes) / sizes)[place]
    freedom = len(changes) - len(sizes)
    if freedom <= 0 or np.abs(rest).max() <= 1e-12 * max(1.0, float(np.abs(changes).max())):
        raise Refused("same_change")
    found = math.sqrt(float(rest @ rest) / freedom / 2)
    influence = (rest**2 - float((rest**2).mean())) / (4 * found * freedom)
    return clustered(found, influence, persons, (0.0, math.inf))
