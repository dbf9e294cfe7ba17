"""The time at the form: visits to it, what two of them share counted once, none after submitting."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from bip.research.form_times import covered
from bip.store.casework import RatingVisit
from bip.store.lists import Mode, Rater
from bip.store.organisations import Account
from bip.store.rounds import Response
from bip.store.session import Store
from tests.bip import rows
from tests.bip.research.building import ITEMS, Built, at, build, export, table

SUBMITTED = at(3)


def minutes(number: float) -> timedelta:
    return timedelta(minutes=number)


def seconds(store: Store, study_id: UUID) -> list[int | None]:
    return [row["duration_s"] for row in table(export(store, study_id, 20), "responses")]


def sat(session: Session, response: Response, by: Account, begin: float, end: float) -> None:
    """The caseworker opened the form and saved it last, in minutes before the response was submitted."""
    session.add(
        RatingVisit(
            organisation_id=response.organisation_id,
            response_id=response.id,
            rated_by_id=by.id,
            opened_at=SUBMITTED - minutes(begin),
            saved_at=SUBMITTED - minutes(end),
        )
    )


def rated(session: Session, *sittings: tuple[float, float]) -> Built:
    built = build(session)
    response = built.respond(built.enrol(), Rater.CASEWORKER, 3)
    for begin, end in sittings:
        sat(session, response, built.caseworker, begin, end)
    return built


@pytest.mark.parametrize(
    ("sittings", "time"),
    [
        ([(10, 4)], 6),
        ([(3000, 2990), (5, 0)], 15),
        ([(10, 4), (8, 0)], 10),  # two tabs at once
        ([(10, 0), (8, 4)], 10),
        ([(10, 4), (4, 0)], 10),
        ([(6, -30)], 6),  # saved again after it was submitted
        ([(-5, -30), (6, 2)], 4),
    ],
)
def test_a_caseworkers_time_is_what_the_sittings_cover(
    store: Store, sittings: list[tuple[float, float]], time: int
) -> None:
    with store.writing() as session:
        built = rated(session, *sittings)
    assert seconds(store, built.study.id) == [time * 60]


def test_a_predecessors_sittings_do_not_count(store: Store) -> None:
    with store.writing() as session:
        built = rated(session, (10, 4))
        response = built.respond(built.enrol(), Rater.CASEWORKER, 3)
        sat(session, response, built.caseworker, 5, 0)
        sat(session, response, rows.account(session, built.organisation), 500, 400)
    assert set(seconds(store, built.study.id)) == {300, 360}


def answered(session: Session, *visits: tuple[UUID | None, float], mode: Mode = Mode.OWN_DEVICE) -> Built:
    """A participant who opened the questions 100 minutes before submitting; an answer for each visit."""
    built = build(session)
    window = built.round(built.enrol())
    response = rows.response(
        session, window, started_at=SUBMITTED - minutes(100), submitted_at=SUBMITTED, mode=mode
    )
    for item, (sitting, before) in zip(ITEMS[Rater.PARTICIPANT], visits, strict=False):
        rows.answer(session, response, item=item, sitting=sitting, saved_at=SUBMITTED - minutes(before))
    rows.answer(session, response, item=ITEMS[Rater.PARTICIPANT][-1], value=-9, saved_at=SUBMITTED)
    return built


ONE, TWO = uuid4(), uuid4()


@pytest.mark.parametrize(
    ("visits", "time"),
    [
        ([(ONE, 99), (ONE, 50), (ONE, 1)], 100),
        ([(ONE, 99), (ONE, 90), (TWO, 20), (TWO, 10)], 10 + 20),
        ([(ONE, 60), (TWO, 90), (TWO, 30), (ONE, 10)], 100),  # two devices at once
        ([(ONE, 99), (None, 50), (TWO, 1)], 100),  # of one answer nobody knows the visit
        ([(None, 50)], 100),
        ([], 100),
    ],
)
def test_a_participants_time_leaves_out_what_lies_between_two_visits(
    store: Store, visits: list[tuple[UUID | None, float]], time: int
) -> None:
    with store.writing() as session:
        built = answered(session, *visits)
    assert seconds(store, built.study.id) == [time * 60]


def test_of_paper_nobody_knows_the_time_though_the_typing_is_known(store: Store) -> None:
    with store.writing() as session:
        built = answered(session, (ONE, 50), (ONE, 10), mode=Mode.PAPER)
    assert seconds(store, built.study.id) == [None]


_MINUTES = st.integers(0, 30)
_SPANS = st.lists(st.tuples(_MINUTES, _MINUTES), max_size=8)


@given(_SPANS)
def test_covered_is_what_counting_minutes_says(spans: list[tuple[int, int]]) -> None:
    noon = datetime(2026, 3, 2, 12, tzinfo=UTC)
    counted = {minute for begin, end in spans for minute in range(begin, end)}
    moments = [(noon + minutes(begin), noon + minutes(end)) for begin, end in spans]
    assert covered(moments) == minutes(len(counted))
