"""No row refers to a row of another organisation: proved for every table and every reference there is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

import pytest
from sqlalchemy import ForeignKeyConstraint, Row, Select, Table, and_, select, update
from sqlalchemy.orm import Session

from bip.store.tables import METADATA
from tests.bip import rows
from tests.bip.store.one_of_each import one_of_each, parents
from tests.bip.store.refusal import FOREIGN_KEY, NOT_NULL, check, refused

# Instruments are published texts and belong to nobody.
OF_NOBODY = {"instruments", "possible_answers", "organisations"}
# Before there is an organisation: the link that begins one, and what the operator does at the command line.
PERHAPS_OF_NOBODY = {"invitations", "audit_events"}

TABLES = {table.name: table for table in METADATA.sorted_tables}
OWNED = {name for name in TABLES if name not in OF_NOBODY}


@dataclass(frozen=True, slots=True)
class Reference:
    """A reference of an owned row to a row that is owned too."""

    table: Table
    columns: tuple[str, ...]
    parent: str

    @property
    def column(self) -> str:
        """What says which row is meant."""
        return next(name for name in self.columns if name.endswith("_id") and name != "organisation_id")

    def __str__(self) -> str:
        return f"{self.table.name}.{self.column}"


def references() -> Iterator[Reference]:
    for name in sorted(OWNED):
        table = TABLES[name]
        for constraint in sorted(table.foreign_key_constraints, key=lambda key: str(key.name)):
            if constraint.referred_table.name in OWNED:
                yield Reference(table, _columns(constraint), constraint.referred_table.name)


def _columns(constraint: ForeignKeyConstraint) -> tuple[str, ...]:
    return tuple(element.parent.name for element in constraint.elements)


REFERENCES = tuple(references())


@pytest.mark.parametrize("name", sorted(TABLES))
def test_every_row_says_whose_it_is(name: str) -> None:
    column = TABLES[name].columns.get("organisation_id")
    if name in OF_NOBODY:
        assert column is None
        return
    assert column is not None
    assert {key.target_fullname for key in column.foreign_keys} >= {"organisations.id"}
    assert column.nullable is (name in PERHAPS_OF_NOBODY)


@pytest.mark.parametrize("reference", REFERENCES, ids=str)
def test_every_reference_carries_the_organisation(reference: Reference) -> None:
    assert reference.columns[0] == "organisation_id"


@pytest.mark.parametrize("name", sorted(PERHAPS_OF_NOBODY))
def test_a_row_of_nobody_refers_to_nobodys_people(session: Session, name: str) -> None:
    """A null in a composite reference switches it off, so a row without an organisation may hold none."""
    one_of_each(session, rows.organisation(session))
    table = TABLES[name]
    with refused(session, check(name, "whose")):
        session.execute(update(table).values(organisation_id=None))


def test_there_are_references_to_prove() -> None:
    assert len(REFERENCES) >= 25


@pytest.mark.parametrize("reference", REFERENCES, ids=str)
def test_a_row_does_not_refer_to_another_organisations(session: Session, reference: Reference) -> None:
    ours, theirs = rows.organisation(session), rows.organisation(session)
    one_of_each(session, ours)
    key = session.execute(_referring(reference)).one()
    own, foreign = (parents(session, owner).by_table()[reference.parent] for owner in (ours, theirs))
    with refused(session, FOREIGN_KEY):
        _point(session, reference, key, foreign)
    _point(session, reference, key, own)


@pytest.mark.parametrize("name", sorted(OWNED - PERHAPS_OF_NOBODY))
def test_a_row_cannot_be_made_nobodys(session: Session, name: str) -> None:
    one_of_each(session, rows.organisation(session))
    with refused(session, NOT_NULL):
        session.execute(update(TABLES[name]).values(organisation_id=None))


@pytest.mark.parametrize("name", sorted({reference.table.name for reference in REFERENCES}))
def test_a_row_cannot_be_moved_to_another_organisation(session: Session, name: str) -> None:
    """Not without everything it refers to."""
    one_of_each(session, rows.organisation(session))
    other = rows.organisation(session)
    with refused(session, FOREIGN_KEY):
        session.execute(update(TABLES[name]).values(organisation_id=other.id))


def _referring(reference: Reference) -> Select[*tuple[object, ...]]:
    """The key of a row that refers to something."""
    table = reference.table
    return select(*table.primary_key.columns).where(table.c[reference.column].is_not(None)).limit(1)


def _point(session: Session, reference: Reference, key: Row[*tuple[object, ...]], parent: UUID) -> None:
    """Let the row with this key refer to this parent."""
    table = reference.table
    this = and_(*(column == part for column, part in zip(table.primary_key.columns, key, strict=True)))
    done = session.execute(update(table).where(this).values({reference.column: parent}).returning(table))
    assert len(done.all()) == 1
