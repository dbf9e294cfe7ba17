"""What happens with my answers, stopping for now, and whom these pages are shown to."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask, Response
from sqlalchemy import select

from bip.clock import SettableClock
from bip.kiosk.device import COOKIE, mark
from bip.services import Services
from bip.store.studies import Study
from tests.bip import rows
from tests.bip.collect.letters import Letter, enter, way
from tests.bip.pages import Visitor

Visit = Callable[[], Visitor]
PAGES = ("about", "stop", "withdraw", "mine", "fault")
FORMS = ("stop", "withdraw", "fault")
WRITE_CODE = "Write your code"


def test_about_says_who_sees_what_and_what_the_study_tells(
    installed: Services, visit: Visit, letter: Letter
) -> None:
    with installed.store.writing() as session:
        study = session.scalars(select(Study)).one()
        rows.study_information(session, study, language="en", text="Why we ask\nWe want to learn.")
    visitor = visit()
    address = way(enter(visitor, letter.code))
    page = visitor.get(f"{address}/about?number=4")
    assert "your caseworker cannot see your answers" in page.text
    assert "Researchers see the answers too, but not your name." in page.text
    assert "We want to learn." in page.text
    assert "Why we ask" in ["".join(heading.itertext()) for heading in page.all("h2")]
    assert page.link("Back") == f"{address}/4"


@pytest.mark.parametrize(
    ("number", "back"), [("0", "/"), ("11", "/11"), ("12", "/summary"), ("-5", "/"), ("x", "/")]
)
def test_the_way_back_leads_where_one_came_from(visit: Visit, letter: Letter, number: str, back: str) -> None:
    visitor = visit()
    address = way(enter(visitor, letter.code))
    for page in ("about", "stop", "withdraw", "fault"):
        links = visitor.get(f"{address}/{page}?number={number}").all("a", class_="button")
        assert f"{address}{back}" in [link.get("href") for link in links], page


def test_a_language_chosen_here_is_the_one_to_go_on_in(visit: Visit, letter: Letter) -> None:
    visitor = visit()
    address = way(enter(visitor, letter.code))
    page = visitor.get(f"{address}/about?number=2")
    page = visitor.get(page.link("Svenska"))
    assert (page.tree.get("lang"), page.link("English")) == ("sv", f"{address}/about?language=en&number=2")
    response = letter.response()
    assert response is not None
    assert response.language == "sv"


def test_when_the_time_is_over_a_language_changes_the_page_and_nothing_else(
    visit: Visit, letter: Letter, clock: SettableClock
) -> None:
    visitor = visit()
    address = way(enter(visitor, letter.code))
    clock.advance(15)
    assert visitor.get(f"{address}/about?language=sv").tree.get("lang") == "sv"
    response = letter.response()
    assert response is not None
    assert response.language == "en"


def test_stopping_keeps_the_answers_and_ends_the_visit(visit: Visit, letter: Letter) -> None:
    visitor = visit()
    address = way(enter(visitor, letter.code))
    visitor.post(f"{address}/1", {"answer": "4"})
    page = visitor.get(f"{address}/stop?number=2")
    assert "You can go on with the same code until March 16, 2026." in page.text
    assert visitor.submit(page).heading == WRITE_CODE
    for there in PAGES:
        assert visitor.get(f"{address}/{there}", expect=403).heading == WRITE_CODE
    assert way(enter(visitor, letter.code)) == address
    assert list(letter.answers().values()) == [4]


def test_when_the_answers_are_in_stopping_promises_no_more_questions(visit: Visit, letter: Letter) -> None:
    visitor = visit()
    address = way(enter(visitor, letter.code))
    visitor.post(f"{address}/summary")
    page = visitor.get(f"{address}/stop")
    assert "You can leave now." in page.text
    assert "same code" not in page.text


def test_somebody_else_in_the_same_browser_is_shown_nothing(
    visit: Visit, letter: Letter, another_letter: Callable[[], Letter]
) -> None:
    visitor = visit()
    address = way(enter(visitor, letter.code))
    enter(visitor, another_letter().code)
    for page in PAGES:
        assert visitor.get(f"{address}/{page}", expect=403).heading == WRITE_CODE
    for form in FORMS:
        visitor.post(f"{address}/{form}", {"fault": "other"}, expect=403)


def test_a_shared_tablet_shows_nothing_without_the_code(app: Flask, visit: Visit, letter: Letter) -> None:
    address = way(enter(visit(), letter.code))
    tablet = visit()
    with app.test_request_context():
        marked = Response()
        mark(marked, letter.round_id)
    cookie = marked.headers["Set-Cookie"].partition(";")[0].removeprefix(f"{COOKIE}=")
    tablet.client.set_cookie(COOKIE, cookie)
    for page in PAGES:
        assert tablet.get(f"{address}/{page}", expect=403).heading == WRITE_CODE


def test_a_forged_token_leads_to_what_does_not_exist(visit: Visit) -> None:
    for page in PAGES:
        visit().get(f"/answer/forged/{page}", expect=404)
    for form in FORMS:
        visit().post(f"/answer/forged/{form}", {"fault": "other"}, expect=404)
