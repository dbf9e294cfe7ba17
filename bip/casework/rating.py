"""A caseworker's own rating of a round: begun, saved as a draft, submitted.

Whoever rates sees nothing of what others have answered: not the participant's answers, not a colleague's
draft, not earlier ratings.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Select, or_, select, update
from sqlalchemy.orm import Session

from bip.casework.paradata import keep_sitting, sitting_of
from bip.collect.answers import Given, Target, add_answers, kept_answers, skip_rest, supersede
from bip.collect.service import lock_response
from bip.participants.facts import ended_on
from bip.services import Services
from bip.store.audit import Actor, AuditEvent, record
from bip.store.lists import Rater
from bip.store.people import Enrolment
from bip.store.rounds import Answer, Response, Round
from bip.store.studies import Instrument, Study
from surveys.load import load_builtin
from surveys.model import Instrument as Questionnaire


class Refusal(StrEnum):
    """Why a round cannot be rated."""

    EARLY = "early"
    ENDED = "ended"
    SUBMITTED = "submitted"


class RatingError(Exception):
    """The round cannot be rated today."""

    def __init__(self, reason: Refusal) -> None:
        super().__init__(reason)
        self.reason = reason


class Knowledge(StrEnum):
    """What makes a rating depend on the participant's answers."""

    NONE = "none"
    ENTERED = "entered"
    OPENED = "opened"


@dataclass(frozen=True, slots=True)
class Rating:
    """What a rater meets: the questions, the own draft by item, and what there is to know before rating."""

    questionnaire: Questionnaire
    draft: Mapping[str, int]
    begun_by_other: bool
    knowledge: Knowledge


def read_rating(session: Session, at: Services, rater_id: UUID, window: Round) -> Rating:
    """The rating of a round as its rater may see it. Raises RatingError where there is none to make."""
    found = _require_ratable(session, window, at.clock.today())
    own = found is not None and found.rated_by_id == rater_id
    return Rating(
        _questionnaire(session, _instrument_id(session, window, found)),
        _values(session, found.id) if found is not None and own else {},
        begun_by_other=found is not None and not own,
        knowledge=knowledge_of(session, rater_id, window, at.clock.today()),
    )


def knowledge_of(session: Session, rater_id: UUID, window: Round, today: date) -> Knowledge:
    """Whether this rater may have seen the participant's answers of the round, and how."""
    found = session.scalar(_response_of(window, Rater.PARTICIPANT))
    if found is None:
        return Knowledge.NONE
    if found.entered_by_id == rater_id or _has_opened(session, rater_id, found):
        return Knowledge.ENTERED
    if _was_opened(session, window, found) or _was_moved(session, window):
        return Knowledge.OPENED
    answered = select(Answer.id).where(Answer.response_id == found.id).limit(1)
    if today > window.closes_on and session.scalar(answered) is not None:
        return Knowledge.OPENED
    return Knowledge.NONE


def _was_opened(session: Session, window: Round, response: Response) -> bool:
    """Whether both had submitted once, before the rating was reopened: then the answers could be read."""
    if response.submitted_at is None:
        return False
    rating = select(Response.id).where(Response.round_id == window.id, Response.rater == Rater.CASEWORKER)
    query = select(AuditEvent.id).where(
        AuditEvent.kind == "rating_reopened",
        AuditEvent.at >= response.submitted_at,
        AuditEvent.details["response"].as_string() == str(session.scalar(rating)),
    )
    return session.scalar(query.limit(1)) is not None


def _was_moved(session: Session, window: Round) -> bool:
    """Whether a response came into the round or left it: who has seen what of it cannot be told any more."""
    query = select(AuditEvent.id).where(
        AuditEvent.kind == "response_moved",
        or_(
            AuditEvent.details["round_before"].as_string() == str(window.id),
            AuditEvent.details["round_after"].as_string() == str(window.id),
        ),
    )
    return session.scalar(query.limit(1)) is not None


def _has_opened(session: Session, rater_id: UUID, response: Response) -> bool:
    """Whether the rater has opened the participant's questions, as an entry or with the code of a letter.

    By the trail, for the response names only the last who opened it.
    """
    query = select(AuditEvent.id).where(
        AuditEvent.at >= response.started_at,
        AuditEvent.actor_id == rater_id,
        or_(
            AuditEvent.details["response"].as_string() == str(response.id),
            AuditEvent.details["round"].as_string() == str(response.round_id),
        ),
        AuditEvent.kind.in_(["entry_opened", "code_used"]),
    )
    return session.scalar(query.limit(1)) is not None


@dataclass(frozen=True, slots=True)
class Rated:
    """What a rater sends: values (steps or missing codes) by item, in the language of the page.

    `sitting`: what the form carries of when it was opened.
    """

    values: Mapping[str, int]
    language: str
    sitting: str = ""


def save_rating(at: Services, rater: Actor, round_id: UUID, rated: Rated, *, submit: bool) -> None:
    """Save a draft, or submit: then what was left blank is written as skipped and nothing changes any more.

    Raises RatingError, and nothing changes, where the round cannot be rated (any more).
    """
    now = at.clock.now()
    with at.store.writing() as session:
        # Held until the end: two raters of one round come one after the other.
        window = session.get_one(Round, round_id, with_for_update=True)
        found = _require_ratable(session, window, at.clock.today())
        response = _own_response(session, at, rater, window, found)
        response.language = rated.language
        into = Target.of(response, _questionnaire(session, response.instrument_id))
        _write(session, into, Given(rated.values, now))
        assert rater.account_id is not None  # noqa: S101  # a member of staff rates
        if sitting := sitting_of(at, rated.sitting, round_id, rater.account_id):
            keep_sitting(session, sitting, response, now)
        if submit:
            skip_rest(session.connection(), into, now)
            assert response.rated_by_id is not None  # noqa: S101  # a caseworker's response names its rater
            seen = knowledge_of(session, response.rated_by_id, window, at.clock.today())
            response.independent = seen is Knowledge.NONE
            session.flush()
            lock_response(session.connection(), response.id, now)
            record(session, rater, now, "response_submitted", response=response.id)


def _require_ratable(session: Session, window: Round, today: date) -> Response | None:
    """The rating begun in the round, if any. Raises RatingError where nobody can rate it today."""
    found = session.scalar(_response_of(window, Rater.CASEWORKER))
    if found is not None and found.submitted_at is not None:
        raise RatingError(Refusal.SUBMITTED)
    if today < window.opens_on:
        raise RatingError(Refusal.EARLY)
    ended = ended_on(session, session.get_one(Enrolment, window.enrolment_id))
    if ended is not None and today > ended:
        raise RatingError(Refusal.ENDED)
    return found


def _own_response(
    session: Session, at: Services, rater: Actor, window: Round, found: Response | None
) -> Response:
    """The rater's response: begun now, begun before, or taken over from a predecessor without the values."""
    now = at.clock.now()
    if found is None:
        found = Response(
            organisation_id=window.organisation_id,
            round_id=window.id,
            rater=Rater.CASEWORKER,
            rated_by_id=rater.account_id,
            instrument_id=_instrument_id(session, window, None),
            language="",
            started_at=now,
        )
        session.add(found)
        record(session, rater, now, "response_started", response=found.id)
    elif found.rated_by_id != rater.account_id:
        session.execute(
            update(Answer).where(Answer.response_id == found.id, Answer.is_current).values(is_current=False)
        )
        found.rated_by_id, found.started_at = rater.account_id, now
        record(session, rater, now, "rating_taken_over", response=found.id)
    session.flush()
    return found


def _write(session: Session, into: Target, given: Given) -> None:
    """Save what is new or different; the same again is no new revision."""
    kept = kept_answers(session.connection(), into.response_id)
    changed = {
        item: value
        for item, value in given.values.items()
        if item not in kept or not kept[item].is_current or kept[item].value != value
    }
    for item in changed.keys() & kept.keys():
        supersede(session.connection(), kept[item].answer_id)
    revisions = {item: one.next_revision for item, one in kept.items()}
    add_answers(session.connection(), into, Given(changed, given.at), revisions)


def _response_of(window: Round, rater: Rater) -> Select[Response]:
    return select(Response).where(Response.round_id == window.id, Response.rater == rater)


def _values(session: Session, response_id: UUID) -> dict[str, int]:
    kept = kept_answers(session.connection(), response_id)
    return {item: one.value for item, one in kept.items() if one.is_current}


def _instrument_id(session: Session, window: Round, begun: Response | None) -> int:
    """A rating goes on with what it began with, whatever the study uses by now."""
    if begun is not None:
        return begun.instrument_id
    query = select(Study.instrument_id).join(Enrolment, Enrolment.study_id == Study.id)
    return session.execute(query.where(Enrolment.id == window.enrolment_id)).scalar_one()


def _questionnaire(session: Session, instrument_id: int) -> Questionnaire:
    query = select(Instrument.key, Instrument.version).where(Instrument.id == instrument_id)
    key, version = session.execute(query).one()
    return load_builtin(key, version)
