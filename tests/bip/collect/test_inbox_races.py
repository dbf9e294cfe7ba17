"""Two requests to /answers at once, on SQLite and on PostgreSQL: both are acknowledged, none is doubled."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from bip.collect.service import save_answer
from bip.rounds.codes import issue_code
from bip.services import EXTENSION, Services
from bip.settings import Settings
from bip.store.audit import Actor
from bip.store.rounds import Answer, Response
from tests.bip import rows
from tests.bip.collect.posting import AGAIN, HELD, ITEM, SAVED, UNREADABLE, Content, Sender, sender, told
from tests.bip.collect.test_races import at_once

Reply = tuple[int, str]


@pytest.fixture(params=["sqlite", "postgresql"])
def settings(request: pytest.FixtureRequest, settings: Settings) -> Settings:
    """With a database of either kind."""
    if request.param == "sqlite":
        return settings
    return settings.model_copy(update={"database_url": request.getfixturevalue("on_postgresql")})


def participant(app: Flask) -> Sender:
    """Somebody of a new organisation with a code, who has written it."""
    installed: Services = app.extensions[EXTENSION]
    with installed.store.writing() as session:
        organisation = rows.organisation(session)
        enrolment = rows.enrolment(session, organisation, enrolled_on=installed.clock.today())
        code = issue_code(session, installed, Actor(organisation.id), rows.round_(session, enrolment))
    return sender(app, code)


@pytest.fixture
def tablet(app: Flask) -> Sender:
    return participant(app)


def sending(tablet: Sender, content: Content) -> Callable[[], Reply]:
    """A request that is ready to go."""
    envelope = tablet.sealed(content)
    return lambda: told(tablet.post(envelope))


def together(tablet: Sender, *requests: Callable[[], Reply]) -> list[Reply | Exception]:
    """All of them sent while somebody else holds the answers."""
    return at_once(tablet.installed, "answers", *requests)


def test_one_answer_sent_twice_at_once_is_one_row(tablet: Sender) -> None:
    request = sending(tablet, tablet.answer(4))
    assert together(tablet, request, request) == [SAVED, SAVED]
    assert tablet.values() == [(4, True)]
    assert tablet.held() == []


def test_two_answers_at_once_are_two_rows_and_one_is_current(tablet: Sender) -> None:
    two = [sending(tablet, tablet.answer(value)) for value in (1, 5)]
    assert together(tablet, *two) == [SAVED, SAVED]
    assert tablet.values() in ([(1, False), (5, True)], [(5, False), (1, True)])


def test_two_values_under_one_id_are_one_saved_and_one_held(tablet: Sender) -> None:
    content = tablet.answer(1)
    replies = together(tablet, sending(tablet, content), sending(tablet, content | {"value": 5}))
    assert sorted(map(str, replies)) == sorted(map(str, [SAVED, HELD]))
    saved, kept = (1, 5) if replies[0] == SAVED else (5, 1)
    assert tablet.values() == [(saved, True)]
    assert tablet.held() == [("contradicted", ITEM, kept)]


def test_the_same_held_answer_twice_at_once_is_held_once(tablet: Sender) -> None:
    tablet.send(tablet.submission())
    late = sending(tablet, tablet.answer(2))
    assert at_once(tablet.installed, "held_answers", late, late) == [HELD, HELD]
    assert tablet.held() == [("submitted", ITEM, 2)]


def test_an_answer_beside_submitting_is_saved_before_or_held_after(tablet: Sender) -> None:
    saved, submitted = together(
        tablet, sending(tablet, tablet.answer(4)), sending(tablet, tablet.submission())
    )
    assert submitted == SAVED
    if saved == SAVED:
        assert (tablet.values(), tablet.held()) == ([(4, True)], [])
    else:
        assert saved == HELD
        assert (tablet.values(), tablet.held()) == ([(-9, True)], [("submitted", ITEM, 4)])


def test_two_submissions_at_once_are_one(tablet: Sender) -> None:
    request = sending(tablet, tablet.submission())
    assert together(tablet, request, request) == [SAVED, SAVED]
    with tablet.installed.store.reading() as session:
        assert session.scalars(select(Response)).one().submitted_at is not None
        items = session.scalars(select(Answer.item)).all()
    assert len(items) == len(set(items)) == 11


def test_a_sent_answer_beside_one_of_the_page_without_scripts(tablet: Sender) -> None:
    def form() -> Reply:
        save_answer(tablet.installed, tablet.response_id, ITEM, 2)
        return SAVED

    assert together(tablet, sending(tablet, tablet.answer(4)), form) == [SAVED, SAVED]
    assert tablet.values() in ([(2, False), (4, True)], [(4, False), (2, True)])


def test_one_id_in_two_responses_at_once_is_saved_in_one_and_held_in_the_other(
    app: Flask, tablet: Sender
) -> None:
    """Where the second could not see the first yet, it is told to come again; then it sees it."""
    other = participant(app)
    content = tablet.answer(3)
    requests = [sending(tablet, content), sending(other, content | {"token": other.token})]
    replies = together(tablet, *requests)
    assert replies.count(SAVED) == 1
    assert set(replies) <= {SAVED, HELD, AGAIN}
    assert sorted(request() for request in requests) == [SAVED, HELD]
    assert sorted([tablet.values(), other.values()]) == [[], [(3, True)]]
    assert sorted([tablet.held(), other.held()]) == [[], [("contradicted", ITEM, 3)]]


@pytest.mark.parametrize("item", ["a\0b", "\0", "JOB_SEARCH", " job_search", "'; DROP TABLE answers; --"])
def test_what_can_be_no_item_is_unreadable(tablet: Sender, item: str) -> None:
    assert told(tablet.send(tablet.answer(3, item))) == UNREADABLE
    assert told(tablet.send(tablet.answer(3))) == SAVED
