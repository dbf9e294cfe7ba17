"""Corrections for many questions within families: levels and changes of one rater are two families."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy.stats import false_discovery_control

from analysis.estimates.results import Estimate


def corrected(estimates: Iterable[Estimate]) -> tuple[Estimate, ...]:
    """The same estimates with `p_holm` and `p_bh`; refused ones count in no family.

    A family is one question asked of several indicators: the same analysis, outcome, rater, quantity, model,
    scale, term, group and horizon. An analysis whose questions make other families corrects for itself, and
    what has `p_holm` already stays as it is.

    Sources: Holm (1979), Scandinavian Journal of Statistics 6, 65-70, for the chance of any false finding;
    Benjamini and Hochberg (1995), JRSS B 57, 289-300, for the share of false ones among the findings.
    """
    families: dict[tuple[str | int | None, ...], list[int]] = defaultdict(list)
    made = list(estimates)
    for index, estimate in enumerate(made):
        if estimate.p_value is not None and estimate.p_holm is None:
            families[_family(estimate)].append(index)
    for members in families.values():
        family = as_one_family([made[index] for index in members])
        for index, estimate in zip(members, family, strict=True):
            made[index] = estimate
    return tuple(made)


def as_one_family(estimates: Sequence[Estimate]) -> tuple[Estimate, ...]:
    """The same estimates, all that have a p value corrected together."""
    p_values = [one.p_value for one in estimates if one.p_value is not None]
    pairs = zip(holm(p_values), benjamini_hochberg(p_values), strict=True)
    made = []
    for one in estimates:
        if one.p_value is None:
            made.append(one)
        else:
            p_holm, p_bh = next(pairs)
            made.append(replace(one, p_holm=float(p_holm), p_bh=float(p_bh)))
    return tuple(made)


def holm(p_values: Sequence[float]) -> NDArray[np.float64]:
    """Holm's p values (m), in the order of `p_values` (m).

    The k-th smallest times m - k + 1, at least as large as the one before, at most 1. statsmodels'
    `multipletests` gives the same, and has all memory looked through for garbage each time.
    """
    p = np.asarray(p_values, dtype=np.float64)
    order = np.argsort(p, kind="stable")
    stepped = np.maximum.accumulate(p[order] * np.arange(len(p), 0, -1))
    found = np.empty_like(p)
    found[order] = np.minimum(stepped, 1.0)
    return found


def benjamini_hochberg(p_values: Sequence[float]) -> NDArray[np.float64]:
    """Benjamini and Hochberg's p values (m), in the order of `p_values` (m)."""
    if not p_values:
        return np.empty(0)
    return np.asarray(false_discovery_control(p_values), dtype=np.float64)


def _family(estimate: Estimate) -> tuple[str | int | None, ...]:
    key = estimate.key
    return (
        key.analysis,
        key.outcome,
        key.rater,
        key.quantity,
        key.model,
        key.scale,
        key.term,
        key.group,
        key.horizon_days,
    )
