"""The fields of a study dataset that a mapping fills, each with its source and the reader of its cells."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial

from analysis.dataset.schema import TABLES
from analysis.importing import readers
from analysis.importing.mapping import CovariatePart, LongRounds, SingleRounds, Source
from analysis.importing.mapping import Mapping as StudyMapping
from analysis.importing.readers import Reader, Value
from analysis.importing.rejected import Reason, Unplaced

_NumberReader = Callable[[str, str], Value]
_LANGUAGE = (r"[a-zA-Z]{2,3}(-[a-zA-Z0-9]{2,8})*", "sv or pt-BR")


@dataclass(frozen=True)
class Fact:
    """A value, and the cell it came from (both empty for a constant)."""

    value: Value
    column: str = ""
    text: str = ""


@dataclass(frozen=True)
class FieldReader:
    """One field: where it stands in the mapping, its source, and how its cells and its codes are read.

    `open_codes`: a cell that `codes` does not list is read as it stands; else it is an unknown code.
    `optional`: an empty cell is no value.
    """

    place: str
    source: Source
    of_cell: Reader
    of_code: Reader
    open_codes: bool = False
    optional: bool = False

    def read(self, cells: Mapping[str, str]) -> Fact:
        """The field's value in a row; Unplaced, naming the column, where it cannot be read."""
        if self.source.column is None:
            return Fact(self.of_code(self.source.constant or ""))
        text = cells[self.source.column]
        try:
            return Fact(self._value(text), self.source.column, text)
        except Unplaced as fault:
            raise Unplaced(fault.reason, fault.detail, self.source.column, text) from None

    def _value(self, text: str) -> Value:
        if text in self.source.codes:
            return self.of_code(self.source.codes[text])
        if self.optional and not text:
            return None
        if self.source.codes and not self.open_codes:
            listed = ", ".join(repr(code) for code in self.source.codes)
            raise Unplaced(Reason.UNKNOWN_CODE, f"not among the codes of {self.place}: {listed}")
        return self.of_cell(text)


@dataclass(frozen=True)
class Occasion:
    """One measuring occasion in a row: round, rater, day, and the column of each item."""

    round: FieldReader
    rater: FieldReader
    day: FieldReader
    columns: dict[str, str]


@dataclass(frozen=True)
class Fields:
    """Everything that is read from a row, in the order in which it is looked at.

    Keys of `person` are `table.column` of the study dataset, those of `responses` columns of that table.
    `decimal` is the character of decimals in the table.
    """

    person: dict[str, FieldReader]
    responses: dict[str, FieldReader]
    occasions: tuple[Occasion, ...]
    event_day: FieldReader | None
    decimal: str

    def all(self) -> Iterator[FieldReader]:
        """Every field."""
        yield from self.person.values()
        for occasion in self.occasions:
            yield from (occasion.round, occasion.rater, occasion.day)
        yield from self.responses.values()
        if self.event_day:
            yield self.event_day


def fields_of(mapping: StudyMapping, decimal: str) -> Fields:
    """The fields of a mapping for a table whose decimals are written with `decimal`."""
    make = _Maker(decimal)
    event_day = make.numeric("outcome.day", mapping.outcome.day, readers.day) if mapping.outcome else None
    return Fields(make.person(mapping), make.responses(mapping), make.occasions(mapping), event_day, decimal)


@dataclass(frozen=True)
class _Maker:
    decimal: str

    def numeric(
        self, place: str, source: Source, reader: _NumberReader, *, open_codes: bool = True
    ) -> FieldReader:
        # Codes and constants are the mapping's own and written with a point, whatever the table does.
        return FieldReader(
            place, source, lambda t: reader(t, self.decimal), lambda t: reader(t, "."), open_codes
        )

    def person(self, mapping: StudyMapping) -> dict[str, FieldReader]:
        part = mapping.person
        band = part.age_band
        bands = partial(readers.age_band, band.bands, self.decimal) if band.bands else readers.text_value
        age = FieldReader("person.age_band", band, bands, readers.text_value, open_codes=bool(band.bands))
        return {
            "persons.organisation": _plain("person.organisation", part.organisation),
            "organisations.country": _formed("person.country", part.country, "[A-Z]{2}", "SE"),
            "enrolments.unit": _plain("person.unit", part.unit),
            "persons.language": _formed("person.language", part.language, *_LANGUAGE),
            "persons.sex": _closed("person.sex", part.sex, "persons", "sex"),
            "persons.origin": _closed("person.origin", part.origin, "persons", "origin"),
            "persons.age_band": age,
            "persons.education": _closed("person.education", part.education, "persons", "education"),
            "enrolments.enrolled_quarter": _formed(
                "person.enrolled_quarter", part.enrolled_quarter, "[0-9]{4}Q[1-4]", "2026Q1"
            ),
            "enrolments.observed_to_day": self.numeric(
                "person.observed_to_day", part.observed_to_day, readers.day
            ),
            "enrolments.observed_by": _closed(
                "person.observed_by", part.observed_by, "enrolments", "observed_by"
            ),
            **{f"persons.{name}": self._covariate(name, c) for name, c in mapping.covariates.items()},
        }

    def _covariate(self, name: str, part: CovariatePart) -> FieldReader:
        source = Source(column=part.column, codes=part.codes)
        of_cell = readers.covariate_reader(part.type, self.decimal)
        of_code = readers.covariate_reader(part.type, ".")
        open_codes = part.type == "number"
        return FieldReader(f"covariates.{name}", source, of_cell, of_code, open_codes, optional=True)

    def responses(self, mapping: StudyMapping) -> dict[str, FieldReader]:
        part = mapping.responses
        return {
            "mode": _closed("responses.mode", part.mode, "responses", "mode"),
            "language": _formed("responses.language", part.language, *_LANGUAGE),
            "assistance": _closed("responses.assistance", part.assistance, "responses", "assistance"),
            "proxy": FieldReader("responses.proxy", part.proxy, readers.boolean, readers.boolean),
            "independent": FieldReader(
                "responses.independent", part.independent, readers.boolean, readers.boolean
            ),
        }

    def occasions(self, mapping: StudyMapping) -> tuple[Occasion, ...]:
        rounds = mapping.rounds
        columns = {key: part.column for key, part in mapping.indicators.items() if part.column is not None}
        if isinstance(rounds, LongRounds):
            return (self._occasion("rounds", rounds.round, rounds.rater, rounds.day, columns),)
        if isinstance(rounds, SingleRounds):
            return (self._fixed("rounds", 0, rounds.rater, rounds.day, columns),)
        return tuple(
            self._fixed(f"rounds.occasions.{i}", one.round, one.rater, one.day, one.columns)
            for i, one in enumerate(rounds.occasions)
        )

    def _fixed(self, place: str, number: int, rater: str, day: Source, columns: dict[str, str]) -> Occasion:
        return self._occasion(place, Source(constant=str(number)), Source(constant=rater), day, columns)

    def _occasion(
        self, place: str, number: Source, rater: Source, day: Source, columns: dict[str, str]
    ) -> Occasion:
        return Occasion(
            # A code left out here would put an answer into another round without a word.
            self.numeric(f"{place}.round", number, readers.round_number, open_codes=False),
            _closed(f"{place}.rater", rater, "responses", "rater"),
            self.numeric(f"{place}.day", day, readers.day),
            columns,
        )


def _plain(place: str, source: Source) -> FieldReader:
    return FieldReader(place, source, readers.text_value, readers.text_value)


def _formed(place: str, source: Source, pattern: str, example: str) -> FieldReader:
    reader = partial(readers.in_form, pattern, example)
    return FieldReader(place, source, reader, reader)


def _closed(place: str, source: Source, table: str, column: str) -> FieldReader:
    reader = partial(readers.one_of, tuple(TABLES[table].column(column).values or ()))
    return FieldReader(place, source, reader, reader)
