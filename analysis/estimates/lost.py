"""What if those who were lost fare otherwise than those who stayed and had answered alike?

Weights make up for what was answered; nothing makes up for what nobody measured. So the share is worked out
again under stated assumptions of how much easier or harder a job comes to those who are lost.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from analysis.estimates.design import FloatArray
from analysis.estimates.incidence import Followed, IntArray, mass_at_risk, mass_of_events


@dataclass(frozen=True)
class Range:
    """Shares (k) at the same days, between 0 and 1.

    `none` and `all`: where none, or all, of those lost before the day have the event; `ratio`: where the
    hazard of those lost is that many times the hazard of those who stayed.
    """

    none: FloatArray
    all: FloatArray
    ratio: dict[float, FloatArray]


def lost_range(followed: Followed, ratios: Sequence[float], at: Sequence[int]) -> Range:
    """The range for `followed` (causes 0 and 1); a weight is how many persons one stands for, at least 1.

    Day by day: of those lost so far and without the event, a share 1 - (1 - h)^ratio has it, h being the
    weighted hazard among the followed, each weighted by the number of lost persons that he stands for
    (weight less 1). Ratio 0 gives `none` exactly. A selection model of the kind of Scharfstein, Rotnitzky
    and Robins (1999), JASA 94, 1096-1120, with the hazard ratio of the lost as sensitivity parameter.
    """
    last, n = followed.edges[-1], max(len(followed), 1)
    days = np.minimum(followed.days, last)
    happened = (followed.cause == 1) & (followed.days <= last)
    events = np.bincount(days[happened], minlength=last + 1).astype(np.float64)
    lost = np.bincount(days[~happened & (followed.days < last)], minlength=last + 1).astype(np.float64)
    standing_for = Followed(days, followed.cause, followed.weights - 1.0, followed.edges)
    mass = mass_at_risk(days, standing_for)
    events_mass = mass_of_events(days, happened, standing_for)
    hazard = np.divide(events_mass, mass, out=np.zeros_like(mass), where=mass > 0)
    whole: IntArray = np.asarray(at, dtype=np.int64)
    known = np.cumsum(events)[whole]
    # Lost on a day means unknown from the day after.
    before = np.concatenate([[0.0], np.cumsum(lost)])[whole]
    return Range(
        known / n,
        (known + before) / n,
        {ratio: (known + _events_of_lost(lost, hazard, ratio)[whole]) / n for ratio in ratios},
    )


def _events_of_lost(lost: FloatArray, hazard: FloatArray, ratio: float) -> FloatArray:
    """By each day, how many of the lost have had the event."""
    chance = 1.0 - (1.0 - np.minimum(hazard, 1.0)) ** ratio
    without, had = 0.0, np.zeros_like(lost)
    for day in range(1, len(lost)):
        without += lost[day - 1]
        today = without * chance[day]
        without -= today
        had[day] = had[day - 1] + today
    return had
