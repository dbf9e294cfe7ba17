"""Own answers over time: after sending, in words and as a picture, and never for anybody else."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from bip.clock import SettableClock
from bip.services import Services
from bip.store.audit import AuditEvent
from bip.store.lists import Rater, Role
from bip.store.people import Enrolment
from bip.store.rounds import Response
from surveys.load import load_builtin
from surveys.model import Item
from tests.bip import rows
from tests.bip.collect.letters import Letter, enter, way
from tests.bip.house import House
from tests.bip.pages import Page, Visitor

Visit = Callable[[], Visitor]
SVG = "{http://www.w3.org/2000/svg}"
JOB_SEARCH = load_builtin("bip-11").items[0]
KNOWLEDGE = load_builtin("bip-11").items[1]


def words(item: Item, step: int, rater: Rater = Rater.PARTICIPANT) -> str:
    form = item.form(rater.value)
    assert form is not None
    return dict(form.steps)[step].in_language("en")


def earlier(
    letter: Letter,
    number: int,
    answers: Mapping[str, int],
    rater: Rater = Rater.PARTICIPANT,
    *,
    sent: bool = True,
) -> None:
    """A round of the same enrolment, some weeks before."""
    with letter.installed.store.writing() as session:
        enrolment = session.get_one(Enrolment, letter.enrolment_id)
        moment = rows.MOMENT - timedelta(days=91 * (10 - number))
        window = rows.round_(session, enrolment, number=number, due_on=moment.date())
        response = rows.response(
            session, window, rater=rater, started_at=moment, submitted_at=moment if sent else None
        )
        for item, value in answers.items():
            rows.answer(session, response, item=item, value=value, saved_at=moment)


def sent_now(visitor: Visitor, letter: Letter, answers: Mapping[int, int]) -> str:
    """The address of a response that was answered and sent."""
    address = way(enter(visitor, letter.code))
    for number, value in answers.items():
        visitor.post(f"{address}/{number}", {"answer": str(value)})
    visitor.post(f"{address}/summary")
    return address


def section(page: Page, item: Item) -> str:
    """The words of one indicator, the text alternative of its picture among them."""
    (found,) = [
        one
        for one in page.all("section")
        if "".join(one.find("h2").itertext()) == item.label.in_language("en")  # type: ignore[union-attr]
    ]
    pictures = [svg.attrib["aria-label"] for svg in found.iter(f"{SVG}svg")]
    return " ".join(" ".join([*found.itertext(), *pictures]).split())


def viewings(letter: Letter) -> list[AuditEvent]:
    with letter.installed.store.reading() as session:
        return list(session.scalars(select(AuditEvent).filter_by(kind="own_answers_viewed")))


def test_all_rounds_that_were_sent_in_words_and_as_a_picture(visit: Visit, letter: Letter) -> None:
    earlier(letter, 8, {JOB_SEARCH.key: 4})
    earlier(letter, 9, {JOB_SEARCH.key: -1})
    visitor = visit()
    address = sent_now(visitor, letter, {1: 2})
    page = visitor.get(f"{address}/mine")
    told = section(page, JOB_SEARCH)
    assert f"First, September 1, 2025 {words(JOB_SEARCH, 4)}" in told
    assert f"Now, March 2, 2026 {words(JOB_SEARCH, 2)}" in told
    assert (
        "September 1, 2025: step 4. December 1, 2025: I do not know, no step. March 2, 2026: step 2." in told
    )
    (event,) = viewings(letter)
    response = letter.response()
    assert response is not None
    assert event.details == {"response": str(response.id)}
    assert (event.actor_id, event.organisation_id) == (None, letter.house.organisation_id)


def test_missing_codes_are_words_and_no_points(visit: Visit, letter: Letter) -> None:
    visitor = visit()
    page = visitor.get(f"{sent_now(visitor, letter, {1: 3, 2: -2})}/mine")
    assert "I do not want to answer" in section(page, KNOWLEDGE)
    assert "No answer" in section(page, load_builtin("bip-11").items[2])
    assert len(page.all(f"{SVG}svg")) == 1
    assert len(page.all(f"{SVG}circle", class_="dot")) == 1


def test_what_was_not_sent_and_what_others_said_is_not_shown(visit: Visit, letter: Letter) -> None:
    earlier(letter, 7, {JOB_SEARCH.key: 1}, sent=False)
    earlier(letter, 8, {JOB_SEARCH.key: 5}, Rater.CASEWORKER)
    visitor = visit()
    page = visitor.get(f"{sent_now(visitor, letter, {1: 3})}/mine")
    told = section(page, JOB_SEARCH)
    assert words(JOB_SEARCH, 3) in told
    for unseen in (words(JOB_SEARCH, 1), words(JOB_SEARCH, 5), words(JOB_SEARCH, 5, Rater.CASEWORKER)):
        assert unseen not in page.text
    assert len(page.all(f"{SVG}circle", class_="dot")) == 1


def test_another_participants_answers_are_not_shown(
    visit: Visit, letter: Letter, another_letter: Callable[[], Letter]
) -> None:
    earlier(another_letter(), 8, {JOB_SEARCH.key: 5})
    visitor = visit()
    page = visitor.get(f"{sent_now(visitor, letter, {1: 3})}/mine")
    assert len(page.all(f"{SVG}circle", class_="dot")) == 1


def test_it_is_said_kindly_that_steps_go_down_too(visit: Visit, letter: Letter) -> None:
    earlier(letter, 8, {JOB_SEARCH.key: 5})
    visitor = visit()
    page = visitor.get(f"{sent_now(visitor, letter, {1: 1})}/mine")
    assert "It goes up and down for everybody." in page.text
    assert "chance" not in page.text


def refused(visitor: Visitor, letter: Letter, address: str, said: str) -> None:
    page = visitor.get(f"{address}/mine", expect=403)
    assert page.heading == "This is not possible here"
    assert said in page.text
    assert words(JOB_SEARCH, 3) not in page.text
    assert viewings(letter) == []


def test_before_sending_nothing_is_shown(visit: Visit, letter: Letter) -> None:
    visitor = visit()
    address = way(enter(visitor, letter.code))
    visitor.post(f"{address}/1", {"answer": "3"})
    refused(visitor, letter, address, "when you have sent the answers of today")


def test_where_the_time_ran_out_before_sending_nothing_is_shown(
    visit: Visit, letter: Letter, clock: SettableClock
) -> None:
    visitor = visit()
    address = way(enter(visitor, letter.code))
    visitor.post(f"{address}/1", {"answer": "3"})
    clock.advance(15)
    refused(visitor, letter, address, "when you have sent the answers of today")


def test_a_browser_in_which_no_code_was_written_is_shown_nothing(visit: Visit, letter: Letter) -> None:
    address = sent_now(visit(), letter, {1: 3})
    refused(visit(), letter, address, "right after you have written your code")


def test_a_form_sent_to_the_address_does_not_stand_for_the_code(visit: Visit, letter: Letter) -> None:
    address = sent_now(visit(), letter, {1: 3})
    other = visit()
    other.post(f"{address}/1", {"answer": "1"}, expect=409)
    refused(other, letter, address, "right after you have written your code")


def test_staff_who_use_the_code_are_shown_nothing(house: House, letter: Letter) -> None:
    caseworker = house.enter(Role.CASEWORKER)
    address = sent_now(caseworker, letter, {1: 3})
    refused(caseworker, letter, address, "is signed in on this device")


def test_staff_who_sign_in_and_out_again_in_that_browser_are_shown_nothing(
    house: House, visit: Visit, letter: Letter
) -> None:
    visitor = visit()
    address = sent_now(visitor, letter, {1: 3})
    page = visitor.sign_in(house.emails[Role.CASEWORKER], "four calm words here")
    visitor.submit(page, action="/sign-out")
    refused(visitor, letter, address, "right after you have written your code")


@pytest.mark.parametrize("by", ["staff", "proxy"])
def test_answers_that_others_wrote_are_not_shown(
    installed: Services, visit: Visit, letter: Letter, by: str
) -> None:
    visitor = visit()
    address = sent_now(visitor, letter, {1: 3})
    with installed.store.writing() as session:
        response = session.scalars(select(Response)).one()
        response.proxy = by == "proxy"
        if by == "staff":
            response.entered_by_id = letter.house.accounts[Role.CASEWORKER]
    refused(visitor, letter, address, "Somebody else wrote these answers for you")


def test_the_day_is_that_of_sending_where_the_people_are(
    visit: Visit, letter: Letter, clock: SettableClock
) -> None:
    clock.moment = clock.moment.replace(hour=23, minute=30)
    visitor = visit()
    page = visitor.get(f"{sent_now(visitor, letter, {1: 3})}/mine")
    assert clock.today() == date(2026, 3, 3)
    assert "Now, March 3, 2026" in section(page, JOB_SEARCH)


def test_whoever_else_knows_the_code_sees_nothing_of_a_sealed_round(
    visit: Callable[[], Visitor], letter: Letter
) -> None:
    """Staff print the letters with the codes: neither an earlier visit nor sending for somebody shows."""
    participant, early, late = visit(), visit(), visit()
    address = way(enter(early, letter.code))
    way(enter(participant, letter.code))
    participant.post(f"{address}/1", {"answer": "4"})
    way(enter(late, letter.code))
    late.post(f"{address}/summary")
    for visitor in (early, late, participant):
        shown = visitor.get(f"{address}/mine")
        assert (words(JOB_SEARCH, 4) in shown.text) == (visitor is participant)
