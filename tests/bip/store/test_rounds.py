"""Rounds, codes, responses and answers: what the database takes and what it refuses."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select, text, update
from sqlalchemy.orm import Session

from bip.store.lists import Rater
from bip.store.organisations import Organisation
from bip.store.people import Enrolment
from bip.store.rounds import Answer, EntryCode, Response, Round
from surveys.load import load_builtin
from tests.bip import rows
from tests.bip.store.refusal import FOREIGN_KEY, NOT_NULL, UNIQUE, check, refused

DAY = timedelta(days=1)
BIP_11 = load_builtin("bip-11")
CODES = {rater: {code.code for code in BIP_11.codes_for(rater.value)} for rater in Rater}


@pytest.fixture
def organisation(session: Session) -> Organisation:
    return rows.organisation(session)


@pytest.fixture
def enrolment(session: Session, organisation: Organisation) -> Enrolment:
    return rows.enrolment(session, organisation)


@pytest.fixture
def measured(session: Session, enrolment: Enrolment) -> Round:
    return rows.round_(session, enrolment)


@pytest.fixture
def response(session: Session, measured: Round) -> Response:
    return rows.response(session, measured)


def test_a_round_has_its_number_once(session: Session, enrolment: Enrolment, measured: Round) -> None:
    with refused(session, UNIQUE):
        rows.round_(session, enrolment, number=measured.number)
    rows.round_(session, enrolment, number=measured.number + 1)


def test_rounds_are_numbered_from_zero(session: Session, enrolment: Enrolment) -> None:
    with refused(session, check("rounds", "number")):
        rows.round_(session, enrolment, number=-1)
    rows.round_(session, enrolment, number=0)


@pytest.mark.parametrize(("opens", "closes"), [(1, 5), (-5, -1)])
def test_a_window_holds_the_day_the_round_is_due(
    session: Session, enrolment: Enrolment, opens: int, closes: int
) -> None:
    with refused(session, check("rounds", "window")):
        rows.round_(
            session,
            enrolment,
            due_on=rows.DAY_0,
            opens_on=rows.DAY_0 + opens * DAY,
            closes_on=rows.DAY_0 + closes * DAY,
        )


def test_a_window_may_be_one_day(session: Session, enrolment: Enrolment) -> None:
    rows.round_(session, enrolment, opens_on=rows.DAY_0, closes_on=rows.DAY_0)


def test_one_code_of_a_round_is_open(session: Session, enrolment: Enrolment, measured: Round) -> None:
    first = rows.entry_code(session, measured)
    with refused(session, UNIQUE):
        rows.entry_code(session, measured)
    rows.entry_code(session, rows.round_(session, enrolment, number=1))
    first.closed_at = rows.MOMENT
    rows.entry_code(session, measured)
    rows.entry_code(session, measured, closed_at=rows.MOMENT)
    counted = select(func.count()).select_from(EntryCode).filter_by(round_id=measured.id)
    assert session.scalar(counted) == 3


def test_a_code_leads_to_one_round(session: Session, enrolment: Enrolment, measured: Round) -> None:
    rows.entry_code(session, measured, code_hash="a" * 64, closed_at=rows.MOMENT)
    with refused(session, UNIQUE):
        rows.entry_code(session, rows.round_(session, enrolment, number=1), code_hash="a" * 64)


@pytest.mark.parametrize("rater", Rater)
def test_one_response_of_each_rater_in_a_round(session: Session, measured: Round, rater: Rater) -> None:
    rows.response(session, measured, rater=rater)
    with refused(session, UNIQUE):
        rows.response(session, measured, rater=rater)
    (other,) = set(Rater) - {rater}
    rows.response(session, measured, rater=other)


def test_a_caseworkers_response_says_who_rated(session: Session, measured: Round) -> None:
    response = rows.response(session, measured, rater=Rater.CASEWORKER)
    with refused(session, check("responses", "who_rated")):
        response.rated_by_id = None


def test_a_participants_response_is_rated_by_no_caseworker(
    session: Session, organisation: Organisation, measured: Round
) -> None:
    with refused(session, check("responses", "who_rated")):
        rows.response(session, measured, rated_by=rows.account(session, organisation))
    rows.response(session, measured)


def test_only_a_participants_response_is_entered_by_somebody_else(
    session: Session, organisation: Organisation, measured: Round
) -> None:
    staff = rows.account(session, organisation)
    with refused(session, check("responses", "who_entered")):
        rows.response(session, measured, rater=Rater.CASEWORKER, rated_by=staff, entered_by=staff)
    rows.response(session, measured, entered_by=staff)


def test_a_response_is_not_submitted_before_it_is_started(session: Session, measured: Round) -> None:
    with refused(session, check("responses", "order")):
        rows.response(session, measured, submitted_at=rows.MOMENT - timedelta(microseconds=1))
    rows.response(session, measured, submitted_at=rows.MOMENT)


def test_one_answer_to_an_item_is_current_and_the_older_ones_are_kept(
    session: Session, response: Response
) -> None:
    first = rows.answer(session, response, value=2)
    with refused(session, UNIQUE):
        rows.answer(session, response, value=4, revision=1)
    # One flush: the old row must stop being current before the new one is.
    first.is_current = False
    rows.answer(session, response, value=4, revision=1)
    rows.answer(session, response, item="job_belief", value=1)
    kept = select(Answer.value, Answer.is_current).filter_by(item="job_search").order_by(Answer.revision)
    assert session.execute(kept).all() == [(2, False), (4, True)]


def test_a_revision_has_its_number_once(session: Session, response: Response) -> None:
    rows.answer(session, response, is_current=False)
    with refused(session, UNIQUE):
        rows.answer(session, response, revision=0)
    with refused(session, check("answers", "revision")):
        rows.answer(session, response, revision=-1)
    rows.answer(session, response, revision=1)


@pytest.mark.parametrize("value", [0, 6, -4, 99])
def test_a_value_off_the_scale_is_refused(session: Session, response: Response, value: int) -> None:
    with refused(session, FOREIGN_KEY):
        rows.answer(session, response, value=value)


def test_an_answer_is_not_turned_into_one_off_the_scale(session: Session, response: Response) -> None:
    given = rows.answer(session, response)
    with refused(session, FOREIGN_KEY):
        session.execute(update(Answer).where(Answer.id == given.id).values(value=6))


def test_an_item_that_the_instrument_does_not_have(session: Session, response: Response) -> None:
    with refused(session, FOREIGN_KEY):
        rows.answer(session, response, item="shoe_size")


@pytest.mark.parametrize("rater", Rater)
def test_every_step_and_every_code_of_the_rater_is_taken(
    session: Session, measured: Round, rater: Rater
) -> None:
    response = rows.response(session, measured, rater=rater)
    allowed = {*range(1, 6), *CODES[rater]}
    for item in BIP_11.items_for(rater.value):
        for revision, value in enumerate(sorted(allowed)):
            rows.answer(session, response, item=item.key, value=value, revision=revision, is_current=False)
    counted = select(func.count()).select_from(Answer).filter_by(response_id=response.id)
    assert session.scalar(counted) == 11 * len(allowed)


@pytest.mark.parametrize(
    ("rater", "code"),
    [
        (rater, code)
        for rater, other in ((Rater.PARTICIPANT, Rater.CASEWORKER), (Rater.CASEWORKER, Rater.PARTICIPANT))
        for code in sorted(CODES[other] - CODES[rater])
    ],
)
def test_a_code_of_the_other_rater_is_refused(
    session: Session, measured: Round, rater: Rater, code: int
) -> None:
    response = rows.response(session, measured, rater=rater)
    with refused(session, FOREIGN_KEY):
        rows.answer(session, response, value=code)


def test_an_item_that_this_rater_is_not_asked(session: Session, organisation: Organisation) -> None:
    study = rows.study(session, organisation, instrument=rows.instrument(session, "bip-9-11"))
    measured = rows.round_(session, rows.enrolment(session, organisation, study=study))
    own = rows.response(session, measured)
    with refused(session, FOREIGN_KEY):
        rows.answer(session, own, item="job_belief")
    rows.answer(session, rows.response(session, measured, rater=Rater.CASEWORKER), item="job_belief")


@pytest.mark.parametrize("column", ["rater", "instrument_id"])
def test_an_answer_is_of_its_responses_rater_and_instrument(
    session: Session, response: Response, column: str
) -> None:
    given = rows.answer(session, response)
    other = {
        "rater": Rater.CASEWORKER,
        "instrument_id": rows.instrument(session, "bip-9-11").id,
    }[column]
    with refused(session, FOREIGN_KEY):
        session.execute(update(Answer).where(Answer.id == given.id).values({column: other}))


def test_an_answer_has_a_value(session: Session, response: Response) -> None:
    given = rows.answer(session, response)
    with refused(session, NOT_NULL):
        session.execute(update(Answer).where(Answer.id == given.id).values(value=None))


def test_what_is_asked_stays_while_somebody_has_answered_it(session: Session, response: Response) -> None:
    given = rows.answer(session, response)
    forget = text("DELETE FROM possible_answers WHERE instrument_id = :instrument AND value = :value")
    with refused(session, FOREIGN_KEY):
        session.execute(forget, {"instrument": given.instrument_id, "value": given.value})
    with refused(session, FOREIGN_KEY):
        session.delete(response)
