"""What became of each person: the job, drawn from its hazard, and the path cut short by it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.simulate.arrays import NEVER, Bools, Ints, first_day
from analysis.simulate.paths import Paths
from analysis.simulate.scenario import Scenario

LEAVES_WITHIN_DAYS = 30
_REGULAR_SHARE = 0.6


@dataclass(frozen=True)
class Course:
    """Arrays over persons; days are NEVER where it did not happen or would not be known.

    `reason`: index into the scenario's exits, -1 for work. `last_day`: until when records of casework
    may lie: exit, withdrawal or the end of the study. `participant`, `caseworker` (persons, rounds): the
    answers that were given after all.
    """

    job_day: Ints
    regular: Bools
    exit_day: Ints
    reason: Ints
    study_day: Ints
    last_day: Ints
    participant: Bools
    caseworker: Bools


def draw_course(scenario: Scenario, paths: Paths, rng: np.random.Generator) -> Course:
    """A job ends the enrolment for most, some days later; an exit that comes first does not hinder a job."""
    leaving, size = paths.leaving, len(paths.people)
    job = first_day(paths.cumulative, rng.exponential(size=size))
    job = np.where(job <= leaving.observed_to, job, NEVER)
    leaves = (job < NEVER) & (rng.random(size) < scenario.leaves_after_job)
    for_work = np.where(leaves, job + rng.integers(0, LEAVES_WITHIN_DAYS + 1, size), NEVER)
    end = np.minimum(paths.people.study_end, leaving.withdrawn)
    exit_day = np.minimum(leaving.exit_day, for_work)
    exit_day = np.where(exit_day <= end, exit_day, NEVER)
    last_day = np.minimum(exit_day, end)
    answering = paths.answering
    study_known = leaving.study_day <= np.minimum(last_day, leaving.observed_to)
    return Course(
        job_day=job,
        regular=rng.random(size) < _REGULAR_SHARE,
        exit_day=exit_day,
        reason=np.where(for_work < leaving.exit_day, -1, leaving.cause),
        study_day=np.where(study_known, leaving.study_day, NEVER),
        last_day=last_day,
        participant=answering.participant.given & (answering.participant.day <= last_day[:, None]),
        caseworker=answering.caseworker.given & (answering.caseworker.day <= last_day[:, None]),
    )
