"""The two raters beside each other: weighted kappa and limits of agreement, by round and language."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.estimates.measurement_agreement import limits_of_agreement, weighted_kappa
from analysis.estimates.measurement_answers import Asked, RaterAnswers
from analysis.estimates.measurement_entry import all_refused, estimate, key, refused, split
from analysis.estimates.measurement_number import Floats, Ints, Number
from analysis.estimates.reasons import Refused
from analysis.estimates.results import Estimate, Key

_LIMITS = ("mean_difference", "limit_low", "limit_high")


@dataclass(frozen=True)
class _Pairs:
    """Rounds in which both answered independently: places of the rows in either rater's answers."""

    participant: RaterAnswers
    caseworker: RaterAnswers
    first: Ints
    second: Ints

    @property
    def persons(self) -> Ints:
        return self.participant.persons[self.first]

    def labels(self, column: str) -> NDArray[Any]:
        """Each pair's round, or the language of the participant's response."""
        return self.participant.rows[column].to_numpy()[self.first]


def of_both(participant: RaterAnswers, caseworker: RaterAnswers) -> Iterator[Estimate]:
    """Agreement of the two, in steps as caseworker less participant; refused where one never answered."""
    if not len(participant.rows) or not len(caseworker.rows):
        yield from _refusals("one_rater")
        return
    pairs = _paired(participant, caseworker)
    if not len(pairs.first):
        yield from _refusals("no_pairs")
        return
    everything = np.arange(len(pairs.first))
    yield from _kappas(pairs, everything, None)
    for item in _shared(pairs):
        yield from _limits(pairs, item, everything, None)
    yield from _limits(pairs, None, everything, None)
    for column in ("round", "language"):
        yield from _by(pairs, column)


def _refusals(name: str) -> Iterator[Estimate]:
    yield refused(key("both", None, "agreement", "kappa_quadratic"), name)
    for quantity in _LIMITS:
        yield refused(key("both", None, quantity, "steps"), name)


def _paired(participant: RaterAnswers, caseworker: RaterAnswers) -> _Pairs:
    sides = [
        pd.DataFrame({"turn": one.rows["turn"], "round": one.rows["round"], place: np.arange(len(one.rows))})
        for one, place in ((participant, "first"), (caseworker, "second"))
    ]
    joined = sides[0].merge(sides[1], on=["turn", "round"]).sort_values("first")
    return _Pairs(
        participant, caseworker, joined["first"].to_numpy(np.int64), joined["second"].to_numpy(np.int64)
    )


def _shared(pairs: _Pairs) -> tuple[Asked, ...]:
    return tuple(item for item in pairs.participant.asked if pairs.caseworker.item(item.key))


def _by(pairs: _Pairs, column: str) -> Iterator[Estimate]:
    """Kappa of each indicator and limits of the mean in every round or language; one group is no split."""
    labels = pairs.labels(column)
    shown, hidden = split(labels, pairs.persons)
    if len(shown) + len(hidden) < 2:
        return
    for label in shown:
        rows = np.flatnonzero(labels == (int(label) if column == "round" else label))
        yield from _kappas(pairs, rows, f"{column}:{label}")
        yield from _limits(pairs, None, rows, f"{column}:{label}")
    for label in hidden:
        of = key("both", None, "agreement", "kappa_quadratic", f"{column}:{label}")
        yield refused(of, "hidden_group")


def _kappas(pairs: _Pairs, rows: Ints, group: str | None) -> Iterator[Estimate]:
    for item in _shared(pairs):
        of = key("both", item.key, "agreement", "kappa_quadratic", group=group)
        try:
            first, second = _values(pairs, item, rows)
        except Refused as refusal:
            yield from all_refused([of], refusal)
            continue
        both, persons = _complete(pairs, rows, first, second)
        yield estimate(of, persons, partial(weighted_kappa, first[both], second[both], persons))


def _limits(pairs: _Pairs, item: Asked | None, rows: Ints, group: str | None) -> Iterator[Estimate]:
    indicator = None if item is None else item.key
    keys = [key("both", indicator, quantity, "steps", group=group) for quantity in _LIMITS]
    try:
        first, second = _values(pairs, item, rows)
    except Refused as refusal:
        yield from all_refused(keys, refusal)
        return
    both, persons = _complete(pairs, rows, first, second)
    for place, of in enumerate(keys):
        yield _limit(of, persons, first[both], second[both], place)


def _limit(of: Key, persons: Ints, first: Floats, second: Floats, place: int) -> Estimate:
    def compute() -> Number:
        return limits_of_agreement(first, second, persons)[place]

    return estimate(of, persons, compute)


def _values(pairs: _Pairs, item: Asked | None, rows: Ints) -> tuple[Floats, Floats]:
    """Both raters' values (rows) of an item, or their means over the indicators that both may join."""
    first, second = pairs.first[rows], pairs.second[rows]
    if item is not None:
        other = pairs.caseworker.item(item.key)
        if other is None or (item.lowest, item.highest) != (other.lowest, other.highest):
            raise Refused("different_scales")
        return pairs.participant.values(item)[first], pairs.caseworker.values(other)[second]
    keys = {one.key for one in pairs.participant.together()} & {
        one.key for one in pairs.caseworker.together()
    }
    chosen = [side.together(sorted(keys)) for side in (pairs.participant, pairs.caseworker)]
    return pairs.participant.mean(chosen[0])[first], pairs.caseworker.mean(chosen[1])[second]


def _complete(pairs: _Pairs, rows: Ints, first: Floats, second: Floats) -> tuple[Ints, Ints]:
    both = np.flatnonzero(np.isfinite(first) & np.isfinite(second))
    return both, pairs.persons[rows][both]
