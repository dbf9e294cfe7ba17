"""Answering, as functions that pages and seeds call: save an answer, submit."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Final, cast
from uuid import UUID

from sqlalchemy import Connection, Table, bindparam, select, update
from sqlalchemy.orm import Session

from bip.collect.answers import Given, add_answers, read_item, repeat, skip_rest, supersede
from bip.collect.assistance import keep_assistance
from bip.collect.held import HeldResponse, hold
from bip.collect.information import information_for
from bip.collect.sheet import EndedError
from bip.rounds.codes import normalised
from bip.services import Services
from bip.store.audit import Actor, record_row
from bip.store.lists import Assistance
from bip.store.people import Enrolment
from bip.store.prepared import Prepared
from bip.store.rounds import EntryCode, Response, Round
from bip.store.studies import Study


def opening_day(session: Session, at: Services, written: str) -> date | None:
    """For a code that comes too early: the day from which it is good."""
    query = (
        select(Round.opens_on)
        .join(EntryCode, EntryCode.round_id == Round.id)
        .where(EntryCode.code_hash == at.keyed_hash("entry-code", normalised(written)))
    )
    return session.scalar(query)


def choose_language(at: Services, response_id: UUID, language: str) -> None:
    """Ask the rest of the questions in another of the study's languages."""
    with at.store.writing() as session:
        study = session.execute(
            select(Study)
            .join(Enrolment, Enrolment.study_id == Study.id)
            .join(Round, Round.enrolment_id == Enrolment.id)
            .join(Response, Response.round_id == Round.id)
            .where(Response.id == response_id)
        ).scalar_one()
        told = information_for(session.connection(), study.id, language, study.languages)
        session.execute(
            update(Response)
            .where(Response.id == response_id, Response.submitted_at.is_(None))
            .values(language=language, information_id=told.id if told else None)
        )


def save_choice(
    at: Services,
    response_id: UUID,
    choose: Callable[[HeldResponse], tuple[str, int] | None],
    sitting: UUID | None = None,
) -> HeldResponse | None:
    """Make what `choose` gives (an item and a step or missing code) the current answer.

    Saying the same again is no new revision. `choose` sees the response and may give None: then nothing is
    saved and None comes back. `sitting`: the visit that gives the answer. Raises EndedError where nothing can
    be answered any more. The database refuses a value off the item's scale.
    """
    with at.store.writing_rows() as writer:
        held = hold(writer, at, response_id)
        held.require_open()
        choice = choose(held)
        if choice is None:
            return None
        item, value = choice
        kept = read_item(writer, response_id, item)
        if kept.current is not None and kept.current.value == value:
            repeat(writer, kept.current.id, sitting, at.clock.now())
            return held
        if kept.current is not None:
            supersede(writer, kept.current.id)
        given = Given({item: value}, at.clock.now(), sitting)
        add_answers(writer, held.into, given, {item: kept.next_revision})
        return held


def save_answer(at: Services, response_id: UUID, item: str, value: int, sitting: UUID | None = None) -> None:
    """`save_choice` where it is known what is chosen."""
    save_choice(at, response_id, lambda _: (item, value), sitting)


def submit_response(at: Services, response_id: UUID, assistance: Assistance | None = None) -> None:
    """Lock the response, write what was left open as skipped, and close the code.

    `assistance`: who helped, where the participant has said so and no member of staff has.
    Raises EndedError where it is submitted already or its time is over; then nothing changes.
    """
    now = at.clock.now()
    with at.store.writing_rows() as connection:
        held = hold(connection, at, response_id)
        held.require_open()
        into = held.into
        skip_rest(connection, into, now)
        if assistance is not None:
            keep_assistance(connection, response_id, assistance)
        lock_response(connection, response_id, now)
        _CLOSED.run(connection, {"round": into.round_id, "now": now})
        record_row(connection, Actor(into.organisation_id), now, "response_submitted", response=response_id)


_CLOSED: Final = Prepared(
    update(cast("Table", EntryCode.__table__))
    .where(EntryCode.round_id == bindparam("round"), EntryCode.closed_at.is_(None))
    .values(closed_at=bindparam("now"))
)
_SUBMITTED: Final = Prepared(
    update(cast("Table", Response.__table__))
    .where(Response.id == bindparam("response"), Response.submitted_at.is_(None))
    .values(submitted_at=bindparam("now"))
)


def lock_response(connection: Connection, response_id: UUID, now: datetime) -> None:
    """Set `submitted_at`, once. Raises EndedError where somebody was faster."""
    if not _SUBMITTED.run(connection, {"response": response_id, "now": now}):
        raise EndedError("submitted")
