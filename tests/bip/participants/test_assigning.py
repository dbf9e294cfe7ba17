"""Changing caseworkers: spells follow on one another, and who no longer has somebody no longer sees them."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from flask_security import hash_password
from sqlalchemy import select

from bip.clock import SettableClock
from bip.store.lists import Role
from bip.store.organisations import Account, Organisation, Unit
from bip.store.people import AssignmentSpell
from tests.bip import rows
from tests.bip.house import PASSWORD, House, build_house
from tests.bip.pages import Visitor
from tests.bip.participants.people import enrol, print_letter, round_ids, trail

DAY_0 = date(2026, 3, 2)


def colleague(house: House, name: str = "Kaj Holm") -> tuple[UUID, str]:
    """A second caseworker of the unit: id and e-mail."""
    with house.app.app_context(), house.installed.store.writing() as session:
        account = rows.account(
            session,
            session.get_one(Organisation, house.organisation_id),
            unit=session.get_one(Unit, house.unit_id),
            name=name,
            password=hash_password(PASSWORD),
        )
        return account.id, account.email


def spells(house: House) -> list[tuple[UUID, date, date | None]]:
    with house.installed.store.reading() as session:
        query = select(AssignmentSpell).order_by(AssignmentSpell.start_on)
        return [(one.caseworker_id, one.start_on, one.end_on) for one in session.scalars(query)]


def test_a_new_caseworker_takes_over_from_the_day_and_the_old_one_sees_nothing(
    house: House, clock: SettableClock
) -> None:
    enrolment_id = enrol(house, caseworker=str(house.accounts[Role.CASEWORKER]))
    kaj, email = colleague(house)
    clock.advance(10)
    old, coordinator = house.enter("caseworker"), house.enter("coordinator")
    old.get(f"/participants/{enrolment_id}")
    form = coordinator.get(f"/enrolments/{enrolment_id}/assign")
    page = coordinator.submit(form, {"caseworker": str(kaj)})
    assert "The caseworker is assigned." in page.text
    today = DAY_0 + timedelta(days=10)
    assert spells(house) == [
        (house.accounts[Role.CASEWORKER], DAY_0, today),
        (kaj, today, None),
    ]
    (event,) = trail(house, "caseworker_assigned")
    assert event.details == {"enrolment": str(enrolment_id), "caseworker": str(kaj)}
    old.get(f"/participants/{enrolment_id}", expect=404)
    old.post(f"/rounds/{round_ids(house, enrolment_id)[0]}/letter", expect=404)
    assert "You have no participants yet." in old.get("/participants").text
    new = Visitor(house.app)
    new.sign_in(email, PASSWORD)
    assert new.get(f"/participants/{enrolment_id}").heading == "Ada Lind"
    letter = print_letter(new, enrolment_id).only("article", class_="sheet")
    assert "Kaj Holm" in "".join(letter.itertext())


def test_days_and_caseworkers_that_cannot_be_are_refused(house: House, clock: SettableClock) -> None:
    enrolment_id = enrol(house)
    kaj, _ = colleague(house)
    foreign = build_house(house.app).accounts[Role.CASEWORKER]
    clock.advance(10)
    coordinator = house.enter("coordinator")
    form = coordinator.get(f"/enrolments/{enrolment_id}/assign")
    for changes, message in (
        ({"start_on": "2026-03-01"}, "must not be before Mar 2, 2026"),
        ({"start_on": "2026-03-13"}, "must not be after today"),
        ({"start_on": "soon"}, "Write a day as year-month-day"),
        ({"start_on": ""}, "Write a day as year-month-day"),
        ({"caseworker": ""}, "Choose one from the list."),
        ({"caseworker": str(foreign)}, "Choose one from the list."),
        ({"caseworker": str(house.accounts[Role.COORDINATOR])}, "Choose one from the list."),
        ({"caseworker": str(house.accounts[Role.CASEWORKER])}, "caseworker already"),
        ({"csrf_token": "old"}, "open for a long time"),
    ):
        written = {"caseworker": str(kaj), "start_on": "2026-03-05", **changes}
        page = coordinator.submit(form, written)
        assert page.heading == "Assign a caseworker", changes
        assert message in page.text
        if changes.keys() != {"caseworker"}:
            assert page.form()["caseworker"] == str(kaj)
        assert page.form()["start_on"] == written["start_on"]
    assert spells(house) == [(house.accounts[Role.CASEWORKER], DAY_0, None)]
    assert trail(house, "caseworker_assigned") == []


def test_on_its_first_day_a_spell_is_replaced(house: House) -> None:
    enrolment_id = enrol(house)
    kaj, _ = colleague(house)
    coordinator = house.enter("coordinator")
    coordinator.submit(coordinator.get(f"/enrolments/{enrolment_id}/assign"), {"caseworker": str(kaj)})
    assert spells(house) == [(kaj, DAY_0, None)]


def test_after_an_ended_spell_the_same_caseworker_may_come_back(house: House, clock: SettableClock) -> None:
    enrolment_id = enrol(house)
    clock.advance(10)
    with house.installed.store.writing() as session:
        session.scalars(select(AssignmentSpell)).one().end_on = date(2026, 3, 6)
    coordinator = house.enter("coordinator")
    form = coordinator.get(f"/enrolments/{enrolment_id}/assign")
    same = {"caseworker": str(house.accounts[Role.CASEWORKER])}
    early = coordinator.submit(form, {**same, "start_on": "2026-03-05"})
    assert "must not be before Mar 6, 2026" in early.text
    coordinator.submit(form, {**same, "start_on": "2026-03-06"})
    assert [(start, end) for _, start, end in spells(house)] == [
        (DAY_0, date(2026, 3, 6)),
        (date(2026, 3, 6), None),
    ]


def test_a_caseworker_who_has_left_is_no_choice(house: House) -> None:
    enrolment_id = enrol(house)
    kaj, _ = colleague(house)
    with house.installed.store.writing() as session:
        session.get_one(Account, kaj).active = False
    page = house.enter("coordinator").get(f"/enrolments/{enrolment_id}/assign")
    assert str(kaj) not in page.response.text
