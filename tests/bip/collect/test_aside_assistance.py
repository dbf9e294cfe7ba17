"""Who helped with answering, said before sending."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict

from bip.collect.assistance import AssistanceForm
from bip.collect.service import submit_response
from bip.services import Services
from bip.store.lists import Assistance, Rater, Role
from bip.store.rounds import Response
from tests.bip.collect.letters import Letter, enter, way
from tests.bip.pages import Visitor


def response_of(letter: Letter, rater: Rater = Rater.PARTICIPANT) -> Response:
    found = letter.response(rater)
    assert found is not None
    return found


@pytest.mark.parametrize("said", Assistance)
def test_it_is_kept_with_the_answers(
    installed: Services, visit: Callable[[], Visitor], letter: Letter, said: Assistance
) -> None:
    visitor = visit()
    visitor.post(f"{way(enter(visitor, letter.code))}/summary", {"assistance": said.value})
    assert response_of(letter).assistance is said


def test_nothing_said_is_nobody(visit: Callable[[], Visitor], letter: Letter) -> None:
    visitor = visit()
    visitor.post(f"{way(enter(visitor, letter.code))}/summary")
    assert response_of(letter).assistance is Assistance.NONE


def test_what_staff_wrote_stays_as_it_was(
    installed: Services, visit: Callable[[], Visitor], letter: Letter
) -> None:
    enter(visit(), letter.code)
    with installed.store.writing() as session:
        response = session.get_one(Response, response_of(letter).id)
        response.entered_by_id = letter.house.accounts[Role.CASEWORKER]
        response.assistance = Assistance.INTERPRETER
    submit_response(installed, response_of(letter).id, Assistance.OTHER)
    assert response_of(letter).assistance is Assistance.INTERPRETER


@pytest.mark.parametrize(
    ("sent", "chosen"),
    [
        ({}, None),
        ({"assistance": "interpreter"}, Assistance.INTERPRETER),
        ({"assistance": "none"}, Assistance.NONE),
        ({"assistance": "my neighbour"}, None),
    ],
)
def test_the_question_may_be_left_open(app: Flask, sent: dict[str, str], chosen: Assistance | None) -> None:
    with app.test_request_context():
        assert AssistanceForm(MultiDict(sent)).chosen is chosen
