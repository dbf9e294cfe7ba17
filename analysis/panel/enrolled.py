"""Who was in the study until when: one row an enrolment, in the order of the panel."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from analysis.dataset.open import OpenStudy
from analysis.panel.columns import ROUND, CovariateColumn

Days = NDArray[np.int64]
# The day of what never happens. Days lie between -2^31 and 2^31.
NEVER = np.iinfo(np.int64).max
_LATEST = 2**31 - 1

# Exits for these reasons are the outcome's own way out, not one that competes with it.
_EXIT_REASON_OF = {"job_regular": "work", "job_subsidised": "work", "study": "study"}

# The first days of what happened, by enrolment. Of two exits, which the contract forbids, the first counts.
_HAPPENED = """
    WITH happened AS (
        SELECT enrolment,
               min(day) FILTER (list_contains($kinds, kind)) AS outcome_day,
               min(day) FILTER (kind = 'study' AND NOT list_contains($kinds, 'study')) AS study_day
        FROM events GROUP BY enrolment),
    gone AS (
        SELECT enrolment, min(day) AS exit_day,
               min(day) FILTER (NOT list_contains($own_exits, reason)) AS other_exit_day
        FROM exits GROUP BY enrolment)
    -- least() passes over nulls
    SELECT enrolment, outcome_day, least(study_day, other_exit_day) AS competing_day,
           least(outcome_day, study_day, exit_day) AS last_day
    FROM happened FULL JOIN gone USING (enrolment)"""


@dataclass(frozen=True)
class Enrolled:
    """All enrolments (n), sorted; texts are dictionary-encoded, days are NEVER where nothing happened.

    `person`; `outcome_day`: the first outcome; `competing_day`: the first exit for another reason, or study
    where that is no outcome; `last_day`: the first day that is no longer at risk, after which nothing counts;
    `observed_to_day`; `covariates` by name, all but the round.
    """

    enrolment: pa.StringArray
    person: pa.DictionaryArray
    outcome_day: Days
    competing_day: Days
    last_day: Days
    observed_to_day: Days
    covariates: dict[str, pa.Array]

    def __len__(self) -> int:
        return len(self.enrolment)

    def place(self, enrolment: pa.Array | pa.ChunkedArray) -> NDArray[np.int32]:
        """The row of each of these enrolments (m)."""
        if len(enrolment) == 0:
            # Spares the table that a search is made with.
            return np.empty(0, np.int32)
        if not pa.types.is_dictionary(enrolment.type):
            found: NDArray[np.int32] = pc.index_in(enrolment, value_set=self.enrolment).to_numpy()
            return found
        # Each name is looked up once for all that have it.
        names = pa.chunked_array([chunk.dictionary for chunk in enrolment.chunks])
        places = pc.index_in(names, value_set=self.enrolment).to_numpy()
        ends = np.cumsum([len(chunk.dictionary) for chunk in enrolment.chunks])
        parts = zip(np.split(places, ends[:-1]), enrolment.chunks, strict=True)
        return np.concatenate([own.take(chunk.indices.to_numpy()) for own, chunk in parts])


def read_enrolled(
    study: OpenStudy, covariates: Sequence[CovariateColumn], outcome_kinds: Sequence[str]
) -> Enrolled:
    """The enrolments; SQL then has them as the view `places`: `enrolment` and `place`, counted from 0."""
    others = [c for c in covariates if c.name != ROUND]
    own = dict.fromkeys(c.name for c in others if c.source == "e")
    columns = ["enrolment", "person", "observed_to_day", "withdrawn_day"]
    rows = _sorted(
        study.arrow("enrolments").to_table(columns=list(dict.fromkeys([*columns, *own]))), "enrolment"
    )
    names = ["person", *dict.fromkeys(c.name for c in others if c.source == "p")]
    persons = _sorted(study.arrow("persons").to_table(columns=names), "person")
    person = pc.index_in(rows["person"], value_set=whole(persons["person"]))
    read = {"e": lambda name: whole(rows[name]), "p": lambda name: whole(persons[name].take(person))}
    enrolled = Enrolled(
        enrolment=whole(rows["enrolment"]),
        person=pa.DictionaryArray.from_arrays(whole(person), whole(persons["person"])),
        outcome_day=np.full(len(rows), NEVER),
        competing_day=np.full(len(rows), NEVER),
        last_day=_days(rows["withdrawn_day"]),
        observed_to_day=_days(rows["observed_to_day"]),
        covariates={c.name: encoded(read[c.source](c.name)) for c in others},
    )
    _add_happened(study, enrolled, outcome_kinds)
    places = pa.array(np.arange(len(rows)))
    study.connection.register("places", pa.table({"enrolment": enrolled.enrolment, "place": places}))
    return enrolled


def own_exits(outcome_kinds: Sequence[str]) -> list[str]:
    """The reasons of exits that are these outcomes' own way out, and compete with none of them."""
    return sorted({_EXIT_REASON_OF[kind] for kind in outcome_kinds if kind in _EXIT_REASON_OF})


def _add_happened(study: OpenStudy, enrolled: Enrolled, outcome_kinds: Sequence[str]) -> None:
    parameters = {"kinds": list(outcome_kinds), "own_exits": own_exits(outcome_kinds)}
    rows = study.connection.sql(_HAPPENED, params=parameters).to_arrow_table()
    place = enrolled.place(rows["enrolment"])
    enrolled.outcome_day[place] = _days(rows["outcome_day"])
    enrolled.competing_day[place] = _days(rows["competing_day"])
    enrolled.last_day[place] = np.minimum(enrolled.last_day[place], _days(rows["last_day"]))


def _sorted(table: pa.Table, key: str) -> pa.Table:
    """The rows by their key: files that we wrote are."""
    return table if is_sorted(whole(table[key])) else table.sort_by(key)


def is_sorted(names: pa.Array) -> bool:
    """Whether each name comes after the one before it."""
    return bool(pc.all(pc.less(names[:-1], names[1:]), min_count=0).as_py())


def _days(column: pa.ChunkedArray) -> Days:
    found: Days = pc.fill_null(column, NEVER).to_numpy()
    # What Arrow holds is not for writing.
    return found.copy()


def whole(column: pa.ChunkedArray) -> pa.Array:
    """A column in one piece, an empty one too."""
    return pa.concat_arrays(column.chunks) if column.num_chunks else pa.array([], column.type)


def encoded(values: pa.Array) -> pa.Array:
    """Texts as codes of a sorted dictionary; what is no text as it is."""
    if not pa.types.is_string(values.type):
        return values
    names = values.dictionary_encode()
    order = pc.sort_indices(names.dictionary)
    rank = pc.sort_indices(order).cast(pa.int32())
    return pa.DictionaryArray.from_arrays(rank.take(names.indices), names.dictionary.take(order))


def in_order(place: NDArray[np.int32], day: NDArray[np.integer]) -> Days:
    """One number for place and day or round (n): by place, then by that."""
    found: Days = (place.astype(np.int64) << 32) + np.minimum(day, _LATEST)
    return found
