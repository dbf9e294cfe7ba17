"""Tables and columns of the study dataset, version 1: names, types, labels, closed lists, keys.

Types and labels come from here and from the instrument, never from the data at hand, so a table without
rows has the same columns as a full one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import pyarrow as pa

FORMAT_VERSION: Final = 1

ColumnType = Literal["string", "integer", "number", "boolean"]
ARROW_TYPES: Final[dict[ColumnType, pa.DataType]] = {
    "string": pa.string(),
    "integer": pa.int64(),
    "number": pa.float64(),
    "boolean": pa.bool_(),
}

DONT_KNOW: Final = -1
PREFER_NOT_TO_ANSWER: Final = -2
COULD_NOT_OBSERVE: Final = -3
NOT_ASKED: Final = -8
SKIPPED: Final = -9
MISSING_CODES: Final[dict[int, str]] = {
    DONT_KNOW: "don't know",
    PREFER_NOT_TO_ANSWER: "prefer not to answer",
    COULD_NOT_OBSERVE: "could not observe",
    NOT_ASKED: "not asked in this version or of this rater",
    SKIPPED: "skipped or missing",
}

RATERS: Final = ("participant", "caseworker")
OUTCOME_KINDS: Final = ("job_regular", "job_subsidised")


@dataclass(frozen=True)
class Column:
    """One column: its name, type and label; `values` is a closed list of codes with their labels."""

    name: str
    type: ColumnType
    label: str
    nullable: bool = False
    values: dict[str, str] | None = None
    minimum: int | None = None
    pattern: str | None = None

    @property
    def arrow(self) -> pa.Field:
        """The Arrow field that holds this column."""
        return pa.field(self.name, ARROW_TYPES[self.type], nullable=True)


@dataclass(frozen=True)
class ForeignKey:
    """`columns` of this table must be found in `table` under the names `references`."""

    columns: tuple[str, ...]
    table: str
    references: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """One table: columns in order, what makes a row unique, where its keys point.

    Rows are sorted before writing, so that the same rows give the same bytes whatever order they came in:
    by the columns of `order`, or where there are none by the key.
    """

    name: str
    label: str
    columns: tuple[Column, ...]
    primary_key: tuple[str, ...] = ()
    foreign_keys: tuple[ForeignKey, ...] = ()
    order: tuple[str, ...] = ()

    @property
    def arrow(self) -> pa.Schema:
        """The Arrow schema with every column of the contract."""
        return pa.schema([column.arrow for column in self.columns])

    @property
    def sort_columns(self) -> tuple[str, ...]:
        """Columns that decide the order of rows: `order` or the key, then every other column."""
        first = self.order or self.primary_key
        return first + tuple(c.name for c in self.columns if c.name not in first)

    def column(self, name: str) -> Column:
        """The column called `name`; KeyError if there is none."""
        return next(c for c in self.columns if c.name == name)


def _values(**labels: str) -> dict[str, str]:
    return labels


def _text(name: str, label: str, *, nullable: bool = False, values: dict[str, str] | None = None) -> Column:
    return Column(name, "string", label, nullable, values)


def _day(name: str, label: str, *, nullable: bool = False) -> Column:
    return Column(name, "integer", f"{label} (days since the start of the enrolment)", nullable)


_ENROLMENT = _text("enrolment", "Enrolment")
_ORGANISATION = _text("organisation", "Organisation")
_RATER = _text(
    "rater",
    "Who answered",
    values=_values(participant="The participant", caseworker="The caseworker"),
)
_STATUS = _values(
    answered="Submitted, every question answered or given a reason",
    partly="Submitted with at least one question skipped",
    missed="Not submitted before the window closed",
    declined="The person declined this round",
    not_due="The window has not opened, or the rater is not asked",
)
_TO_ENROLMENT = ForeignKey(("enrolment",), "enrolments", ("enrolment",))
_TO_ORGANISATION = ForeignKey(("organisation",), "organisations", ("organisation",))
_TO_CASEWORKER = ForeignKey(("caseworker",), "caseworkers", ("caseworker",))
_HOURS = Column("hours_per_week", "number", "Hours a week", nullable=True, minimum=0)

TABLES: Final[dict[str, Table]] = {
    table.name: table
    for table in (
        Table(
            "organisations",
            "Organisations that take part in the study",
            (_ORGANISATION, _text("country", "Country (ISO 3166-1 alpha-2)")),
            primary_key=("organisation",),
        ),
        Table(
            "persons",
            "Participants, one row a person",
            (
                _text("person", "Person (pseudonym)"),
                _ORGANISATION,
                _text(
                    "sex",
                    "Sex",
                    values=_values(woman="Woman", man="Man", other="Other", unknown="Unknown"),
                ),
                _text(
                    "origin",
                    "Country of birth",
                    values=_values(
                        native="Born in the country", foreign="Born in another country", unknown="Unknown"
                    ),
                ),
                _text("age_band", "Age band at the first enrolment, years"),
                _text(
                    "education",
                    "Highest completed education",
                    values=_values(
                        none="None",
                        compulsory="Compulsory school",
                        upper_secondary="Upper secondary school",
                        post_secondary="Post-secondary",
                        unknown="Unknown",
                    ),
                ),
                _text("language", "First language (BCP 47)"),
            ),
            primary_key=("person",),
            foreign_keys=(_TO_ORGANISATION,),
        ),
        Table(
            "enrolments",
            "Enrolments, one row each time a person starts; day 0 of every other table",
            (
                _ENROLMENT,
                _text("person", "Person (pseudonym)"),
                _ORGANISATION,
                _text("unit", "Unit of the organisation"),
                Column(
                    "enrolled_quarter",
                    "string",
                    "Calendar quarter of the start",
                    pattern=r"[0-9]{4}Q[1-4]",
                ),
                _text("intake", "Group intake", nullable=True),
                _text("referral", "Referral route", nullable=True),
                _day("observed_to_day", "Last day on which a job would be known"),
                _text(
                    "observed_by",
                    "How outcomes are known",
                    values=_values(register="From a register", contact="From contact with the person"),
                ),
                _day("withdrawn_day", "Day on which the person withdrew", nullable=True),
            ),
            primary_key=("enrolment",),
            foreign_keys=(ForeignKey(("person",), "persons", ("person",)), _TO_ORGANISATION),
        ),
        Table(
            "caseworkers",
            "Caseworkers",
            (_text("caseworker", "Caseworker (pseudonym)"), _ORGANISATION, _text("unit", "Unit")),
            primary_key=("caseworker",),
            foreign_keys=(_TO_ORGANISATION,),
        ),
        Table(
            "assignments",
            "Which caseworker had the enrolment when: half-open spells, never two at once",
            (
                _ENROLMENT,
                _text("caseworker", "Caseworker (pseudonym)"),
                _day("start_day", "First day of the spell"),
                _day("end_day", "First day after the spell", nullable=True),
            ),
            foreign_keys=(_TO_ENROLMENT, _TO_CASEWORKER),
            order=("enrolment", "start_day"),
        ),
        Table(
            "rounds",
            "Measurement rounds of each enrolment",
            (
                _ENROLMENT,
                Column("round", "integer", "Round, from 0", minimum=0),
                _day("due_day", "Day on which the round is due"),
                _day("opens_day", "Day on which the window opens"),
                _day("closes_day", "Day on which the window closes"),
                _text("participant_status", "What became of the participant's response", values=_STATUS),
                _text("caseworker_status", "What became of the caseworker's response", values=_STATUS),
                _text("missed_reason", "Why the round was missed", nullable=True),
            ),
            primary_key=("enrolment", "round"),
            foreign_keys=(_TO_ENROLMENT,),
        ),
        Table(
            "responses",
            "Responses: one rater's questionnaire in one round",
            (
                _text("response", "Response"),
                _ENROLMENT,
                Column("round", "integer", "Round, from 0", minimum=0),
                _RATER,
                _text("caseworker", "Caseworker who rated (null for the participant)", nullable=True),
                _text("instrument", "Instrument"),
                _text("instrument_version", "Version of the instrument"),
                _text("language", "Language of the questionnaire (BCP 47)"),
                _text(
                    "mode",
                    "How the answers were given",
                    values=_values(
                        own_device="Own device",
                        shared_tablet="Shared tablet",
                        interview="Interview",
                        paper="Paper",
                    ),
                ),
                _text(
                    "assistance",
                    "Help with answering",
                    values=_values(
                        none="None", interpreter="Interpreter", caseworker="Caseworker", other="Somebody else"
                    ),
                ),
                Column("proxy", "boolean", "Somebody else answered for the person"),
                Column("independent", "boolean", "Given without having seen the other rater's answers"),
                _day("submitted_day", "Day of submission"),
                Column(
                    "duration_s",
                    "integer",
                    "Time at the form until submission, seconds; visits that overlap count once; "
                    "where visits are not known, from beginning to submission; empty for paper",
                    nullable=True,
                    minimum=0,
                ),
            ),
            primary_key=("response",),
            order=("enrolment", "round", "rater"),
            foreign_keys=(
                _TO_ENROLMENT,
                ForeignKey(("enrolment", "round"), "rounds", ("enrolment", "round")),
                _TO_CASEWORKER,
            ),
        ),
        Table(
            "answers",
            "Answers: one row for every item of the instrument for the rater",
            (
                _text("response", "Response"),
                _text("item", "Item (indicator)"),
                Column("value", "number", "Value on the item's scale, or a missing code"),
            ),
            primary_key=("response", "item"),
            foreign_keys=(ForeignKey(("response",), "responses", ("response",)),),
        ),
        Table(
            "activities",
            "Activity spells; several may run at once",
            (
                _ENROLMENT,
                _text(
                    "kind",
                    "Kind of activity",
                    values=_values(
                        job_oriented="Job-oriented", skills="Skills", health="Health", social="Social"
                    ),
                ),
                _day("start_day", "First day"),
                _day("end_day", "Last day", nullable=True),
                _HOURS,
                Column("completed", "boolean", "Completed as planned", nullable=True),
            ),
            foreign_keys=(_TO_ENROLMENT,),
            order=("enrolment", "start_day", "kind"),
        ),
        Table(
            "steps",
            "Steps: something the participant did that brought work closer",
            (_ENROLMENT, _text("kind", "Kind of step"), _day("day", "Day")),
            foreign_keys=(_TO_ENROLMENT,),
            order=("enrolment", "day", "kind"),
        ),
        Table(
            "events",
            "Jobs, studies and other outcomes",
            (
                _ENROLMENT,
                _text(
                    "kind",
                    "Kind of event",
                    values=_values(
                        job_regular="Job without subsidy",
                        job_subsidised="Job with subsidy",
                        study="Study that gives student aid",
                        labour_market_training="Labour-market training",
                        placement="Placement",
                        return_to_support="Return to income support",
                    ),
                ),
                _day("day", "Day"),
                _day("end_day", "Last day", nullable=True),
                _HOURS,
                _text(
                    "source",
                    "Who reported it",
                    values=_values(participant="Participant", caseworker="Caseworker", register="Register"),
                ),
            ),
            foreign_keys=(_TO_ENROLMENT,),
            order=("enrolment", "day", "kind"),
        ),
        Table(
            "exits",
            "Exits from the enrolment, at most one each",
            (
                _ENROLMENT,
                _day("day", "Day"),
                _text(
                    "reason",
                    "Reason",
                    values=_values(
                        work="Work",
                        study="Study",
                        goal_met="Goal met",
                        goal_not_met="Goal not met",
                        ill="Ill",
                        moved="Moved",
                        interrupted="Interrupted",
                        unknown="Unknown",
                    ),
                ),
            ),
            primary_key=("enrolment",),
            foreign_keys=(_TO_ENROLMENT,),
        ),
        Table(
            "followups",
            "Follow-ups after the exit",
            (
                _ENROLMENT,
                Column("months_after_exit", "integer", "Months after the exit", minimum=0),
                _day("day", "Day"),
                _text(
                    "status",
                    "What the person does",
                    values=_values(
                        work="Work", study="Study", seeking="Seeking work", ill="Ill", unknown="Unknown"
                    ),
                ),
            ),
            primary_key=("enrolment", "months_after_exit"),
            foreign_keys=(_TO_ENROLMENT,),
        ),
    )
}
