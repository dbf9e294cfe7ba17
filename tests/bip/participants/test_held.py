"""Answers that were not taken in: shown to the coordinator, their values only once the round has opened."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from bip.clock import SettableClock
from bip.collect.beginning import enter
from bip.collect.sent import Outcome, Sent, take_answer
from bip.collect.service import save_answer, submit_response
from bip.collect.tokens import Writer
from bip.participants.held import held_lines
from bip.services import Services
from bip.store.lists import HeldReason, Rater, Role
from bip.store.rounds import Response
from tests.bip import rows
from tests.bip.collect.letters import Letter, write_letter
from tests.bip.house import House
from tests.bip.pages import Page, Visitor
from tests.bip.participants.people import submit_response as submit_as

HELD = "4: I have looked two or three times a week."
CURRENT = "2: I have looked once or twice."


@pytest.fixture
def letter(installed: Services, house: House) -> Letter:
    return write_letter(installed, house)


def send_late(letter: Letter) -> UUID:
    """Answer, send the answers in, and let another answer come that a device has kept."""
    response_id = enter(letter.installed, letter.code)
    save_answer(letter.installed, response_id, "job_search", 2)
    submit_response(letter.installed, response_id)
    late = Sent(uuid4(), "job_search", 4, timedelta(hours=2))
    assert take_answer(letter.installed, Writer(response_id, uuid4()), late) is Outcome.HELD
    return response_id


def opened_by(visitor: Visitor, letter: Letter) -> Page:
    return visitor.get(f"/participants/{letter.enrolment_id}")


def table(page: Page) -> list[list[str]]:
    """The rows of the section, or none."""
    found = [
        one
        for one in page.all("table")
        if "not taken in" in "".join(one.find("caption").itertext())  # type: ignore[union-attr]
    ]
    return [
        [" ".join("".join(cell.itertext()).split()) for cell in row]
        for one in found
        for row in one.findall("tbody/tr")
    ]


def test_before_the_round_opens_all_is_told_but_the_value(house: House, letter: Letter) -> None:
    send_late(letter)
    page = opened_by(house.enter(Role.COORDINATOR), letter)
    assert "1 answer to look at" in page.text
    assert "is shown when both have answered the round" in page.text
    assert table(page) == [
        [
            "Round 0",
            "Looking for a job",
            "3/2/26, 12:00 PM",
            "3/2/26, 12:00 PM",
            "It came after the answers were sent in.",
            "Sealed",
            "Sealed",
        ]
    ]
    assert "once or twice" not in page.text
    with house.installed.store.reading() as session:
        (line,) = held_lines(session, letter.enrolment_id, "en", house.installed.clock.today())
    assert (line.sealed, line.held, line.current) == (True, None, None)


def test_when_both_have_answered_the_value_stands_beside_the_one_that_counts(
    house: House, letter: Letter
) -> None:
    send_late(letter)
    submit_as(house, letter.round_id, Rater.CASEWORKER)
    page = opened_by(house.enter(Role.COORDINATOR), letter)
    assert table(page)[0][-2:] == [HELD, CURRENT]
    assert "is shown when both" not in page.text


def test_a_closed_round_is_open_too(house: House, letter: Letter, clock: SettableClock) -> None:
    send_late(letter)
    clock.advance(14)
    assert table(opened_by(house.enter(Role.COORDINATOR), letter))[0][-1] == "Sealed"
    clock.advance(1)
    assert table(opened_by(house.enter(Role.COORDINATOR), letter))[0][-2:] == [HELD, CURRENT]


def test_the_caseworker_is_told_of_none(house: House, letter: Letter, clock: SettableClock) -> None:
    send_late(letter)
    for days in (0, 30):
        clock.advance(days)
        for address in ("/participants", f"/participants/{letter.enrolment_id}"):
            page = house.enter(Role.CASEWORKER).get(address)
            assert "to look at" not in page.text
            assert table(page) == []


def test_the_list_counts_them(house: House, letter: Letter) -> None:
    coordinator = house.enter(Role.COORDINATOR)
    write_letter(house.installed, house)
    assert "to look at" not in coordinator.get("/participants").text
    response_id = send_late(letter)
    assert coordinator.get("/participants").text.count("1 answer to look at") == 1
    take_answer(house.installed, Writer(response_id, uuid4()), Sent(uuid4(), "cooperation", 1, timedelta()))
    assert coordinator.get("/participants").text.count("2 answers to look at") == 1


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        (HeldReason.CONTRADICTED, "The same message came twice with different content."),
        (HeldReason.SUBMITTED, "It came after the answers were sent in."),
        (HeldReason.CLOSED, "It came after the time for answering was over."),
        (HeldReason.NOT_ASKED, "It is no answer that the questionnaire asks for."),
    ],
)
def test_every_reason_has_its_words(house: House, letter: Letter, reason: HeldReason, words: str) -> None:
    response_id = enter(letter.installed, letter.code)
    with house.installed.store.writing() as session:
        rows.held_answer(session, session.get_one(Response, response_id), reason=reason)
    (row,) = table(opened_by(house.enter(Role.COORDINATOR), letter))
    assert words in row[4]


def test_what_no_questionnaire_asks_is_shown_as_it_was_sent(
    house: House, letter: Letter, clock: SettableClock
) -> None:
    response_id = enter(letter.installed, letter.code)
    for item, value in (("<b>other</b>", 3), ("job_search", 44), ("job_search", -1)):
        with house.installed.store.writing() as session:
            response = session.get_one(Response, response_id)
            rows.held_answer(session, response, reason=HeldReason.NOT_ASKED, item=item, value=value)
    clock.advance(15)
    found = {(row[1], row[5], row[6]) for row in table(opened_by(house.enter(Role.COORDINATOR), letter))}
    assert found == {
        ("<b>other</b>", "3", "–"),
        ("Looking for a job", "44", "–"),
        ("Looking for a job", "I do not know", "–"),
    }


def test_the_question_is_named_in_the_readers_language(house: House, letter: Letter) -> None:
    send_late(letter)
    visitor = house.enter(Role.COORDINATOR)
    visitor.get("/language/sv")
    assert "Leta efter jobb" in opened_by(visitor, letter).text
