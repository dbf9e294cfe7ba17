"""Tables of what happened: activities, steps, events, exits, follow-ups."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa

from analysis.simulate.arrays import INTERVAL_DAYS, NEVER, Bools, Floats, Ints
from analysis.simulate.columns import coded, maybe, same, table
from analysis.simulate.simulated import Simulated
from analysis.simulate.traits import COMBINED, JOB_ALONE, OTHERS_ALONE

_ACTIVITIES: Final = ("job_oriented", "skills", "health", "social")
_SECOND_KIND: Final = 0.3
_FIRST_DAYS: Final = (15, 31)
"""A spell starts so many days into the quarter, and so after most answers of the round before it."""
_LAST_DAYS: Final = 8
_COMPLETED: Final = 0.7
_STEPS: Final = (
    "wrote_cv",
    "contacted_employer",
    "visited_workplace",
    "looked_for_jobs",
    "sought_treatment",
    "took_part_in_course",
)
_STEPS_A_QUARTER: Final = (0.35, 1.1)
_RETURNS: Final = 0.2
_RETURN_DAYS: Final = (60, 400)
_SUBSIDY_DAYS: Final = 183
_SIDE_EVENTS: Final = {"labour_market_training": 0.12, "placement": 0.25}
_SIDE_EVENT_DAYS: Final = (30, 700)
_MONTHS: Final = {6: 183, 13: 396}
_REACHED: Final = 0.75
_STATUS: Final = ("work", "study", "seeking", "ill", "unknown")
_STATUS_AFTER: Final = {"study": "study", "ill": "ill", "moved": "unknown", "unknown": "unknown"}


def course_tables(study: Simulated, rng: np.random.Generator) -> dict[str, pa.Table]:
    """Activities, steps, events, exits and follow-ups, nothing after what one would know."""
    returned = _return_day(study, rng)
    return {
        "activities": _activities(study, rng),
        "steps": _steps(study, rng),
        "events": _events(study, returned, rng),
        "exits": _exits(study),
        "followups": _followups(study, returned, rng),
    }


def _activities(study: Simulated, rng: np.random.Generator) -> pa.Table:
    """One spell for each run of quarters with a kind of activity."""
    person, kind, first, last = _runs(_active(study.paths.traits.pattern, rng))
    size, course = len(person), study.course
    start = INTERVAL_DAYS * first + rng.integers(*_FIRST_DAYS, size)
    planned = INTERVAL_DAYS * (last + 1) - rng.integers(0, _LAST_DAYS, size)
    hours = rng.integers(2, 8, size) * np.where(kind == 0, 3.0, 1.0)
    completed = rng.random(size) < _COMPLETED
    left = np.minimum(course.exit_day, study.paths.leaving.withdrawn)[person]
    end = np.minimum(planned, left)
    running = end > study.paths.people.study_end[person]
    begun = np.flatnonzero(start <= course.last_day[person])
    return table(
        "activities",
        {
            "enrolment": coded(study.names.enrolments, person[begun]),
            "kind": coded(_ACTIVITIES, kind[begun]),
            "start_day": pa.array(start[begun]),
            "end_day": maybe(end[begun], running[begun]),
            "hours_per_week": pa.array(hours[begun]),
            "completed": maybe((completed & (planned <= left))[begun], running[begun]),
        },
    )


def _active(pattern: Ints, rng: np.random.Generator) -> Bools:
    """Which kinds run in which quarter (persons, kinds, quarters); each person has a usual other kind."""
    kinds = len(_ACTIVITIES)
    others = (pattern == COMBINED) | (pattern == OTHERS_ALONE)
    usual = rng.integers(1, kinds, (len(pattern), 1))
    second = 1 + (usual + rng.integers(0, 2, usual.shape)) % (kinds - 1)
    both = others & (rng.random(pattern.shape) < _SECOND_KIND)
    job_oriented = (pattern == JOB_ALONE) | (pattern == COMBINED)
    return np.stack(
        [job_oriented, *((others & (usual == kind)) | (both & (second == kind)) for kind in range(1, kinds))],
        axis=1,
    )


def _runs(active: Bools) -> tuple[Ints, Ints, Ints, Ints]:
    """Runs of True along the last axis: first and second index, first and last place."""
    flat = active.reshape(-1, active.shape[2])
    edge = np.zeros((len(flat), 1), dtype=bool)
    series, first = np.nonzero(flat & ~np.concatenate([edge, flat[:, :-1]], axis=1))
    _, last = np.nonzero(flat & ~np.concatenate([flat[:, 1:], edge], axis=1))
    return series // active.shape[1], series % active.shape[1], first, last


def _steps(study: Simulated, rng: np.random.Generator) -> pa.Table:
    pattern = study.paths.traits.pattern
    count = rng.poisson(np.array(_STEPS_A_QUARTER)[(pattern > 0).astype(np.int64)])
    person = np.repeat(np.arange(len(count)), count.sum(axis=1))
    quarter = np.repeat(np.tile(np.arange(pattern.shape[1]), len(count)), count.ravel())
    day = INTERVAL_DAYS * quarter + rng.integers(1, INTERVAL_DAYS + 1, len(quarter))
    kind = rng.integers(0, len(_STEPS), len(quarter))
    taken = day <= study.course.last_day[person]
    return table(
        "steps",
        {
            "enrolment": coded(study.names.enrolments, person[taken]),
            "kind": coded(_STEPS, kind[taken]),
            "day": pa.array(day[taken]),
        },
    )


def _return_day(study: Simulated, rng: np.random.Generator) -> Ints:
    """Some whose enrolment ended for work come back to income support."""
    course = study.course
    day = course.job_day + rng.integers(*_RETURN_DAYS, len(course.job_day))
    returns = (course.reason == -1) & (course.exit_day < NEVER) & (rng.random(len(day)) < _RETURNS)
    known = (day > course.exit_day) & (day <= study.paths.leaving.observed_to)
    return np.where(returns & known, day, NEVER)


@dataclass(frozen=True)
class _Events:
    """One kind of event, at most one a person: arrays (persons,); NEVER and NaN where there is none."""

    kind: str
    day: Ints
    end: Ints
    hours: Floats


def _events(study: Simulated, returned: Ints, rng: np.random.Generator) -> pa.Table:
    sources = _sources(study, rng)
    events = [*_jobs(study, returned, rng), *_others(study, returned), *_side_events(study, rng)]
    return pa.concat_tables([_event_table(study, event, sources) for event in events]).combine_chunks()


def _jobs(study: Simulated, returned: Ints, rng: np.random.Generator) -> list[_Events]:
    """A job ends where income support comes back, a subsidised one after half a year at the latest."""
    day, regular = study.course.job_day, study.course.regular
    hours = rng.integers(3, 9, len(day)).astype(np.float64) * 5
    subsidy_end = np.minimum(returned, day + _SUBSIDY_DAYS)
    return [
        _Events("job_regular", np.where(regular, day, NEVER), returned, hours),
        _Events("job_subsidised", np.where(regular, NEVER, day), subsidy_end, hours),
    ]


def _others(study: Simulated, returned: Ints) -> list[_Events]:
    never, unknown = np.full(len(returned), NEVER), np.full(len(returned), np.nan)
    return [
        _Events("study", study.course.study_day, never, unknown),
        _Events("return_to_support", returned, never, unknown),
    ]


def _side_events(study: Simulated, rng: np.random.Generator) -> list[_Events]:
    """Training and placements, which are no outcome, within the enrolment."""
    until = np.minimum(study.course.last_day, study.paths.leaving.observed_to)
    found = []
    for kind, share in _SIDE_EVENTS.items():
        day = rng.integers(*_SIDE_EVENT_DAYS, len(until))
        day = np.where((rng.random(len(until)) < share) & (day <= until), day, NEVER)
        end = np.minimum(day + rng.integers(14, INTERVAL_DAYS, len(until)), until)
        hours = rng.integers(3, 8, len(until)).astype(np.float64) * 5
        found.append(_Events(kind, day, end, hours))
    return found


def _event_table(study: Simulated, events: _Events, sources: pa.Array) -> pa.Table:
    who = np.flatnonzero(events.day < NEVER)
    end, hours = events.end[who], events.hours[who]
    return table(
        "events",
        {
            "enrolment": coded(study.names.enrolments, who),
            "kind": same(events.kind, len(who)),
            "day": pa.array(events.day[who]),
            "end_day": maybe(end, end > study.paths.leaving.observed_to[who]),
            "hours_per_week": maybe(hours, np.isnan(hours)),
            "source": sources.take(pa.array(who)),
        },
    )


def _sources(study: Simulated, rng: np.random.Generator) -> pa.Array:
    size = len(study.paths.people)
    if study.scenario.observed_by == "register":
        return same("register", size)
    return coded(("participant", "caseworker"), rng.integers(0, 2, size))


def _exits(study: Simulated) -> pa.Table:
    who = np.flatnonzero(study.course.exit_day < NEVER)
    reasons = (*study.scenario.exits, "work")
    return table(
        "exits",
        {
            "enrolment": coded(study.names.enrolments, who),
            "day": pa.array(study.course.exit_day[who]),
            "reason": coded(reasons, study.course.reason[who] % len(reasons)),
        },
    )


def _followups(study: Simulated, returned: Ints, rng: np.random.Generator) -> pa.Table:
    """At 6 and 13 months after the exit, with those who are reached while one hears of them."""
    exit_day, parts = study.course.exit_day, []
    for months, days in _MONTHS.items():
        day = exit_day + days + rng.integers(0, 15, len(exit_day))
        reached = (day <= study.paths.leaving.observed_to) & (rng.random(len(day)) < _REACHED)
        status = _status(study, day, returned, rng)
        who = np.flatnonzero(reached)
        columns = {
            "enrolment": coded(study.names.enrolments, who),
            "months_after_exit": pa.array(np.full(len(who), months)),
            "day": pa.array(day[who]),
            "status": coded(_STATUS, status[who]),
        }
        parts.append(table("followups", columns))
    return pa.concat_tables(parts).combine_chunks()


def _status(study: Simulated, day: Ints, returned: Ints, rng: np.random.Generator) -> Ints:
    reasons: Sequence[str] = (*study.scenario.exits, "work")
    usual = np.array([_STATUS.index(_STATUS_AFTER.get(reason, "seeking")) for reason in reasons])
    status = usual[study.course.reason % len(reasons)]
    status = np.where(rng.random(len(day)) < 0.15, _STATUS.index("seeking"), status)
    works = (study.course.job_day <= day) & (returned > day)
    return np.where(works, _STATUS.index("work"), status)
