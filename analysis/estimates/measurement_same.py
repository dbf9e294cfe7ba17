"""A check: do questions mean the same in every language and every way of answering?

Uniform differential item functioning by logistic regression (Swaminathan and Rogers 1990, Journal of
Educational Measurement 27, 361-370): an answer at or above the step that comes closest to halving the
persons, given the mean of the rater's other answers, against the group. Where groups differ much in what
they have to tell, the other answers' own noise shows as a difference too: a sign to look, not a verdict.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm

from analysis.estimates.design import Design, Term
from analysis.estimates.logit import fit_logit
from analysis.estimates.measurement_answers import RaterAnswers
from analysis.estimates.measurement_entry import all_refused, estimate, key, refused, split
from analysis.estimates.measurement_number import Bools, Floats, Ints, Number, Z
from analysis.estimates.multiplicity import as_one_family
from analysis.estimates.reasons import Refused
from analysis.estimates.results import Estimate, Key

FEWEST_FOR_GROUP: Final = 50
_QUANTITIES: Final = {"language": "dif_language", "mode": "dif_mode"}
_SCALE: Final = "log_odds"
CHECKS: Final = tuple(_QUANTITIES.values())


def of_groups(answers: RaterAnswers) -> Iterator[Estimate]:
    """Each indicator in each language and mode against the most frequent one, on the first round.

    Holm's p counts all indicators and groups of a rater's languages, or modes, as one family.
    """
    for column in _QUANTITIES:
        # They are one question, asked many times.
        yield from as_one_family(list(_compared(answers, column)))


def _compared(answers: RaterAnswers, column: str) -> Iterator[Estimate]:
    whole = replace(key(answers.rater, None, _QUANTITIES[column], _SCALE), model="adjusted")
    try:
        items = answers.together()
        values = answers.upward(items)[answers.first]
    except Refused as refusal:
        yield from all_refused([whole], refusal)
        return
    complete = np.isfinite(values).all(axis=1)
    persons = answers.persons[answers.first][complete]
    labels = answers.rows[column].astype(str).to_numpy()[answers.first][complete]
    shown, hidden = split(labels, persons)
    sizes = {label: int((labels == label).sum()) for label in shown}
    large = sorted((one for one in shown if sizes[one] >= FEWEST_FOR_GROUP), key=lambda one: -sizes[one])
    for label in hidden:
        yield refused(replace(whole, term=label), "hidden_group")
    if len(large) < 2:
        yield refused(whole, "one_group", least=FEWEST_FOR_GROUP)
        return
    for label in shown:
        if label not in large:
            yield refused(replace(whole, term=label), "small_group", least=FEWEST_FOR_GROUP)
    kept = np.isin(labels, large)
    groups = _Groups(labels[kept], large[0], tuple(large[1:]), persons[kept])
    for place, item in enumerate(items):
        yield from _contrasts(groups, replace(whole, indicator=item.key), values[complete][kept], place)


@dataclass(frozen=True)
class _Groups:
    """Persons (n) with their group; `others` are contrasted with `reference`, the most frequent one."""

    labels: NDArray[np.object_]
    reference: str
    others: tuple[str, ...]
    persons: Ints


def _contrasts(groups: _Groups, of: Key, values: Floats, place: int) -> Iterator[Estimate]:
    """Log-odds of answering high in each group against the reference, at the same other answers."""
    keys = [replace(of, term=f"{other} against {groups.reference}") for other in groups.others]
    try:
        numbers = _fit(groups, values, place)
    except Refused as refusal:
        yield from all_refused(keys, refusal)
        return
    for one, number in zip(keys, numbers, strict=True):
        yield estimate(one, groups.persons, partial(_same, number))


def _fit(groups: _Groups, values: Floats, place: int) -> list[Number]:
    high = _halved(values[:, place])
    rest = np.delete(values, place, axis=1).mean(axis=1)
    if high.all() or not high.any():
        raise Refused("constant")
    columns = [(groups.labels == other).astype(np.float64) for other in groups.others]
    terms = (Term("rest"), *(Term(other) for other in groups.others))
    matrix = np.column_stack([np.ones(len(values)), rest, *columns])
    fit = fit_logit(high, Design(matrix, terms, (), ()), groups.persons)
    pairs = zip(fit.params[2:], fit.std_errors[2:], strict=True)
    return [_normal(float(value), float(error)) for value, error in pairs]


def _halved(values: Floats) -> Bools:
    """Which values (n) lie at or above the step that comes closest to halving them; the lower of two."""
    steps = np.unique(values)[1:]
    if not len(steps):
        return np.ones(len(values), dtype=bool)
    uneven = [abs(float((values >= step).mean()) - 0.5) for step in steps]
    high: Bools = values >= steps[int(np.argmin(uneven))]
    return high


def _same(number: Number) -> Number:
    return number


def _normal(value: float, error: float) -> Number:
    p = float(2 * norm.sf(abs(value) / error))
    return Number(value, value - Z * error, value + Z * error, error, p)
