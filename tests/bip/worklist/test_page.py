"""The worklist as caseworkers and coordinators meet it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import event

from bip.clock import SettableClock
from bip.store.lists import Rater, Role
from bip.store.organisations import Account, AccountRole, Organisation
from bip.store.people import Enrolment, Identity
from surveys.load import load_builtin
from tests.bip import rows
from tests.bip.house import House
from tests.bip.pages import Page
from tests.bip.participants.people import enrolled, round_ids, submit_response, trail


def add(house: House, *, active: bool = True, **more: Any) -> UUID:  # noqa: ANN401  # as `enrolled` takes them
    """Somebody with round 0 open and the house's caseworker, by default in an activity."""
    with house.installed.store.writing() as session:
        enrolment = enrolled(house, session, **more)
        if active:
            rows.activity_spell(session, enrolment)
        return enrolment.id


def groups(page: Page) -> dict[str, list[str]]:
    """The words of each line by the heading above it."""
    found = {}
    for section in page.all("section", class_="tasks"):
        heading = " ".join("".join(next(section.iter("h2")).itertext()).split())
        found[heading] = [" ".join("".join(line.itertext()).split()) for line in section.iter("li")]
    return found


def test_the_whole_day_of_a_caseworker(house: House, clock: SettableClock) -> None:
    enrolment_id = add(house, name="Ada Lind")
    caseworker = house.enter(Role.CASEWORKER)
    first, *_ = round_ids(house, enrolment_id)

    page = caseworker.get("/worklist")
    assert groups(page) == {"To rate now 1": ["Ada Lind Your rating of round 0 14 days left Rate: Ada Lind"]}
    assert page.link("Rate") == f"/rounds/{first}/rate"

    clock.advance(9)
    assert groups(caseworker.get("/worklist")) == {
        "To rate now 1": ["Ada Lind Your rating of round 0 5 days left Rate: Ada Lind"],
        "Closes soon 1": [
            "Ada Lind Round 0: the participant has not answered 5 days left Open: Ada Lind",
        ],
    }

    submit_response(house, first, Rater.PARTICIPANT)
    clock.advance(5)
    assert groups(caseworker.get("/worklist")) == {
        "To rate now 1": ["Ada Lind Your rating of round 0 Last day today Rate: Ada Lind"]
    }
    submit_response(house, first, Rater.CASEWORKER)
    page = caseworker.get("/worklist")
    assert groups(page) == {
        "Comparison has opened 1": ["Ada Lind Round 0: both have answered Opened today Compare: Ada Lind"]
    }
    clock.advance(1)
    caseworker.get(page.link("Compare"))
    assert "Nothing to do right now." in caseworker.get("/worklist").text


@pytest.mark.parametrize(
    ("page", "is_done"),
    [("own", False), ("comparison", True), ("conversation", True), ("conversation/print", True)],
)
def test_a_comparison_is_looked_at_where_both_answers_are_shown(
    house: House, clock: SettableClock, page: str, is_done: bool
) -> None:
    enrolment_id = add(house)
    first, *_ = round_ids(house, enrolment_id)
    for rater in Rater:
        submit_response(house, first, rater)
    clock.advance(1)
    caseworker = house.enter(Role.CASEWORKER)
    caseworker.get(f"/enrolments/{enrolment_id}/{page}")
    assert ("Comparison has opened 1" not in groups(caseworker.get("/worklist"))) is is_done


def test_two_taps_lead_to_the_form(house: House) -> None:
    add(house, name="Ada Lind")
    caseworker = house.enter(Role.CASEWORKER)
    form = caseworker.get(caseworker.get("/worklist").link("Rate"))
    assert "Ada Lind" in form.text
    assert len(form.all("fieldset")) == len(load_builtin("bip-11").items_for("caseworker"))


def test_a_coordinator_sees_the_unit_and_whose_participant_it_is(house: House, clock: SettableClock) -> None:
    enrolment_id = add(house, name="Ada Lind")
    coordinator = house.enter(Role.COORDINATOR)
    assert groups(coordinator.get("/worklist")) == {}
    clock.advance(15)
    page = coordinator.get("/worklist")
    (line,) = groups(page)["Late 1"]
    assert line.startswith(
        "Ada Lind Round 0: neither answered nor rated Caseworker: Kim Berg Closed 1 day ago"
    )
    assert page.link("Open") == f"/participants/{enrolment_id}"

    first = round_ids(house, enrolment_id)[0]
    submit_response(house, first, Rater.CASEWORKER)
    page = coordinator.get("/worklist")
    assert page.link("Say why") == f"/rounds/{first}/missed"
    coordinator.submit(coordinator.get(page.link("Say why")), {"reason": "away"})
    assert groups(coordinator.get("/worklist")) == {}


def test_a_colleagues_participant_and_another_units_are_not_shown(house: House, clock: SettableClock) -> None:
    with house.installed.store.writing() as session:
        organisation = session.get_one(Organisation, house.organisation_id)
        colleague = rows.account(session, organisation)
        unit = rows.unit(session, organisation)
        enrolled(house, session, name="Bo Ek", caseworker=colleague)
        enrolled(house, session, name="Eva Alm", caseworker=colleague, unit=unit)
    clock.advance(40)
    assert groups(house.enter(Role.CASEWORKER).get("/worklist")) == {}
    text = house.enter(Role.COORDINATOR).get("/worklist").text
    assert "Bo Ek" in text
    assert "Eva Alm" not in text


def test_who_was_shown_is_in_the_trail_and_nobody_else(house: House) -> None:
    add(house, name="Ada Lind")
    done = add(house, name="Bo Ek")
    submit_response(house, round_ids(house, done)[0], Rater.CASEWORKER)
    house.enter(Role.CASEWORKER).get("/worklist")
    listed = trail(house, "participants_listed")[-1]
    with house.installed.store.reading() as session:
        others = session.get_one(Enrolment, done).participant_id
    assert len(listed.details["participants"]) == 1
    assert str(others) not in listed.details["participants"]


def test_an_empty_list_is_no_look(house: House) -> None:
    house.enter(Role.CASEWORKER).get("/worklist")
    assert trail(house, "participants_listed") == []


def test_follow_ups_and_gaps_lead_to_the_course(house: House, clock: SettableClock) -> None:
    left = add(house, name="Ada Lind")
    idle = add(house, name="Bo Ek", active=False)
    with house.installed.store.writing() as session:
        rows.exit_(session, session.get_one(Enrolment, left), left_on=clock.today())
    clock.advance(31)
    caseworker = house.enter(Role.CASEWORKER)
    page = caseworker.get("/worklist")
    assert groups(page)["No activity for over a month 1"] == [
        "Bo Ek No activity is under way None for 31 days Activities: Bo Ek"
    ]
    assert str(idle) in page.link("Activities")
    clock.advance(130)
    page = caseworker.get("/worklist")
    assert groups(page)["Follow-up is due 1"] == [
        "Ada Lind How it is 6 months after the exit Due in 23 days Follow up: Ada Lind"
    ]
    assert str(left) in page.link("Follow up")


@pytest.mark.parametrize("role", [Role.CASEWORKER, Role.COORDINATOR])
def test_more_participants_take_no_more_queries(house: House, clock: SettableClock, role: Role) -> None:
    visitor = house.enter(role)
    counts = []
    clock.advance(15)
    for more in (1, 12):
        for number in range(more):
            add(house, name=f"Ada {number}", active=False, enrolled_on=clock.today() - timedelta(days=40))
        # The first look plans the rounds.
        visitor.get("/worklist")
        asked: list[str] = []

        def ask(*arguments: object, asked: list[str] = asked) -> None:
            asked.append(str(arguments[2]))

        event.listen(house.installed.store.engine, "before_cursor_execute", ask)
        page = visitor.get("/worklist")
        event.remove(house.installed.store.engine, "before_cursor_execute", ask)
        assert len(page.all("li")) > more
        counts.append(len(asked))
    assert counts[0] == counts[1]
    assert counts[0] > 5


def test_somebody_without_a_name_is_shown_all_the_same(house: House) -> None:
    with house.installed.store.writing() as session:
        enrolment = enrolled(house, session, name="Ada Lind")
        session.delete(session.get_one(Identity, enrolment.participant_id))
    assert "No name kept" in house.enter(Role.CASEWORKER).get("/worklist").text


def test_a_caseworker_who_coordinates_too_has_both(house: House, clock: SettableClock) -> None:
    with house.installed.store.writing() as session:
        account = session.get_one(Account, house.accounts[Role.COORDINATOR])
        role = AccountRole(organisation_id=house.organisation_id, account_id=account.id, name=Role.CASEWORKER)
        session.add(role)
        enrolled(house, session, name="Ada Lind", caseworker=account)
        enrolled(house, session, name="Bo Ek")
    clock.advance(15)
    shown = groups(house.enter(Role.COORDINATOR).get("/worklist"))
    assert [line[:8] for line in shown["To rate now 1"]] == ["Ada Lind"]
    assert shown["Late 2"] == [
        "Ada Lind Round 0: the participant has not answered Closed 1 day ago Say why: Ada Lind",
        "Bo Ek Round 0: neither answered nor rated Caseworker: Kim Berg Closed 1 day ago Open: Bo Ek",
    ]
