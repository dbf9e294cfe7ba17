"""Sending files as a coordinator does, and reading the database as a whole."""

from __future__ import annotations

from io import BytesIO
from typing import Any
from uuid import UUID

from openpyxl import Workbook
from sqlalchemy import select

from bip.store.people import Enrolment
from bip.store.tables import METADATA
from tests.bip.house import House
from tests.bip.pages import Page, Visitor
from tests.bip.participants.people import enrolled

# The trail grows with everything that is done; imports are the account of what was done.
APART = {"audit_events", "imports"}


def send(visitor: Visitor, kind: str, content: bytes | str, name: str = "file.csv") -> Page:
    """Choose a file; the dry run, or the form with what is wrong."""
    raw = content.encode() if isinstance(content, str) else content
    token = visitor.get("/files").all("input", name="csrf_token")[0].attrib["value"]
    return visitor.post("/files", {"csrf_token": token, "kind": kind, "file": (BytesIO(raw), name)})


def take_in(page: Page, visitor: Visitor, *ticked: int) -> Page:
    """Say yes to a dry run."""
    return visitor.submit(page, {"line": [str(number) for number in ticked]}, action="/confirm")


def workbook(*rows: list[Any]) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    content = BytesIO()
    book.save(content)
    return content.getvalue()


def contents(house: House) -> dict[str, list[str]]:
    """Every row of every table but the trail and the account of imports."""
    with house.installed.store.reading() as session:
        return {
            table.name: sorted(repr(tuple(row)) for row in session.execute(select(table)))
            for table in METADATA.sorted_tables
            if table.name not in APART
        }


def keyed(house: House, name: str = "Ada Lind", **more: Any) -> tuple[UUID, str]:  # noqa: ANN401
    """Somebody enrolled: the enrolment's id and key."""
    with house.installed.store.writing() as session:
        made = enrolled(house, session, name=name, **more)
        return made.id, made.pseudonym


def enrolments(house: House) -> list[Enrolment]:
    with house.installed.store.reading() as session:
        return list(session.scalars(select(Enrolment)))


def words_of(page: Page) -> str:
    """The page without its frame."""
    return " ".join("".join(page.only("main").itertext()).split())
