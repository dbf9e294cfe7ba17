"""Law of the house: answers are sealed from all but their rater until the round opens.

Every page, export and analysis reads answers through this module; only collecting reads them elsewhere, and
then only a rater's own.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from bip.store.lists import Rater
from bip.store.rounds import Answer, Response, Round


@dataclass(frozen=True, slots=True)
class OpenedResponse:
    """A response of an opened round, with its current answers (step or missing code) by item.

    `ended_at`: when it was submitted; one never submitted ended with its last answer.
    """

    response: Response
    ended_at: datetime
    answers: Mapping[str, int]


def is_open(window: Round, submitted: Iterable[Rater], today: date) -> bool:
    """Whether the answers of a round may be read: both raters have submitted, or the window has closed."""
    return today > window.closes_on or set(submitted) == set(Rater)


def opened(today: date) -> ColumnElement[bool]:
    """The same as a condition on `Round`, for queries."""
    submitted = (
        select(func.count())
        .where(Response.round_id == Round.id, Response.submitted_at.is_not(None))
        .correlate(Round)
        .scalar_subquery()
    )
    return or_(Round.closes_on < today, submitted == len(Rater))


def opened_responses(
    session: Session, enrolments: Iterable[UUID], today: date
) -> dict[UUID, list[OpenedResponse]]:
    """The readable responses of these enrolments by round: of opened rounds, and with at least one answer.

    One that nobody submitted counts once its window has closed: what a person saw acknowledged is kept. A
    caseworker's draft does not: a rating is a judgement that its rater has finished.
    """
    rows = session.execute(
        select(Response, Answer.item, Answer.value, Answer.saved_at)
        .join(Round, Round.id == Response.round_id)
        .join(Answer, and_(Answer.response_id == Response.id, Answer.is_current))
        .where(
            Round.enrolment_id.in_(list(enrolments)),
            opened(today),
            or_(Response.submitted_at.is_not(None), Response.rater == Rater.PARTICIPANT),
        )
        .order_by(Response.round_id, Response.rater, Answer.item)
    )
    found: dict[UUID, tuple[Response, dict[str, int], datetime]] = {}
    for response, item, value, saved_at in rows:
        _, answers, latest = found.setdefault(response.id, (response, {}, saved_at))
        answers[item] = value
        found[response.id] = (response, answers, max(latest, saved_at))
    readable: dict[UUID, list[OpenedResponse]] = {}
    for response, answers, latest in found.values():
        ended = response.submitted_at or latest
        readable.setdefault(response.round_id, []).append(OpenedResponse(response, ended, answers))
    return readable
