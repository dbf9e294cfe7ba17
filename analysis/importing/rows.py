"""One record of a foreign table, read by the mapping: what it says of the person and of each occasion."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from analysis.dataset.instrument import Instrument, Item
from analysis.dataset.schema import SKIPPED
from analysis.importing.fields import Fact, Fields, Occasion
from analysis.importing.mapping import Mapping as StudyMapping
from analysis.importing.readers import number
from analysis.importing.records import Record
from analysis.importing.rejected import Reason, Unplaced

NO_EVENT = ("none", "unknown")
Slot = tuple[int, str]


@dataclass(frozen=True)
class Response:
    """One rater's answers in one round; `facts` are the columns of `responses` that the mapping fills.

    `values` has one number for every item that the rater is asked, by the item's key. `caseworker` is the
    foreign id of who rated; it is replaced before anything is written.
    """

    day: Fact
    facts: dict[str, Fact]
    values: dict[str, float]
    caseworker: str | None


@dataclass(frozen=True)
class Row:
    """A record that could be read. `rounds` holds None where the rater was asked and answered nothing."""

    line: int
    person: str
    facts: dict[str, Fact]
    rounds: dict[Slot, Response | None]


@dataclass(frozen=True)
class RowReader:
    """Reads records by a mapping, its fields and the instrument."""

    columns: tuple[str, ...]
    mapping: StudyMapping
    instrument: Instrument
    fields: Fields

    def read(self, record: Record) -> Row:
        """The row; Unplaced with the first thing found wrong."""
        cells = self._cells(record)
        person = self._person(cells)
        facts = {key: field.read(cells) for key, field in self.fields.person.items()} | self._event(cells)
        _check_event(facts)
        return Row(record.line, person, facts, dict(self._occasion(cells, o) for o in self.fields.occasions))

    def slot(self, record: Record) -> tuple[str, Slot] | None:
        """Person, round and rater of a record that could not be placed, where the table is long and says."""
        try:
            cells = self._cells(record)
            return self._person(cells), _slot(cells, self.fields.occasions[0])
        except Unplaced:
            return None

    def _cells(self, record: Record) -> dict[str, str]:
        if len(record.cells) != len(self.columns):
            detail = f"{len(record.cells)} cells where the header names {len(self.columns)} columns"
            raise Unplaced(Reason.FIELDS, detail)
        return dict(zip(self.columns, record.cells, strict=True))

    def _person(self, cells: Mapping[str, str]) -> str:
        column = self.mapping.person.id
        if not cells[column]:
            raise Unplaced(Reason.NO_PERSON, "the person's id is missing", column)
        return cells[column]

    def _event(self, cells: Mapping[str, str]) -> dict[str, Fact]:
        outcome, day = self.mapping.outcome, self.fields.event_day
        if outcome is None or day is None:
            return {}
        text = cells[outcome.column]
        if text not in outcome.events:
            listed = ", ".join(repr(value) for value in outcome.events)
            detail = f"not among the values of outcome.events: {listed}"
            raise Unplaced(Reason.UNKNOWN_CODE, detail, outcome.column, text)
        kind = outcome.events[text]
        fact = Fact(None) if kind in NO_EVENT else day.read(cells)
        return {"events.kind": Fact(kind, outcome.column, text), "events.day": fact}

    def _occasion(self, cells: Mapping[str, str], occasion: Occasion) -> tuple[Slot, Response | None]:
        slot = _slot(cells, occasion)
        values = self._values(cells, occasion, slot[1])
        if all(value == SKIPPED for value in values.values()):
            return slot, None
        facts = {key: field.read(cells) for key, field in self.fields.responses.items()}
        column = self.mapping.responses.caseworker
        caseworker = cells[column] if column is not None and slot[1] == "caseworker" else ""
        return slot, Response(occasion.day.read(cells), facts, values, caseworker or None)

    def _values(self, cells: Mapping[str, str], occasion: Occasion, rater: str) -> dict[str, float]:
        values = {}
        for item in self.instrument.items:
            if rater in item.raters:
                values[item.key] = self._answer(item, occasion.columns[item.key], cells)
            elif column := occasion.columns.get(item.key):
                self._not_asked(item.key, column, cells[column], rater)
        return values

    def _answer(self, item: Item, column: str, cells: Mapping[str, str]) -> float:
        try:
            return self._value(item, cells[column])
        except Unplaced as fault:
            raise Unplaced(fault.reason, fault.detail, column, cells[column]) from None

    def _value(self, item: Item, text: str) -> float:
        part, scale = self.mapping.indicators[item.key], item.scale
        for missing in (part.missing, self.mapping.missing):
            if text in missing:
                return float(missing[text])
        value = part.codes[text] if text in part.codes else number(text, self.fields.decimal)
        if not scale.lowest <= value <= scale.highest:
            detail = f"outside the scale of {item.key}, {scale.lowest} to {scale.highest}"
            raise Unplaced(Reason.OFF_SCALE, detail)
        if scale.kind == "steps" and not value.is_integer():
            raise Unplaced(Reason.NOT_WHOLE, f"between two steps of {item.key}")
        return flipped(value, scale.lowest, scale.highest) if part.reverse else value

    def _not_asked(self, item: str, column: str, text: str, rater: str) -> None:
        known = self.mapping.indicators[item].missing.keys() | self.mapping.missing.keys() | {""}
        if text not in known:
            detail = f"the instrument does not ask the {rater} {item}, yet there is a value"
            raise Unplaced(Reason.NOT_ASKED, detail, column, text)


def flipped(value: float, lowest: float, highest: float) -> float:
    """The value as far from the other end of the scale; rounding of the sum does not leave the scale."""
    return min(max(lowest + (highest - value), lowest), highest)


def _slot(cells: Mapping[str, str], occasion: Occasion) -> Slot:
    return int(str(occasion.round.read(cells).value)), str(occasion.rater.read(cells).value)


def _check_event(facts: Mapping[str, Fact]) -> None:
    event = facts.get("events.day")
    if event is None or event.value is None:
        return
    until = facts["enrolments.observed_to_day"]
    if int(str(event.value)) > int(str(until.value)):
        detail = f"the event lies on day {event.value}, after the observation ends on day {until.value}"
        place = event if event.column else until
        raise Unplaced(Reason.EVENT_UNOBSERVED, detail, place.column, place.text)
