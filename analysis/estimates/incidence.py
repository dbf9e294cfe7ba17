"""The share that has had an event by a day: Aalen-Johansen with weights that change over time.

Our own closed form: statsmodels' `CumIncidenceRight` takes neither weights that change during the follow-up
nor gives the robust variance that weights ask for. Equal to R's `survival::survfit` with `weights` and
`cluster` (infinitesimal jackknife).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from analysis.estimates.design import FloatArray

IntArray = NDArray[np.int64]

CENSORED: Final = 0


@dataclass(frozen=True)
class Followed:
    """How long n persons were followed, and what ended it.

    `days` (n): the last whole day on which a person was followed, 0 or more. `cause` (n): CENSORED, or the
    number (1, 2, ...) of the event on that day. `weights` (n x periods): a person's weight in each period;
    `edges` (periods): each period's last day, the first beginning on day 1. A person counts as at risk on
    the last day followed, so an event comes before a censoring on the same day.
    """

    days: IntArray
    cause: IntArray
    weights: FloatArray
    edges: tuple[int, ...]

    def __len__(self) -> int:
        return len(self.days)

    def of(self, chosen: NDArray[np.bool_]) -> Followed:
        """The chosen persons (n booleans) only."""
        return Followed(self.days[chosen], self.cause[chosen], self.weights[chosen], self.edges)


@dataclass(frozen=True)
class Incidence:
    """Cumulative incidence of one cause at k days.

    `share` (k): between 0 and 1. `influence` (n x k): how far the share moves for a unit change of a
    person's weights, in proportion to those weights. `at_risk` and `events` (k): unweighted numbers of
    persons followed to the day at least, and with the event by then.
    """

    days: tuple[int, ...]
    share: FloatArray
    influence: FloatArray
    at_risk: IntArray
    events: IntArray

    @property
    def std_error(self) -> FloatArray:
        """Standard errors of `share` (k): root of the sum of squared influences, persons independent.

        The weights count as known. Where they are estimated that is, as a rule, a little too wide
        (Robins, Rotnitzky and Zhao 1995, JASA 90, 106-121).
        """
        error: FloatArray = np.sqrt((self.influence**2).sum(axis=0))
        return error

    def clustered_error(self, clusters: IntArray) -> FloatArray:
        """Standard errors of `share` (k), persons alike within clusters (n codes from 0; two or more).

        Influences are summed within each of the G clusters, with the factor G/(G-1).
        """
        sums = np.zeros((int(clusters.max()) + 1, len(self.days)))
        np.add.at(sums, clusters, self.influence)
        groups = len(np.unique(clusters))
        error: FloatArray = np.sqrt(groups / (groups - 1) * (sums**2).sum(axis=0))
        return error


@dataclass(frozen=True)
class _Steps:
    """What happened to whom (n), and by day, index 0 unused: mass Y, S(t-), both hazards, F."""

    days: IntArray
    ended: IntArray
    cause: int
    mass: FloatArray
    before: FloatArray
    of_cause: FloatArray
    of_any: FloatArray
    share: FloatArray


def incidence(followed: Followed, cause: int, at: Sequence[int]) -> Incidence:
    """Aalen-Johansen's cumulative incidence of `cause` at the days `at`, with its influences.

    With Y(t) the weighted number at risk, S(t-) the weighted Kaplan-Meier of any event just before t and
    dL the weighted hazards: F(t) = sum over s <= t of S(s-) dL_cause(s). The influence of person i is
    sum over s <= t of w_i(s)/Y(s) { S(s-) dM_cause,i(s) - (F(t) - F(s)) / (1 - dL(s)) dM_i(s) } with the
    martingale increments dM_i = dN_i - 1(at risk) dL.
    Source: Aalen and Johansen (1978), Scandinavian Journal of Statistics 5, 141-150; the influence is the
    derivative of F in the weights, as in R's `survival`, "infinitesimal jackknife".

    Raises ValueError where a day lies outside the periods.
    """
    last = followed.edges[-1]
    if not all(0 <= day <= last for day in at):
        raise ValueError(f"days must lie within 0 and {last}")
    ended = np.where(followed.days > last, CENSORED, followed.cause)
    days = np.minimum(followed.days, last)
    steps = _steps(days, ended, cause, followed)
    whole = np.asarray(at, dtype=np.int64)
    return Incidence(
        tuple(at),
        steps.share[whole],
        _influence(followed, steps, whole),
        (followed.days[:, None] >= whole).sum(axis=0),
        ((ended == cause)[:, None] & (days[:, None] <= whole)).sum(axis=0),
    )


def _starts(followed: Followed) -> tuple[int, ...]:
    return (0, *followed.edges[:-1])


def _weight_at_end(days: IntArray, followed: Followed) -> FloatArray:
    """Each person's weight (n) in the period of the last day."""
    period = np.searchsorted(followed.edges, days)
    weight: FloatArray = followed.weights[np.arange(len(days)), period]
    return weight


def mass_at_risk(days: IntArray, followed: Followed) -> FloatArray:
    """The summed weight of those at risk on each day (0 to the last edge); day 0 is 0."""
    mass = np.zeros(followed.edges[-1] + 1)
    for period, (start, end) in enumerate(zip(_starts(followed), followed.edges, strict=True)):
        ends = np.bincount(np.minimum(days, end), followed.weights[:, period], minlength=end + 1)
        mass[start + 1 : end + 1] = ends[::-1].cumsum()[::-1][start + 1 :]
    return mass


def mass_of_events(days: IntArray, happened: NDArray[np.bool_], followed: Followed) -> FloatArray:
    """The summed weight of those to whom it `happened` (n) on each day (0 to the last edge)."""
    weights = _weight_at_end(days, followed) * happened
    return np.bincount(days, weights, minlength=followed.edges[-1] + 1).astype(np.float64)


def _steps(days: IntArray, ended: IntArray, cause: int, followed: Followed) -> _Steps:
    mass = mass_at_risk(days, followed)
    of_cause = _ratio(mass_of_events(days, ended == cause, followed), mass)
    of_any = _ratio(mass_of_events(days, ended != CENSORED, followed), mass)
    before = np.cumprod(np.concatenate([[1.0], 1.0 - of_any[:-1]]))
    return _Steps(days, ended, cause, mass, before, of_cause, of_any, np.cumsum(before * of_cause))


def _ratio(part: FloatArray, whole: FloatArray) -> FloatArray:
    """`part / whole`, 0 where nothing is left to divide by."""
    return np.divide(part, whole, out=np.zeros_like(part), where=whole > 0)


def _influence(followed: Followed, steps: _Steps, at: IntArray) -> FloatArray:
    """n x k: what each person's own event adds, less what the time at risk made expected.

    Both are linear in F(t), so that one pass over the days serves every t.
    """
    own = _ratio(steps.before, steps.mass)
    # Where everybody at risk has an event nothing comes after it, and its share of the later ones is none.
    later = _ratio(np.ones_like(steps.mass), steps.mass * (1.0 - steps.of_any))
    fixed = own * steps.of_cause + steps.share * later * steps.of_any
    falling = later * steps.of_any
    days = steps.days
    reached = days[:, None] <= at
    event = _weight_at_end(days, followed) * (steps.ended != CENSORED)
    own_event = event * ((steps.ended == steps.cause) * own[days] + later[days] * steps.share[days])
    result: FloatArray = reached * (own_event[:, None] - steps.share[at] * (event * later[days])[:, None])
    until = np.minimum(days[:, None], at)
    sum_fixed, sum_falling = np.cumsum(fixed), np.cumsum(falling)
    for period, (start, end) in enumerate(zip(_starts(followed), followed.edges, strict=True)):
        place = np.clip(until, start, end)
        expected = (sum_fixed[place] - sum_fixed[start]) - steps.share[at] * (
            sum_falling[place] - sum_falling[start]
        )
        result -= followed.weights[:, period, None] * expected
    return result
