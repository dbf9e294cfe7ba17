"""Two at once, on SQLite and on PostgreSQL: nothing is written twice, nothing after submitting."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar
from uuid import UUID

import pytest
from sqlalchemy import Connection, select, text

from bip.casework.rating import Rated, save_rating
from bip.clock import SettableClock
from bip.collect.beginning import enter
from bip.collect.service import save_answer, submit_response
from bip.collect.sheet import EndedError
from bip.rounds.codes import issue_code
from bip.services import Services
from bip.settings import Settings
from bip.store.audit import Actor, record
from bip.store.lists import Rater
from bip.store.people import AssignmentSpell
from bip.store.rounds import Answer, Response, Round
from bip.store.session import Store
from tests.bip import rows
from tests.bip.conftest import NOON
from tests.bip.store.holding import PATIENCE_S, held

T = TypeVar("T")
WAITING = text("SELECT count(DISTINCT pid) FROM pg_locks WHERE NOT granted")
ITEM = "job_search"


@pytest.fixture(params=["sqlite", "postgresql"])
def installed(request: pytest.FixtureRequest, settings: Settings) -> Iterator[Services]:
    """Services on a database of either kind."""
    sqlite = request.param == "sqlite"
    store = Store(settings.database_url if sqlite else request.getfixturevalue("on_postgresql"))
    yield Services(settings, store, SettableClock(NOON), rows.CIPHER)
    store.close()


@pytest.fixture
def code(installed: Services) -> str:
    """The code of the only round there is."""
    with installed.store.writing() as session:
        organisation = rows.organisation(session)
        enrolment = rows.enrolment(session, organisation, enrolled_on=installed.clock.today())
        rows.assignment_spell(session, enrolment)
        window = rows.round_(session, enrolment)
        return issue_code(session, installed, Actor(organisation.id), window)


def at_once(installed: Services, table: str, *acts: Callable[[], T]) -> list[T | Exception]:
    """What each act gave or raised, all of them begun while the table was held by somebody else."""
    started = Barrier(len(acts) + 1)

    def after_the_start(act: Callable[[], T]) -> T:
        started.wait(PATIENCE_S)
        return act()

    with ThreadPoolExecutor(len(acts)) as pool:
        with held(installed.store, table) as holder:
            running = [pool.submit(after_the_start, act) for act in acts]
            started.wait(PATIENCE_S)
            _until_all_wait(holder, running)
        return [one.exception(PATIENCE_S) or one.result() for one in running]  # type: ignore[misc]  # no BaseException


def _until_all_wait(holder: Connection, running: list[Future[T]]) -> None:
    """SQLite's lock is taken before anything is read, so there it does not matter who has come how far."""
    while holder.dialect.name == "postgresql" and holder.execute(WAITING).scalar_one() < len(running):
        assert not any(one.done() for one in running)


def values(installed: Services) -> list[tuple[int, int]]:
    """Revisions and values of the item, the current one last."""
    with installed.store.reading() as session:
        query = select(Answer).where(Answer.item == ITEM).order_by(Answer.is_current, Answer.revision)
        found = list(session.scalars(query))
    assert [answer.is_current for answer in found] == [False] * (len(found) - 1) + [True]
    return [(answer.revision, answer.value) for answer in found]


def test_two_tablets_with_one_code_share_one_response(installed: Services, code: str) -> None:
    def open_it() -> UUID:
        return enter(installed, code)

    found = at_once(installed, "responses", open_it, open_it)
    with installed.store.reading() as session:
        assert found == [session.scalars(select(Response.id)).one()] * 2


def test_two_answers_to_one_question_come_one_after_the_other(installed: Services, code: str) -> None:
    response_id = enter(installed, code)

    def save(value: int) -> Callable[[], None]:
        return lambda: save_answer(installed, response_id, ITEM, value)

    assert at_once(installed, "answers", save(1), save(5)) == [None, None]
    assert values(installed) in [[(0, 1), (1, 5)], [(0, 5), (1, 1)]]


def test_a_response_is_submitted_once(installed: Services, code: str) -> None:
    response_id = enter(installed, code)

    def submit() -> None:
        submit_response(installed, response_id)

    outcomes = at_once(installed, "answers", submit, submit)
    assert sorted(type(one).__name__ for one in outcomes) == ["EndedError", "NoneType"]
    assert values(installed) == [(0, -9)]


def test_an_answer_comes_before_submitting_or_not_at_all(installed: Services, code: str) -> None:
    response_id = enter(installed, code)

    def submit() -> None:
        submit_response(installed, response_id)

    def save() -> None:
        save_answer(installed, response_id, ITEM, 4)

    submitted, saved = at_once(installed, "answers", submit, save)
    assert submitted is None
    if saved is None:
        assert values(installed) == [(0, 4)]
    else:
        assert isinstance(saved, EndedError)
        assert values(installed) == [(0, -9)]


@pytest.fixture
def rater(installed: Services, code: str) -> tuple[Actor, UUID]:
    """The caseworker, and the round to rate."""
    assert code
    with installed.store.reading() as session:
        spell = session.scalars(select(AssignmentSpell)).one()
        return Actor(spell.organisation_id, spell.caseworker_id), session.scalars(select(Round.id)).one()


def test_two_tabs_of_a_rater_share_one_rating_and_submit_it_once(
    installed: Services, rater: tuple[Actor, UUID]
) -> None:
    actor, round_id = rater

    def rate(value: int, *, submit: bool) -> Callable[[], None]:
        return lambda: save_rating(installed, actor, round_id, Rated({ITEM: value}, "en"), submit=submit)

    assert at_once(installed, "responses", rate(1, submit=False), rate(5, submit=False)) == [None, None]
    assert values(installed) in [[(0, 1), (1, 5)], [(0, 5), (1, 1)]]
    outcomes = at_once(installed, "answers", rate(2, submit=True), rate(3, submit=True))
    assert sorted(type(one).__name__ for one in outcomes) == ["NoneType", "RatingError"]


def test_who_has_opened_an_entry_is_found_in_the_trail(
    installed: Services, code: str, rater: tuple[Actor, UUID]
) -> None:
    actor, round_id = rater
    response_id = enter(installed, code)
    with installed.store.writing() as session:
        record(session, actor, installed.clock.now(), "entry_opened", response=response_id)
    save_rating(installed, actor, round_id, Rated({}, "en"), submit=True)
    with installed.store.reading() as session:
        rating = session.scalars(select(Response).where(Response.rater == Rater.CASEWORKER)).one()
    assert rating.independent is False
