"""An interview or a paper form: opened by staff, answered on the participant's pages, rated before or not."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from bip.clock import SettableClock
from bip.collect.beginning import enter
from bip.collect.service import save_answer, submit_response
from bip.store.audit import AuditEvent
from bip.store.lists import Assistance, Mode, Rater, Role
from bip.store.organisations import Account
from bip.store.people import AssignmentSpell, Enrolment
from tests.bip import rows
from tests.bip.collect.letters import Letter
from tests.bip.house import House
from tests.bip.pages import Page, Visitor

RATE_FIRST = "Please rate first"


def address(letter: Letter) -> str:
    return f"/rounds/{letter.round_id}/entry"


def open_interview(visitor: Visitor, letter: Letter, **manner: str) -> Page:
    return visitor.submit(visitor.get(address(letter)), {"mode": "interview", **manner})


def rate(caseworker: Visitor, letter: Letter) -> None:
    caseworker.submit(caseworker.get(f"/rounds/{letter.round_id}/rate"), {"submit": "1"})


def independent(letter: Letter) -> bool:
    found = letter.response(Rater.CASEWORKER)
    assert found is not None
    return found.independent


def opened_by(letter: Letter) -> list[UUID | None]:
    with letter.installed.store.reading() as session:
        return list(session.scalars(select(AuditEvent.actor_id).filter_by(kind="entry_opened")))


def test_a_paper_form_is_typed_in_on_the_participants_pages(caseworker: Visitor, letter: Letter) -> None:
    page = caseworker.submit(
        caseworker.get(address(letter)),
        {"mode": "paper", "assistance": "interpreter", "proxy": "y", "language": "en"},
    )
    assert page.heading == "Eleven questions about work"
    page = caseworker.get(page.link("Start"))
    page = caseworker.submit(page, {"answer": "4"})
    response = letter.response()
    assert response is not None
    assert (response.mode, response.assistance) == (Mode.PAPER, Assistance.INTERPRETER)
    assert (response.proxy, response.language) == (True, "en")
    assert response.entered_by_id == letter.house.accounts[Role.CASEWORKER]
    assert list(letter.answers().values()) == [4]
    assert opened_by(letter) == [letter.house.accounts[Role.CASEWORKER]]


def test_a_caseworker_is_asked_to_rate_first(caseworker: Visitor, letter: Letter) -> None:
    page = caseworker.get(address(letter))
    assert RATE_FIRST in page.text
    assert page.link("Rate first").endswith(f"/rounds/{letter.round_id}/rate")
    rate(caseworker, letter)
    assert RATE_FIRST not in caseworker.get(address(letter)).text
    open_interview(caseworker, letter)
    assert independent(letter)


def test_a_rating_after_the_entry_is_not_independent_and_says_so(caseworker: Visitor, letter: Letter) -> None:
    open_interview(caseworker, letter)
    page = caseworker.get(f"/rounds/{letter.round_id}/rate")
    assert "not independent" in page.text
    caseworker.submit(page, {"submit": "1"})
    assert not independent(letter)


def test_a_draft_from_before_the_entry_does_not_make_it_independent(
    caseworker: Visitor, letter: Letter
) -> None:
    caseworker.submit(caseworker.get(f"/rounds/{letter.round_id}/rate"), {"save": "1"})
    open_interview(caseworker, letter)
    rate(caseworker, letter)
    assert not independent(letter)


def test_a_coordinator_may_enter_and_the_caseworkers_rating_stays_independent(
    house: House, caseworker: Visitor, letter: Letter
) -> None:
    page = house.enter(Role.COORDINATOR).get(address(letter))
    assert RATE_FIRST not in page.text
    open_interview(house.enter(Role.COORDINATOR), letter)
    assert opened_by(letter) == [house.accounts[Role.COORDINATOR]]
    rate(caseworker, letter)
    assert independent(letter)


def test_a_colleague_who_opens_the_entry_later_does_not_make_the_first_forgotten(
    house: House, caseworker: Visitor, letter: Letter
) -> None:
    open_interview(caseworker, letter)
    open_interview(house.enter(Role.COORDINATOR), letter)
    rate(caseworker, letter)
    assert not independent(letter)


def test_what_the_participant_has_begun_is_kept_and_not_shown(caseworker: Visitor, letter: Letter) -> None:
    save_answer(letter.installed, enter(letter.installed, letter.code), "job_search", 5)
    assert "begun" not in caseworker.get(address(letter)).text
    page = open_interview(caseworker, letter)
    assert page.link("Continue").endswith("/2")
    page = caseworker.get(page.link("Continue").removesuffix("2") + "1")
    assert [box for box in page.all("input", type="radio") if box.get("checked") is not None] == []
    assert letter.answers() == {"job_search": 5}


def test_the_manner_must_be_chosen_and_nothing_is_lost(caseworker: Visitor, letter: Letter) -> None:
    page = caseworker.submit(
        caseworker.get(address(letter)), {"assistance": "other", "proxy": "y", "language": "da"}
    )
    assert page.text.count("Choose one of these.") == 4, "mode and language, each above and at its field"
    assert (page.form()["assistance"], page.form()["proxy"]) == ("other", "y")
    assert letter.response() is None
    assert opened_by(letter) == []


def test_an_old_form_comes_back_filled_in(caseworker: Visitor, letter: Letter) -> None:
    page = caseworker.submit(caseworker.get(address(letter)), {"mode": "paper", "csrf_token": "old"})
    assert "This page had been open for a long time." in page.text
    assert page.form()["mode"] == "paper"
    assert letter.response() is None


def test_nothing_is_entered_before_or_after_the_window(
    caseworker: Visitor, letter: Letter, clock: SettableClock
) -> None:
    stale = caseworker.get(address(letter))
    clock.advance(15)
    assert caseworker.get(address(letter)).heading == "This round is closed"
    page = caseworker.submit(stale, {"mode": "paper"}, expect=409)
    assert "nothing was changed" in page.text
    clock.advance(-16)
    with letter.installed.store.writing() as session:
        enrolment = session.get_one(Enrolment, letter.enrolment_id)
        session.delete(session.scalars(select(AssignmentSpell)).one())
        session.flush()
        rows.assignment_spell(
            session,
            enrolment,
            caseworker=session.get_one(Account, letter.house.accounts[Role.CASEWORKER]),
            start_on=clock.today(),
        )
    assert "You can enter answers from March 2, 2026." in caseworker.get(address(letter)).text
    assert letter.response() is None


def test_nothing_is_entered_once_the_participant_has_left(
    caseworker: Visitor, letter: Letter, clock: SettableClock
) -> None:
    with letter.installed.store.writing() as session:
        rows.exit_(session, session.get_one(Enrolment, letter.enrolment_id), left_on=clock.today())
    clock.advance(1)
    assert "has left the study" in caseworker.get(address(letter)).text


def test_nothing_is_entered_over_answers_that_are_in(caseworker: Visitor, letter: Letter) -> None:
    stale = caseworker.get(address(letter))
    submit_response(letter.installed, enter(letter.installed, letter.code))
    assert caseworker.get(address(letter)).heading == "The participant has answered"
    caseworker.submit(stale, {"mode": "paper"}, expect=409)
    response = letter.response()
    assert response is not None
    assert (response.mode, response.entered_by_id) == (Mode.OWN_DEVICE, None)
