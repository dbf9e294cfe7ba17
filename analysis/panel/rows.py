"""The columns of person-rounds that are no indicator's: which row, its past and what came of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from analysis.panel.enrolled import NEVER, Days, Enrolled
from analysis.panel.exposure import Assigned, Running
from analysis.panel.given import Answered, Given
from analysis.panel.stretch import pick, stretch

HORIZONS = (91, 182, 365)
# What ran since the round before, by its code.
ACTIVITIES = ("job_oriented_alone", "job_oriented_with_others", "none", "others_alone")
_JOB_ALONE, _WITH_OTHERS, _NONE, _OTHERS_ALONE = range(4)


@dataclass(frozen=True)
class Courses:
    """All that the rows of a rater are made of."""

    enrolled: Enrolled
    given: Given
    answered: Answered
    assigned: Assigned
    running: Running

    def columns(self, kept: NDArray[np.int64]) -> dict[str, pa.Array]:
        """The columns of these rows of `answered`, by name in the panel's order."""
        enrolled, rows, given = self.enrolled, self.answered, self.given
        these = stretch(kept)
        ids, end_day = pick(rows.ids, these), pick(rows.end_day, these)
        answers = stretch(ids)
        place, day = pick(given.place, answers), pick(given.day, answers)
        outcome_day, competing_day, observed_to_day = (
            days.take(place)
            for days in (enrolled.outcome_day, enrolled.competing_day, enrolled.observed_to_day)
        )
        at = pa.array(place)
        columns = {
            "person": enrolled.person.take(at),
            "enrolment": pa.DictionaryArray.from_arrays(at, enrolled.enrolment),
            "round": pa.array(pick(given.round, answers), pa.int64()),
            "day": pa.array(day),
            "end_day": pa.array(end_day),
            "outcome": pa.array(outcome_day <= end_day),
            "has_previous": pa.array(pick(rows.has_previous, these)),
            "observed": pa.array(pick(rows.observed, these)),
            **self._past(kept),
            "competing": pa.array(competing_day <= end_day),
            "event_day": _known(outcome_day),
            "competing_day": _known(competing_day),
            "censor_day": pa.array(observed_to_day),
        }
        for days in HORIZONS:
            columns[f"outcome_{days}"] = pa.array(outcome_day <= day + days)
            columns[f"observed_{days}"] = pa.array(day + days <= observed_to_day)
        return columns | {name: values.take(at) for name, values in enrolled.covariates.items()}

    def _past(self, kept: NDArray[np.int64]) -> dict[str, pa.Array]:
        """What a row tells of its answer and of the time since the round before."""
        rows, given = self.answered, self.given
        these = stretch(kept)
        first = ~pick(rows.has_previous, these)
        ids, before = pick(rows.ids, these), rows.ids.take(np.maximum(kept - 1, 0))
        answers = stretch(ids)
        place, day, previous_day = (
            pick(given.place, answers),
            pick(given.day, answers),
            given.day.take(before),
        )
        caseworker = self.assigned.on(place, day)
        days_between = np.where(first, np.nan, day - previous_day)
        ran = self.running.days(place, previous_day, day)
        activity = np.select(
            [ran[:, 2] > 0, ran[:, 0] > 0, ran[:, 1] > 0], [_WITH_OTHERS, _JOB_ALONE, _OTHERS_ALONE], _NONE
        )
        return {
            "response": given.named(ids),
            "previous_response": given.named(before, unknown=first),
            "proxy": pa.array(pick(given.proxy, answers)),
            "caseworker": caseworker,
            "new_caseworker": _differs(caseworker, self.assigned.on(place, previous_day), first),
            "days_between": pa.array(days_between),
            "activity": pa.DictionaryArray.from_arrays(
                pa.array(activity.astype(np.int32), mask=first | (previous_day >= day)), list(ACTIVITIES)
            ),
            "gap_days": pa.array(days_between - ran[:, 3]),
        }


def _known(day: Days) -> pa.Array:
    """Days as numbers, NaN where there is none."""
    return pa.array(np.where(day == NEVER, np.nan, day))


def _differs(now: pa.DictionaryArray, before: pa.DictionaryArray, unknown: NDArray[np.bool_]) -> pa.Array:
    """Whether two codes differ (n), null where either is or where it is unknown."""
    differs = pc.not_equal(now.indices, before.indices)
    return pc.if_else(pa.array(unknown), pa.scalar(None, pa.bool_()), differs)
