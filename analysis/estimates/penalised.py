"""E1 with a fit made for few events: Firth's penalty, beside maximum likelihood and named as such.

At a yearly share of 6 per cent 200 participants give about 12 jobs, and maximum likelihood then lies too far
from zero.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from analysis.estimates.analysis import Found, Progress, Question
from analysis.estimates.hazard import hazards
from analysis.estimates.job_hazard import JOB_HAZARD

PENALISED: Final = replace(JOB_HAZARD, analysis="job_hazard_penalised", penalised=True)


def penalised(question: Question, progress: Progress) -> Found:
    """Level and change of every indicator, alone and adjusted, refused where `job_hazard` is."""
    return replace(hazards(question, (PENALISED,), progress), fits=())
