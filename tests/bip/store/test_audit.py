"""The trail: exact keys, and an event that stands or falls with what it tells of."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bip.store.audit import EVENTS, Actor, AuditEvent, record
from bip.store.organisations import Unit
from bip.store.session import Store
from tests.bip import rows

NOBODY = Actor(organisation_id=None)


def test_an_unknown_kind_raises(session: Session) -> None:
    with pytest.raises(ValueError, match="'unit_sold' is no audit event; declare it in EVENTS"):
        record(session, NOBODY, rows.MOMENT, "unit_sold", unit=uuid4())
    assert not session.new


@pytest.mark.parametrize(
    "details",
    [{}, {"study": uuid4()}, {"study": uuid4(), "field": ["name"]}, {"study": 1, "fields": [], "name": "N"}],
    ids=["none", "one missing", "one misspelt", "one too many"],
)
def test_a_wrong_key_raises(session: Session, details: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"study_changed takes exactly the keys \['fields', 'study'\]"):
        record(session, NOBODY, rows.MOMENT, "study_changed", **details)
    assert not session.new


@pytest.mark.parametrize("kind", sorted(EVENTS))
def test_each_kind_is_kept_with_its_keys(session: Session, kind: str) -> None:
    record(session, NOBODY, rows.MOMENT, kind, **{key: uuid4() for key in EVENTS[kind]})
    session.flush()
    (found,) = session.scalars(select(AuditEvent)).all()
    assert found.kind == kind
    assert found.details.keys() == EVENTS[kind]
    assert all(UUID(value) for value in found.details.values())


def test_no_event_has_a_key_for_an_answer_or_a_name() -> None:
    told = {key for keys in EVENTS.values() for key in keys}
    assert told.isdisjoint({"answer", "code", "email", "item", "name", "password", "phone", "token", "value"})


def test_ids_and_lists_of_ids_are_told_as_text(store: Store) -> None:
    seen = [uuid4(), uuid4()]
    with store.writing() as session:
        organisation = rows.organisation(session)
        staff = rows.account(session, organisation)
        actor = Actor(organisation_id=organisation.id, account_id=staff.id)
        record(session, actor, rows.MOMENT, "participants_listed", participants=seen)
    with store.reading() as session:
        (found,) = session.scalars(select(AuditEvent)).all()
    assert found.details == {"participants": [str(one) for one in seen]}
    assert (found.organisation_id, found.actor_id) == (organisation.id, staff.id)
    assert found.at == rows.MOMENT


def test_what_is_undone_was_never_told(store: Store) -> None:
    def add_unit(session: Session) -> None:
        organisation = rows.organisation(session)
        unit = rows.unit(session, organisation)
        record(session, Actor(organisation.id), rows.MOMENT, "unit_added", unit=unit.id)
        session.flush()

    def fail_after_it() -> None:
        with store.writing() as session:
            add_unit(session)
            raise ArithmeticError

    with pytest.raises(ArithmeticError):
        fail_after_it()
    assert counted(store) == (0, 0)
    with store.writing() as session:
        add_unit(session)
    assert counted(store) == (1, 1)


def counted(store: Store) -> tuple[int, int]:
    with store.reading() as session:
        units = session.scalars(select(func.count()).select_from(Unit)).one()
        events = session.scalars(select(func.count()).select_from(AuditEvent)).one()
    return units, events
