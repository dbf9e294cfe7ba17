"""Contrasts of E2: who answered in the upper part of an indicator's scale against who did in the lower."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from scipy.stats import norm

from analysis.estimates.follow_up import HORIZONS
from analysis.estimates.horizon_curves import (
    GROUPS,
    RATIOS,
    Persons,
    Z,
    blank,
    event_days,
    ratio_term,
    refusal,
    refused,
    shown_days,
)
from analysis.estimates.incidence import Followed, Incidence, incidence
from analysis.estimates.lost import Range, lost_range
from analysis.estimates.reasons import Reason, reason
from analysis.estimates.results import Estimate
from analysis.panel.values import Indicator

UPPER_AGAINST_LOWER: Final = "upper_against_lower"


@dataclass(frozen=True)
class _Compared:
    """The groups of an indicator, upper first: persons, curves, ranges; `kept`: horizons to be shown."""

    indicator: Indicator
    persons: tuple[int, ...]
    curves: tuple[Incidence, ...]
    ranges: tuple[Range, ...]
    kept: tuple[int, ...]


def contrasts(persons: Persons) -> Iterator[Estimate]:
    """Every indicator at every horizon; p-values are not yet corrected for the number of indicators."""
    job, standing_for = persons.to_job(), persons.standing_for()
    for indicator in persons.follow.indicators:
        compared = _compare(persons, job, standing_for, indicator)
        for place in range(len(HORIZONS)):
            yield from _contrast(persons, compared, place)


def _compare(persons: Persons, job: Followed, standing_for: Followed, indicator: Indicator) -> _Compared:
    masks = [persons.group(indicator.key, name) for name in GROUPS]
    events = [event_days(job.of(mask), 1) for mask in masks]
    return _Compared(
        indicator,
        tuple(int(mask.sum()) for mask in masks),
        tuple(incidence(job.of(mask), 1, HORIZONS) for mask in masks),
        tuple(lost_range(standing_for.of(mask), RATIOS, HORIZONS) for mask in masks),
        shown_days(events, HORIZONS),
    )


def _contrast(persons: Persons, one: _Compared, place: int) -> Iterator[Estimate]:
    difference, ratio = (
        replace(
            persons.key("contrast", scale, one.indicator.key),
            term=UPPER_AGAINST_LOWER,
            horizon_days=HORIZONS[place],
        )
        for scale in ("risk_difference_pp", "risk_ratio")
    )
    base = replace(blank(difference, one.curves, sum(one.persons), place), n_rows=sum(one.persons))
    why = _refusal(one, place)
    if why is not None:
        yield from (refused(replace(base, key=key), why) for key in (difference, ratio))
        return
    yield _difference(base, one.curves, place)
    yield _ratio(replace(base, key=ratio), one.curves, place)
    for assumed in RATIOS:
        upper, lower = (float(found.ratio[assumed][place]) for found in one.ranges)
        key = replace(difference, term=f"{UPPER_AGAINST_LOWER}:{ratio_term(assumed)}")
        yield replace(base, key=key, estimate=100.0 * (upper - lower))


def _refusal(one: _Compared, place: int) -> Reason | None:
    if not one.indicator.comparable:
        return reason("different_scales")
    return refusal(min(one.persons), one.curves, place, one.kept)


def _difference(base: Estimate, curves: Sequence[Incidence], place: int) -> Estimate:
    """Upper less lower in percentage points; the groups share nobody, so their variances add up."""
    upper, lower = (100.0 * float(one.share[place]) for one in curves)
    error = 100.0 * float(np.sqrt(sum(one.std_error[place] ** 2 for one in curves)))
    value = upper - lower
    return replace(
        base,
        estimate=value,
        std_error=error,
        ci_low=value - Z * error,
        ci_high=value + Z * error,
        p_value=float(2.0 * norm.sf(abs(value) / error)),
    )


def _ratio(base: Estimate, curves: Sequence[Incidence], place: int) -> Estimate:
    """Upper over lower; interval and p by the logarithm, the error is that of the ratio (delta method)."""
    upper, lower = (float(one.share[place]) for one in curves)
    error = float(np.sqrt(sum((one.std_error[place] / one.share[place]) ** 2 for one in curves)))
    value = float(np.log(upper / lower))
    return replace(
        base,
        estimate=float(np.exp(value)),
        std_error=float(np.exp(value)) * error,
        ci_low=float(np.exp(value - Z * error)),
        ci_high=float(np.exp(value + Z * error)),
        p_value=float(2.0 * norm.sf(abs(value) / error)),
    )
