"""Opening an interview or a paper form: a member of staff answers with or for the participant.

Whoever does has seen the answers; a rating of the same round that is not in by then is no independent one.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from bip.auth.staff import Staff
from bip.collect.beginning import begin_response
from bip.participants.facts import ended_on
from bip.participants.visible import is_caseworker_of, round_or_404
from bip.services import Services
from bip.store.audit import record
from bip.store.lists import Assistance, Mode, Rater
from bip.store.people import Enrolment, Participant
from bip.store.rounds import Response, Round
from bip.store.studies import Study


class Refusal(StrEnum):
    """Why nothing can be entered."""

    EARLY = "early"
    CLOSED = "closed"
    ENDED = "ended"
    SUBMITTED = "submitted"


class EntryError(Exception):
    """The participant's answers of this round cannot be entered today."""

    def __init__(self, reason: Refusal) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Occasion:
    """What there is to know before entering; never whether the participant has begun."""

    languages: tuple[str, ...]
    language: str
    rate_first: bool


@dataclass(frozen=True, slots=True)
class Manner:
    """How the answers are entered."""

    mode: Mode
    assistance: Assistance
    proxy: bool
    language: str


def read_occasion(session: Session, at: Services, staff: Staff, window: Round) -> Occasion:
    """Raises EntryError where nothing can be entered today."""
    _require_open(session, window, at.clock.today())
    languages, spoken = session.execute(
        select(Study.languages, Participant.language)
        .join(Enrolment, Enrolment.study_id == Study.id)
        .join(Participant, Participant.id == Enrolment.participant_id)
        .where(Enrolment.id == window.enrolment_id)
    ).one()
    return Occasion(
        tuple(languages),
        spoken if spoken in languages else languages[0],
        rate_first=is_caseworker_of(session, staff, window.enrolment_id, at.clock.today())
        and not _is_submitted(_response_of(session, window, Rater.CASEWORKER)),
    )


def open_entry(at: Services, staff: Staff, round_id: UUID, manner: Manner) -> UUID:
    """The participant's response, to be answered by this member of staff; begun if it was not.

    404 where the round is not theirs to see. Raises EntryError where nothing can be entered today.
    """
    today = at.clock.today()
    with at.store.writing() as session:
        window, _ = round_or_404(session, staff, round_id, today)
        _require_open(session, window, today)
        begun = begin_response(session.connection(), at, staff.actor, window.id, manner.language)
        response = session.get_one(Response, begun)
        response.mode, response.assistance = manner.mode, manner.assistance
        response.proxy, response.language = manner.proxy, manner.language
        response.entered_by_id = staff.account_id
        record(session, staff.actor, at.clock.now(), "entry_opened", response=response.id)
        return response.id


def _require_open(session: Session, window: Round, today: date) -> None:
    """Raises EntryError where nothing can be entered."""
    found = _response_of(session, window, Rater.PARTICIPANT)
    if _is_submitted(found):
        raise EntryError(Refusal.SUBMITTED)
    if today < window.opens_on:
        raise EntryError(Refusal.EARLY)
    ended = ended_on(session, session.get_one(Enrolment, window.enrolment_id))
    if ended is not None and today > ended:
        raise EntryError(Refusal.ENDED)
    if today > window.closes_on:
        raise EntryError(Refusal.CLOSED)


def _response_of(session: Session, window: Round, rater: Rater) -> Response | None:
    return session.scalar(select(Response).where(Response.round_id == window.id, Response.rater == rater))


def _is_submitted(response: Response | None) -> bool:
    return response is not None and response.submitted_at is not None
