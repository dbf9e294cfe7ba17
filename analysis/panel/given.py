"""Who gave which answer when: a rater's responses in the order of the panel, and how they hang together."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import pairwise

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from analysis.dataset.open import OpenStudy
from analysis.panel.columns import CovariateColumn
from analysis.panel.enrolled import NEVER, Days, Enrolled, in_order, read_enrolled, whole
from analysis.panel.stretch import Stretch, pick, stretch

Ints = NDArray[np.int32]
Bools = NDArray[np.bool_]
_CELLS_A_ROW = 8
# What lies no further away than this is close by.
_MORE_ROWS = 10_000


@dataclass(frozen=True)
class Given:
    """All responses of a rater (n), by enrolment and round.

    `names`: the ids of both raters' responses in the order of their files, of which `files` tells the first
    row and the one after the last; `row`: which of the n each is (n for those of the other rater);
    `order` (n): where in the files each lies.
    `place`: that of the enrolment. `independent`: so declared, and not given on a later day than one to a
    later round.
    """

    names: pa.StringArray
    files: tuple[tuple[int, int], ...]
    row: Ints
    order: Ints
    place: Ints
    round: Ints
    day: Days
    proxy: Bools
    independent: Bools

    def named(self, rows: Ints, unknown: Bools | None = None) -> pa.DictionaryArray:
        """The ids of these responses (m), null where unknown."""
        return pa.DictionaryArray.from_arrays(pa.array(self.order.take(rows), mask=unknown), self.names)


class Search:
    """Finds responses by their ids, which come in batches, mostly in the order of their own files."""

    def __init__(self, given: Given) -> None:
        self._given = given
        self._file, self._start, self._end = -1, 0, 0

    def rows(self, names: pa.StringArray, file: int) -> Ints:
        """The rows of the responses of these names (m), from that file of answers; n for a name that is none.

        Names that stand together here too, from where the last ones began or ended, need no search.
        """
        given = self._given
        first, end = given.files[min(file, len(given.files) - 1)]
        if file != self._file:
            self._file, self._start, self._end = file, first, first
        for start in (self._start, self._end - 1, self._end):
            if start >= first and given.names[start : start + len(names)].equals(names):
                self._start, self._end = start, start + len(names)
                return given.row[start : start + len(names)]
        return self._searched(names, first, end)

    def _searched(self, names: pa.StringArray, first: int, end: int) -> Ints:
        """Looked for close by, then in the file, then in all of them."""
        given, size = self._given, len(names)
        near = max(self._start - _MORE_ROWS, first)
        for low, high in ((near, min(self._end + 2 * size + _MORE_ROWS, end)), (first, end), (0, None)):
            found = pc.index_in(names, value_set=given.names[low:high])
            if not found.null_count:
                break
        if size > found.null_count:
            self._start, self._end = low + pc.min(found).as_py(), low + pc.max(found).as_py() + 1
        rows: Ints = np.append(given.row, np.int32(len(given.order)))[
            pc.add(found, low).fill_null(len(given.row)).to_numpy()
        ]
        return rows


@dataclass(frozen=True)
class Answered:
    """The independent ones (m): `ids` are their numbers among all; the rest goes by row.

    `has_previous`: the row above is the round before of the same enrolment. `end_day`: the last day of the
    interval. `at_risk`: nothing has ended it yet. `observed`: what happened up to `end_day` is known.
    """

    ids: Ints
    has_previous: Bools
    end_day: Days
    at_risk: Bools
    observed: Bools


def read_given(
    study: OpenStudy, rater: str, covariates: Sequence[CovariateColumn], outcome_kinds: Sequence[str]
) -> tuple[Enrolled, Given]:
    """The enrolments, and the responses of `rater`: both are read at the same time."""
    with ThreadPoolExecutor(1) as beside:
        reading = beside.submit(read_enrolled, study, covariates, outcome_kinds)
        own = _own(study, rater)
        enrolled = reading.result()
        give_back()
        naming = beside.submit(lambda: whole(_read(study, ["response"])["response"]))
        place = enrolled.place(own.enrolment)
        order = _order(place, own.round, len(enrolled))
        lies, place, rounds = pick(own.lies, order), pick(place, order), pick(own.round, order)
        these = stretch(lies) if isinstance(order, slice) else lies
        del own, order
        names = naming.result()
    give_back()
    rows = _read(study, ["submitted_day", "independent", "proxy"])
    day = pick(rows["submitted_day"].to_numpy(), these)
    declared, proxy = (
        pick(pc.fill_null(rows[name], fill_value=False).to_numpy(), these)
        for name in ("independent", "proxy")
    )
    del rows
    independent = declared & _in_time(place, day, declared)
    row = np.full(len(names), len(lies), np.int32)
    row[these] = np.arange(len(lies), dtype=np.int32)
    return enrolled, Given(names, _files(study), row, lies, place, rounds, day, proxy, independent)


def give_back() -> None:
    """Reading keeps room for more of the same, of which what comes next has a use."""
    pa.default_memory_pool().release_unused()


def _files(study: OpenStudy) -> tuple[tuple[int, int], ...]:
    """The first row of every file of responses and the one after its last."""
    sizes = [file.count_rows() for file in study.arrow("responses").get_fragments()]
    return tuple(pairwise(np.cumsum([0, *(sizes or [0])]).tolist()))


@dataclass(frozen=True)
class _Own:
    """The rater's responses in the order of the files, and where in those they lie."""

    lies: Ints
    enrolment: pa.ChunkedArray
    round: Ints


def _own(study: OpenStudy, rater: str) -> _Own:
    # A few columns at a time: all at once would take several times the room of what is kept of them.
    rows = _read(study, ["rater", "enrolment", "round"], encoded=("rater", "enrolment"))
    own = pa.chunked_array(map(partial(_is, rater), rows["rater"].chunks), pa.bool_())
    return _Own(
        np.flatnonzero(own.to_numpy()).astype(np.int32),
        rows["enrolment"].filter(own),
        rows["round"].filter(own).to_numpy().astype(np.int32),
    )


def _is(name: str, column: pa.Array) -> pa.Array:
    """Whether each is that name: of texts that are encoded the dictionary alone is looked at."""
    if not pa.types.is_dictionary(column.type):
        return pc.equal(column, name)
    return pc.equal(column.dictionary, name).take(column.indices)


def _order(place: Ints, rounds: Ints, places: int) -> Stretch:
    """The order by place and round (n): files that we wrote have it.

    Each round comes once, so where there are few a table will do.
    """
    later = (place[1:] > place[:-1]) | ((place[1:] == place[:-1]) & (rounds[1:] > rounds[:-1]))
    if later.all():
        return slice(None)
    width = int(rounds.max(initial=0)) + 1
    if rounds.min(initial=0) >= 0 and places * width <= _CELLS_A_ROW * len(place):
        cells = np.full(places * width, -1, np.int32)
        cells[place.astype(np.int64) * width + rounds] = np.arange(len(place))
        order: NDArray[np.int32] = cells[cells >= 0]
        if len(order) == len(place):
            return order
    return np.argsort(in_order(place, rounds))


def _read(study: OpenStudy, columns: list[str], encoded: tuple[str, ...] = ()) -> pa.Table:
    return study.arrow("responses", encoded).to_table(
        columns=columns, batch_readahead=1, fragment_readahead=1
    )


def _in_time(place: Ints, day: Days, declared: Bools) -> Bools:
    """Whether no later declared row of the same place has an earlier day (n)."""
    if np.all((place[1:] != place[:-1]) | (day[:-1] <= day[1:])):
        return np.ones(len(day), bool)
    number = in_order(place, np.where(declared, day, NEVER))
    # Seen from the end: a place's own numbers are less than those of all the places met before.
    least = np.minimum.accumulate(number[::-1])[::-1]
    in_time = np.ones(len(day), bool)
    in_time[:-1] = (place[1:] != place[:-1]) | (in_order(place, day)[:-1] <= least[1:])
    return in_time


def answered(given: Given, enrolled: Enrolled, interval_days: int) -> Answered:
    """The independent responses, with what lies around each."""
    ids = np.flatnonzero(given.independent).astype(np.int32)
    these = stretch(ids)
    place, rounds, day = pick(given.place, these), pick(given.round, these), pick(given.day, these)
    has_previous = np.zeros(len(ids), bool)
    end_day = day + interval_days
    same = place[1:] == place[:-1]
    has_previous[1:] = same & (rounds[1:] == rounds[:-1] + 1)
    np.minimum(end_day[:-1], day[1:], out=end_day[:-1], where=same)
    at_risk = enrolled.last_day.take(place) > day
    return Answered(ids, has_previous, end_day, at_risk, end_day <= enrolled.observed_to_day.take(place))
