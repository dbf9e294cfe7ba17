"""One rater's answers by themselves: how they go together, and how steady they are from round to round."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Final

import numpy as np

from analysis.estimates.measurement_answers import Asked, RaterAnswers
from analysis.estimates.measurement_change import error_of_measurement, reliable_change, whole_steps
from analysis.estimates.measurement_entry import all_refused, estimate, key, refused, split
from analysis.estimates.measurement_number import Bools, Floats, Ints, Number, number_of, scaled, share
from analysis.estimates.measurement_reliability import alpha, icc, omega
from analysis.estimates.measurement_spread import of_spread
from analysis.estimates.reasons import SMALLEST_GROUP, Refused
from analysis.estimates.results import Estimate

# One factor of fewer indicators than this is not determined.
FEWEST_FOR_FACTOR: Final = 3
_NOISE: Final = (
    ("measurement_error", "steps"),
    ("reliable_change", "steps"),
    ("beyond_reliable_change", "percent"),
)
_NOISE_OF_STEPS: Final = (*_NOISE, ("reliable_change", "whole_steps"), ("any_change", "percent"))


def of_rater(answers: RaterAnswers) -> Iterator[Estimate]:
    """Every estimate that rests on this rater alone, but for the comparison of groups."""
    yield from _consistency(answers)
    for item in (*answers.asked, None):
        yield from _over_time(answers, item)
    yield from of_spread(answers)


def _consistency(answers: RaterAnswers) -> Iterator[Estimate]:
    """Alpha and omega over the first round's complete rows."""
    keys = [key(answers.rater, None, name, "coefficient") for name in ("alpha", "omega")]
    try:
        values = answers.upward(answers.together())[answers.first]
    except Refused as refusal:
        yield from all_refused(keys, refusal)
        return
    complete = np.isfinite(values).all(axis=1)
    persons, values = answers.persons[answers.first][complete], values[complete]
    for of, compute in zip(keys, (alpha, _omega), strict=True):
        yield estimate(of, persons, partial(compute, values))


def _omega(values: Floats) -> Number:
    if values.shape[1] < FEWEST_FOR_FACTOR:
        raise Refused("few_indicators", least=FEWEST_FOR_FACTOR)
    return omega(values)


def _over_time(answers: RaterAnswers, item: Asked | None) -> Iterator[Estimate]:
    """Test-retest between neighbouring rounds, noise and reliable change; `item` None is the mean."""
    indicator = None if item is None else item.key
    measures = _NOISE_OF_STEPS if item is not None and item.steps else _NOISE
    keys = [key(answers.rater, indicator, *measure) for measure in measures]
    try:
        values = answers.mean(answers.together()) if item is None else answers.values(item)
        before, now = _both_known(values, answers.neighbours)
    except Refused as refusal:
        yield from all_refused([key(answers.rater, indicator, "retest", "icc"), *keys], refusal)
        return
    yield from _retest(answers, indicator, np.column_stack([values[before], values[now]]), now)
    rounds, persons = answers.rows["round"].to_numpy(np.int64)[now], answers.persons[now]
    compute = _noise(values[now] - values[before], rounds, persons)
    for of in keys:
        yield estimate(of, persons, compute[of.quantity, of.scale])


def _both_known(values: Floats, neighbours: tuple[Ints, Ints]) -> tuple[Ints, Ints]:
    """The neighbouring rows that both have a value."""
    before, now = neighbours
    known = np.isfinite(values[before]) & np.isfinite(values[now])
    if not known.any():
        raise Refused("no_neighbours")
    return before[known], now[known]


def _retest(answers: RaterAnswers, indicator: str | None, pairs: Floats, now: Ints) -> Iterator[Estimate]:
    """One estimate for each round that has neighbours before it; one row a person in each."""
    rounds = answers.rows["round"].to_numpy(np.int64)[now]
    shown, hidden = split(rounds, answers.persons[now])
    for label in shown:
        here = np.flatnonzero(rounds == int(label))
        # Sorted by person and enrolment: the last row of a person is the latest enrolment's.
        latest = here[np.append(np.diff(answers.persons[now][here]) != 0, True)]
        of = key(answers.rater, indicator, "retest", "icc", group=f"round:{label}")
        yield estimate(of, answers.persons[now][latest], partial(icc, pairs[latest]))
    for label in hidden:
        of = key(answers.rater, indicator, "retest", "icc", group=f"round:{label}")
        yield refused(of, "hidden_group")


def _noise(changes: Floats, rounds: Ints, persons: Ints) -> dict[tuple[str, str], Callable[[], Number]]:
    """How to compute the error of measurement and what follows from it, over all neighbouring rounds."""

    def error() -> Number:
        return error_of_measurement(changes, rounds, persons)

    def bound() -> Number:
        return scaled(error(), reliable_change(1.0))

    def steps() -> Number:
        found = bound()
        return Number(*(float(whole_steps(part)) for part in (found.value, found.low, found.high)))

    return {
        ("measurement_error", "steps"): error,
        ("reliable_change", "steps"): bound,
        ("reliable_change", "whole_steps"): steps,
        ("beyond_reliable_change", "percent"): lambda: _told_share(np.abs(changes) > bound().value, persons),
        ("any_change", "percent"): lambda: _told_share(changes != 0, persons),
    }


def _told_share(flags: Bools, persons: Ints) -> Number:
    """The share of rows with a flag, where neither those with it nor those without are too few persons."""
    for part in (persons[flags], persons[~flags]):
        if 0 < number_of(part) < SMALLEST_GROUP:
            raise Refused("hidden_group")
    return scaled(share(flags, persons), 100.0)
