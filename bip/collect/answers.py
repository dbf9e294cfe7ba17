"""Rows of answers, written: a new revision each time, and the one before no longer current.

They go through the session's connection, in its transaction: nothing here needs objects, and a room of
tablets waits for it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol, cast
from uuid import UUID, uuid4

from sqlalchemy import Connection, Table, and_, bindparam, func, insert, or_, select, update

from bip.store.lists import Rater
from bip.store.prepared import Prepared
from bip.store.rounds import Answer, Response
from surveys.model import Instrument

SKIPPED: Final = -9
ANSWERS: Final = cast("Table", Answer.__table__)
_OF_ANSWER = update(ANSWERS).where(ANSWERS.c.id == bindparam("answer"))
_SUPERSEDED = Prepared(_OF_ANSWER.values(is_current=False))
_REPEATED = Prepared(_OF_ANSWER.values(sitting=bindparam("visit"), given_at=bindparam("now")))
_ADDED = Prepared(insert(ANSWERS))
_ITEM = and_(Answer.response_id == bindparam("response"), Answer.item == bindparam("asked"))
_NEWEST = select(func.max(ANSWERS.c.revision)).where(
    ANSWERS.c.response_id == bindparam("response"), ANSWERS.c.item == bindparam("asked")
)
_OF_ITEM = Prepared(
    select(
        Answer.id,
        Answer.value,
        Answer.given_at,
        Answer.content_hash,
        Answer.sitting,
        and_(_ITEM, Answer.is_current).label("current"),
        _NEWEST.scalar_subquery().label("newest"),
    ).where(or_(and_(_ITEM, Answer.is_current), Answer.id == bindparam("sent")))
)


@dataclass(frozen=True, slots=True)
class Target:
    """The response that answers go into, with what it asks."""

    response_id: UUID
    organisation_id: UUID
    round_id: UUID
    instrument_id: int
    rater: Rater
    instrument: Instrument

    @classmethod
    def of(cls, response: Response, instrument: Instrument) -> "Target":
        """A response that was read as a row."""
        return cls(
            response.id,
            response.organisation_id,
            response.round_id,
            response.instrument_id,
            response.rater,
            instrument,
        )


@dataclass(frozen=True, slots=True)
class Given:
    """What is answered: a step or a missing code by item, when, and in which visit."""

    values: Mapping[str, int]
    at: datetime
    sitting: UUID | None = None


def add_answers(writer: Connection, into: Target, given: Given, revisions: Mapping[str, int]) -> None:
    """Add them as current; an item that is not in `revisions` has its first."""
    rows = [
        new_row(into, item, value, given) | {"revision": revisions.get(item, 0)}
        for item, value in given.values.items()
    ]
    _ADDED.run_many(writer, rows)


def new_row(into: Target, item: str, value: int, given: Given) -> dict[str, object]:
    """An answer's row as it is where nothing is known of it before: the first revision, and current."""
    return {
        "id": uuid4(),
        "organisation_id": into.organisation_id,
        "response_id": into.response_id,
        "instrument_id": into.instrument_id,
        "rater": into.rater,
        "item": item,
        "value": value,
        "revision": 0,
        "is_current": True,
        "sitting": given.sitting,
        "content_hash": None,
        "given_at": given.at,
        "saved_at": given.at,
    }


def add_row(writer: Connection, row: Mapping[str, object]) -> None:
    """One answer, as `new_row` has it or with what is known better."""
    _ADDED.run(writer, row)


class KeptRow(Protocol):
    """What is read of an answer before another is written."""

    id: UUID
    value: int
    given_at: datetime
    content_hash: bytes | None
    sitting: UUID | None


@dataclass(frozen=True, slots=True)
class OfItem:
    """A participant's answers to one item: the current one, and the one with the id that a device made."""

    current: KeptRow | None
    twin: KeptRow | None
    next_revision: int


def read_item(writer: Connection, response_id: UUID, item: str, sent_id: UUID | None = None) -> OfItem:
    """What is kept of an item; whoever reads it to write holds the response."""
    rows = _OF_ITEM.all(writer, {"response": response_id, "asked": item, "sent": sent_id})
    return OfItem(
        next((row for row in rows if row.current), None),
        next((row for row in rows if row.id == sent_id), None),
        next((row.newest + 1 for row in rows if row.newest is not None), 0),
    )


def supersede(writer: Connection, answer_id: UUID) -> None:
    """Let an answer be one that was given before."""
    _SUPERSEDED.run(writer, {"answer": answer_id})


def repeat(writer: Connection, answer_id: UUID, sitting: UUID | None, now: datetime) -> None:
    """The visit has chosen the same again, and is shown so."""
    _REPEATED.run(writer, {"answer": answer_id, "visit": sitting, "now": now})


@dataclass(frozen=True, slots=True)
class Kept:
    """One item's row: whether it is current, and which revision comes next."""

    answer_id: UUID
    value: int
    is_current: bool
    next_revision: int


_KEPT = Prepared(
    select(
        Answer.item,
        Answer.id,
        Answer.value,
        Answer.is_current,
        func.max(Answer.revision).over(partition_by=Answer.item).label("newest"),
    )
    .where(Answer.response_id == bindparam("response"))
    .order_by(Answer.is_current, Answer.revision)
)


def kept_answers(connection: Connection, response_id: UUID) -> dict[str, Kept]:
    """The current row of every item that was ever answered in a response, or else its latest."""
    rows = _KEPT.all(connection, {"response": response_id})
    return {row.item: Kept(row.id, row.value, row.is_current, row.newest + 1) for row in rows}


def skip_rest(connection: Connection, into: Target, now: datetime) -> None:
    """Write every item without a current answer as skipped: a submitted response has a row for each."""
    kept = kept_answers(connection, into.response_id)
    left = {
        item.key: SKIPPED
        for item in into.instrument.items_for(into.rater.value)
        if item.key not in kept or not kept[item.key].is_current
    }
    revisions = {key: one.next_revision for key, one in kept.items()}
    add_answers(connection, into, Given(left, now), revisions)
