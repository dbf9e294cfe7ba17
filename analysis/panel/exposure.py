"""What an enrolment had on which day: its caseworker, and which kinds of activity ran."""

from __future__ import annotations

from analysis.dataset.open import OpenStudy

# Table `spells`: assignments that cover a day. An empty one (start = end) is allowed and covers none.
_SPELLS = """
    CREATE OR REPLACE TEMP TABLE spells AS
    SELECT e.place, a.caseworker, a.start_day, coalesce(a.end_day, 9223372036854775807) AS end_day
    FROM assignments a JOIN enrolled e USING (enrolment)
    WHERE a.end_day IS NULL OR a.start_day < a.end_day"""

# Table `timeline`: stretches of days [from_day, to_day) of an enrolment through which the same activities
# ran, with whether a job-oriented one and whether another was among them. A spell that ends before it
# starts covers no day. Summing starts and ends tells how many run, however they overlap.
_TIMELINE = """
    CREATE OR REPLACE TEMP TABLE timeline AS
    WITH sound AS (
        SELECT e.place, a.kind = 'job_oriented' AS job, a.start_day, a.end_day
        FROM activities a JOIN enrolled e USING (enrolment)
        WHERE a.start_day <= coalesce(a.end_day, a.start_day)),
    edges AS (
        SELECT place, start_day AS day, job::INTEGER AS job, (NOT job)::INTEGER AS other FROM sound
        UNION ALL
        SELECT place, end_day + 1, -job::INTEGER, -(NOT job)::INTEGER FROM sound WHERE end_day IS NOT NULL),
    daily AS (SELECT place, day, sum(job) AS job, sum(other) AS other FROM edges GROUP BY place, day),
    running AS (
        SELECT place, day AS from_day,
               coalesce(lead(day) OVER w, 9223372036854775807) AS to_day,
               sum(job) OVER w > 0 AS job, sum(other) OVER w > 0 AS other
        FROM daily WINDOW w AS (PARTITION BY place ORDER BY day))
    FROM running WHERE job OR other"""


def make_exposure(study: OpenStudy) -> None:
    """Make the tables `spells` and `timeline`, of the enrolments in the table `enrolled`."""
    study.connection.execute(_SPELLS)
    study.connection.execute(_TIMELINE)
