"""A caseworker looks back after rating, never before."""

from __future__ import annotations

from uuid import UUID

import pytest

from bip.auth.staff import Staff
from bip.clock import SettableClock
from bip.participants.assignment import assign
from bip.store.lists import Rater, Role
from bip.store.organisations import Organisation, Unit
from tests.bip import rows
from tests.bip.house import PASSWORD, House, hashed_password
from tests.bip.pages import Visitor
from tests.bip.participants.people import enrol, round_ids, submit_response


@pytest.fixture
def enrolment_id(house: House, clock: SettableClock) -> UUID:
    """Round 0 is answered by both; round 1 is open and not rated."""
    made = enrol(house)
    for rater in Rater:
        submit_response(house, round_ids(house, made)[0], rater)
    clock.advance(days=91)
    return made


def heading(visitor: Visitor, enrolment_id: UUID) -> str:
    return visitor.get(f"/enrolments/{enrolment_id}/comparison").heading


def test_the_open_round_is_rated_before_looking_back(house: House, enrolment_id: UUID) -> None:
    caseworker = house.enter("caseworker")
    assert heading(caseworker, enrolment_id) == "Rate first"
    assert caseworker.get(f"/enrolments/{enrolment_id}/own").heading == "Rate first"
    submit_response(house, round_ids(house, enrolment_id)[1], Rater.CASEWORKER)
    assert heading(caseworker, enrolment_id).startswith("Comparison")


def test_between_rounds_looking_is_free(house: House, enrolment_id: UUID, clock: SettableClock) -> None:
    clock.advance(days=-45)
    assert heading(house.enter("caseworker"), enrolment_id).startswith("Comparison")


def test_coordinators_rate_nothing_and_look_freely(house: House, enrolment_id: UUID) -> None:
    assert heading(house.enter("coordinator"), enrolment_id).startswith("Comparison")


def test_who_takes_over_sees_the_history_after_the_first_own_rating(
    house: House, enrolment_id: UUID, clock: SettableClock
) -> None:
    clock.advance(days=-45)
    successor = take_over(house, enrolment_id)
    assert heading(successor, enrolment_id) == "Rate first"
    assert "Round 1 opens on" in successor.get(f"/enrolments/{enrolment_id}/comparison").text
    clock.advance(days=45)
    successor.submit(successor.get(f"/rounds/{round_ids(house, enrolment_id)[1]}/rate"), {"submit": "1"})
    assert heading(successor, enrolment_id).startswith("Comparison")


def test_in_the_first_round_too(house: House) -> None:
    """Both have answered, so the round is open to read, and somebody else takes over within its window."""
    made = enrol(house)
    for rater in Rater:
        submit_response(house, round_ids(house, made)[0], rater)
    house.installed.clock.advance(days=1)  # type: ignore[attr-defined]  # the tests' clock
    assert heading(take_over(house, made), made) == "Rate first"


def take_over(house: House, enrolment_id: UUID) -> Visitor:
    """Another caseworker gets the participant today."""
    installed = house.installed
    with house.app.app_context(), installed.store.writing() as session:
        organisation = session.get_one(Organisation, house.organisation_id)
        unit = session.get_one(Unit, house.unit_id)
        other = rows.account(
            session, organisation, roles=(Role.CASEWORKER,), unit=unit, password=hashed_password()
        )
        email, account_id = other.email, other.id
    coordinator = Staff(
        house.accounts[Role.COORDINATOR],
        house.organisation_id,
        house.unit_id,
        "Kim Berg",
        frozenset({Role.COORDINATOR}),
    )
    with house.app.test_request_context():
        assign(installed, coordinator, enrolment_id, account_id, installed.clock.today())
    visitor = Visitor(house.app)
    visitor.sign_in(email, PASSWORD)
    return visitor
