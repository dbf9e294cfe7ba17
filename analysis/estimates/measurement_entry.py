"""From a number, or a refusal, to an entry of the results."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

import pandas as pd
from numpy.typing import NDArray

from analysis.estimates.measurement_hidden import hidden_up_to
from analysis.estimates.measurement_number import Ints, Number, number_of
from analysis.estimates.reasons import SMALLEST_GROUP, Refused, reason
from analysis.estimates.results import Estimate, Key

ANALYSIS: Final = "measurement"
# No outcome is looked at.
OUTCOME: Final = "none"


def key(rater: str, indicator: str | None, quantity: str, scale: str, group: str | None = None) -> Key:
    """The key of an estimate of this analysis; `indicator` is None for the mean, or for all of them."""
    return Key(ANALYSIS, OUTCOME, rater, indicator, quantity, None, scale, group=group)


def refused(of: Key, name: str, **values: object) -> Estimate:
    """A refusal that tells no counts."""
    return Estimate(of, 0, 0, 0, "person", 0, refused=reason(name, **values))


def all_refused(keys: Iterable[Key], refusal: Refused) -> Iterator[Estimate]:
    """The same refusal for each of the keys."""
    for of in keys:
        yield refused(of, refusal.reason.key, **dict(refusal.reason.values))


def estimate(of: Key, persons: Ints, compute: Callable[[], Number], events: int = 0) -> Estimate:
    """What `compute` gives on rows of `persons` (n), or why it gives nothing.

    Too few persons are refused before anything is computed, and without their number.
    """
    groups = number_of(persons)
    if groups == 0:
        return refused(of, "no_values")
    if groups < SMALLEST_GROUP:
        return refused(of, "few_persons")
    try:
        found = compute()
    except Refused as refusal:
        return Estimate(of, len(persons), groups, 0, "person", groups, refused=refusal.reason)
    return Estimate(
        of,
        len(persons),
        groups,
        events,
        "person",
        groups,
        estimate=found.value,
        std_error=found.std_error,
        ci_low=found.low,
        ci_high=found.high,
        p_value=found.p_value,
    )


def split(labels: NDArray[Any], persons: Ints) -> tuple[list[str], list[str]]:
    """Groups of rows (n labels) in the labels' order: those that may be shown, and those too small.

    A larger group is among the small ones where their number could be worked out without it.
    """
    places, found = pd.factorize(labels, sort=True)
    sizes = [number_of(persons[places == place]) for place in range(len(found))]
    limit = hidden_up_to(sizes)
    shown = [str(label) for label, size in zip(found, sizes, strict=True) if size > limit]
    return shown, [str(label) for label in found if str(label) not in shown]
