"""Where one rater's answers lie: at the ends of the scale, missing, and how long they took."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Final

import numpy as np

from analysis.dataset.schema import COULD_NOT_OBSERVE, DONT_KNOW, MISSING_CODES, PREFER_NOT_TO_ANSWER
from analysis.estimates.measurement_answers import Asked, RaterAnswers
from analysis.estimates.measurement_entry import estimate, key, refused, split
from analysis.estimates.measurement_hidden import told
from analysis.estimates.measurement_number import Bools, Floats, Ints, Number, quantile, scaled, share
from analysis.estimates.reasons import Refused
from analysis.estimates.results import Estimate

_CODES: Final = (
    (DONT_KNOW, "dont_know"),
    (PREFER_NOT_TO_ANSWER, "prefer_not"),
    (COULD_NOT_OBSERVE, "could_not_observe"),
)
_PARTS: Final = (
    ("duration_lower_quartile", 0.25),
    ("duration_median", 0.5),
    ("duration_upper_quartile", 0.75),
)


def of_spread(answers: RaterAnswers) -> Iterator[Estimate]:
    """Ends of the scale and missing codes of the first round, and the times of all rounds."""
    for item in answers.asked:
        yield from _ends(answers, item)
        yield from _missing(answers, item)
    yield from _durations(answers)


def _ends(answers: RaterAnswers, item: Asked) -> Iterator[Estimate]:
    """The lowest and the highest step, as shares of the persons who were asked."""
    raw, persons = answers.raw(item)[answers.first], answers.persons[answers.first]
    for name, bound in (("floor", item.lowest), ("ceiling", item.highest)):
        of, flags = key(answers.rater, item.key, name, "percent"), raw == bound
        if item.steps:
            compute = partial(_end, answers, item, flags)
            yield estimate(of, persons, compute, int(flags.sum()))
        else:
            yield refused(of, "not_steps")


def _end(answers: RaterAnswers, item: Asked, flags: Bools) -> Number:
    answers.values(item)
    if not told(int(flags.sum()), _cells(item, answers.raw(item)[answers.first])):
        raise Refused("hidden_group")
    return scaled(share(flags, answers.persons[answers.first]), 100.0)


def _missing(answers: RaterAnswers, item: Asked) -> Iterator[Estimate]:
    """Each missing code that the rater could choose, as a share of the same persons."""
    raw, persons = answers.raw(item)[answers.first], answers.persons[answers.first]
    for code, name in _CODES:
        if code in answers.codes:
            flags = raw == code
            compute = partial(_code, answers, item, flags)
            of = key(answers.rater, item.key, name, "percent")
            yield estimate(of, persons, compute, int(flags.sum()))


def _code(answers: RaterAnswers, item: Asked, flags: Bools) -> Number:
    """Told where both it and all missing codes together may be told beside what stands with them."""
    answers.values(item)
    raw = answers.raw(item)[answers.first]
    cells = _cells(item, raw)
    codes = [int((raw == code).sum()) for code in MISSING_CODES] + [int(np.isnan(raw).sum())]
    if not (told(int(flags.sum()), codes) and told(cells[-1], cells)):
        raise Refused("hidden_group")
    return scaled(share(flags, answers.persons[answers.first]), 100.0)


def _cells(item: Asked, raw: Floats) -> list[int]:
    """Persons at each step that anybody took, and last those without a value: as the report's tables."""
    missing = np.isnan(raw) | np.isin(raw, list(MISSING_CODES))
    # Steps that nobody took hide nothing, and a scale may have millions of them.
    taken = np.unique(raw[~missing], return_counts=True)[1] if item.steps else ()
    return [*(int(count) for count in taken), int(missing.sum())]


def _durations(answers: RaterAnswers) -> Iterator[Estimate]:
    """Quartiles of the seconds a response took, all responses with a time, together and by mode."""
    seconds = answers.rows["duration_s"].to_numpy(np.float64, na_value=np.nan)
    timed = np.flatnonzero(np.isfinite(seconds))
    modes = answers.rows["mode"].astype(str).to_numpy()[timed]
    shown, hidden = split(modes, answers.persons[timed])
    groups: list[tuple[str | None, Ints]] = [(None, timed)]
    if len(shown) + len(hidden) > 1:
        groups += [(f"mode:{mode}", timed[modes == mode]) for mode in shown]
    for name, part in _PARTS:
        for group, rows in groups:
            persons = answers.persons[rows]
            of = key(answers.rater, None, name, "seconds", group)
            yield estimate(of, persons, partial(quantile, seconds[rows], persons, part))
        for mode in hidden:
            yield refused(key(answers.rater, None, name, "seconds", f"mode:{mode}"), "hidden_group")
