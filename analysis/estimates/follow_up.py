"""Each person once, from the first independent answer of a rater: followed how long, and what came of it.

Nothing in the columns of a period looks at an answer given after its first day.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from analysis.dataset.open import OpenStudy
from analysis.estimates.incidence import IntArray
from analysis.panel.build import FlowStep
from analysis.panel.columns import ORGANISATION, ROUND, CovariateColumn
from analysis.panel.enrolled import NEVER, Days, Enrolled, in_order
from analysis.panel.exposure import read_assigned
from analysis.panel.given import Given, read_given
from analysis.panel.values import Indicator, read_values

HORIZONS: Final = (91, 182, 365)
# The last day of each period in which a person's weight is one number: quarters, as the answers come.
EDGES: Final = (91, 182, 273, 365)
_BY_QUARTER: Final = """
    SELECT place FROM enrolments JOIN places USING (enrolment) ORDER BY enrolled_quarter, enrolment"""


@dataclass(frozen=True)
class FollowUp:
    """Persons of one rater, at risk on the day of the first independent answer, sorted by person.

    `persons` has `person`; whole days since that answer, NEVER where it did not happen: `job`, `leaves`
    (first competing exit, or study); `observed` (until when a job would be known, 0 or more);
    `organisation`, that the person is enrolled by; `caseworker`, on the day of that answer, null if nobody;
    one column a covariate; and for every indicator and period `known<period>:<key>`, the last answer by the
    period's first day (period 0: the first answer itself), NaN where there is none. `flow` counts persons.
    """

    rater: str
    indicators: tuple[Indicator, ...]
    covariates: tuple[CovariateColumn, ...]
    persons: pd.DataFrame
    flow: tuple[FlowStep, ...]

    def days(self, column: str) -> IntArray:
        """A column of days (n)."""
        return self.persons[column].to_numpy(np.int64)


def known(period: int, key: str) -> str:
    """The column with the last answer to `key` by the first day of `period`."""
    return f"known{period}:{key}"


def follow_up(
    study: OpenStudy,
    rater: str,
    indicators: Sequence[Indicator],
    covariates: Sequence[CovariateColumn],
    outcome_kinds: Sequence[str],
) -> FollowUp:
    """The persons of `rater` ("participant" or "caseworker"), and their course from the first answer on.

    The first answer is that of the first enrolment, by quarter, that has an independent one.
    """
    used = tuple(c for c in covariates if c.name != ROUND)
    read = tuple(dict.fromkeys((*used, ORGANISATION)))
    enrolled, given = read_given(study, rater, read, outcome_kinds)
    first = _first(study, enrolled, given)
    place, day = given.place[first], given.day[first]
    at_risk = enrolled.last_day[place] > day
    flow = (
        FlowStep(f"over_time:{rater}:first_answer", len(first), None),
        FlowStep(f"over_time:{rater}:first_at_risk", int(at_risk.sum()), None),
    )
    caseworker = read_assigned(study).on(place[at_risk], day[at_risk])
    courses = _courses(enrolled, place[at_risk], day[at_risk], caseworker)
    answers = dict(_known(study, indicators, given, first[at_risk]))
    return FollowUp(rater, tuple(indicators), used, courses.assign(**answers), flow)


def _first(study: OpenStudy, enrolled: Enrolled, given: Given) -> NDArray[np.int64]:
    """The number among `given` of each person's first independent answer, by person."""
    ids = np.flatnonzero(given.independent)
    ids = ids[np.diff(given.place[ids], prepend=-1) != 0]
    in_turn = study.connection.sql(_BY_QUARTER).fetchnumpy()["place"]
    turn = np.empty(len(enrolled), np.int64)
    turn[in_turn] = np.arange(len(enrolled))
    person = enrolled.person.indices.to_numpy()[given.place[ids]]
    order = np.lexsort((turn[given.place[ids]], person))
    first: NDArray[np.int64] = ids[order[np.diff(person[order], prepend=-1) != 0]]
    return first


def _courses(
    enrolled: Enrolled, place: NDArray[np.int32], day: Days, caseworker: pa.DictionaryArray
) -> pd.DataFrame:
    """What came of those who first answered on these days in these enrolments, and their covariates."""
    at = pa.array(place)
    columns = {
        "person": enrolled.person.take(at),
        "observed": pa.array(np.maximum(enrolled.observed_to_day[place] - day, 0)),
        "job": pa.array(_since(day, enrolled.outcome_day[place])),
        "leaves": pa.array(_since(day, enrolled.competing_day[place])),
        "caseworker": caseworker,
    }
    rows: pd.DataFrame = pa.table(
        columns | {name: values.take(at) for name, values in enrolled.covariates.items()}
    ).to_pandas()
    return rows


def _since(start: Days, day: Days) -> Days:
    return np.where(day == NEVER, NEVER, day - start)


def _known(
    study: OpenStudy, indicators: Sequence[Indicator], given: Given, first: NDArray[np.int64]
) -> Iterator[tuple[str, NDArray[np.float64]]]:
    """The columns `known<period>:<key>` of those whose first answers these are."""
    ids = np.flatnonzero(given.independent).astype(np.int32)
    place, day = given.place[first], given.day[first]
    start, numbers = np.searchsorted(ids, first), in_order(given.place[ids], given.day[ids])
    by_period = [
        np.searchsorted(numbers, in_order(place, day + begins), "right") - 1 for begins in (0, *EDGES[:-1])
    ]
    held = read_values(study, indicators, given)
    for indicator, values in zip(indicators, held.of(ids), strict=True):
        last = np.maximum.accumulate(np.where(np.isnan(values), -1, np.arange(len(ids))))
        for period, rows in enumerate(by_period):
            answered = last[rows]
            yield known(period, indicator.key), np.where(answered >= start, values[answered], np.nan)
