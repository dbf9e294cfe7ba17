"""The mapping, what each column of a foreign table means: its schema. `docs/importing.md` explains it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PrivateAttr,
    StringConstraints,
    model_validator,
)

from analysis.dataset.schema import ColumnType

Rater = Literal["participant", "caseworker"]
MissingCode = Literal[-1, -2, -3, -8, -9]
EventKind = Literal[
    "job_regular",
    "job_subsidised",
    "study",
    "labour_market_training",
    "placement",
    "return_to_support",
    "none",
    "unknown",
]


def _text(value: object) -> object:
    # YAML reads 1 and 2.5 as numbers; a cell of the table is text, so both are compared as text.
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, str):
        return value.strip()
    return value


def _text_keys(value: object) -> object:
    if not isinstance(value, dict):
        return value
    texts = {_text(key): entry for key, entry in value.items()}
    if len(texts) < len(value):
        raise ValueError("two keys are the same text, once with and once without quotation marks or spaces")
    return texts


Text = Annotated[str, BeforeValidator(_text)]
FilledText = Annotated[str, BeforeValidator(_text), StringConstraints(min_length=1)]
Codes = Annotated[dict[str, FilledText], BeforeValidator(_text_keys)]
MissingCodes = Annotated[dict[str, MissingCode], BeforeValidator(_text_keys)]
CovariateName = Annotated[str, StringConstraints(pattern=r"^[a-z_][a-z0-9_]{0,31}$")]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class Source(_Part):
    """Where a value comes from: a column (by way of `codes`, where given) or one constant for all rows."""

    column: Text | None = None
    constant: FilledText | None = None
    codes: Codes = {}

    @model_validator(mode="after")
    def _one_of_two(self) -> Source:
        if (self.column is None) == (self.constant is None):
            raise ValueError("give either `column` or `constant`")
        if self.codes and self.column is None:
            raise ValueError("`codes` belong to a `column`; remove them or name the column")
        return self


class AgeSource(Source):
    """As Source; `bands` are the lower bounds (whole years) into which a column of ages is cut."""

    bands: tuple[Annotated[int, Field(gt=0, lt=120)], ...] = ()

    @model_validator(mode="after")
    def _ascending(self) -> AgeSource:
        if self.bands and self.column is None:
            raise ValueError("`bands` belong to a `column`; remove them or name the column")
        if list(self.bands) != sorted(set(self.bands)):
            raise ValueError("`bands` must ascend, none twice")
        return self


def constant(value: str) -> Source:
    """A source that is the same for all rows."""
    return Source(constant=value)


class StudyPart(_Part):
    """What the dataset says of itself."""

    key: Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9._-]*$")]
    title: FilledText
    interval_days: Annotated[int, Field(gt=0)]
    release: FilledText = "1"
    disclosure: FilledText = "persons numbered anew; everything else as in the source"


class TablePart(_Part):
    """How the file is written. `empty`: texts that stand for an empty cell in the whole file, such as NA."""

    encoding: Literal["utf-8", "latin-1", "windows-1252"] = "utf-8"
    separator: Literal["comma", "semicolon", "tab"] = "comma"
    decimal: Literal["point", "comma"] = "point"
    empty: tuple[Text, ...] = ()


class PersonPart(_Part):
    """What is the same in all rows of one person: the person and the enrolment, one each."""

    id: Text
    organisation: Source
    country: Source
    unit: Source
    enrolled_quarter: Source
    observed_to_day: Source
    observed_by: Source
    language: Source
    sex: Source = constant("unknown")
    origin: Source = constant("unknown")
    age_band: AgeSource = AgeSource(constant="unknown")
    education: Source = constant("unknown")


class CovariatePart(_Part):
    """A further column of `persons`; an empty cell without a code is no value."""

    column: Text
    type: ColumnType
    label: FilledText
    codes: Codes = {}


class IndicatorPart(_Part):
    """How the answers to one item of the instrument stand in the table.

    `lowest` and `highest` repeat the instrument's bounds and must agree with them. `reverse` flips values
    within the bounds. `codes` turns words into values, `missing` words into missing codes (before those of
    the whole mapping). `column` is not given in the wide shape.
    """

    column: Text | None = None
    lowest: float | None = None
    highest: float | None = None
    reverse: bool = False
    codes: Annotated[dict[str, float], BeforeValidator(_text_keys)] = {}
    missing: MissingCodes = {}


class SingleRounds(_Part):
    """One row a person, one measuring occasion: round 0."""

    shape: Literal["single"]
    day: Source = constant("0")
    rater: Rater = "participant"


class LongRounds(_Part):
    """One row a person and round (and rater)."""

    shape: Literal["long"]
    round: Source
    day: Source
    rater: Source = constant("participant")


class OccasionPart(_Part):
    """One measuring occasion of the wide shape: its own columns, by item."""

    round: Annotated[int, Field(ge=0)]
    day: Source
    rater: Rater = "participant"
    columns: Annotated[dict[str, Text], Field(min_length=1)]


class WideRounds(_Part):
    """One row a person, every measuring occasion with its own columns."""

    shape: Literal["wide"]
    occasions: Annotated[tuple[OccasionPart, ...], Field(min_length=1)]


class ResponsesPart(_Part):
    """How the answers were given; `caseworker` is the column that names the caseworker who rated."""

    mode: Source
    language: Source
    assistance: Source = constant("none")
    proxy: Source = constant("false")
    independent: Source = constant("true")
    caseworker: Text | None = None


class OutcomePart(_Part):
    """Which values of a column are an event of which kind, and on which day it happened.

    `none`: known that there was no event. `unknown`: not known, so observation ends on day 0.
    """

    column: Text
    events: Annotated[dict[str, EventKind], BeforeValidator(_text_keys), Field(min_length=1)]
    day: Source
    source: Literal["participant", "caseworker", "register"]


class Mapping(_Part):
    """A whole mapping. `instrument` names the instrument's file, relative to the mapping's own folder."""

    study: StudyPart
    instrument: FilledText
    table: TablePart = TablePart()
    person: PersonPart
    covariates: dict[CovariateName, CovariatePart] = {}
    indicators: Annotated[dict[str, IndicatorPart], Field(min_length=1)]
    missing: MissingCodes = {}
    rounds: Annotated[SingleRounds | LongRounds | WideRounds, Field(discriminator="shape")]
    responses: ResponsesPart
    outcome: OutcomePart | None = None
    unused: Annotated[dict[str, FilledText], BeforeValidator(_text_keys)] = {}

    _path: Path = PrivateAttr(default=Path("the mapping"))

    @property
    def file(self) -> str:
        """The file that the mapping was read from, as messages name it."""
        return str(self._path)

    @property
    def instrument_path(self) -> Path:
        """Where the instrument's file lies."""
        return self._path.parent / self.instrument

    def read_from(self, path: Path) -> Mapping:
        """The same mapping, which knows its file."""
        self._path = path
        return self
