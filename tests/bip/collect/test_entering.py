"""The code: how it may be written, where it leads, and what is said when it leads nowhere."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from bip.clock import SettableClock
from bip.collect.beginning import enter as enter_code
from bip.limits import WRONG_CODES
from bip.rounds.codes import CodeError, issue_code
from bip.services import Services
from bip.store.audit import Actor
from bip.store.organisations import Organisation
from bip.store.people import Enrolment
from bip.store.rounds import Response, Round
from bip.store.studies import Study
from tests.bip import rows
from tests.bip.collect.letters import Letter, answer_all, enter, way
from tests.bip.house import House
from tests.bip.pages import Visitor

Visit = Callable[[], Visitor]
TRIES = WRONG_CODES.amount
UNKNOWN = "There is no such code."


def test_the_first_page_asks_for_the_code_and_leads_staff_on(visit: Visit) -> None:
    page = visit().get("/")
    assert page.heading == "Write your code"
    assert page.link("Sign in as staff") == "/sign-in"


@pytest.mark.parametrize(
    "written", [str.lower, lambda c: f" {c[:4]} {c[4:]} ", lambda c: f"{c[:2]}-{c[2:6]}-{c[6:]}"]
)
def test_a_code_may_be_written_in_many_ways(
    visit: Visit, letter: Letter, written: Callable[[str], str]
) -> None:
    assert enter(visit(), written(letter.code)).link("Start").endswith("/1")


def test_the_picture_on_the_letter_leads_to_the_same_response(visit: Visit, letter: Letter) -> None:
    assert way(visit().get(f"/k/{letter.code}")) == way(enter(visit(), letter.code))


def test_an_empty_code_is_asked_for(visit: Visit) -> None:
    assert "Write the code that is on your letter." in enter(visit(), " ").text


def test_an_unknown_code_comes_back_as_it_was_written(visit: Visit, letter: Letter) -> None:
    page = enter(visit(), "abcd 2345")
    assert UNKNOWN in page.text
    assert page.form()["code"] == "abcd 2345"
    assert UNKNOWN in visit().get("/k/ABCD2345").text
    assert letter.response() is None


def test_a_spent_code_says_thanks(visit: Visit, letter: Letter) -> None:
    visitor = visit()
    visitor.submit(answer_all(visitor, letter.code))
    assert "already in" in enter(visit(), letter.code).text


def test_a_replaced_code_points_to_the_newer_letter(
    installed: Services, visit: Visit, letter: Letter
) -> None:
    with installed.store.writing() as session:
        window = session.get_one(Round, letter.round_id)
        code = issue_code(session, installed, Actor(window.organisation_id), window)
    assert "newer letter" in enter(visit(), letter.code).text
    assert enter(visit(), code).link("Start").endswith("/1")


def test_an_early_code_says_from_which_day(visit: Visit, letter: Letter, clock: SettableClock) -> None:
    clock.advance(-3)
    page = enter(visit(), letter.code)
    assert "You can use this code from March 2, 2026." in page.text
    assert letter.response() is None


def test_a_code_is_good_on_the_last_day_and_not_after(
    visit: Visit, letter: Letter, clock: SettableClock
) -> None:
    clock.advance(14)
    assert enter(visit(), letter.code).link("Start").endswith("/1")
    clock.advance(1)
    assert "The time for these questions is over." in enter(visit(), letter.code).text


def test_a_code_leads_nowhere_once_the_participant_has_left(
    installed: Services, visit: Visit, letter: Letter, clock: SettableClock
) -> None:
    with installed.store.writing() as session:
        rows.exit_(session, session.get_one(Enrolment, letter.enrolment_id), left_on=clock.today())
    clock.advance(1)
    assert "The time for these questions is over." in enter(visit(), letter.code).text
    assert letter.response() is None


@pytest.mark.parametrize("by_link", [False, True])
def test_only_wrong_codes_are_counted_and_after_many_none_is_heard(
    visit: Visit, letter: Letter, by_link: bool
) -> None:
    visitor = visit()
    for _ in range(TRIES + 1):
        visitor.raw("POST", "/", data={"code": letter.code})
    for number in range(TRIES):
        wrong = f"WRONG{number:03}"
        answer = (
            visitor.raw("GET", f"/k/{wrong}") if by_link else visitor.raw("POST", "/", data={"code": wrong})
        )
        assert (answer.status_code, UNKNOWN in answer.text) == (200, True)
    page = visitor.post("/", {"code": letter.code}, expect=429)
    assert page.heading == "Too many tries"
    visitor.get(f"/k/{letter.code}", expect=429)
    assert visitor.get("/").heading == "Write your code", "the page itself stays open"


def test_the_study_speaks_its_first_language_to_who_speaks_none_of_its(
    installed: Services, house: House, clock: SettableClock
) -> None:
    with installed.store.writing() as session:
        organisation = session.get_one(Organisation, house.organisation_id)
        person = rows.participant(session, organisation, language="so")
        study = session.get_one(Study, house.study_id)
        enrolment = rows.enrolment(
            session, organisation, participant=person, study=study, enrolled_on=clock.today()
        )
        window = rows.round_(session, enrolment, opens_on=clock.today() - timedelta(1))
        code = issue_code(session, installed, Actor(organisation.id), window)
    response_id = enter_code(installed, code)
    with installed.store.reading() as session:
        assert session.get_one(Response, response_id).language == "sv"


def test_the_services_name_the_reason(installed: Services, letter: Letter, clock: SettableClock) -> None:
    clock.advance(100)
    with pytest.raises(CodeError) as refused:
        enter_code(installed, letter.code)
    assert refused.value.reason == "closed"
