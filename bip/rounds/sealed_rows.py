"""The readable answers of a whole study in few queries; the same law as `bip.rounds.seal`, in bulk."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, String, and_, cast, func, or_, select
from sqlalchemy.orm import Session

from bip.rounds.seal import opened
from bip.store.lists import Rater
from bip.store.people import Enrolment
from bip.store.rounds import Answer, Response, Round
from bip.store.types import Moment


@dataclass(frozen=True, slots=True)
class StudyRound:
    """A round of an enrolment, and whether its answers may be read."""

    id: UUID
    enrolment_id: UUID
    number: int
    due_on: date
    opens_on: date
    closes_on: date
    is_open: bool


@dataclass(frozen=True, slots=True)
class ReadableResponse:
    """A response whose answers may be read.

    `ended_at`: when it was submitted; one that nobody submitted ended with its last answer.
    """

    response: Response
    ended_at: datetime


def study_rounds(session: Session, study_id: UUID, today: date) -> list[StudyRound]:
    """Every round of a study's enrolments."""
    rows = session.execute(
        select(
            Round.id,
            Round.enrolment_id,
            Round.number,
            Round.due_on,
            Round.opens_on,
            Round.closes_on,
            opened(today),
        )
        .join(Enrolment, Enrolment.id == Round.enrolment_id)
        .where(Enrolment.study_id == study_id)
    )
    return [StudyRound(*row[:6], is_open=bool(row[6])) for row in rows]


def readable_responses(session: Session, study_id: UUID, today: date) -> list[ReadableResponse]:
    """The readable responses of a study: submitted ones, and what participants left unsubmitted."""
    answered = (
        select(Answer.response_id, func.max(Answer.saved_at).label("at"))
        .join(Response, Response.id == Answer.response_id)
        .join(Round, Round.id == Response.round_id)
        .join(Enrolment, Enrolment.id == Round.enrolment_id)
        .where(Enrolment.study_id == study_id, Answer.is_current)
        .group_by(Answer.response_id)
        .subquery()
    )
    rows = session.execute(
        select(Response, func.coalesce(Response.submitted_at, answered.c.at, type_=Moment))
        .join(Round, Round.id == Response.round_id)
        .join(Enrolment, Enrolment.id == Round.enrolment_id)
        .outerjoin(answered, answered.c.response_id == Response.id)
        .where(
            Enrolment.study_id == study_id,
            _readable(today),
            or_(Response.submitted_at.is_not(None), answered.c.at.is_not(None)),
        )
    )
    return [ReadableResponse(response, ended_at) for response, ended_at in rows]


def readable_answers(session: Session, study_id: UUID, today: date) -> dict[UUID, dict[str, int]]:
    """The current answers (step or missing code by item) of those responses that have any."""
    # As text: making an id of every one of a million rows would take longer than all the rest.
    query = (
        select(cast(Answer.response_id, String), Answer.item, Answer.value)
        .join(Response, Response.id == Answer.response_id)
        .join(Round, Round.id == Response.round_id)
        .join(Enrolment, Enrolment.id == Round.enrolment_id)
        .where(Enrolment.study_id == study_id, Answer.is_current, _readable(today))
    )
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for response_id, item, value in session.execute(query):
        found[response_id][item] = value
    return {UUID(response_id): answers for response_id, answers in found.items()}


def _readable(today: date) -> ColumnElement[bool]:
    """A caseworker's draft is no rating; what a participant saw acknowledged is kept, submitted or not."""
    finished = or_(Response.submitted_at.is_not(None), Response.rater == Rater.PARTICIPANT)
    return and_(opened(today), finished)
