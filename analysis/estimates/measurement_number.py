"""A number with its uncertainty, rows of the same person taken together, and shares and quantiles of rows."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri, stdtrit
from statsmodels.stats.proportion import proportion_confint

from analysis.estimates.reasons import SMALLEST_GROUP, Refused

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

Z = float(ndtri(0.975))


@dataclass(frozen=True)
class Number:
    """An estimate with its 95 % interval; `std_error` is None where the interval comes by another way."""

    value: float
    low: float
    high: float
    std_error: float | None = None
    p_value: float | None = None


def scaled(number: Number, factor: float) -> Number:
    """The number in another unit, `factor` of which are one of the old."""
    error = None if number.std_error is None else factor * number.std_error
    return Number(factor * number.value, factor * number.low, factor * number.high, error)


def number_of(persons: Ints) -> int:
    """How many persons the rows (n) are of; `persons` are whole numbers from 0, as below."""
    return int(np.count_nonzero(np.bincount(persons)))


def sums_by_person(values: Floats, persons: Ints) -> Floats:
    """Sums (G) of `values` (n) over the rows of each person that has any."""
    sums = np.bincount(persons, weights=values).astype(np.float64)
    present: Floats = sums[np.bincount(persons) > 0]
    return present


def clustered(
    value: float, influence: Floats, persons: Ints, bounds: tuple[float, float] = (-math.inf, math.inf)
) -> Number:
    """An estimate with the standard error that its rows' influences (n, adding up to zero) give.

    Variance: G/(G-1) times the sum over persons of the squared sum of their rows' influences, which is the
    infinitesimal jackknife over persons (Efron 1982, chapter 6); interval by t(G-1), cut at `bounds`.
    """
    sums = sums_by_person(influence, persons)
    groups = len(sums)
    error = math.sqrt(float(sums @ sums) * groups / (groups - 1))
    half = float(stdtrit(groups - 1, 0.975)) * error
    return Number(value, max(value - half, bounds[0]), min(value + half, bounds[1]), error)


def share(flags: Bools, persons: Ints) -> Number:
    """The share of rows (n) with a flag, from 0 to 1, with Wilson's interval.

    With several rows a person n is the effective size p(1-p)/variance, the variance clustered by person
    (Dean and Pagano 2015, Journal of Survey Statistics and Methodology 3, 484-503); with no flag or nothing
    but flags it is the number of persons.
    """
    found = float(flags.mean())
    size = float(number_of(persons))
    sums = sums_by_person(np.subtract(flags, found, dtype=np.float64), persons)
    if 0 < found < 1 and sums.any():
        size = min(found * (1 - found) * len(flags) ** 2 / float(sums @ sums), float(len(flags)))
    low, high = proportion_confint(found * size, size, method="wilson")
    return Number(found, float(low), float(high))


def quantile(values: Floats, persons: Ints, part: float) -> Number:
    """The quantile of `values` (n) at `part`, with Woodruff's interval, clustered by person.

    Source: Woodruff (1952), Journal of the American Statistical Association 47, 635-646. Raises Refused
    where fewer persons than may be shown lie beyond an end of the interval: it would tell their values.
    """
    found = float(np.quantile(values, part))
    below = (values <= found).astype(np.float64)
    sums = sums_by_person(below - float(below.mean()), persons)
    half = Z * math.sqrt(float(sums @ sums)) / len(values)
    least = SMALLEST_GROUP / len(sums)
    if part - half < least or part + half > 1 - least:
        raise Refused("few_beyond")
    return Number(found, float(np.quantile(values, part - half)), float(np.quantile(values, part + half)))
