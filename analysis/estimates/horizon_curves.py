"""Curves of E2: the share with an event by a day, for all and for groups, and what the lost may have had."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import norm

from analysis.estimates.censoring import Weights
from analysis.estimates.design import FloatArray
from analysis.estimates.follow_up import EDGES, HORIZONS, FollowUp, known
from analysis.estimates.incidence import CENSORED, Followed, Incidence, IntArray, incidence
from analysis.estimates.logit import FEWEST_CLUSTERS, quantile
from analysis.estimates.lost import Range, lost_range
from analysis.estimates.reasons import SMALLEST_GROUP, Reason, reason
from analysis.estimates.results import Estimate, Key

ANALYSIS: Final = "horizons"
GROUPS: Final = ("upper", "lower")
RATIOS: Final = (0.5, 2.0)
# Within what persons may be alike, and the term that says so.
ALIKE: Final = {"caseworker": "same_caseworker", "organisation": "same_organisation"}
Z: Final = float(norm.ppf(0.975))
# A share of one, as sums of weights round it: it has no error, and its logarithm no use.
_EVERYBODY: Final = 1.0 - 1e-12
# Each 30 days, but for those that a horizon stands beside.
_DAYS: Final = tuple(sorted({*HORIZONS, *range(30, EDGES[-1], 30)} - {90, 180, 360}))


@dataclass(frozen=True)
class Persons:
    """Everybody followed, as the estimates need them; `middles` are those of the indicators' scales."""

    follow: FollowUp
    loss: Weights
    outcome: str
    middles: Mapping[str, float]

    def to_job(self) -> Followed:
        """Followed to the job (cause 1), past exits."""
        job, observed = self.follow.days("job"), self.follow.days("observed")
        cause = np.where(job <= observed, 1, CENSORED)
        return Followed(np.minimum(job, observed), cause, self.loss.weights, EDGES)

    def to_first(self) -> Followed:
        """Followed to the job (cause 1) or the exit (cause 2), whichever comes first; the job on one day."""
        job, observed, leaves = (self.follow.days(name) for name in ("job", "observed", "leaves"))
        end = np.minimum(job, leaves)
        cause = np.where(end > observed, CENSORED, np.where(job <= leaves, 1, 2))
        return Followed(np.minimum(end, observed), cause, self.loss.weights, EDGES)

    def standing_for(self) -> Followed:
        """As `to_job`, each weighted by how many persons he stands for, himself included."""
        weights, kept = self.loss.weights, np.broadcast_to(self.loss.kept, self.loss.weights.shape)
        # Where nobody is left there is nobody to stand for the others.
        stands_for = np.divide(weights, kept, out=np.ones_like(weights), where=kept > 0)
        return replace(self.to_job(), weights=np.maximum(stands_for, 1.0))

    def group(self, indicator: str, name: str) -> NDArray[np.bool_]:
        """Who answered above ("upper") or below ("lower") the middle of the scale at first (n)."""
        first = self.follow.persons[known(0, indicator)].to_numpy(np.float64)
        middle = self.middles[indicator]
        return first > middle if name == "upper" else first < middle

    def clusters(self, column: str) -> IntArray:
        """A code for the `column` of each (n); who has none stands alone."""
        codes, names = pd.factorize(self.follow.persons[column])
        clusters: IntArray = np.where(codes < 0, len(names) + np.arange(len(codes)), codes)
        return clusters

    def key(self, quantity: str, scale: str, indicator: str | None = None) -> Key:
        """The key of an estimate; with an indicator it is of that one alone."""
        model = "alone" if indicator else None
        return Key(ANALYSIS, self.outcome, self.follow.rater, indicator, quantity, model, scale)


def overall(persons: Persons) -> Iterator[Estimate]:
    """All persons: the curve, what comes first, unweighted, and what those lost may have had."""
    job, first = persons.to_job(), persons.to_first()
    key = persons.key("cumulative_incidence", "percent")
    # A job after leaving is in the curve of jobs and not in that of jobs first: their difference shows it.
    later = job.days[(job.cause == 1) & (first.cause == 2)]
    yield from _curve(key, job, 1, shown_days([event_days(job, 1)], _DAYS))
    yield from _curve(
        replace(key, term="job_first"), first, 1, shown_days([event_days(first, 1), later], _DAYS)
    )
    yield from _curve(replace(key, term="left_first"), first, 2, shown_days([event_days(first, 2)], _DAYS))
    horizons = shown_days([event_days(job, 1)], HORIZONS)
    plain = replace(job, weights=np.ones_like(job.weights))
    yield from _curve(replace(key, term="unweighted"), plain, 1, horizons)
    for column in ALIKE:
        yield from _alike(persons, job, horizons, column)
    yield from _if_lost(persons, horizons)


def by_group(persons: Persons) -> Iterator[Estimate]:
    """The curve of those above and below the middle of each indicator."""
    job = persons.to_job()
    for indicator in persons.follow.indicators:
        key = persons.key("cumulative_incidence", "percent", indicator.key)
        for name in GROUPS if indicator.comparable else ():
            of_group = job.of(persons.group(indicator.key, name))
            yield from _curve(
                replace(key, group=name), of_group, 1, shown_days([event_days(of_group, 1)], _DAYS)
            )


def lost(persons: Persons) -> Iterator[Estimate]:
    """The share lost before each horizon, and where the weights were cut."""
    job = persons.to_job()
    n = len(job)
    key = persons.key("lost", "percent")
    # Whoever is observed to a day is lost on the one after it.
    gone = event_days(job, CENSORED) + 1
    kept = shown_days([gone], HORIZONS)
    for horizon in HORIZONS:
        base = Estimate(replace(key, horizon_days=horizon), n, n, 0, "person", n)
        if horizon in kept and n >= SMALLEST_GROUP:
            number = int((gone <= horizon).sum())
            yield replace(base, n_events=number, estimate=100.0 * number / n)
        else:
            yield replace(base, refused=reason("few_persons"))
    ends = {"lowest": persons.loss.lowest, "highest": persons.loss.highest}
    for term, weight in ends.items() if persons.loss.refused is None else ():
        yield Estimate(
            replace(persons.key("weight", "factor"), term=term, horizon_days=EDGES[-1]),
            n, n, persons.loss.lost, "person", n, estimate=weight,
        )  # fmt: skip


def event_days(followed: Followed, cause: int) -> IntArray:
    """The days on which it ended so."""
    days: IntArray = followed.days[followed.cause == cause]
    return days


def shown_days(series: Sequence[IntArray], wanted: Sequence[int]) -> tuple[int, ...]:
    """Those of `wanted` between which nobody or at least SMALLEST_GROUP had the event, horizons first.

    `series`: days of events, that none of the series may tell of fewer by a difference between two steps.
    """
    kept: list[int] = []
    ordered = [np.sort(events) for events in series]
    for day in sorted(wanted, key=lambda day: (day not in HORIZONS, -day if day in HORIZONS else day)):
        tried = sorted([*kept, day])
        counts = np.diff([np.searchsorted(days, [0, *tried], side="right") for days in ordered], axis=1)
        if not ((counts > 0) & (counts < SMALLEST_GROUP)).any():
            kept = tried
    return tuple(sorted(kept))


def _curve(key: Key, followed: Followed, cause: int, kept: Sequence[int]) -> Iterator[Estimate]:
    """Estimates at the days that may be shown; a horizon that may not be is refused."""
    days = sorted({*kept, *HORIZONS})
    found = incidence(followed, cause, days)
    for place, day in enumerate(days):
        base = blank(replace(key, horizon_days=day), [found], len(followed), place)
        why = refusal(len(followed), [found], place, kept)
        if why is None:
            yield _share(base, float(found.share[place]), float(found.std_error[place]), Z)
        elif day in HORIZONS:
            yield refused(base, why)


def refusal(persons: int, compared: Sequence[Incidence], place: int, kept: Sequence[int]) -> Reason | None:
    """Why nothing may be said of the day at `place`, or None.

    `persons`: of the smallest group. `kept`: the days that may be shown.
    """
    if persons < SMALLEST_GROUP:
        return reason("few_persons")
    if any(one.at_risk[place] < SMALLEST_GROUP for one in compared):
        return reason("not_followed")
    if any(one.share[place] >= _EVERYBODY for one in compared):
        return reason("all_by_horizon")
    few = any(one.events[place] < SMALLEST_GROUP for one in compared)
    return reason("few_at_horizon") if few or compared[0].days[place] not in kept else None


def refused(base: Estimate, why: Reason) -> Estimate:
    """A refusal that does not tell the number of events."""
    return replace(base, n_events=0, refused=why)


def blank(key: Key, compared: Sequence[Incidence], n: int, place: int) -> Estimate:
    """The counts of an estimate of `n` persons, without a number yet.

    The number at risk is rounded down to whole fives: steps shall not tell single persons apart.
    """
    at_risk = sum(int(one.at_risk[place]) for one in compared)
    events = sum(int(one.events[place]) for one in compared)
    return Estimate(key, at_risk - at_risk % SMALLEST_GROUP, n, events, "person", n)


def _share(base: Estimate, share: float, error: float, reach: float) -> Estimate:
    """A share in per cent; its interval, of so many errors to either side, is that of log(-log(share)).

    That keeps it within 0 and 100.
    """
    low = high = share
    if 0.0 < share < 1.0:
        width = float(np.exp(reach * error / (share * abs(np.log(share)))))
        low, high = share**width, share ** (1.0 / width)
    return replace(
        base, estimate=100.0 * share, std_error=100.0 * error, ci_low=100.0 * low, ci_high=100.0 * high
    )


def _alike(persons: Persons, job: Followed, kept: Sequence[int], column: str) -> Iterator[Estimate]:
    """The share of all again, persons of the same caseworker or organisation taken as alike."""
    clusters = persons.clusters(column)
    number = len(np.unique(clusters))
    found = incidence(job, 1, HORIZONS)
    key = replace(persons.key("cumulative_incidence", "percent"), term=ALIKE[column])
    for place, horizon in enumerate(HORIZONS):
        plain = blank(replace(key, horizon_days=horizon), [found], len(job), place)
        base = replace(plain, cluster=column, n_clusters=number)
        why = refusal(len(job), [found], place, kept)
        if why is None and number < FEWEST_CLUSTERS:
            why = reason("few_clusters", clusters=number)
        if why is not None:
            yield refused(base, why)
        else:
            error = found.clustered_error(clusters)
            yield _share(base, float(found.share[place]), float(error[place]), quantile(number))


def _if_lost(persons: Persons, kept: Sequence[int]) -> Iterator[Estimate]:
    """The range: numbers under an assumption, with no interval of their own."""
    followed = persons.standing_for()
    counted = incidence(followed, 1, HORIZONS)
    key = persons.key("cumulative_incidence", "percent")
    for term, shares in _range_terms(lost_range(followed, RATIOS, HORIZONS)):
        for place, horizon in enumerate(HORIZONS):
            base = blank(replace(key, term=term, horizon_days=horizon), [counted], len(followed), place)
            why = refusal(len(followed), [counted], place, kept)
            yield refused(base, why) if why else replace(base, estimate=100.0 * float(shares[place]))


def _range_terms(found: Range) -> Iterator[tuple[str, FloatArray]]:
    yield "lost_none", found.none
    for ratio, share in found.ratio.items():
        yield ratio_term(ratio), share
    yield "lost_all", found.all


def ratio_term(ratio: float) -> str:
    """The `term` where those lost have `ratio` times the hazard of those who stayed."""
    return f"lost_ratio_{ratio:g}"
