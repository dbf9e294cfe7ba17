"""Two at once: whatever the order in which they come through, the truth of the tables holds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Barrier
from uuid import UUID

import pytest
from sqlalchemy import Connection, func, select, text, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from bip.store.lists import Rater
from bip.store.organisations import Organisation
from bip.store.people import AssignmentSpell, Enrolment
from bip.store.rounds import Answer, EntryCode, Response, Round
from bip.store.session import Store
from tests.bip import rows
from tests.bip.store.holding import PATIENCE_S, held

SAVED, REFUSED = "saved", "refused"
WAITING = text("SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = CAST(:name AS regclass)")


@pytest.fixture
def measured(store: Store) -> Round:
    with store.writing() as session:
        return rows.round_(session, rows.enrolment(session, rows.organisation(session)))


@pytest.fixture
def response(store: Store, measured: Round) -> Response:
    with store.writing() as session:
        return rows.response(session, measured)


def at_once(store: Store, table: str, *writes: Callable[[Session], object]) -> list[str]:
    """All of them begun while somebody else has the table, then let through; sorted."""
    begun = Barrier(len(writes) + 1)

    def attempt(write: Callable[[Session], object]) -> str:
        begun.wait(PATIENCE_S)
        try:
            with store.writing() as session:
                write(session)
        except IntegrityError:
            return REFUSED
        return SAVED

    with ThreadPoolExecutor(len(writes)) as pool:
        with held(store, table) as holder:
            attempts = [pool.submit(attempt, write) for write in writes]
            begun.wait(PATIENCE_S)
            until_waiting(holder, table, attempts)
            assert not any(made.done() for made in attempts)
        return sorted(made.result(PATIENCE_S) for made in attempts)


def until_waiting(holder: Connection, table: str, attempts: Sequence[Future[str]]) -> None:
    """PostgreSQL tells who waits. SQLite does not, but nobody passes its lock either."""
    if holder.dialect.name == "sqlite":
        return
    while holder.scalar(WAITING, {"name": table}) < len(attempts):
        assert not any(attempt.done() for attempt in attempts)


def current(store: Store, response: Response) -> int:
    with store.reading() as session:
        counting = (
            select(func.count()).select_from(Answer).filter_by(response_id=response.id, is_current=True)
        )
        return session.scalars(counting).one()


def test_two_first_answers_to_an_item(store: Store, response: Response) -> None:
    def give(revision: int) -> Callable[[Session], object]:
        """Of different revisions, so that nothing but being current stands between them."""
        return lambda session: rows.answer(session, response, revision=revision)

    assert at_once(store, "answers", give(0), give(1)) == [REFUSED, SAVED]
    assert current(store, response) == 1


def test_two_changes_of_mind_about_an_item(store: Store, response: Response) -> None:
    """Each makes its own revision the current one after reading what there is."""
    with store.writing() as session:
        rows.answer(session, response, value=3)

    def change(value: int) -> Callable[[Session], object]:
        return lambda session: revise(session, response.id, value)

    results = at_once(store, "answers", change(2), change(4))
    assert SAVED in results
    assert current(store, response) == 1
    with store.reading() as session:
        revisions = session.scalars(select(Answer.revision).order_by(Answer.revision)).all()
    assert list(revisions) == list(range(1 + results.count(SAVED)))


def revise(session: Session, response_id: UUID, value: int) -> None:
    old = session.scalars(select(Answer).filter_by(response_id=response_id, is_current=True)).one()
    session.execute(update(Answer).where(Answer.id == old.id).values(is_current=False))
    response = session.get_one(Response, response_id)
    rows.answer(session, response, value=value, revision=old.revision + 1)


def test_two_responses_of_one_rater(store: Store, measured: Round) -> None:
    def begin(session: Session) -> object:
        return rows.response(session, measured, rater=Rater.PARTICIPANT)

    assert at_once(store, "responses", begin, begin) == [REFUSED, SAVED]
    with store.reading() as session:
        assert session.scalars(select(func.count()).select_from(Response)).one() == 1


def test_two_codes_of_one_round(store: Store, measured: Round) -> None:
    def issue(session: Session) -> object:
        return rows.entry_code(session, measured)

    assert at_once(store, "entry_codes", issue, issue) == [REFUSED, SAVED]
    with store.reading() as session:
        assert session.scalars(select(func.count()).select_from(EntryCode)).one() == 1


def test_two_caseworkers_given_one_enrolment(store: Store, measured: Round) -> None:
    with store.writing() as session:
        enrolment = session.get_one(Enrolment, measured.enrolment_id)
        staff = rows.account(session, session.get_one(Organisation, measured.organisation_id))

    def assign(day: int) -> Callable[[Session], object]:
        start = rows.DAY_0.replace(day=day)
        return lambda session: rows.assignment_spell(session, enrolment, caseworker=staff, start_on=start)

    assert at_once(store, "assignment_spells", assign(3), assign(9)) == [REFUSED, SAVED]
    with store.reading() as session:
        assert session.scalars(select(func.count()).select_from(AssignmentSpell)).one() == 1
