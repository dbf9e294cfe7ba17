"""Whoever has had the participant's questions open does not rate independently, and is shown no value."""

from __future__ import annotations

from collections.abc import Callable

from tests.bip.casework.test_entry import address, independent, rate
from tests.bip.collect.letters import Letter, answer_all, enter, way
from tests.bip.pages import Visitor


def test_a_caseworker_who_answers_with_the_code_does_not_rate_independently(
    caseworker: Visitor, letter: Letter
) -> None:
    caseworker.submit(answer_all(caseworker, letter.code))
    rate(caseworker, letter)
    assert not independent(letter)


def test_a_rating_after_somebody_else_used_the_code_is_independent(
    caseworker: Visitor, letter: Letter, visit: Callable[[], Visitor]
) -> None:
    participant = visit()
    participant.submit(answer_all(participant, letter.code))
    rate(caseworker, letter)
    assert independent(letter)


def test_staff_pages_end_the_visit_of_whoever_answered_in_the_browser(
    caseworker: Visitor, letter: Letter
) -> None:
    page = caseworker.get(enter(caseworker, letter.code).link("Start"))
    address_of_response = way(caseworker.submit(page, {"answer": "4"}))
    boxes = caseworker.get(f"{address_of_response}/1").all("input", type="radio")
    assert [box.get("value") for box in boxes if box.get("checked") is not None] == ["4"]
    caseworker.get("/participants")
    boxes = caseworker.get(f"{address_of_response}/1").all("input", type="radio")
    assert [box for box in boxes if box.get("checked") is not None] == []


def test_a_form_opened_for_the_participant_and_left_empty_leaves_no_mark(
    caseworker: Visitor, letter: Letter, visit: Callable[[], Visitor]
) -> None:
    form = caseworker.get(address(letter))
    caseworker.submit(form, {"mode": "paper", "assistance": "other", "proxy": "y", "language": "en"})
    participant = visit()
    participant.submit(answer_all(participant, letter.code))
    response = letter.response()
    assert response is not None
    assert (response.mode, response.proxy, response.entered_by_id) == ("own_device", False, None)
