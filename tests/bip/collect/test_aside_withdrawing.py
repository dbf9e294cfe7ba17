"""A participant leaves the study by the code alone, and nobody else does it in the participant's place."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from bip.clock import SettableClock
from bip.services import Services
from bip.store.audit import AuditEvent
from bip.store.lists import Role
from bip.store.people import Enrolment
from bip.store.rounds import Response
from tests.bip.collect.letters import Letter, enter, way
from tests.bip.house import House
from tests.bip.pages import Visitor

Visit = Callable[[], Visitor]


def last_day(letter: Letter) -> date | None:
    with letter.installed.store.reading() as session:
        return session.get_one(Enrolment, letter.enrolment_id).withdrawn_on


def withdrawals(letter: Letter) -> list[AuditEvent]:
    with letter.installed.store.reading() as session:
        return list(session.scalars(select(AuditEvent).filter_by(kind="participant_withdrawn")))


def test_two_buttons_then_it_is_over(visit: Visit, letter: Letter, clock: SettableClock) -> None:
    visitor = visit()
    address = way(enter(visitor, letter.code))
    visitor.post(f"{address}/1", {"answer": "2"})
    page = visitor.get(f"{address}/withdraw?number=2")
    assert "What you have answered stays in the study." in page.text
    assert page.link("No, I stay in the study") == f"{address}/2"
    assert last_day(letter) is None
    closing = visitor.submit(page)
    assert closing.heading == "You have stopped taking part"
    assert [link.get("lang") for link in closing.all("a") if link.get("lang")] in ([], ["en"])
    assert last_day(letter) == clock.today()
    (event,) = withdrawals(letter)
    assert (event.actor_id, event.organisation_id) == (None, letter.house.organisation_id)
    assert event.details["enrolment"] == str(letter.enrolment_id)
    assert list(letter.answers().values()) == [2]
    visitor.get(f"{address}/withdraw", expect=403)
    clock.advance(1)
    assert visit().get(f"/k/{letter.code}").heading == "The time for these questions is over"


@pytest.mark.parametrize("ended", ["submitted", "closed"])
def test_it_is_possible_after_sending_and_when_the_time_is_over(
    visit: Visit, letter: Letter, clock: SettableClock, ended: str
) -> None:
    visitor = visit()
    address = way(enter(visitor, letter.code))
    if ended == "submitted":
        visitor.post(f"{address}/summary")
    else:
        clock.advance(15)
    visitor.submit(visitor.get(f"{address}/withdraw"))
    assert last_day(letter) == clock.today()


def test_an_earlier_last_day_stays(
    installed: Services, visit: Visit, letter: Letter, clock: SettableClock
) -> None:
    visitor = visit()
    address = way(enter(visitor, letter.code))
    with installed.store.writing() as session:
        session.get_one(Enrolment, letter.enrolment_id).withdrawn_on = clock.today()
    earlier = clock.today()
    clock.advance(1)
    visitor.post(f"{address}/withdraw")
    assert (last_day(letter), withdrawals(letter)) == (earlier, [])


def refused(visitor: Visitor, letter: Letter, address: str, words: str) -> None:
    """Neither asked nor done, and told how else."""
    for page in (
        visitor.get(f"{address}/withdraw?number=3", expect=403),
        visitor.post(f"{address}/withdraw?number=3", expect=403),
    ):
        assert page.heading == "This is not possible here"
        assert words in page.text
        assert "You can always tell your caseworker that you want to stop." in page.text
        assert page.link("Back") == f"{address}/3"
    assert (last_day(letter), withdrawals(letter)) == (None, [])


def test_without_a_code_written_in_this_browser_it_is_refused(visit: Visit, letter: Letter) -> None:
    address = way(enter(visit(), letter.code))
    refused(visit(), letter, address, "right after you have written your code")


def test_with_staff_signed_in_in_this_browser_it_is_refused(house: House, letter: Letter) -> None:
    caseworker = house.enter(Role.CASEWORKER)
    caseworker.language = "en"
    address = way(caseworker.get(f"/k/{letter.code}"))
    refused(caseworker, letter, address, "is signed in on this device")


@pytest.mark.parametrize("by", ["staff", "proxy"])
def test_for_answers_that_others_gave_it_is_refused(
    installed: Services, visit: Visit, letter: Letter, by: str
) -> None:
    visitor = visit()
    address = way(enter(visitor, letter.code))
    with installed.store.writing() as session:
        response = session.scalars(select(Response)).one()
        response.proxy = by == "proxy"
        if by == "staff":
            response.entered_by_id = letter.house.accounts[Role.CASEWORKER]
    refused(visitor, letter, address, "Somebody else wrote these answers for you")


def test_where_the_enrolment_cannot_end_today_the_page_says_who_helps(
    installed: Services, visit: Visit, letter: Letter, clock: SettableClock
) -> None:
    visitor = visit()
    address = way(enter(visitor, letter.code))
    with installed.store.writing() as session:
        enrolment = session.get_one(Enrolment, letter.enrolment_id)
        enrolment.observed_to = clock.today() + timedelta(days=30)
    page = visitor.submit(visitor.get(f"{address}/withdraw"), expect=403)
    assert "Your time in the study cannot end today." in page.text
    assert last_day(letter) is None
