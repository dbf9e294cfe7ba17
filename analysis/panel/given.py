"""Who gave which answer when: the tables that the panel's query stands on, one row a response.

Enrolments and responses are numbered in the order of the panel, so that all later sorting, joining and
grouping goes by number and not by text.
"""

from __future__ import annotations

from collections.abc import Sequence

from analysis.dataset.open import OpenStudy

# Exits for these reasons are the outcome's own way out, not one that competes with it.
_EXIT_REASON_OF = {"job_regular": "work", "job_subsidised": "work", "study": "study"}

# Table `enrolled`, one row an enrolment: `place` in the panel's order, and the first day of everything that
# ends being at risk. Of two exits, which the contract forbids, the first counts.
_ENROLLED = """
    CREATE OR REPLACE TEMP TABLE enrolled AS
    WITH happened AS (
        SELECT enrolment,
               min(day) FILTER (list_contains($kinds, kind)) AS outcome_day,
               min(day) FILTER (kind = 'study' AND NOT list_contains($kinds, 'study')) AS study_day
        FROM events GROUP BY enrolment),
    gone AS (
        SELECT enrolment, min(day) AS exit_day,
               min(day) FILTER (NOT list_contains($own_exits, reason)) AS other_exit_day
        FROM exits GROUP BY enrolment)
    SELECT row_number() OVER (ORDER BY enrolment)::INTEGER AS place,
           enrolment, person, observed_to_day, outcome_day,
           -- least() passes over nulls
           least(study_day, other_exit_day) AS competing_day,
           least(outcome_day, study_day, exit_day, withdrawn_day) AS last_day
    FROM enrolments LEFT JOIN gone USING (enrolment) LEFT JOIN happened USING (enrolment)"""

# Table `of_rater`, one row a response of the rater in the panel's order, which its `rowid` keeps.
_OF_RATER = """
    CREATE OR REPLACE TEMP TABLE of_rater AS
    SELECT e.place, r.response, r."round", r.submitted_day AS day, r.independent,
           coalesce(r.proxy, false) AS proxy, coalesce(e.last_day > r.submitted_day, true) AS at_risk
    FROM responses r JOIN enrolled e USING (enrolment) WHERE r.rater = $rater
    ORDER BY e.place, r."round", r.response"""

# Table `timed`, the same rows by `id`: which count as independent, what lies before and after them. Windows
# run over independent and other responses apart, so those of the others mean nothing and are never read. An
# answer to a round that came after the same rater's answer to a later round is not independent of it.
_TIMED = """
    CREATE OR REPLACE TEMP TABLE timed AS
    WITH in_order AS (
        SELECT rowid::INTEGER AS id, place, "round", day,
               independent AND coalesce(min(day) FILTER (independent) OVER later >= day, true) AS independent
        FROM of_rater
        WINDOW later AS (PARTITION BY place ORDER BY "round"
                         ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING))
    SELECT id, place, independent,
           CASE WHEN lag("round") OVER own = "round" - 1 THEN lag(id) OVER own END AS previous,
           least(day + $interval, lead(day) OVER own) AS end_day
    FROM in_order
    WINDOW own AS (PARTITION BY place, independent ORDER BY "round")"""

# View `given`: both, joined. Where `place` is bounded, the engine reads that part of each only.
_GIVEN = """
    CREATE OR REPLACE TEMP VIEW given AS
    SELECT t.id, t.place, s.response, s."round", s.day, s.proxy, s.at_risk,
           t.independent, t.previous, t.end_day
    FROM of_rater s JOIN timed t ON s.rowid = t.id AND s.place = t.place"""


def make_given(study: OpenStudy, rater: str, kinds: Sequence[str]) -> None:
    """Make the tables `enrolled`, `of_rater` and `given` for this rater and these kinds of outcome.

    `of_rater`: one row a response, in the panel's order, numbered by its `rowid` from 0.
    `given`: the same by `id`; `previous` is the id of the round before, if it has an independent answer.
    """
    own_exits = sorted({_EXIT_REASON_OF[kind] for kind in kinds if kind in _EXIT_REASON_OF})
    study.connection.execute(_ENROLLED, {"kinds": list(kinds), "own_exits": own_exits})
    study.connection.execute(_OF_RATER, {"rater": rater})
    study.connection.execute(_TIMED, {"interval": study.study.interval_days})
    study.connection.execute(_GIVEN)
