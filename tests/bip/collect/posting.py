"""What a tablet sends, and the rows that it became."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from uuid import UUID, uuid4

from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from bip.collect.beginning import enter
from bip.collect.envelope import public_key, seal
from bip.collect.inbox import SEALED
from bip.collect.tokens import Writer, write_token
from bip.services import EXTENSION, Services
from bip.store.rounds import Answer, HeldAnswer

ITEM = "job_search"
JSON = "application/json"
Content = dict[str, object]


@dataclass(frozen=True)
class Sender:
    """A tablet on one visit to a response. It keeps no cookies."""

    app: Flask
    response_id: UUID
    sitting: UUID = field(default_factory=uuid4)

    @property
    def installed(self) -> Services:
        found: Services = self.app.extensions[EXTENSION]
        return found

    @property
    def token(self) -> str:
        return write_token(self.installed, Writer(self.response_id, self.sitting))

    def answer(self, value: int = 3, item: str = ITEM, **changes: object) -> Content:
        """An answer under a new id."""
        made = {"kind": "answer", "token": self.token, "id": str(uuid4()), "item": item, "value": value}
        return made | changes

    def submission(self, **changes: object) -> Content:
        return {"kind": "submit", "token": self.token, **changes}

    def sealed(self, content: Content) -> bytes:
        return seal(public_key(self.installed), json.dumps(content).encode())

    def send(self, content: Content, age: object = 0) -> TestResponse:
        """Sealed, as from a page in a secure context."""
        return self.post(self.sealed(content), age=age)

    def post(
        self, body: bytes | str, kind: str | None = SEALED, age: object = 0, **headers: str
    ) -> TestResponse:
        return self.app.test_client(use_cookies=False).post(
            "/answers", query_string={"age": str(age)}, data=body, content_type=kind, headers=headers
        )

    def rows(self, item: str = ITEM) -> list[Answer]:
        """The revisions of an item, the oldest first."""
        query = select(Answer).filter_by(response_id=self.response_id, item=item)
        with self.installed.store.reading() as session:
            return list(session.scalars(query.order_by(Answer.revision)))

    def values(self, item: str = ITEM) -> list[tuple[int, bool]]:
        """Each revision's value, and whether it is current."""
        return [(row.value, row.is_current) for row in self.rows(item)]

    def held(self) -> list[tuple[str, str, int]]:
        """Why, item and value of what is kept for the coordinator."""
        query = select(HeldAnswer).filter_by(response_id=self.response_id)
        with self.installed.store.reading() as session:
            return sorted((row.reason.value, row.item, row.value) for row in session.scalars(query))


def sender(app: Flask, code: str) -> Sender:
    """Somebody writes a code; from here on the tablet needs only what it was given."""
    return Sender(app, enter(app.extensions[EXTENSION], code))


def told(answer: TestResponse) -> tuple[int, str]:
    """Status and result."""
    assert answer.is_json, answer.text[:200]
    content: dict[str, str] = answer.get_json()
    assert set(content) == {"result"}
    return answer.status_code, content["result"]


SAVED, HELD = (200, "saved"), (409, "held")
UNREADABLE, NO_RIGHT, AGAIN = (400, "unreadable"), (403, "token"), (503, "again")
