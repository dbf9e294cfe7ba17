"""Answering, as functions that pages and seeds call: begin a response, save an answer, submit."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Connection, bindparam, select, update
from sqlalchemy.orm import Session

from bip.collect.answers import Given, Target, add_answers, repeat, skip_rest, supersede
from bip.collect.sheet import EndedError, last_day, require_open
from bip.rounds.codes import CodeError, normalised, round_of_code
from bip.services import Services
from bip.store.audit import Actor, record
from bip.store.followup import Exit
from bip.store.lists import Assistance, Mode, Rater
from bip.store.people import Enrolment, Participant
from bip.store.rounds import Answer, EntryCode, Response, Round
from bip.store.studies import Instrument, Study
from surveys.load import load_builtin


def enter(at: Services, written: str, language: str | None = None, signed_in: Actor | None = None) -> UUID:
    """The response that a code leads to, begun if it is the first time.

    `signed_in`: the member of staff whose browser it is, if any; the trail keeps that, for who has opened the
    questions may have seen the answers. Raises CodeError where the code leads nowhere today.
    """
    with at.store.writing() as session:
        window = round_of_code(session, at, written)
        ours = signed_in is not None and signed_in.organisation_id == window.organisation_id
        actor = signed_in if signed_in is not None and ours else Actor(window.organisation_id)
        response = begin_response(session, at, actor, window, language)
        if response.entered_by_id is not None and not _has_answers(session, response.id):
            # Somebody opened a form for the participant and wrote nothing: it was not entered for them.
            response.mode, response.assistance = Mode.OWN_DEVICE, Assistance.NONE
            response.proxy, response.entered_by_id = False, None
        record(session, actor, at.clock.now(), "code_used", round=window.id)
        return response.id


def _has_answers(session: Session, response_id: UUID) -> bool:
    return session.scalar(select(Answer.id).where(Answer.response_id == response_id).limit(1)) is not None


def opening_day(session: Session, at: Services, written: str) -> date | None:
    """For a code that comes too early: the day from which it is good."""
    query = (
        select(Round.opens_on)
        .join(EntryCode, EntryCode.round_id == Round.id)
        .where(EntryCode.code_hash == at.keyed_hash("entry-code", normalised(written)))
    )
    return session.scalar(query)


def begin_response(
    session: Session, at: Services, actor: Actor, window: Round, language: str | None = None
) -> Response:
    """The participant's response of a round, made if there is none yet.

    `language`: the wish, followed where the study speaks it; else the participant's own, else the study's.
    Raises CodeError("closed") where the participant has left.
    """
    # Two tablets may send the same code at once: the second waits here and finds what the first has made.
    session.execute(select(Round.id).where(Round.id == window.id).with_for_update())
    found = session.scalar(
        select(Response).where(Response.round_id == window.id, Response.rater == Rater.PARTICIPANT)
    )
    if found is not None:
        return found
    study, own_language, ended_on = _surroundings(session, window)
    if ended_on is not None and at.clock.today() > ended_on:
        raise CodeError("closed")
    response = Response(
        organisation_id=window.organisation_id,
        round_id=window.id,
        rater=Rater.PARTICIPANT,
        instrument_id=study.instrument_id,
        language=_first_known((language, own_language), study.languages),
        started_at=at.clock.now(),
    )
    session.add(response)
    session.flush()
    record(session, actor, at.clock.now(), "response_started", response=response.id)
    return response


def _surroundings(session: Session, window: Round) -> tuple[Study, str, date | None]:
    """The study, the participant's language, and the last day of the enrolment if it has one."""
    study, language, withdrawn_on, left_on = session.execute(
        select(Study, Participant.language, Enrolment.withdrawn_on, Exit.left_on)
        .join(Enrolment, Enrolment.study_id == Study.id)
        .join(Participant, Participant.id == Enrolment.participant_id)
        .outerjoin(Exit, Exit.enrolment_id == Enrolment.id)
        .where(Enrolment.id == window.enrolment_id)
    ).one()
    ends = [day for day in (withdrawn_on, left_on) if day is not None]
    return study, language, min(ends, default=None)


def _first_known(wishes: tuple[str | None, ...], spoken: list[str]) -> str:
    return next((wish for wish in wishes if wish in spoken), None) or spoken[0]


def choose_language(at: Services, response_id: UUID, language: str) -> None:
    """Ask the rest of the questions in another of the study's languages."""
    with at.store.writing() as session:
        session.execute(
            update(Response)
            .where(Response.id == response_id, Response.submitted_at.is_(None))
            .values(language=language)
        )


def save_answer(at: Services, response_id: UUID, item: str, value: int, sitting: UUID | None = None) -> None:
    """Make `value` (a step or a missing code) the current answer; saying the same again is no new revision.

    `sitting`: the visit that gives it. Raises EndedError where nothing can be answered any more. The database
    refuses a value off the item's scale.
    """
    with at.store.writing_rows() as writer:
        into = _open_response(writer, at, response_id)
        found = writer.execute(_CURRENT, {"response": response_id, "asked": item}).one_or_none()
        if found is not None and found.value == value:
            repeat(writer, found.id, sitting)
            return
        if found is not None:
            supersede(writer, found.id)
        revisions = {} if found is None else {item: found.revision + 1}
        add_answers(writer, into, Given({item: value}, at.clock.now(), sitting), revisions)


def submit_response(at: Services, response_id: UUID) -> None:
    """Lock the response, write what was left open as skipped, and close the code.

    Raises EndedError where it is submitted already or its time is over; then nothing changes.
    """
    now = at.clock.now()
    with at.store.writing() as session:
        into = _open_response(session.connection(), at, response_id)
        skip_rest(session, into, now)
        lock_response(session, response_id, now)
        session.execute(
            update(EntryCode)
            .where(EntryCode.round_id == into.round_id, EntryCode.closed_at.is_(None))
            .values(closed_at=now)
        )
        record(session, Actor(into.organisation_id), now, "response_submitted", response=response_id)


def lock_response(session: Session, response_id: UUID, now: datetime) -> None:
    """Set `submitted_at`, once. Raises EndedError where somebody was faster."""
    locked = session.execute(
        update(Response)
        .where(Response.id == response_id, Response.submitted_at.is_(None))
        .values(submitted_at=now)
        .returning(Response.id)
    )
    if locked.one_or_none() is None:
        raise EndedError("submitted")


# Whoever writes into a response holds its row (on SQLite the whole database): two saves of one item come one
# after the other, and none comes after submitting.
_OPEN = (
    select(
        Response.organisation_id,
        Response.instrument_id,
        Response.round_id,
        Response.submitted_at,
        Instrument.key,
        Instrument.version,
        Round.closes_on,
        Enrolment.withdrawn_on,
        Exit.left_on,
    )
    .join(Instrument, Instrument.id == Response.instrument_id)
    .join(Round, Round.id == Response.round_id)
    .join(Enrolment, Enrolment.id == Round.enrolment_id)
    .outerjoin(Exit, Exit.enrolment_id == Enrolment.id)
    .where(Response.id == bindparam("response"), Response.rater == Rater.PARTICIPANT)
    .with_for_update(of=Response)
)
_CURRENT = select(Answer.id, Answer.value, Answer.revision).where(
    Answer.response_id == bindparam("response"), Answer.item == bindparam("asked"), Answer.is_current
)


def _open_response(writer: Connection, at: Services, response_id: UUID) -> Target:
    """The participant's response, held. Raises EndedError where nothing can be answered any more."""
    row = writer.execute(_OPEN, {"response": response_id}).one()
    ended_on = last_day(row.closes_on, row.withdrawn_on, row.left_on)
    require_open(row.submitted_at is not None, ended_on, at.clock.today())
    asked = load_builtin(row.key, row.version)
    return Target(response_id, row.organisation_id, row.round_id, row.instrument_id, Rater.PARTICIPANT, asked)
