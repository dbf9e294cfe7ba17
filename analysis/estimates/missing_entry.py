"""From a fitted column, a share or a refusal to an entry of the results."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from analysis.estimates.logit import ClusteredFit
from analysis.estimates.measurement_number import Bools, Ints, number_of, share
from analysis.estimates.reasons import Reason, reason
from analysis.estimates.results import Estimate, Key

# Patterns of missing answers look at no outcome.
NO_OUTCOME: Final = "none"


@dataclass(frozen=True)
class Size:
    """Rows, persons and events behind an entry."""

    rows: int
    persons: int
    events: int


def refused(key: Key, why: Reason, size: Size | None = None) -> Estimate:
    """An entry without a number; it tells no counts where `size` is None."""
    size = size or Size(0, 0, 0)
    return Estimate(key, size.rows, size.persons, size.events, "person", size.persons, refused=why)


def fitted(key: Key, size: Size, value: float, error: float, fit: ClusteredFit) -> Estimate:
    """A number of a fit with its error, interval and p."""
    half = fit.quantile * error
    return Estimate(
        key,
        size.rows,
        size.persons,
        size.events,
        "person",
        fit.n_clusters,
        estimate=float(value),
        std_error=float(error),
        ci_low=float(value - half),
        ci_high=float(value + half),
        p_value=fit.p_value(value, error),
    )


def percent(key: Key, flags: Bools, persons: Ints, *, told: bool = True) -> Estimate:
    """The share of rows (n, at least 1) with a flag in per cent, with Wilson's interval, or why not.

    `told`: whether the count may be known; where not, the entry holds no counts either.
    """
    if len(flags) == 0:
        return refused(key, reason("no_values"))
    if not told:
        return refused(key, reason("hidden_group"))
    found, people = share(flags, persons), number_of(persons)
    return Estimate(
        key,
        len(flags),
        people,
        int(np.count_nonzero(flags)),
        "person",
        people,
        estimate=100 * found.value,
        ci_low=100 * found.low,
        ci_high=100 * found.high,
    )


def plain(key: Key, size: Size, value: float) -> Estimate:
    """A number that has no interval of its own: a bound, a weight, a distance."""
    return Estimate(key, size.rows, size.persons, size.events, "person", size.persons, estimate=float(value))
