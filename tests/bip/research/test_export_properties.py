"""Whatever stands in the database, an export keeps the contract, and nothing sealed shows in any byte."""

from __future__ import annotations

import random
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from analysis.dataset.write import write
from bip.clock import local_day
from bip.store.lists import EventKind, ObservedBy, Rater
from bip.store.rounds import Answer, Response, Round
from bip.store.session import Store
from bip.store.tables import METADATA
from tests.bip import rows
from tests.bip.research.building import TIMEZONE, Built, build, export, on

DAYS = st.integers(-20, 260)
PERHAPS_DAY = st.none() | DAYS


@dataclass(frozen=True)
class Answered:
    """One rater in one round; never submitted where there is no day."""

    day: int | None
    items: int
    independent: bool


@dataclass(frozen=True)
class Life:
    """What happens to one enrolment, in days."""

    rounds: tuple[dict[Rater, Answered], ...]
    withdrawn: int | None
    left: int | None
    observed_by: ObservedBy
    observed_to: int | None
    events: tuple[tuple[int, int | None], ...]
    activities: tuple[tuple[int, int | None], ...]
    assigned: tuple[int, int | None] | None
    followed_up: int | None


def spells(shortest: int) -> st.SearchStrategy[tuple[int, int | None]]:
    return st.tuples(DAYS, st.none() | st.integers(shortest, 150)).map(
        lambda drawn: (drawn[0], None if drawn[1] is None else drawn[0] + drawn[1])
    )


@st.composite
def lives(draw: st.DrawFn) -> Life:
    answered = st.builds(Answered, PERHAPS_DAY, st.sampled_from([0, 1, 10, 11]), st.booleans())
    withdrawn = draw(st.none() | st.integers(0, 260))
    observed = st.integers(0, 260 if withdrawn is None else withdrawn)
    return Life(
        tuple(draw(st.lists(st.dictionaries(st.sampled_from(Rater), answered), max_size=3))),
        withdrawn,
        draw(PERHAPS_DAY),
        draw(st.sampled_from(ObservedBy)),
        draw(st.none() | observed),
        tuple(draw(st.lists(spells(0), max_size=2))),
        tuple(draw(st.lists(spells(0), max_size=2))),
        draw(st.none() | spells(1)),
        draw(PERHAPS_DAY),
    )


def live(built: Built, life: Life) -> None:
    session = built.session
    enrolment = built.enrol(
        withdrawn_on=None if life.withdrawn is None else on(life.withdrawn),
        observed_by=life.observed_by,
        observed_to=None if life.observed_to is None else on(life.observed_to),
    )
    for number, raters in enumerate(life.rounds):
        built.round(enrolment, number)
        for rater, one in raters.items():
            built.respond(
                enrolment, rater, one.day, number=number, items=one.items, independent=one.independent
            )
    if life.left is not None:
        rows.exit_(session, enrolment, left_on=on(life.left))
    for day, end in life.events:
        kind = EventKind.PLACEMENT if end else EventKind.JOB_REGULAR
        rows.event(session, enrolment, kind=kind, happened_on=on(day), end_on=end if end is None else on(end))
    for day, end in life.activities:
        rows.activity_spell(session, enrolment, start_on=on(day), end_on=end if end is None else on(end))
    if life.assigned:
        day, end = life.assigned
        rows.assignment_spell(
            session,
            enrolment,
            caseworker=built.caseworker,
            start_on=on(day),
            end_on=end if end is None else on(end),
        )
    if life.followed_up is not None:
        rows.follow_up(session, enrolment, asked_on=on(life.followed_up))


@contextmanager
def lived(empty: Path, people: list[Life]) -> Iterator[tuple[Store, UUID, Path]]:
    with tempfile.TemporaryDirectory() as folder:
        database = Path(folder) / "bip.sqlite"
        shutil.copyfile(empty, database)
        store = Store(f"sqlite:///{database}")
        try:
            with store.writing() as session:
                built = build(session)
                for life in people:
                    live(built, life)
            yield store, built.study.id, Path(folder)
        finally:
            store.close()


def written(store: Store, study_id: UUID, day: int, folder: Path) -> dict[str, bytes]:
    """The bytes of every file of the dataset, which is checked as it is written."""
    write(export(store, study_id, day).dataset, folder)
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def sealed(session: Session, day: int) -> list[UUID]:
    """Responses that nobody may know of on a day, found one by one."""
    found = []
    for round_ in session.scalars(select(Round)):
        responses = session.scalars(select(Response).where(Response.round_id == round_.id)).all()
        in_time = [
            one for one in responses if one.submitted_at and local_day(one.submitted_at, TIMEZONE) <= on(day)
        ]
        if on(day) <= round_.closes_on and len(in_time) < 2:
            found += [one.id for one in responses]
        else:
            drafts = [one for one in responses if one.rater is Rater.CASEWORKER and not one.submitted_at]
            found += [one.id for one in drafts]
    return found


@settings(max_examples=15, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(people=st.lists(lives(), min_size=1, max_size=3), day=st.integers(0, 260))
def test_an_export_always_checks_and_no_sealed_answer_shows(
    empty_database: Path, people: list[Life], day: int
) -> None:
    with lived(empty_database, people) as (store, study_id, folder):
        first = written(store, study_id, day, folder / "first")
        with store.writing() as session:
            hidden = sealed(session, day)
            session.execute(update(Answer).where(Answer.response_id.in_(hidden)).values(value=5))
        assert written(store, study_id, day, folder / "changed") == first
        with store.writing() as session:
            session.execute(delete(Answer).where(Answer.response_id.in_(hidden)))
            session.execute(delete(Response).where(Response.id.in_(hidden)))
        assert written(store, study_id, day, folder / "removed") == first


@settings(max_examples=10, deadline=None, derandomize=True)
@given(people=st.lists(lives(), min_size=2, max_size=4), seed=st.integers(0, 99))
def test_the_order_of_the_rows_leaves_no_trace(empty_database: Path, people: list[Life], seed: int) -> None:
    with lived(empty_database, people) as (store, study_id, folder):
        database = folder / "again.sqlite"
        shutil.copyfile(empty_database, database)
        again = Store(f"sqlite:///{database}")
        with store.reading() as session, again.writing() as target:
            for name in METADATA.sorted_tables:
                copied: list[dict[str, Any]] = [dict(row) for row in session.execute(select(name)).mappings()]
                random.Random(seed).shuffle(copied)  # noqa: S311  # an order, no secret
                if copied:
                    target.execute(insert(name), copied)
        first = written(store, study_id, 200, folder / "first")
        assert written(again, study_id, 200, folder / "second") == first
        again.close()
