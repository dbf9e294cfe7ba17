"""A small run against the real server, and that the verdict sees what is wrong."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from click.testing import CliRunner
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from bip.clock import SystemClock
from bip.collect.sent import Outcome, Sent, take_answer, take_submission
from bip.collect.tokens import writer_of
from bip.services import Services
from bip.store.rounds import Answer, Response
from bip.store.session import Store
from tests.bip import rows
from tests.faults.__main__ import main
from tests.faults.plan import Kind, Plan, make_plan
from tests.faults.run import Town, build, verdict_on

SMALL = 40


def test_nothing_is_lost_and_nothing_doubled() -> None:
    plan = make_plan(1, SMALL)
    said = CliRunner().invoke(main, ["--seed", "1", "--faults", str(SMALL)])
    assert (said.exit_code, said.exception) == (0, None), said.output
    first, *kinds, last = said.output.splitlines()
    assert first == "seed 1"
    assert {line.strip().partition(" ")[2] for line in kinds} == set(Kind)
    acknowledged = len(plan.answers) + len(plan.submissions)
    assert last == f"faults: {plan.tried.total()} tried, {acknowledged} acknowledged, lost 0, doubled 0"


def test_a_seed_decides_everything() -> None:
    assert make_plan(7, SMALL) == make_plan(7, SMALL)
    assert make_plan(7, SMALL) != make_plan(8, SMALL)


@pytest.mark.parametrize("faults", [1, SMALL, 500])
def test_at_least_so_many_faults_are_tried(faults: int) -> None:
    plan = make_plan(1, faults)
    assert plan.tried.total() >= faults
    assert set(plan.tried) >= set(Kind) - {Kind.CLOCK_WRONG}


def deliver(plan: Plan, town: Town) -> None:
    """Every message by the shortest way, without any fault."""
    store = Store(town.settings.database_url)
    at = Services(town.settings, store, SystemClock(town.settings.timezone), rows.CIPHER)
    for one in plan.answers + plan.submissions:
        writer = writer_of(at, town.tokens[one.tablet][one.response])
        assert writer is not None
        if one.item is None:
            assert take_submission(at, writer) is Outcome.SAVED
        else:
            sent = Sent(one.sent_id, one.item, one.value, timedelta(seconds=one.given_s))
            assert take_answer(at, writer, sent) is Outcome.SAVED
    store.close()


def lose(session: Session) -> None:
    """One that was given and changed later, so that nothing else is missed."""
    gone = select(Answer.id).where(Answer.is_current.is_(False)).limit(1).scalar_subquery()
    session.execute(delete(Answer).where(Answer.id == gone))


def distort(session: Session) -> None:
    row = session.scalars(select(Answer).where(Answer.is_current.is_(False)).limit(1)).one()
    row.value = 6 - row.value if row.value != 3 else 1


def unsubmit(session: Session) -> None:
    one = select(Response.id).limit(1).scalar_subquery()
    session.execute(update(Response).where(Response.id == one).values(submitted_at=None))


def double(session: Session) -> None:
    row = session.scalars(select(Answer).where(Answer.content_hash.is_not(None)).limit(1)).one()
    values = {column.name: getattr(row, column.name) for column in Answer.__table__.columns}
    session.execute(
        Answer.__table__.insert(),  # type: ignore[attr-defined]
        values | {"id": uuid4(), "revision": 99, "is_current": False},
    )


def turn_back(session: Session) -> None:
    """An earlier one becomes current again."""
    old = session.scalars(select(Answer).where(Answer.is_current.is_(False)).limit(1)).one()
    session.execute(
        update(Answer)
        .where(Answer.response_id == old.response_id, Answer.item == old.item)
        .values(is_current=False)
    )
    old.is_current = True


HARMS: dict[str, tuple[Callable[[Session], None], str]] = {
    "an answer is gone": (lose, "lost"),
    "another value stands there": (distort, "lost"),
    "a submission is gone": (unsubmit, "lost"),
    "a row too many": (double, "doubled"),
    "an older one counts": (turn_back, "not_last"),
}


@pytest.mark.parametrize(("harm", "seen_as"), HARMS.values(), ids=HARMS)
def test_the_verdict_sees_one_that_is_wrong(
    tmp_path: Path, harm: Callable[[Session], None], seen_as: str
) -> None:
    plan = make_plan(1, SMALL)
    town = build(plan.responses, tmp_path)
    deliver(plan, town)
    assert verdict_on(town, plan.answers + plan.submissions).good
    store = Store(town.settings.database_url)
    with store.writing() as session:
        harm(session)
    store.close()
    verdict = verdict_on(town, plan.answers + plan.submissions)
    wrong = {name: getattr(verdict, name) for name in ("lost", "doubled", "not_last")}
    assert {name for name, times in wrong.items() if times} >= {seen_as}
    assert (wrong[seen_as], verdict.good) == (1, False)
