"""The panel: one row for every person-round of one rater that is at risk and whose interval is observed.

The rules of time are those of the study dataset's contract: level at k is the answer at round k, change
at k the answer at k minus the answer at the round numbered k-1, both independent; the interval runs from
the day after d(k) to d(k) + interval_days or, where sooner, to the same rater's next independent answer.
No feature of round k looks at anything given or begun after d(k).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa

from analysis.dataset.open import OpenStudy
from analysis.dataset.schema import OUTCOME_KINDS, TABLES
from analysis.panel.columns import CovariateColumn
from analysis.panel.exposure import make_exposure
from analysis.panel.given import make_given
from analysis.panel.history import VALUES, Occasions
from analysis.panel.query import HORIZONS, rows_query
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
_AT_ONCE = 8_000
# Columns of the query that the rows do not hold.
_INTERNAL = ("id", "place", "at_risk")


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


def enrolled(study: OpenStudy) -> FlowStep:
    """The first step of every flow: persons with an enrolment."""
    return FlowStep("enrolled", _count(study, "SELECT count(DISTINCT person) FROM enrolments")[0], None)


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
    batches = panel_batches(study, rater, covariates, outcome_kinds, censored=censored, values=values)
    rows: pd.DataFrame = pa.concat_tables(batches).to_pandas(self_destruct=True)
    rows["new_caseworker"] = rows["new_caseworker"].astype("boolean")
    return Panel(rater, indicators_of(study, rater), tuple(covariates), rows, _flow(study, rater))


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

    At least one piece, and no enrolment in two. Only one panel of a study can be under way at a time.
    """
    _check_kinds(outcome_kinds)
    indicators = indicators_of(study, rater)
    make_given(study, rater, outcome_kinds)
    make_exposure(study)
    held = read_values(study, indicators)
    (enrolments,) = _count(study, "SELECT count(*) FROM enrolled")
    for first in range(1, max(enrolments, 1) + 1, _AT_ONCE):
        answered = study.connection.sql(rows_query(covariates, first, first + _AT_ONCE - 1)).to_arrow_table()
        yield _with_values(answered, indicators, held, tuple(values), censored=censored)


def _with_values(
    answered: pa.Table,
    indicators: Sequence[Indicator],
    held: Values,
    values: tuple[str, ...],
    *,
    censored: bool,
) -> pa.Table:
    """The rows to keep, with the indicators' columns. Only now: those dropped are part of the history."""
    ids, place, at_risk, observed, has_previous = (
        answered[name].to_numpy() for name in ("id", "place", "at_risk", "observed", "has_previous")
    )
    occasions = Occasions.of(place, has_previous)
    kept = np.flatnonzero(at_risk & (observed | censored))
    columns = {name: answered[name].take(kept) for name in answered.column_names if name not in _INTERNAL}
    for number, indicator in enumerate(indicators):
        for name, numbers in occasions.columns(held.of(number, ids), values):
            columns[f"{name}:{indicator.key}"] = pa.array(numbers[kept])
    return pa.table(columns)


def _check_kinds(kinds: Sequence[str]) -> None:
    known = TABLES["events"].column("kind").values or {}
    unknown = [kind for kind in kinds if kind not in known]
    if unknown or not kinds:
        named = ", ".join(unknown) or "(nothing)"
        raise UnknownOutcomeError(f"outcome: no event is called {named}; there are {', '.join(known)}")


_OBSERVED = "independent AND at_risk AND end_day <= observed_to_day"
_STEPS = {
    "responses": "true",
    "independent": "independent",
    "at_risk": "independent AND at_risk",
    "observed": _OBSERVED,
    "previous_round": f"{_OBSERVED} AND previous IS NOT NULL",
}


def _flow(study: OpenStudy, rater: str) -> tuple[FlowStep, ...]:
    """Counts of the panel made last; the last two are of observed rows, whatever the panel holds."""
    rows = ", ".join(f"count(*) FILTER ({step}) AS {name}" for name, step in _STEPS.items())
    counts = ", ".join(
        f"count(DISTINCT person) FILTER ({name} > 0), coalesce(sum({name}), 0)" for name in _STEPS
    )
    # By enrolment first: telling persons apart row by row takes several times as long.
    found = _count(
        study,
        f"""WITH each AS (SELECT place, {rows} FROM given JOIN enrolled USING (place) GROUP BY place)
            SELECT {counts} FROM each JOIN enrolled USING (place)""",
    )
    return tuple(
        FlowStep(f"{rater}:{name}", persons, rows)
        for name, persons, rows in zip(_STEPS, found[::2], found[1::2], strict=True)
    )


def _count(study: OpenStudy, query: str) -> tuple[int, ...]:
    (found,) = study.connection.execute(query).fetchall()
    return tuple(int(number) for number in found)
