"""Whatever is tried in whatever order: a participant has one caseworker on a day, or none."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import delete

from bip.auth.staff import Staff
from bip.clock import SettableClock
from bip.participants.assignment import AssignmentError, assign
from bip.participants.caseworkers import changes_of, days_without
from bip.participants.detail import spells_of
from bip.store.lists import Role
from bip.store.organisations import Organisation, Unit
from bip.store.people import AssignmentSpell
from tests.bip import rows
from tests.bip.house import House
from tests.bip.participants.people import enrol

FIRST = date(2026, 3, 2)
LAST = FIRST + timedelta(days=60)


@pytest.fixture
def enrolment_id(house: House, clock: SettableClock) -> UUID:
    made = enrol(house)
    clock.advance(60)
    return made


@pytest.fixture
def caseworkers(house: House) -> list[UUID]:
    with house.installed.store.writing() as session:
        organisation = session.get_one(Organisation, house.organisation_id)
        unit = session.get_one(Unit, house.unit_id)
        return [rows.account(session, organisation, roles=(Role.CASEWORKER,), unit=unit).id for _ in range(3)]


def test_no_sequence_of_changes_leaves_two_at_once(
    house: House, enrolment_id: UUID, caseworkers: list[UUID]
) -> None:
    unit = house.unit_id, "Kim Berg", frozenset({Role.COORDINATOR})
    coordinator = Staff(house.accounts[Role.COORDINATOR], house.organisation_id, *unit)
    store = house.installed.store

    @settings(max_examples=40)
    @given(st.lists(st.tuples(st.integers(0, 2), st.integers(-3, 60)), max_size=8))
    def tried(changes: list[tuple[int, int]]) -> None:
        with store.writing() as session:
            session.execute(delete(AssignmentSpell).where(AssignmentSpell.enrolment_id == enrolment_id))
        expected: dict[date, UUID] = {}
        for who, after in changes:
            day = FIRST + timedelta(days=after)
            try:
                with house.app.test_request_context():
                    assign(house.installed, coordinator, enrolment_id, caseworkers[who], day)
            except AssignmentError:
                continue
            # From the day on it is this one's; before it nothing has changed.
            for ahead in range((LAST - day).days + 1):
                expected[day + timedelta(days=ahead)] = caseworkers[who]
        with store.reading() as session:
            spells = spells_of(session, enrolment_id)
        days = [FIRST + timedelta(days=at) for at in range(61)]
        held = [
            [
                one.caseworker_id
                for one in spells
                if one.start_on <= day and (not one.end_on or day < one.end_on)
            ]
            for day in days
        ]
        assert [found for found in held if len(found) > 1] == []
        assert [found[0] if found else None for found in held] == [expected.get(day) for day in days]
        assert days_without(spells, FIRST, LAST) == held.count([])
        kept = [found[0] for found in held if found]
        assert changes_of(spells) == sum(one != other for one, other in pairwise(kept))

    tried()
