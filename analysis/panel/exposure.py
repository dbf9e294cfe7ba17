"""What an enrolment had on which day: its caseworker, and which kinds of activity ran."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from analysis.dataset.open import OpenStudy
from analysis.panel.enrolled import Days, encoded, in_order, whole

Ints = NDArray[np.int64]
Places = NDArray[np.int32]
Bools = NDArray[np.bool_]

# From which day on who is the caseworker, up to the next row; null: nobody. An assignment that covers no day
# (start = end) is allowed. Of two at once, which the contract forbids, the one who started last.
_ASSIGNED = """
    WITH spells AS (
        SELECT e.place, a.caseworker, a.start_day, coalesce(a.end_day, 9223372036854775807) AS end_day
        FROM assignments a JOIN places e USING (enrolment)
        WHERE a.end_day IS NULL OR a.start_day < a.end_day),
    edges AS (
        SELECT place, start_day AS day FROM spells
        UNION SELECT place, end_day FROM spells WHERE end_day < 9223372036854775807)
    SELECT c.place, c.day AS from_day, arg_max(s.caseworker, (s.start_day, s.caseworker)) AS caseworker
    FROM edges c LEFT JOIN spells s
        ON s.place = c.place AND s.start_day <= c.day AND c.day < s.end_day
    GROUP BY c.place, c.day ORDER BY c.place, c.day"""

# From which day on which activities run, up to the next row. A spell that ends before it starts covers no
# day. Summing starts and ends tells how many run, however they overlap.
_RUNNING = """
    WITH sound AS (
        SELECT e.place, a.kind = 'job_oriented' AS job, a.start_day, a.end_day
        FROM activities a JOIN places e USING (enrolment)
        WHERE a.start_day <= coalesce(a.end_day, a.start_day)),
    edges AS (
        SELECT place, start_day AS day, job::INTEGER AS job, (NOT job)::INTEGER AS other FROM sound
        UNION ALL
        SELECT place, end_day + 1, -job::INTEGER, -(NOT job)::INTEGER FROM sound WHERE end_day IS NOT NULL),
    daily AS (SELECT place, day, sum(job) AS job, sum(other) AS other FROM edges GROUP BY place, day)
    SELECT place, day AS from_day, sum(job) OVER w > 0 AS job, sum(other) OVER w > 0 AS other
    FROM daily WINDOW w AS (PARTITION BY place ORDER BY day) ORDER BY place, day"""


@dataclass(frozen=True)
class Changes:
    """Days (n) on which something of an enrolment changes, by place and day."""

    place: Places
    from_day: Days

    def last(self, place: Places, day: Days) -> Ints:
        """The last change in each place by each day (m), -1 where there has been none."""
        found = np.searchsorted(self._numbers, in_order(place, day), "right") - 1
        if len(self.place) == 0:
            return found
        return np.where(self.place[found] == place, found, -1)

    @cached_property
    def _numbers(self) -> Days:
        return in_order(self.place, self.from_day)


@dataclass(frozen=True)
class Assigned:
    """Who the caseworker is from each change on (n, null: nobody)."""

    changes: Changes
    caseworker: pa.DictionaryArray

    def on(self, place: Places, day: Days) -> pa.DictionaryArray:
        """The caseworker in each place on each day (m), null if nobody."""
        found = self.changes.last(place, day)
        return self.caseworker.take(pa.array(found, mask=found < 0))


@dataclass(frozen=True)
class Running:
    """Which activities run from each change on (n): the kinds are columns of `runs` (n x 4).

    Job-oriented, of another kind, both at once, any. `before` (n x 4): days on which it ran before the
    change, counted over all enrolments one after the other; what runs without end counts as nothing there.
    """

    changes: Changes
    runs: Bools
    before: Ints

    def days(self, place: Places, after: Days, until: Days) -> Ints:
        """On how many days after `after` up to `until` each kind ran in each place (m x 4)."""
        return self._up_to(place, until) - self._up_to(place, after)

    def _up_to(self, place: Places, day: Days) -> Ints:
        """Days on which each kind ran up to `day` and before the place (m x 4)."""
        if len(self.before) == 0:
            return np.zeros((len(place), 4), np.int64)
        ran = self.changes.last(place, day)
        first = np.searchsorted(self.changes.place, place)
        since = np.where(ran < 0, 0, day + 1 - self.changes.from_day[ran])
        at = np.where(ran < 0, np.minimum(first, len(self.before) - 1), ran)
        return self.before[at] + self.runs[at] * since[:, None]


def read_assigned(study: OpenStudy) -> Assigned:
    """The caseworkers of the enrolments in the view `places`."""
    rows = study.connection.sql(_ASSIGNED).to_arrow_table()
    changes = Changes(rows["place"].to_numpy().astype(np.int32), rows["from_day"].to_numpy())
    return Assigned(changes, encoded(whole(rows["caseworker"])))


def read_running(study: OpenStudy) -> Running:
    """The activities of the enrolments in the view `places`."""
    rows = study.connection.sql(_RUNNING).to_arrow_table()
    place, from_day = rows["place"].to_numpy().astype(np.int32), rows["from_day"].to_numpy()
    job, other = rows["job"].to_numpy(), rows["other"].to_numpy()
    runs = np.column_stack([job, other, job & other, job | other])
    lasts = np.zeros(len(place), np.int64)
    lasts[:-1] = np.where(place[1:] == place[:-1], np.diff(from_day), 0)
    ran: Ints = runs * lasts[:, None]
    return Running(Changes(place, from_day), runs, np.cumsum(ran, axis=0) - ran)
