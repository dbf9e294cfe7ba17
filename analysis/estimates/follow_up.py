"""Each person once, from the first independent answer of a rater: followed how long, and what came of it.

One query on the open study. Nothing in the columns of a period looks at an answer given after its first day.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from analysis.dataset.open import OpenStudy
from analysis.estimates.incidence import IntArray
from analysis.panel.build import FlowStep
from analysis.panel.columns import ROUND, CovariateColumn, quote
from analysis.panel.enrolled import own_exits
from analysis.panel.values import Indicator

HORIZONS: Final = (91, 182, 365)
# The last day of each period in which a person's weight is one number: quarters, as the answers come.
EDGES: Final = (91, 182, 273, 365)
NEVER: Final = 1_000_000


@dataclass(frozen=True)
class FollowUp:
    """Persons of one rater, at risk on the day of the first independent answer, sorted by person.

    `persons` has `person`; whole days since that answer, NEVER where it did not happen: `job`, `leaves`
    (first competing exit, or study); `observed` (until when a job would be known, 0 or more); one column
    a covariate; and for every indicator and period `known<period>:<key>`, the last answer by the period's
    first day (period 0: the first answer itself), NaN where there is none. `flow` counts persons.
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
    """The persons of `rater` ("participant" or "caseworker"), and their course from the first answer on."""
    used = tuple(c for c in covariates if c.name != ROUND)
    parameters = {
        "kinds": list(outcome_kinds),
        "own_exits": own_exits(outcome_kinds),
        "rater": rater,
        "keys": [indicator.key for indicator in indicators],
    }
    rows = study.connection.execute(_query(len(indicators), used), parameters).df()
    rows = rows.rename(columns=_known_names(indicators))
    at_risk = rows[rows["at_risk"]].drop(columns="at_risk").reset_index(drop=True)
    flow = (
        FlowStep(f"over_time:{rater}:first_answer", len(rows), None),
        FlowStep(f"over_time:{rater}:first_at_risk", len(at_risk), None),
    )
    return FollowUp(rater, tuple(indicators), used, at_risk, flow)


def _known_names(indicators: Sequence[Indicator]) -> dict[str, str]:
    """What the query calls the columns of answers, by number: SQL does not tell `Job` from `job`."""
    return {
        known(period, str(number)): known(period, indicator.key)
        for period in range(len(EDGES))
        for number, indicator in enumerate(indicators, start=1)
    }


def _query(indicators: int, covariates: Sequence[CovariateColumn]) -> str:
    others = "".join(f", {c.sql} AS {quote(c.name)}" for c in covariates)
    starts = (0, *EDGES[:-1])
    columns = [
        (quote(known(period, str(number))), number, start)
        for period, start in enumerate(starts)
        for number in range(1, indicators + 1)
    ]
    answers = "".join(
        f', max_by(value, 1000 * since + "round") FILTER (item = {number} AND since <= {start}) AS {name}'
        for name, number, start in columns
    )
    names = "".join(f", k.{name}" for name, _, _ in columns)
    return f"""
        WITH happened AS (
            SELECT enrolment,
                   min(day) FILTER (list_contains($kinds, kind)) AS job_day,
                   min(day) FILTER (kind = 'study' AND NOT list_contains($kinds, 'study')) AS study_day
            FROM events GROUP BY enrolment),
        first_answer AS (
            SELECT e.person, r.enrolment, r.submitted_day AS day
            FROM responses r JOIN enrolments e USING (enrolment)
            WHERE r.rater = $rater AND r.independent
            QUALIFY row_number() OVER (
                PARTITION BY e.person
                ORDER BY e.enrolled_quarter, e.enrolment, r.submitted_day, r."round") = 1),
        given AS (
            SELECT f.person, list_position($keys::VARCHAR[], a.item) AS item, a.value, r."round",
                   r.submitted_day - f.day AS since
            FROM first_answer f JOIN responses r USING (enrolment) JOIN answers a USING (response)
            WHERE r.rater = $rater AND r.independent
              AND a.value NOT IN (SELECT code FROM missing_codes)),
        known AS (SELECT person{answers} FROM given GROUP BY person)
        -- least() passes over nulls
        SELECT f.person,
               coalesce(least(h.job_day, h.study_day, x.day, e.withdrawn_day) > f.day, true) AS at_risk,
               greatest(e.observed_to_day - f.day, 0) AS observed,
               coalesce(h.job_day - f.day, {NEVER}) AS job,
               coalesce(
                   least(h.study_day, CASE WHEN NOT list_contains($own_exits, x.reason) THEN x.day END)
                   - f.day, {NEVER}) AS leaves{others}{names}
        FROM first_answer f
        JOIN enrolments e USING (enrolment) JOIN persons p ON p.person = f.person
        LEFT JOIN exits x USING (enrolment)
        LEFT JOIN happened h USING (enrolment)
        LEFT JOIN known k ON k.person = f.person
        ORDER BY f.person"""
