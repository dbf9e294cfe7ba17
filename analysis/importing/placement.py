"""Rows put together into persons: what several rows say of one person, organisation or caseworker agrees."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from analysis.importing.fields import Fact
from analysis.importing.rejected import Reason, Unplaced
from analysis.importing.rows import Response, Row, Slot


@dataclass(frozen=True)
class PlacedPerson:
    """One person: the facts of the first row, and what was answered in each round by each rater.

    `lines` says on which line each round stands.
    """

    line: int
    facts: dict[str, Fact]
    rounds: dict[Slot, Response | None] = field(default_factory=dict)
    lines: dict[Slot, int] = field(default_factory=dict)


@dataclass(frozen=True)
class PlacedCaseworker:
    """A caseworker who rated, with the organisation and unit of the first row."""

    line: int
    organisation: Fact
    unit: Fact


@dataclass(frozen=True)
class Placement:
    """Everything placed so far, by foreign id, in the order of the file.

    `lost` are the rounds of a row that could not be placed: known to exist, not known what was answered.
    """

    persons: dict[str, PlacedPerson] = field(default_factory=dict)
    organisations: dict[str, tuple[int, Fact]] = field(default_factory=dict)
    caseworkers: dict[str, PlacedCaseworker] = field(default_factory=dict)
    lost: set[tuple[str, Slot]] = field(default_factory=set)

    def place(self, row: Row) -> None:
        """Add the row; Unplaced, with nothing added, where it disagrees with an earlier one."""
        self._check_organisation(row)
        known = self.persons.get(row.person)
        if known is not None:
            _check_facts(known, row)
            _check_rounds(known, row)
        _check_order(_days(known.rounds if known else {}) | _days(row.rounds), row)
        self._check_caseworkers(row)
        self._add(row)

    def _add(self, row: Row) -> None:
        person = self.persons.setdefault(row.person, PlacedPerson(row.line, row.facts))
        person.rounds.update(row.rounds)
        person.lines.update(dict.fromkeys(row.rounds, row.line))
        organisation = str(row.facts["persons.organisation"].value)
        self.organisations.setdefault(organisation, (row.line, row.facts["organisations.country"]))
        for caseworker in _caseworkers(row):
            at = PlacedCaseworker(row.line, row.facts["persons.organisation"], row.facts["enrolments.unit"])
            self.caseworkers.setdefault(caseworker, at)

    def _check_organisation(self, row: Row) -> None:
        fact = row.facts["organisations.country"]
        organisation = str(row.facts["persons.organisation"].value)
        line, earlier = self.organisations.get(organisation, (0, fact))
        _agree(fact, earlier, line, f"the organisation {organisation!r}")

    def _check_caseworkers(self, row: Row) -> None:
        for caseworker in _caseworkers(row):
            earlier = self.caseworkers.get(caseworker)
            if earlier is not None:
                organisation = row.facts["persons.organisation"]
                _agree(organisation, earlier.organisation, earlier.line, "the caseworker")
                _agree(row.facts["enrolments.unit"], earlier.unit, earlier.line, "the caseworker")


def _caseworkers(row: Row) -> Iterator[str]:
    for response in row.rounds.values():
        if response is not None and response.caseworker is not None:
            yield response.caseworker


def _agree(fact: Fact, earlier: Fact, line: int, whom: str) -> None:
    if fact.value != earlier.value:
        detail = f"disagrees with line {line} on {whom}: there {_shown(earlier)}, here {_shown(fact)}"
        raise Unplaced(Reason.DISAGREES, detail, fact.column, fact.text)


def _shown(fact: Fact) -> str:
    return "no value" if fact.value is None else repr(fact.value)


def _check_facts(known: PlacedPerson, row: Row) -> None:
    for key, fact in row.facts.items():
        _agree(fact, known.facts[key], known.line, f"this person's {key.split('.')[1]}")


def _check_rounds(known: PlacedPerson, row: Row) -> None:
    for (number, rater), response in row.rounds.items():
        line = known.lines.get((number, rater))
        if line is not None:
            day = response.day if response else Fact(None)
            detail = f"the {rater}'s round {number} of this person stands on line {line} already"
            raise Unplaced(Reason.DUPLICATE, detail, day.column, day.text)


def _days(rounds: dict[Slot, Response | None]) -> dict[Slot, Fact]:
    return {slot: response.day for slot, response in rounds.items() if response is not None}


def _check_order(days: dict[Slot, Fact], row: Row) -> None:
    for slot, day in days.items():
        for other, later in days.items():
            ordered = slot[1] == other[1] and slot[0] < other[0]
            if ordered and int(str(day.value)) > int(str(later.value)):
                at = day if slot in row.rounds else later
                detail = f"round {slot[0]} on day {day.value}, round {other[0]} earlier, on day {later.value}"
                raise Unplaced(Reason.DAY_ORDER, detail, at.column, at.text)
