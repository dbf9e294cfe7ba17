"""Reliability in closed form: alpha, omega of one factor, test-retest as an intraclass correlation."""

from __future__ import annotations

import math

import numpy as np
from scipy.special import fdtri

from analysis.estimates.measurement_number import Floats, Number
from analysis.estimates.reasons import Refused

SEED = 20260101
REPLICATES = 500
# Fewer persons give resamples in which an indicator does not vary.
FEWEST_FOR_OMEGA = 50
_MOST_SWEEPS = 5000
_CONVERGED = 1e-13
# Of the resamples, how many may have no factor at all before the interval means nothing.
_FACTORLESS_SHARE = 0.05


def alpha(values: Floats) -> Number:
    """Cronbach's alpha of the sum of the columns of `values` (n persons x k), with Feldt's interval.

    Alpha is k/(k-1) (1 - sum of the variances / variance of the sum). Feldt, Woodruff and Salih (1987),
    Applied Psychological Measurement 11, 93-103: (1 - alpha) over its estimate goes as 1/F(n-1, (n-1)(k-1)).
    Raises Refused where the sum does not vary.
    """
    n, k = values.shape
    total = float(values.sum(axis=1).var(ddof=1))
    if total <= 0:
        raise Refused("constant")
    found = k / (k - 1) * (1 - float(values.var(axis=0, ddof=1).sum()) / total)
    low, high = (1 - (1 - found) * float(fdtri(n - 1, (n - 1) * (k - 1), part)) for part in (0.975, 0.025))
    return Number(found, low, high)


def one_factor(correlations: Floats) -> Floats:
    """Loadings (m x k) of one factor on each of m correlation matrices (m x k x k), by minimum residuals.

    Harman and Jones (1966), Psychometrika 31, 351-368: the sum of squared residuals off the diagonal is
    least; one loading at a time is a regression of its column on the other loadings. NaN where it fails.
    """
    k = correlations.shape[1]
    off = correlations * (1 - np.eye(k))
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        loadings: Floats = off.sum(axis=2) / np.sqrt(off.sum(axis=(1, 2)))[:, None]
        for _ in range(_MOST_SWEEPS):
            before = loadings.copy()
            for j in range(k):
                squares = (loadings**2).sum(axis=1) - loadings[:, j] ** 2
                loadings[:, j] = (off[:, j, :] * loadings).sum(axis=1) / squares
            moved = np.abs(loadings - before).max(axis=1)
            if not (moved > _CONVERGED).any():
                break
    loadings[~(moved <= math.sqrt(_CONVERGED))] = np.nan
    return loadings


def omega_of(correlations: Floats) -> Floats:
    """Omega total (m) of the sum of standardised indicators: 1 - sum of uniquenesses / sum of correlations.

    McDonald (1999), Test Theory, chapter 6. A uniqueness is not under zero; NaN where there is no factor.
    """
    unique = np.maximum(1 - one_factor(correlations) ** 2, 0).sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        found: Floats = 1 - unique / correlations.sum(axis=(1, 2))
    return found


def omega(values: Floats) -> Number:
    """Omega total with one factor of `values` (n persons x k), with its bootstrap interval.

    Percentiles of 500 resamples of persons with a fixed seed; `std_error` is their standard deviation.
    Raises Refused under 50 persons, or where one factor does not describe the indicators: there is none, or
    it would explain more than all of an indicator's variance.
    """
    if len(values) < FEWEST_FOR_OMEGA:
        raise Refused("small_group", least=FEWEST_FOR_OMEGA)
    correlations: Floats = np.asarray(np.corrcoef(values, rowvar=False))[None]
    found = float(omega_of(correlations)[0])
    drawn = omega_of(_resampled(values))
    drawn = drawn[np.isfinite(drawn)]
    proper = bool((np.abs(one_factor(correlations)) <= 1).all())
    if not proper or not math.isfinite(found) or len(drawn) < (1 - _FACTORLESS_SHARE) * REPLICATES:
        raise Refused("improper_factor")
    low, high = np.quantile(drawn, (0.025, 0.975))
    return Number(found, float(low), float(high), float(drawn.std(ddof=1)))


def _resampled(values: Floats) -> Floats:
    """Correlation matrices (500 x k x k) of resamples of the rows; NaN where a column does not vary."""
    rng = np.random.default_rng(SEED)
    n, k = values.shape
    made = np.empty((REPLICATES, k, k))
    centred = values - values.mean(axis=0)
    for matrix in made:
        times = np.bincount(rng.integers(n, size=n), minlength=n).astype(np.float64)
        mean = times @ centred / n
        matrix[:] = (centred * times[:, None]).T @ centred / n - np.outer(mean, mean)
    spread = np.sqrt(np.maximum(np.diagonal(made, axis1=1, axis2=2), 0))
    with np.errstate(invalid="ignore", divide="ignore"):
        correlations: Floats = made / (spread[:, :, None] * spread[:, None, :])
    return correlations


def icc(values: Floats) -> Number:
    """Intraclass correlation of `values` (n persons x 2 occasions): absolute agreement of single answers.

    ICC(A,1) of McGraw and Wong (1996), Psychological Methods 1, 30-46, which is ICC(2,1) of Shrout and
    Fleiss (1979), Psychological Bulletin 86, 420-428, with the latter's interval by F. True change between
    the occasions lowers it. Raises Refused where nobody differs, or all differ alike.
    """
    n, k = values.shape
    rows, columns, error = mean_squares(values)
    if rows <= 0:
        raise Refused("constant")
    if error <= 0:
        raise Refused("same_change")
    found = (rows - error) / (rows + (k - 1) * error + k * (columns - error) / n)
    between = n * (1 + (k - 1) * found) - k * found
    ratio = k * found * columns / error
    freedom = (k - 1) * (n - 1) * (ratio + between) ** 2 / ((n - 1) * ratio**2 + between**2)
    upper, lower = fdtri(n - 1, freedom, 0.975), fdtri(freedom, n - 1, 0.975)
    rest = k * columns + (k * n - k - n) * error
    low = n * (rows - upper * error) / (upper * rest + n * rows)
    high = n * (lower * rows - error) / (rest + n * lower * rows)
    return Number(found, float(low), float(high))


def mean_squares(values: Floats) -> tuple[float, float, float]:
    """Mean squares of persons, occasions and the rest in a two-way table (n x k) without repetition.

    The rest is exactly zero where all persons change alike: rounding does not pass for noise.
    """
    n, k = values.shape
    centre = values.mean()
    by_row, by_column = values.mean(axis=1), values.mean(axis=0)
    rest = values - by_row[:, None] - by_column + centre
    if np.abs(rest).max() <= 1e-12 * np.abs(values).max():
        rest = np.zeros_like(rest)
    return (
        float(k * ((by_row - centre) ** 2).sum() / (n - 1)),
        float(n * ((by_column - centre) ** 2).sum() / (k - 1)),
        float((rest**2).sum() / ((n - 1) * (k - 1))),
    )
