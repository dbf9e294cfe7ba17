"""The panel: one row for every person-round of one rater that is at risk and whose interval is observed.

The rules of time are those of the study dataset's contract: level at k is the answer at round k, change
at k the answer at k minus the answer at the round numbered k-1, both independent; the interval runs from
the day after d(k) to d(k) + interval_days or, where sooner, to the same rater's next independent answer.
No feature of round k looks at anything given or begun after d(k).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from analysis.dataset.open import OpenStudy
from analysis.dataset.schema import OUTCOME_KINDS, TABLES
from analysis.panel.columns import CovariateColumn
from analysis.panel.exposure import read_assigned, read_running
from analysis.panel.given import answered, give_back, read_given
from analysis.panel.history import VALUES, Occasions
from analysis.panel.rows import HORIZONS, Courses
from analysis.panel.stretch import pick, stretch
from analysis.panel.threads import in_threads
from analysis.panel.values import Indicator, Values, indicators_of, read_values

__all__ = [
    "HORIZONS",
    "VALUES",
    "FlowStep",
    "Indicator",
    "Panel",
    "UnknownOutcomeError",
    "build_panel",
    "enrolled",
    "panel_batches",
]

# Enrolments whose rows are made at once: enough to be fast, few enough to stay small.
_AT_ONCE = 4_000
# Texts that are as good as different in every row, or of a fixed list: no use as categories.
_TEXTS = ("enrolment", "response", "previous_response", "activity")


class UnknownOutcomeError(ValueError):
    """An outcome was asked for that the contract does not know."""


@dataclass(frozen=True)
class FlowStep:
    """How many persons and rows are left after a step; `rows` is null where rows do not exist yet."""

    step: str
    persons: int
    rows: int | None


@dataclass(frozen=True)
class Panel:
    """Person-rounds of one rater, at risk and observed, sorted by enrolment and round.

    `rows` has, for the answer of round k on day d(k), days being whole days since the enrolment's start and
    "the round before" an independent answer of this rater at the round numbered k-1, on day d(k-1):

    persons, caseworkers and covariates that are texts as categories, ids that do not repeat as texts;
    which row: `person`, `enrolment`, `round`, `day` (d(k)), `response` (its id), `previous_response` (that of
        the round before, null if there is none), `proxy` (bool, of k), and a column a covariate;
    each indicator, NaN where there is no number: `level:<key>` (at k), `previous:<key>` (at k-1),
        `change:<key>` (the one minus the other), `baseline:<key>` (the first independent answer of the
        enrolment before k), `past_mean:<key>` (mean of all of those);
    since the round before, null or NaN without one: `has_previous` (bool), `days_between` (d(k) - d(k-1)),
        `new_caseworker` (nullable bool: another one assigned on d(k) than on d(k-1); null also where nobody
        was on either day), `activity` and `gap_days`; and `caseworker` (assigned on d(k), null if nobody);
    next interval: `end_day` (its last day), `observed` (bool: end_day <= observed_to_day), `outcome` (bool),
        `competing` (bool: an exit for a reason other than the outcome's, or study where that is no outcome);
    horizons of 91, 182 and 365 days: `outcome_<h>` (bool: in (d(k), d(k) + h]) and `observed_<h>` (bool:
        d(k) + h <= observed_to_day);
    survival from d(k): `event_day` (first outcome), `competing_day` (first competing exit or study), both
        NaN where there is none and neither hidden by the other, and `censor_day` (observed_to_day).

    `activity` says what ran on some day of (d(k-1), d(k)], first and last days of spells included:
    `job_oriented_with_others` where a job-oriented one and one of another kind ran on the same day,
    `job_oriented_alone` where a job-oriented one ran and never beside another kind (what only came before or
    after it is not beside it), `others_alone`, or `none`, which is also said where the study has recorded no
    activity at all; null where d(k-1) = d(k). `gap_days` are the days of the window without any activity.

    Answers out of order: one to a round that came on a later day than the same rater's answer to a later
    round counts as not independent. `flow` counts persons and rows, step by step.
    """

    rater: str
    indicators: tuple[Indicator, ...]
    covariates: tuple[CovariateColumn, ...]
    rows: pd.DataFrame
    flow: tuple[FlowStep, ...]

    def known(self, column: str) -> NDArray[np.bool_]:
        """Where a column of the rows has a value (n): told again to every model that asks."""
        if column not in self._known:
            self._known[column] = self.rows[column].notna().to_numpy()
        return self._known[column]

    @cached_property
    def _known(self) -> dict[str, NDArray[np.bool_]]:
        return {}


def enrolled(study: OpenStudy) -> FlowStep:
    """The first step of every flow: persons with an enrolment."""
    query = "SELECT count(DISTINCT person) FROM enrolments"
    return FlowStep("enrolled", int(study.connection.execute(query).fetchall()[0][0]), None)


def build_panel(  # noqa: PLR0913  # the question, and how much of the answer
    study: OpenStudy,
    rater: str,
    covariates: Sequence[CovariateColumn] = (),
    outcome_kinds: Sequence[str] = OUTCOME_KINDS,
    *,
    censored: bool = False,
    values: Sequence[str] = VALUES,
) -> Panel:
    """The panel of `rater` ("participant" or "caseworker").

    `censored`: rows at risk whose interval is not observed to its end are there too, with `observed` false;
    analyses of horizons and of time need them. `values`: which of each indicator's columns to hold. The
    dataset is one that `check` found sound. Raises UnknownOutcomeError where an outcome kind is not one of
    the contract's.
    """
    _check_kinds(outcome_kinds)
    courses = _courses(study, rater, covariates, outcome_kinds)
    pieces = _pieces(study, rater, courses, censored=censored, values=tuple(values))
    rows: pd.DataFrame = pa.concat_tables(pieces).to_pandas(self_destruct=True)
    for name in _TEXTS:
        rows[name] = rows[name].astype("str")
    rows["new_caseworker"] = rows["new_caseworker"].astype("boolean")
    return Panel(rater, indicators_of(study, rater), tuple(covariates), rows, _flow(courses, rater))


def panel_batches(  # noqa: PLR0913  # those of `build_panel`
    study: OpenStudy,
    rater: str,
    covariates: Sequence[CovariateColumn] = (),
    outcome_kinds: Sequence[str] = OUTCOME_KINDS,
    *,
    censored: bool = False,
    values: Sequence[str] = VALUES,
) -> Iterator[pa.Table]:
    """The rows of `build_panel` piece by piece in the same order, for panels too large to hold at once.

    At least one piece, and no enrolment in two.
    """
    _check_kinds(outcome_kinds)
    courses = _courses(study, rater, covariates, outcome_kinds)
    return _pieces(study, rater, courses, censored=censored, values=tuple(values))


def _courses(
    study: OpenStudy, rater: str, covariates: Sequence[CovariateColumn], outcome_kinds: Sequence[str]
) -> Courses:
    enrolled, given = read_given(study, rater, covariates, outcome_kinds)
    give_back()
    rows = answered(given, enrolled, study.study.interval_days)
    return Courses(enrolled, given, rows, read_assigned(study), read_running(study))


def _pieces(
    study: OpenStudy, rater: str, courses: Courses, *, censored: bool, values: tuple[str, ...]
) -> Iterator[pa.Table]:
    indicators = indicators_of(study, rater)
    held = read_values(study, indicators, courses.given)
    give_back()
    places = range(_AT_ONCE, max(len(courses.enrolled), 1), _AT_ONCE)
    of_place = pick(courses.given.place, stretch(courses.answered.ids))
    ends = np.searchsorted(of_place, [*places, len(courses.enrolled)])
    parts = [slice(first, end) for first, end in pairwise([0, *ends.tolist()])]

    def piece(part: slice) -> pa.Table:
        return _piece(courses, indicators, held, part, censored=censored, values=values)

    return in_threads(piece, parts)


def _piece(  # noqa: PLR0913  # the question, and which part of the answer
    courses: Courses,
    indicators: Sequence[Indicator],
    held: Values,
    part: slice,
    *,
    censored: bool,
    values: tuple[str, ...],
) -> pa.Table:
    """Some rows of `courses.answered`, those to keep; the others are only part of the history."""
    rows, ids = courses.answered, courses.answered.ids[part]
    occasions = Occasions(pick(courses.given.place, stretch(ids)), rows.has_previous[part])
    kept = np.flatnonzero(rows.at_risk[part] & (rows.observed[part] | censored))
    columns = courses.columns(part.start + kept)
    for name, numbers in occasions.columns(held.of(ids), values):
        of_kept = numbers if len(kept) == len(ids) else numbers.take(kept, axis=1)
        for indicator, column in zip(indicators, of_kept, strict=True):
            columns[f"{name}:{indicator.key}"] = pa.array(column)
    return pa.table(columns)


def _check_kinds(kinds: Sequence[str]) -> None:
    known = TABLES["events"].column("kind").values or {}
    unknown = [kind for kind in kinds if kind not in known]
    if unknown or not kinds:
        named = ", ".join(unknown) or "(nothing)"
        raise UnknownOutcomeError(f"outcome: no event is called {named}; there are {', '.join(known)}")


def _flow(courses: Courses, rater: str) -> tuple[FlowStep, ...]:
    """Counts of the panel; the last two are of observed rows, whatever the panel holds."""
    rows, place = courses.answered, courses.given.place.take(courses.answered.ids)
    observed = rows.at_risk & rows.observed
    steps = {
        "responses": courses.given.place,
        "independent": place,
        "at_risk": place[rows.at_risk],
        "observed": place[observed],
        "previous_round": place[observed & rows.has_previous],
    }
    person = courses.enrolled.person.indices.to_numpy()
    return tuple(
        FlowStep(f"{rater}:{name}", int(np.count_nonzero(np.bincount(person[places]))), len(places))
        for name, places in steps.items()
    )
