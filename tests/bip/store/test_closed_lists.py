"""Closed lists: the database takes nothing else, and they are those of the study dataset."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum

import pytest
from sqlalchemy import Column, Enum, Table, cast, update
from sqlalchemy.orm import Session
from sqlalchemy.types import String

from analysis.dataset.schema import RATERS, TABLES
from bip.store import lists
from bip.store.lists import (
    ActivityKind,
    Assistance,
    Education,
    EventKind,
    EventSource,
    ExitReason,
    FollowUpStatus,
    Mode,
    ObservedBy,
    Origin,
    Rater,
    Sex,
)
from bip.store.tables import METADATA
from tests.bip import rows
from tests.bip.store.one_of_each import one_of_each
from tests.bip.store.refusal import check, refused

SHARED: dict[tuple[str, str], type[StrEnum]] = {
    ("persons", "sex"): Sex,
    ("persons", "origin"): Origin,
    ("persons", "education"): Education,
    ("enrolments", "observed_by"): ObservedBy,
    ("responses", "rater"): Rater,
    ("responses", "mode"): Mode,
    ("responses", "assistance"): Assistance,
    ("activities", "kind"): ActivityKind,
    ("events", "kind"): EventKind,
    ("events", "source"): EventSource,
    ("exits", "reason"): ExitReason,
    ("followups", "status"): FollowUpStatus,
}
# The exporter works a round's status out from its responses; the store keeps none.
WORKED_OUT = {("rounds", "participant_status"), ("rounds", "caseworker_status")}


def closed_columns() -> Iterator[tuple[Table, Column[str], Enum]]:
    for table in METADATA.sorted_tables:
        for column in table.columns:
            if isinstance(column.type, Enum):
                yield table, column, column.type


CLOSED = tuple(closed_columns())


@pytest.mark.parametrize(("place", "codes"), SHARED.items(), ids=str)
def test_the_store_and_the_dataset_have_the_same_codes(place: tuple[str, str], codes: type[StrEnum]) -> None:
    table, column = place
    assert TABLES[table].column(column).values is not None
    assert list(codes) == list(TABLES[table].column(column).values or ())


def test_no_list_of_the_dataset_is_left_out() -> None:
    closed = {
        (table.name, column.name) for table in TABLES.values() for column in table.columns if column.values
    }
    assert closed == SHARED.keys() | WORKED_OUT


def test_the_raters_are_those_of_the_dataset() -> None:
    assert tuple(Rater) == RATERS


def test_every_list_is_the_list_of_a_column() -> None:
    kept = {entry for _, _, kind in CLOSED if (entry := kind.enum_class) is not None}
    made = {entry for entry in vars(lists).values() if isinstance(entry, type) and entry is not StrEnum}
    assert kept == made


@pytest.mark.parametrize(
    ("table", "column", "kind"), CLOSED, ids=[f"{table.name}.{column.name}" for table, column, _ in CLOSED]
)
def test_a_column_takes_its_codes_only(
    session: Session, table: Table, column: Column[str], kind: Enum
) -> None:
    """As plain text, past SQLAlchemy's own check: the database itself minds."""
    one_of_each(session, rows.organisation(session))
    # Checks between columns mind the rater too, and which of them speaks first is the engine's choice.
    spoken = r"\w+" if column.name == "rater" else str(kind.name)

    def change_to(code: str) -> None:
        changed = session.execute(update(table).values({column: cast(code, String)}).returning(column))
        assert changed.all()

    for code in ("something_else", kind.enums[0].upper(), ""):
        with refused(session, check(table.name, spoken)):
            change_to(code)
    # Which rater it is decides more than this column; test_rounds has both.
    for code in kind.enums if column.name != "rater" else ():
        change_to(code)
