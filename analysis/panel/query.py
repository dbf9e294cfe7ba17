"""The one query that makes person-rounds of the tables in `given`, `values` and `exposure`."""

from __future__ import annotations

from collections.abc import Sequence

from analysis.panel.columns import ROUND, CovariateColumn, quote

HORIZONS = (91, 182, 365)
JOB_ALONE, JOB_WITH_OTHERS, OTHERS_ALONE, NONE = (
    "job_oriented_alone",
    "job_oriented_with_others",
    "others_alone",
    "none",
)

# The independent answers of the enrolments at hand, with the day of the one before.
_ANSWERED = """
    at_hand AS MATERIALIZED (FROM given WHERE independent AND place BETWEEN {first} AND {last}),
    answered AS (
        SELECT now.*, before.response AS previous_response, before.day AS previous_day
        FROM at_hand now LEFT JOIN at_hand before ON before.id = now.previous)"""

# The caseworker on the day of the answer and on that of the one before; of two at once, which the contract
# forbids, the one who started last.
_ASSIGNED = """
    assigned AS (
        SELECT id,
               arg_max(s.caseworker, (s.start_day, s.caseworker))
                   FILTER (s.start_day <= day AND day < s.end_day) AS caseworker,
               arg_max(s.caseworker, (s.start_day, s.caseworker))
                   FILTER (s.start_day <= previous_day AND previous_day < s.end_day) AS caseworker_before
        FROM answered JOIN spells s USING (place) GROUP BY id)"""

_EXPOSED = """
    exposed AS (
        SELECT id, bool_or(job) AS job, bool_or(other) AS other, bool_or(job AND other) AS both,
               sum(least(to_day, day + 1) - greatest(from_day, previous_day + 1)) AS active_days
        FROM answered JOIN timeline USING (place)
        WHERE from_day <= day AND to_day > previous_day + 1 AND previous_day < day
        GROUP BY id)"""

_ACTIVITY = f"""
    CASE WHEN NOT t.previous_day < t.day OR t.previous_day IS NULL THEN NULL
         WHEN x.both THEN '{JOB_WITH_OTHERS}' WHEN x.job THEN '{JOB_ALONE}'
         WHEN x.other THEN '{OTHERS_ALONE}' ELSE '{NONE}' END"""


# Where covariates lie, by the alias that they are named with.
_COVARIATES = {
    "e": "JOIN enrolments e ON e.enrolment = n.enrolment",
    "p": "JOIN persons p ON p.person = n.person",
}


def rows_query(covariates: Sequence[CovariateColumn], first: int, last: int) -> str:
    """All independent answers of the enrolments numbered `first` to `last`, by enrolment and round.

    Everything in a row but the indicators, and `id`, `place` and `at_risk`, by which these are added and rows
    are kept.
    """
    horizons = "".join(
        f", coalesce(n.outcome_day <= t.day + {days}, false) AS outcome_{days}"
        f", t.day + {days} <= n.observed_to_day AS observed_{days}"
        for days in HORIZONS
    )
    others = "".join(f", {c.sql} AS {quote(c.name)}" for c in covariates if c.name != ROUND)
    sources = {c.source for c in covariates}
    joins = " ".join(join for source, join in _COVARIATES.items() if source in sources)
    return f"""
        WITH {_ANSWERED.format(first=first, last=last)}, {_ASSIGNED}, {_EXPOSED}
        SELECT t.id, t.place, t.at_risk,
               n.person, n.enrolment, t."round", t.day, t.end_day,
               coalesce(n.outcome_day <= t.end_day, false) AS outcome, t.previous IS NOT NULL AS has_previous,
               t.end_day <= n.observed_to_day AS observed,
               t.response, t.previous_response, t.proxy, c.caseworker,
               c.caseworker <> c.caseworker_before AS new_caseworker,
               (t.day - t.previous_day)::DOUBLE AS days_between,
               {_ACTIVITY} AS activity,
               (t.day - t.previous_day - coalesce(x.active_days, 0))::DOUBLE AS gap_days,
               coalesce(n.competing_day <= t.end_day, false) AS competing,
               n.outcome_day::DOUBLE AS event_day, n.competing_day::DOUBLE AS competing_day,
               n.observed_to_day AS censor_day{horizons}{others}
        FROM answered t JOIN enrolled n USING (place)
        {joins}
        LEFT JOIN assigned c USING (id) LEFT JOIN exposed x USING (id)
        ORDER BY t.id"""
