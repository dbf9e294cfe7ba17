"""Tables of who: organisations, persons, enrolments, caseworkers, assignments."""

from __future__ import annotations

from typing import Final

import numpy as np
import pyarrow as pa

from analysis.simulate.arrays import NEVER
from analysis.simulate.columns import coded, maybe, same, table
from analysis.simulate.simulated import Simulated

FIRST_YEAR: Final = 2013
_GROUPS_A_QUARTER: Final = 6
_INTAKE_SHARE: Final = 0.6
_REFERRALS: Final = ("jobcentre", "social_services", "health_care", "own_initiative")
_REFERRAL_SHARES: Final = (0.62, 0.20, 0.12, 0.06)


def people_tables(study: Simulated, rng: np.random.Generator) -> dict[str, pa.Table]:
    """Organisations, persons, enrolments, caseworkers and assignments."""
    return {
        "organisations": _organisations(study),
        "persons": _persons(study),
        "enrolments": _enrolments(study, rng),
        "caseworkers": _caseworkers(study),
        "assignments": _assignments(study),
    }


def _organisations(study: Simulated) -> pa.Table:
    names = study.names.organisations
    country = same(study.scenario.country, len(names))
    return table("organisations", {"organisation": pa.array(names), "country": country})


def _persons(study: Simulated) -> pa.Table:
    people = study.paths.people
    covariates = {
        name: coded(list(categories), people.covariates[name])
        for name, categories in study.scenario.covariates.items()
    }
    return table(
        "persons",
        {
            "person": pa.array(study.names.persons),
            "organisation": coded(study.names.organisations, people.centre),
            **covariates,
            "language": coded(study.languages.spoken, study.languages.first),
        },
    )


def _enrolments(study: Simulated, rng: np.random.Generator) -> pa.Table:
    people, leaving, names = study.paths.people, study.paths.leaving, study.names
    size = len(people)
    quarters = [f"{FIRST_YEAR + q // 4}Q{1 + q % 4}" for q in range(int(people.quarter.max()) + 1)]
    groups = [f"{quarter}-{group}" for quarter in quarters for group in range(1, _GROUPS_A_QUARTER + 1)]
    group = _GROUPS_A_QUARTER * people.quarter + rng.integers(0, _GROUPS_A_QUARTER, size)
    return table(
        "enrolments",
        {
            "enrolment": pa.array(names.enrolments),
            "person": pa.array(names.persons),
            "organisation": coded(names.organisations, people.centre),
            "unit": coded(names.units, study.paths.casework.caseworker[:, 0]),
            "enrolled_quarter": coded(quarters, people.quarter),
            "intake": coded(groups, group, rng.random(size) >= _INTAKE_SHARE),
            "referral": coded(_REFERRALS, rng.choice(len(_REFERRALS), size, p=_REFERRAL_SHARES)),
            "observed_to_day": pa.array(leaving.observed_to),
            "observed_by": same(study.scenario.observed_by, size),
            "withdrawn_day": maybe(leaving.withdrawn, leaving.withdrawn == NEVER),
        },
    )


def _caseworkers(study: Simulated) -> pa.Table:
    return table(
        "caseworkers",
        {
            "caseworker": pa.array(study.names.caseworkers),
            "organisation": coded(study.names.organisations, study.paths.casework.centre),
            "unit": pa.array(study.names.units),
        },
    )


def _assignments(study: Simulated) -> pa.Table:
    """A spell ends where the next one starts, and the last one on the day after exit or withdrawal."""
    casework, course = study.paths.casework, study.course
    starts = casework.new | (np.arange(casework.new.shape[1]) == 0)
    person, quarter = np.nonzero(starts & (casework.since <= course.last_day[:, None]))
    start = casework.since[person, quarter]
    follows = np.append(person[1:] == person[:-1], False)
    left = np.minimum(course.exit_day, study.paths.leaving.withdrawn)[person]
    end = np.where(follows, np.append(start[1:], 0), left + 1)
    return table(
        "assignments",
        {
            "enrolment": coded(study.names.enrolments, person),
            "caseworker": coded(study.names.caseworkers, casework.caseworker[person, quarter]),
            "start_day": pa.array(start),
            "end_day": maybe(end, end > NEVER),
        },
    )
