"""What comes too late, twice, forged or off the scale: a clear answer, and nothing lost or changed."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from itsdangerous import URLSafeSerializer

from bip.clock import SettableClock
from bip.collect.tokens import ADDRESS
from bip.services import Services
from bip.store.lists import Rater
from bip.store.people import Enrolment
from bip.store.rounds import Round
from tests.bip import rows
from tests.bip.collect.letters import Letter, answer_all, enter, way
from tests.bip.pages import Visitor

Visit = Callable[[], Visitor]
PAGES = ("/", "/1", "/11", "/summary", "/language/en")


@pytest.mark.parametrize("value", ["0", "6", "-3", "-8", "-9", "three", "1.5", "", "9" * 5000])
def test_a_value_off_the_scale_is_refused_and_the_answer_kept(
    visit: Visit, letter: Letter, value: str
) -> None:
    visitor = visit()
    address = way(enter(visitor, letter.code))
    visitor.post(f"{address}/1", {"answer": "4"})
    page = visitor.post(f"{address}/1", {"answer": value})
    assert "This is not one of the answers." in page.text
    assert list(letter.answers().values()) == [4]


def test_a_second_submission_changes_nothing_and_says_so(visit: Visit, letter: Letter) -> None:
    visitor = visit()
    page = answer_all(visitor, letter.code)
    visitor.submit(page)
    sent = letter.response()
    page = visitor.submit(page, expect=409)
    assert page.heading == "Your answers are in"
    assert "Nothing was changed now." in page.text
    again = letter.response()
    assert sent is not None
    assert again is not None
    assert again.submitted_at == sent.submitted_at


def test_a_stale_second_tab_changes_nothing_and_says_so(visit: Visit, letter: Letter) -> None:
    visitor = visit()
    page = answer_all(visitor, letter.code, value=3)
    stale = visitor.get(f"{way(page)}/1")
    visitor.submit(page)
    page = visitor.submit(stale, {"answer": "5"}, expect=409)
    assert "The answers had already been sent. Nothing was changed now." in page.text
    assert set(letter.answers().values()) == {3}


@pytest.mark.parametrize("page", PAGES)
def test_after_submitting_every_address_says_thanks(visit: Visit, letter: Letter, page: str) -> None:
    visitor = visit()
    summary = answer_all(visitor, letter.code)
    visitor.submit(summary)
    found = visitor.get(f"{way(summary)}{page}")
    assert found.heading == "Your answers are in"
    assert "What happens next" in found.text
    assert found.all("form") == []


def test_after_the_window_what_was_saved_is_kept_and_nothing_is_added(
    visit: Visit, letter: Letter, clock: SettableClock
) -> None:
    visitor = visit()
    page = visitor.submit(visitor.get(enter(visitor, letter.code).link("Start")), {"answer": "2"})
    clock.advance(15)
    late = visitor.submit(page, {"answer": "5"}, expect=409)
    assert late.heading == "The time for these questions is over"
    assert "not saved" in late.text
    assert "is kept" in late.text
    for address in PAGES:
        assert visitor.get(f"{way(page)}{address}").heading == "The time for these questions is over"
    visitor.post(f"{way(page)}/summary", expect=409)
    response = letter.response()
    assert response is not None
    assert (list(letter.answers().values()), response.submitted_at) == ([2], None)


def test_after_leaving_the_study_nothing_is_added(
    installed: Services, visit: Visit, letter: Letter, clock: SettableClock
) -> None:
    visitor = visit()
    address = way(enter(visitor, letter.code))
    with installed.store.writing() as session:
        session.get_one(Enrolment, letter.enrolment_id).withdrawn_on = clock.today()
    visitor.post(f"{address}/1", {"answer": "2"})
    clock.advance(1)
    visitor.post(f"{address}/2", {"answer": "2"}, expect=409)
    assert len(letter.answers()) == 1


def forged(installed: Services, letter: Letter) -> dict[str, str]:
    """Tokens that this installation has not made for a participant's response, by how they were made."""
    with installed.store.writing() as session:
        rating = rows.response(
            session, session.get_one(Round, letter.round_id), rater=Rater.CASEWORKER
        ).id.hex
    response = letter.response()
    assert response is not None
    own = URLSafeSerializer(installed.settings.secret_key.get_secret_value(), ADDRESS)
    return {
        "nonsense": "forged",
        "another key": str(URLSafeSerializer("x" * 32, ADDRESS).dumps(response.id.hex)),
        "another salt": str(
            URLSafeSerializer(installed.settings.secret_key.get_secret_value(), "x").dumps(response.id.hex)
        ),
        "the caseworker's response": str(own.dumps(rating)),
        "a response that is no more": str(own.dumps("0" * 32)),
    }


def test_a_forged_token_leads_to_what_does_not_exist(
    installed: Services, visit: Visit, letter: Letter
) -> None:
    visitor = visit()
    enter(visitor, letter.code)
    for how, token in forged(installed, letter).items():
        for page in PAGES:
            assert visitor.get(f"/answer/{token}{page}", expect=404).status == 404, how
        visitor.post(f"/answer/{token}/1", {"answer": "3"}, expect=404)
        visitor.post(f"/answer/{token}/summary", expect=404)
    assert (letter.answers(), letter.answers(Rater.CASEWORKER)) == ({}, {})


@pytest.mark.parametrize("number", [0, 12, 999])
def test_there_are_no_other_questions(visit: Visit, letter: Letter, number: int) -> None:
    visitor = visit()
    address = way(enter(visitor, letter.code))
    visitor.get(f"{address}/{number}", expect=404)
    visitor.post(f"{address}/{number}", {"answer": "3"}, expect=404)
    assert letter.answers() == {}
