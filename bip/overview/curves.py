"""Curves over time since enrolment for those followed to the end and those followed for a while.

Time is in days. What leaves here are values at the ends of months of 30 days, never at a single person's day.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bip.overview.parts import told

if TYPE_CHECKING:
    from statsmodels.duration.survfunc import SurvfuncRight

SMALLEST: Final = 10
MONTH: Final = 30
HORIZON: Final = 365
_Z = 1.959963984540054


@dataclass(frozen=True, slots=True)
class Point:
    """A share (0 to 1) at a day, with its 95 % interval where there is one."""

    day: int
    value: float
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Followed:
    """How long somebody was followed from enrolment; `outcome`: 1 where that ended with what is counted."""

    days: int
    outcome: int


def incidence(people: Sequence[Followed]) -> tuple[Point, ...]:
    """The share with the outcome by day (1 - Kaplan-Meier), at the ends of months and at 365 days."""
    days = _kept([*range(MONTH, HORIZON, MONTH), HORIZON], people)
    return tuple(_turned(point) for point in _points(people, days))


def remaining(people: Sequence[Followed]) -> tuple[Point, ...]:
    """The share without the outcome by day (Kaplan-Meier), while at least `SMALLEST` are followed further."""
    last = sorted((one.days for one in people), reverse=True)[SMALLEST - 1] if len(people) >= SMALLEST else 0
    return _points(people, _kept(list(range(MONTH, last, MONTH)), people))


def _points(people: Sequence[Followed], days: Sequence[int]) -> tuple[Point, ...]:
    found = _survival(people)
    shares = _steps(found.surv_times, found.surv_prob, days, before=1.0)
    errors = _steps(found.surv_times, found.surv_prob_se, days, before=0.0)
    return tuple(_point(day, *one) for day, *one in zip(days, shares, errors, strict=True))


def _turned(point: Point) -> Point:
    """The share with the outcome instead of that without it."""
    low = None if point.high is None else 1 - point.high
    high = None if point.low is None else 1 - point.low
    return Point(point.day, 1 - point.value, low, high)


@dataclass(frozen=True, slots=True)
class Median:
    """In whole months begun; `high` is None where the interval has no upper end."""

    months: int
    low: int | None
    high: int | None


def median(people: Sequence[Followed]) -> Median | None:
    """By when half have outcome 1 (Kaplan-Meier, interval by log-log); None where that has not come."""
    import numpy as np  # noqa: PLC0415

    found = _survival(people)
    # Products of shares such as 1/2 come out a little off.
    reached = np.flatnonzero(found.surv_prob <= 0.5 + 1e-9)
    if len(reached) == 0:
        return None
    # The last share may be 0, of which there is no log-log.
    with np.errstate(divide="ignore", invalid="ignore"):
        low, high = found.quantile_ci(0.5)
    return Median(
        _months(float(found.surv_times[reached[0]])) or 1, _months(float(low)), _months(float(high))
    )


def _survival(people: Sequence[Followed]) -> "SurvfuncRight":
    import numpy as np  # noqa: PLC0415
    from statsmodels.duration.survfunc import SurvfuncRight  # noqa: PLC0415  # likewise

    times = np.array([one.days for one in people])
    with np.errstate(divide="ignore", invalid="ignore"):
        return SurvfuncRight(times, np.array([one.outcome for one in people]))


def _months(days: float) -> int | None:
    return math.ceil(days / MONTH) if math.isfinite(days) else None


def _kept(days: Sequence[int], people: Sequence[Followed]) -> list[int]:
    """Those of `days` between which not just few had the outcome or were lost from sight.

    So the table of lives behind the curve could be told too. The last day stays if it can, others go for it.
    """
    ends = ([one.days for one in people if one.outcome], [one.days + 1 for one in people if not one.outcome])
    kept: list[int] = []
    for day in days:
        while kept and day == days[-1] and _few_end(ends, kept[-1], day):
            kept.pop()
        if not _few_end(ends, kept[-1] if kept else -1, day):
            kept.append(day)
    return kept


def _few_end(ends: Sequence[Sequence[int]], after: int, until: int) -> bool:
    return not told(sum(after < day <= until for day in days) for days in ends)


def _steps(
    times: Sequence[float], values: Sequence[float], days: Sequence[int], before: float
) -> list[float]:
    """The step function's values at `days`."""
    import numpy as np  # noqa: PLC0415

    places = np.searchsorted(times, days, side="right")
    return [float(value) for value in np.r_[before, values][places]]


def _point(day: int, share: float, error: float) -> Point:
    if not 0 < share < 1 or not math.isfinite(error):
        return Point(day, share, None, None)
    width = math.exp(_Z * error / (share * abs(math.log(share))))
    # Of the two powers of a number below 1, the larger is the one with the smaller exponent.
    return Point(day, share, share**width, share ** (1 / width))
