"""Which rounds and which questions stay unanswered: how often, and in what pattern."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
import pandas as pd

from analysis.dataset.open import OpenStudy
from analysis.dataset.schema import COULD_NOT_OBSERVE, DONT_KNOW, NOT_ASKED, PREFER_NOT_TO_ANSWER, SKIPPED
from analysis.estimates.measurement_answers import RaterAnswers, read_answers
from analysis.estimates.measurement_hidden import told
from analysis.estimates.measurement_number import Bools, Ints, number_of
from analysis.estimates.missing_entry import NO_OUTCOME, percent
from analysis.estimates.missing_rounds import DueRounds
from analysis.estimates.reasons import SMALLEST_GROUP
from analysis.estimates.results import Estimate, Key

ANALYSIS: Final = "missing_patterns"
PATTERNS: Final = ("complete", "stopped", "gaps", "never")
_CODES: Final = {
    "dont_know": DONT_KNOW,
    "prefer_not": PREFER_NOT_TO_ANSWER,
    "could_not_observe": COULD_NOT_OBSERVE,
    "skipped": SKIPPED,
}


def pattern_of(rows: pd.DataFrame) -> pd.DataFrame:
    """Each enrolment of `rows` (those of DueRounds) with its `person` and `pattern`, one of PATTERNS.

    `complete`: every due round answered; `never`: none; `stopped`: no round answered after a missed one;
    `gaps`: some round missed before an answered one.
    """
    by = rows.groupby("enrolment", sort=True)
    answered = rows["answered"].to_numpy(bool)
    # The place of the last answered round among the due ones, -1 without one.
    place = by.cumcount().to_numpy()
    last = pd.Series(np.where(answered, place, -1)).groupby(rows["enrolment"].to_numpy(), sort=True).max()
    due, given = by.size(), by["answered"].sum()
    pattern = np.select(
        [given == 0, given == due, given == last.to_numpy() + 1], ["never", "complete", "stopped"], "gaps"
    )
    return pd.DataFrame({"person": by["person"].first(), "pattern": pattern}).reset_index()


def patterns(study: OpenStudy, due: DueRounds) -> Iterator[Estimate]:
    """Shares of enrolments by pattern, of rounds missed by round, of answers missing by code.

    A count of one to four persons is not told, nor one from which it could be worked out.
    """
    yield from _of_enrolments(due)
    yield from _of_rounds(due)
    yield from _of_items(read_answers(study, due.rater))


def _key(rater: str, quantity: str, indicator: str | None = None, group: str | None = None) -> Key:
    return Key(ANALYSIS, NO_OUTCOME, rater, indicator, quantity, None, "percent", group=group)


def _persons(rows: pd.DataFrame) -> Ints:
    return pd.factorize(rows["person"])[0].astype(np.int64)


def _number(flags: Bools, persons: Ints) -> int:
    return number_of(persons[flags])


def _of_enrolments(due: DueRounds) -> Iterator[Estimate]:
    found = pattern_of(due.rows)
    persons = _persons(found)
    flags = [(found["pattern"] == name).to_numpy(bool) for name in PATTERNS]
    counts = [_number(one, persons) for one in flags]
    for name, one, count in zip(PATTERNS, flags, counts, strict=True):
        yield percent(_key(due.rater, name), one, persons, told=told(count, counts))


def _of_rounds(due: DueRounds) -> Iterator[Estimate]:
    for number, rows in due.rows.groupby("round", sort=True):
        persons, missed = _persons(rows), ~rows["answered"].to_numpy(bool)
        counts = [_number(missed, persons), _number(~missed, persons)]
        open_ = number_of(persons) >= SMALLEST_GROUP and all(told(one, counts) for one in counts)
        yield percent(_key(due.rater, "missed", group=f"round:{number}"), missed, persons, told=open_)


def _of_items(answers: RaterAnswers) -> Iterator[Estimate]:
    """Of the independent answers of those asked; codes that this rater cannot choose have no entry."""
    codes = {name: code for name, code in _CODES.items() if code in answers.codes}
    for item in answers.asked:
        raw = answers.raw(item)
        asked = np.isfinite(raw) & (raw != NOT_ASKED)
        raw, persons = raw[asked], answers.persons[asked]
        flags = {name: raw == code for name, code in codes.items()}
        others = ~np.isin(raw, list(codes.values()))
        counts = [_number(one, persons) for one in (*flags.values(), others)]
        for one, name in zip(counts, flags, strict=False):
            key = _key(answers.rater, name, item.key)
            yield percent(key, flags[name], persons, told=told(one, counts))
