"""Rows of answers, written: a new revision each time, and the one before no longer current.

They go through the session's connection, in its transaction: nothing here needs objects, and a room of
tablets waits for it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, cast
from uuid import UUID, uuid4

from sqlalchemy import Connection, Table, bindparam, insert, select, update
from sqlalchemy.orm import Session

from bip.store.lists import Rater
from bip.store.rounds import Answer, Response
from surveys.model import Instrument

SKIPPED: Final = -9
ANSWERS: Final = cast("Table", Answer.__table__)
_OF_ANSWER = update(ANSWERS).where(ANSWERS.c.id == bindparam("answer"))
_SUPERSEDED = _OF_ANSWER.values(is_current=False)
_REPEATED = _OF_ANSWER.values(sitting=bindparam("visit"))
_ADDED = insert(ANSWERS)


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
        {
            "id": uuid4(),
            "organisation_id": into.organisation_id,
            "response_id": into.response_id,
            "instrument_id": into.instrument_id,
            "rater": into.rater,
            "item": item,
            "value": value,
            "revision": revisions.get(item, 0),
            "is_current": True,
            "sitting": given.sitting,
            "saved_at": given.at,
        }
        for item, value in given.values.items()
    ]
    if rows:
        writer.execute(_ADDED, rows)


def supersede(writer: Connection, answer_id: UUID) -> None:
    """Let an answer be one that was given before."""
    writer.execute(_SUPERSEDED, {"answer": answer_id})


def repeat(writer: Connection, answer_id: UUID, sitting: UUID | None) -> None:
    """The visit has chosen the same again, and is shown so."""
    writer.execute(_REPEATED, {"answer": answer_id, "visit": sitting})


@dataclass(frozen=True, slots=True)
class Kept:
    """One item's latest row: whether it is current, and which revision comes next."""

    answer_id: UUID
    value: int
    is_current: bool
    next_revision: int


def kept_answers(session: Session, response_id: UUID) -> dict[str, Kept]:
    """The latest row of every item that was ever answered in a response."""
    query = (
        select(Answer.item, Answer.id, Answer.value, Answer.is_current, Answer.revision)
        .where(Answer.response_id == response_id)
        .order_by(Answer.revision)
    )
    return {
        row.item: Kept(row.id, row.value, row.is_current, row.revision + 1) for row in session.execute(query)
    }


def skip_rest(session: Session, into: Target, now: datetime) -> None:
    """Write every item without a current answer as skipped: a submitted response has a row for each."""
    kept = kept_answers(session, into.response_id)
    left = {
        item.key: SKIPPED
        for item in into.instrument.items_for(into.rater.value)
        if item.key not in kept or not kept[item.key].is_current
    }
    add_answers(
        session.connection(), into, Given(left, now), {key: one.next_revision for key, one in kept.items()}
    )
