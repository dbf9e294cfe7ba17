"""Published figures beside the same figures of a simulated study.

They say whether a simulated study looks like the published one; they are descriptions, not estimates.
Where a published figure is adjusted, the simulated one is crude and says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import duckdb

from analysis.dataset.open import open_study
from analysis.dataset.study import StudyDataset

Unit = Literal["count", "percent", "ratio"]

_PAPER: Final = "Bodilsen, Nielsen & Rosholm 2025, doi 10.1057/s41599-025-04943-4"
_SUMMARY: Final = "BIP, English summary 2019"
_BIP: Final = "BIP, Væksthusets Forskningscenter and Aarhus University"


@dataclass(frozen=True)
class CalibrationFigure:
    """One figure: `published` and `simulated` in its unit, `simulated` None where nothing carries it."""

    name: str
    unit: Unit
    published: float
    simulated: float | None
    source: str


@dataclass(frozen=True)
class _Question:
    name: str
    unit: Unit
    published: float
    source: str
    query: str


# One row an enrolment: the day of the first job, and belief and caseworker of the first rating.
_PREPARE: Final = """
    CREATE TEMP TABLE jobs AS
    SELECT enrolment, min(day) AS job_day FROM events
    WHERE kind IN ('job_regular', 'job_subsidised') GROUP BY enrolment;

    CREATE TEMP TABLE rated AS
    SELECT r.enrolment, r."round", r.caseworker, r.submitted_day AS day, a.value AS belief,
           lag(r.caseworker) OVER (PARTITION BY r.enrolment ORDER BY r."round") AS caseworker_before,
           coalesce(job_day <= day + 91, false) AS job
    FROM responses r JOIN enrolments e USING (enrolment) LEFT JOIN jobs USING (enrolment)
    LEFT JOIN answers a ON a.response = r.response AND a.item = 'job_belief' AND a.value >= 0
    WHERE r.rater = 'caseworker' AND coalesce(job_day > r.submitted_day, true)
      AND r.submitted_day + 91 <= e.observed_to_day;

    CREATE TEMP TABLE first_year AS
    SELECT e.enrolment, coalesce(job_day <= 365, false) AS job, belief
    FROM enrolments e LEFT JOIN jobs USING (enrolment)
    LEFT JOIN (FROM rated WHERE "round" = 0) USING (enrolment) WHERE e.observed_to_day >= 365;
"""

_YEAR: Final = "SELECT 100 * avg(job::INT) FROM first_year"

# Optimism: the caseworker's mean belief over the *other* participants, so that the person's own prospects
# are not in it.
_OPTIMISM: Final = """
    WITH each AS (SELECT caseworker, enrolment, avg(belief) AS belief FROM rated GROUP BY ALL),
    others AS (
        SELECT caseworker, enrolment, (sum(belief) OVER w - belief) / (count(belief) OVER w - 1) AS mean
        FROM each WINDOW w AS (PARTITION BY caseworker) QUALIFY count(belief) OVER w > 1),
    halves AS (SELECT *, mean > median(mean) OVER () AS optimist FROM others)
    SELECT avg(job::INT) FILTER (optimist) / nullif(avg(job::INT) FILTER (NOT optimist), 0)
    FROM rated JOIN halves USING (caseworker, enrolment)"""

_NEW_CASEWORKER: Final = """
    SELECT avg(job::INT) FILTER (caseworker <> caseworker_before)
           / nullif(avg(job::INT) FILTER (caseworker = caseworker_before), 0) FROM rated"""

_CHANGED: Final = """
    SELECT 100 * avg((spells > 1)::INT)
    FROM (SELECT count(*) AS spells FROM assignments GROUP BY enrolment)"""

_IDLE: Final = """
    SELECT 100 * avg((NOT EXISTS (
        FROM activities a WHERE a.enrolment = r.enrolment AND a.start_day <= r.submitted_day
        AND coalesce(a.end_day, r.submitted_day) > r.submitted_day - 91))::INT)
    FROM responses r WHERE rater = 'participant' AND "round" > 0"""


def _belief(condition: str) -> str:
    return f"SELECT 100 * avg((belief {condition})::INT) FROM rated WHERE belief IS NOT NULL"


_QUESTIONS: Final = (
    _Question("Participants", "count", 5512, _PAPER, "SELECT count(*) FROM persons"),
    _Question(
        "Responses of participants",
        "count",
        15818,
        _PAPER,
        "SELECT count(*) FROM responses WHERE rater = 'participant'",
    ),
    _Question("Job centres", "count", 10, _BIP, "SELECT count(*) FROM organisations"),
    _Question("Caseworkers", "count", 300, _BIP, "SELECT count(*) FROM caseworkers"),
    _Question("Job within a year of enrolment", "percent", 6, _BIP, _YEAR),
    _Question(
        "  where the caseworker does not believe in it (step 1), raw",
        "percent",
        1,
        _BIP,
        f"{_YEAR} WHERE belief = 1",
    ),
    _Question(
        "  where the caseworker believes in it (step 5), raw",
        "percent",
        27,
        _BIP,
        f"{_YEAR} WHERE belief = 5",
    ),
    _Question("Belief: an unconditional yes (step 5)", "percent", 6, _BIP, _belief("= 5")),
    _Question("Belief: good chances (step 4)", "percent", 20, _BIP, _belief("= 4")),
    _Question("Belief: no or doubt (steps 1 and 2)", "percent", 50, _BIP, _belief("<= 2")),
    _Question(
        "Job chance: optimistic against pessimistic caseworker (crude here)",
        "ratio",
        1.32,
        _SUMMARY,
        _OPTIMISM,
    ),
    _Question(
        "Job chance: new caseworker against the same (crude here)",
        "ratio",
        0.78,
        _BIP,
        _NEW_CASEWORKER,
    ),
    _Question("At least one change of caseworker", "percent", 40, _BIP, _CHANGED),
    _Question("No activity in the last three months", "percent", 23, _BIP, _IDLE),
)


_CRUDE = (
    "Crude: one study's ratio with nothing adjusted for; it may be a fifth off by chance, and the first "
    "caseworker's optimism fades with every change."
)


def calibration(dataset: StudyDataset) -> list[CalibrationFigure]:
    """The published figures with what they are in `dataset`, in the order in which to read them."""
    with open_study(dataset) as study:
        study.connection.execute(_PREPARE)
        return [
            CalibrationFigure(q.name, q.unit, q.published, _number(study.connection, q.query), q.source)
            for q in _QUESTIONS
        ]


def _number(connection: duckdb.DuckDBPyConnection, query: str) -> float | None:
    row = connection.execute(query).fetchone()
    return None if row is None or row[0] is None else float(row[0])


def calibration_table(figures: Sequence[CalibrationFigure]) -> str:
    """A plain-text table: figure, published, simulated, source."""
    lines = [("Figure", "Published", "Simulated", "Source")]
    lines += [(f.name, _text(f.published, f.unit), _text(f.simulated, f.unit), f.source) for f in figures]
    wide, published, simulated, _ = (max(len(line[column]) for line in lines) for column in range(4))
    rows = [f"{a:<{wide}}  {b:>{published}}  {c:>{simulated}}  {d}" for a, b, c, d in lines]
    return "\n".join([*rows, _CRUDE])


def _text(value: float | None, unit: Unit) -> str:
    if value is None:
        return "-"
    return {"count": f"{value:,.0f}", "percent": f"{value:.1f} %", "ratio": f"{value:.2f}"}[unit]
