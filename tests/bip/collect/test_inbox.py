"""What a tablet may send to /answers, in every shape that is wrong: refused, with nothing written."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from uuid import UUID, uuid4

import pytest
from flask import Flask
from itsdangerous import URLSafeSerializer

from bip.collect.inbox import MOST_BYTES, SEALED
from bip.collect.tokens import ADDRESS, WRITE, token_of
from bip.services import Services
from bip.store.lists import Rater
from bip.store.rounds import Round
from tests.bip import rows
from tests.bip.collect.letters import Letter, enter, way
from tests.bip.collect.posting import (
    AGAIN,
    HELD,
    ITEM,
    JSON,
    NO_RIGHT,
    SAVED,
    UNREADABLE,
    Content,
    Sender,
    sender,
    told,
)
from tests.bip.pages import Visitor


@pytest.fixture
def tablet(app: Flask, letter: Letter) -> Sender:
    return sender(app, letter.code)


def test_a_sealed_answer_is_saved(tablet: Sender) -> None:
    assert told(tablet.send(tablet.answer(4))) == SAVED
    assert tablet.values() == [(4, True)]
    assert tablet.rows()[0].sitting == tablet.sitting


@pytest.mark.parametrize("kind", [JSON, "text/plain", None], ids=str)
def test_an_answer_without_an_envelope_is_saved(tablet: Sender, kind: str | None) -> None:
    """A page without a secure context cannot seal; how it names its JSON does not matter."""
    assert told(tablet.post(json.dumps(tablet.answer(2)), kind)) == SAVED
    assert tablet.values() == [(2, True)]


@pytest.mark.parametrize("kind", [JSON, None], ids=str)
def test_an_envelope_that_is_not_named_one_is_unreadable(tablet: Sender, kind: str | None) -> None:
    envelope = tablet.sealed(tablet.answer())
    assert told(tablet.post(envelope, kind)) == UNREADABLE
    assert tablet.values() == []
    assert told(tablet.post(envelope, f"{SEALED}; charset=x")) == SAVED


def test_json_that_is_named_an_envelope_is_unreadable(tablet: Sender) -> None:
    content = json.dumps(tablet.answer())
    assert told(tablet.post(content, SEALED)) == UNREADABLE
    assert told(tablet.post(content, JSON)) == SAVED


WRONG: dict[str, Callable[[Content], object]] = {
    "an answer without its id": lambda m: {**m, "id": None},
    "an id that is none": lambda m: {**m, "id": "7"},
    "an item of no letters": lambda m: {**m, "item": ""},
    "an item too long": lambda m: {**m, "item": "x" * 65},
    "an item that is a number": lambda m: {**m, "item": 1},
    "a value as a text": lambda m: {**m, "value": "3"},
    "a value with decimals": lambda m: {**m, "value": 3.0},
    "a value that is true": lambda m: {**m, "value": True},
    "no value": lambda m: {**m, "value": None},
    "a value that is not a number": lambda m: {**m, "value": float("nan")},
    "an endless value": lambda m: {**m, "value": float("inf")},
    "a value no column holds": lambda m: {**m, "value": 2**31},
    "a key too many": lambda m: {**m, "revision": 7},
    "a key too few": lambda m: {key: m[key] for key in m if key != "value"},
    "another kind": lambda m: {**m, "kind": "delete"},
    "no kind": lambda m: {key: m[key] for key in m if key != "kind"},
    "a token that is no text": lambda m: {**m, "token": [m["token"]]},
    "a submission with an answer": lambda m: {**m, "kind": "submit"},
    "a list of answers": lambda m: [m],
    "a text": json.dumps,
    "nothing at all": lambda _: None,
}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
def test_a_message_of_another_shape_is_unreadable(tablet: Sender, wrong: Callable[[Content], object]) -> None:
    right = tablet.answer()
    body = json.dumps(wrong(right))
    assert told(tablet.post(body, JSON)) == UNREADABLE
    assert told(tablet.post(tablet.sealed(json.loads(body)), SEALED)) == UNREADABLE
    assert (tablet.values(), tablet.held()) == ([], [])
    assert told(tablet.post(json.dumps(right), JSON)) == SAVED


@pytest.mark.parametrize(
    "body", [b"", b"{", b"answer=3", b"\xff\xfe", b"[" * 4000, b'{"kind":"answer"', b"null"]
)
def test_what_is_no_message_is_unreadable(tablet: Sender, body: bytes) -> None:
    assert told(tablet.post(body, JSON)) == UNREADABLE
    assert told(tablet.post(body, SEALED)) == UNREADABLE
    assert told(tablet.send(tablet.answer())) == SAVED


def test_of_a_key_written_twice_the_last_counts_as_in_a_browser(tablet: Sender) -> None:
    body = json.dumps(tablet.answer(2)).replace('"value": 2', '"value": 2, "value": 5')
    assert told(tablet.post(body, JSON)) == SAVED
    assert told(tablet.post(body, JSON)) == SAVED
    assert tablet.values() == [(5, True)]


def test_a_body_may_be_so_long_and_no_longer(tablet: Sender) -> None:
    body = json.dumps(tablet.answer()).ljust(MOST_BYTES)
    assert tablet.post(body + " ", JSON).status_code == 413
    assert tablet.values() == []
    assert told(tablet.post(body, JSON)) == SAVED


def foreign_tokens(tablet: Sender, letter: Letter) -> dict[str, str]:
    """What is no write token of this installation, by how it was made."""
    installed = tablet.installed
    secret = installed.settings.secret_key.get_secret_value()
    with installed.store.writing() as session:
        rating = rows.response(session, session.get_one(Round, letter.round_id), rater=Rater.CASEWORKER).id
    content = tablet.response_id.hex + tablet.sitting.hex

    def signed(key: str, purpose: str, what: str) -> str:
        return str(URLSafeSerializer(key, purpose).dumps(what))

    token = tablet.token
    return {
        "nothing": "",
        "nonsense": "forged",
        "not of ASCII": "åäö.åäö",
        "cut short": token[:-1],
        "longer": f"{token}A",
        "another signature": f"{token[:-1]}{'A' if token[-1] != 'A' else 'Q'}",
        "without signature": token.split(".")[0],
        "the address": token_of(installed, tablet.response_id),
        "another key": signed("x" * 32, WRITE, content),
        "another purpose": signed(secret, ADDRESS, content),
        "the caseworker's response": signed(secret, WRITE, rating.hex + tablet.sitting.hex),
        "a response that is no more": signed(secret, WRITE, "0" * 32 + tablet.sitting.hex),
    }


def test_without_a_write_token_nothing_is_written(tablet: Sender, letter: Letter) -> None:
    for how, token in foreign_tokens(tablet, letter).items():
        assert told(tablet.send(tablet.answer(token=token))) == NO_RIGHT, how
        assert told(tablet.send(tablet.submission(token=token))) == NO_RIGHT, how
    assert (tablet.values(), tablet.held(), letter.answers(Rater.CASEWORKER)) == ([], [], {})
    response = letter.response()
    assert response is not None
    assert response.submitted_at is None
    assert told(tablet.send(tablet.answer())) == SAVED


def test_a_token_writes_into_its_own_response_only(
    app: Flask, tablet: Sender, another_letter: Callable[[], Letter]
) -> None:
    other = sender(app, another_letter().code)
    assert told(tablet.send(tablet.answer(4, token=other.token))) == SAVED
    assert (tablet.values(), other.values()) == ([], [(4, True)])


def test_an_id_of_another_response_overwrites_nothing_there(
    app: Flask, tablet: Sender, another_letter: Callable[[], Letter]
) -> None:
    other = sender(app, another_letter().code)
    theirs = other.answer(4)
    other.send(theirs)
    assert told(tablet.send(tablet.answer(4, id=theirs["id"]))) == HELD
    assert (other.values(), tablet.values()) == ([(4, True)], [])
    assert tablet.held() == [("contradicted", ITEM, 4)]
    assert told(tablet.send(tablet.answer(4))) == SAVED


def test_a_write_token_opens_no_page(app: Flask, tablet: Sender, letter: Letter) -> None:
    visitor = Visitor(app)
    for rest in ("/", "/1", "/summary", "/language/en"):
        visitor.get(f"/answer/{tablet.token}{rest}", expect=404)
    visitor.post(f"/answer/{tablet.token}/1", {"answer": "3"}, expect=404)
    visitor.post(f"/answer/{tablet.token}/summary", expect=404)
    assert visitor.get(f"/k/{tablet.token}").heading == visitor.get("/").heading
    assert tablet.values() == []
    assert visitor.get(f"{way(enter(visitor, letter.code))}/1").status == 200


def test_nothing_but_sending_is_done_there(tablet: Sender) -> None:
    client = tablet.app.test_client()
    for method in ("GET", "PUT", "DELETE", "PATCH"):
        assert client.open("/answers", method=method).status_code == 405


def every_reply(tablet: Sender) -> Iterator[tuple[str, Content, object]]:
    """One message for each reply there is, with its age."""
    answer = tablet.answer(5)
    yield "saved", answer, 0
    yield "the same again", answer, 7
    yield "held", answer | {"value": 1}, 0
    yield "not asked", tablet.answer(item="unheard_of"), 0
    yield "forged", tablet.answer(token="forged"), 0  # noqa: S106
    yield "unreadable", tablet.answer() | {"value": "3"}, 0
    yield "too large", tablet.answer(item="x" * MOST_BYTES), 0
    yield "submitted", tablet.submission(), 0
    yield "late", tablet.answer(2), 0


def test_no_reply_sets_a_cookie_or_tells_what_is_answered(tablet: Sender) -> None:
    seen = {}
    for how, content, age in every_reply(tablet):
        answer = tablet.send(content, age)
        seen[how] = answer.status_code
        assert answer.headers.getlist("Set-Cookie") == [], how
        assert answer.headers["Cache-Control"] == "no-store", how
        words = {str(content[key]) for key in ("token", "id", "item") if key in content}
        assert [word for word in words if word in answer.text or word in str(answer.headers)] == [], how
        if answer.status_code != 413:
            assert re.fullmatch(r'\{"result":"[a-z]+"\}\n', answer.text), how
    assert list(seen.values()) == [200, 200, 409, 409, 403, 400, 413, 200, 409]


def test_a_signed_in_browser_sends_like_any_other(tablet: Sender, letter: Letter) -> None:
    coordinator = letter.house.enter("coordinator")
    answer = coordinator.raw("POST", "/answers", data=tablet.sealed(tablet.answer(1)), content_type=SEALED)
    assert told(answer) == SAVED
    assert answer.headers.getlist("Set-Cookie") == []
    assert tablet.values() == [(1, True)]


def test_another_site_sends_nothing(tablet: Sender) -> None:
    body = tablet.sealed(tablet.answer())
    for origin in ("https://elsewhere.example", "null"):
        assert tablet.post(body, Origin=origin).status_code == 403
    assert tablet.values() == []
    assert told(tablet.post(body, Origin="http://localhost")) == SAVED


def test_nothing_of_it_is_logged(tablet: Sender, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        for _, content, age in every_reply(tablet):
            tablet.send(content, age)
            tablet.post(json.dumps(content), JSON, age)
    secrets = {str(tablet.response_id), tablet.response_id.hex, tablet.token, ITEM, "unheard_of", "x" * 65}
    # The records as they are, with what was passed to be put in.
    logged = " ".join(f"{record.getMessage()} {record.__dict__}" for record in caplog.records)
    assert [secret for secret in secrets if secret in logged] == []


@contextmanager
def full_disk(installed: Services) -> Iterator[None]:
    """The file of the database grows no more, by SQLite's own limit."""
    engine = installed.store.engine
    connections = [engine.connect() for _ in range(max(1, int(engine.pool.checkedin())))]  # type: ignore[attr-defined]
    for connection in connections:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
        connection.close()
    yield
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count = 1000000")


def test_what_a_full_disk_did_not_take_is_sent_again(tablet: Sender) -> None:
    sent = [tablet.answer(3 + at % 2, id=str(UUID(int=at))) for at in range(400)]
    with full_disk(tablet.installed):
        replies = [told(tablet.send(content)) for content in sent]
    saved = replies.count(SAVED)
    assert (set(replies), replies.count(AGAIN)) == ({SAVED, AGAIN}, len(sent) - saved)
    assert len(tablet.rows()) == saved
    assert {told(tablet.send(content)) for content in sent} == {SAVED}
    assert len(tablet.rows()) == len(sent)


def test_ids_may_be_anything_that_is_one(tablet: Sender) -> None:
    for at, written in enumerate((uuid4().hex, str(uuid4()).upper(), f"{{{uuid4()}}}", uuid4().urn)):
        assert told(tablet.send(tablet.answer(id=written))) == SAVED
        assert len(tablet.rows()) == at + 1
