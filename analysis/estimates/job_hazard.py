"""E1: how level and change of each indicator go with getting a job in the next interval.

`job_hazard` holds the level at the round before and the change since it, both in one model;
`job_hazard_level` the level at the round itself, for every round. Clustered by person.
"""

from __future__ import annotations

from analysis.estimates.analysis import Found, Progress, Question
from analysis.estimates.hazard import hazards
from analysis.estimates.hazard_model import Specification

JOB_HAZARD = Specification("job_hazard", (("level", "previous"), ("change", "change")), True)
JOB_HAZARD_LEVEL = Specification("job_hazard_level", (("level", "level"),), False)


def job_hazard(question: Question, progress: Progress) -> Found:
    """Level and change of every indicator, alone and adjusted."""
    return hazards(question, (JOB_HAZARD,), progress, repeated=question.repeated)


def job_hazard_level(question: Question, progress: Progress) -> Found:
    """The level at the round itself of every indicator, alone and adjusted."""
    return hazards(question, (JOB_HAZARD_LEVEL,), progress, repeated=question.repeated)
