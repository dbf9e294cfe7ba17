"""Answering, as functions that pages and seeds call: begin a response, save an answer, submit."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bip.collect.answers import Given, add_answers, read_item, repeat, skip_rest, supersede
from bip.collect.assistance import keep_assistance
from bip.collect.held import HeldResponse, hold
from bip.collect.information import information_for
from bip.collect.sheet import EndedError
from bip.rounds.codes import CodeError, normalised, round_of_code
from bip.services import Services
from bip.store.audit import Actor, record
from bip.store.followup import Exit
from bip.store.lists import Assistance, Mode, Rater
from bip.store.people import Enrolment, Participant
from bip.store.rounds import Answer, EntryCode, Response, Round
from bip.store.studies import Study


@dataclass(frozen=True, slots=True)
class Arrival:
    """How somebody comes with a code: the language wished, who is signed in there, on which device."""

    language: str | None = None
    signed_in: Actor | None = None
    shared_tablet: bool = False


def enter(at: Services, written: str, arrival: Arrival = Arrival()) -> UUID:
    """The response that a code leads to, begun if it is the first time.

    The trail keeps who is signed in, for who has opened the questions may have seen the answers. Raises
    CodeError where the code leads nowhere today.
    """
    with at.store.writing() as session:
        window = round_of_code(session, at, written)
        there = arrival.signed_in
        ours = there is not None and there.organisation_id == window.organisation_id
        actor = there if there is not None and ours else Actor(window.organisation_id)
        response = begin_response(session, at, actor, window, arrival.language)
        if not _has_answers(session, response.id):
            # How the questions are answered is how they were opened last before the first answer. Somebody
            # may have opened a form for the participant and written nothing: it was not entered for them.
            response.mode = Mode.SHARED_TABLET if arrival.shared_tablet else Mode.OWN_DEVICE
            response.assistance, response.proxy, response.entered_by_id = Assistance.NONE, False, None
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
    spoken = _first_known((language, own_language), study.languages)
    told = information_for(session, study.id, spoken, study.languages)
    response = Response(
        organisation_id=window.organisation_id,
        round_id=window.id,
        rater=Rater.PARTICIPANT,
        information_id=told.id if told else None,
        instrument_id=study.instrument_id,
        language=spoken,
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
        study = session.execute(
            select(Study)
            .join(Enrolment, Enrolment.study_id == Study.id)
            .join(Round, Round.enrolment_id == Enrolment.id)
            .join(Response, Response.round_id == Round.id)
            .where(Response.id == response_id)
        ).scalar_one()
        told = information_for(session, study.id, language, study.languages)
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
    with at.store.writing() as session:
        held = hold(session.connection(), at, response_id)
        held.require_open()
        into = held.into
        skip_rest(session, into, now)
        if assistance is not None:
            keep_assistance(session, response_id, assistance)
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
