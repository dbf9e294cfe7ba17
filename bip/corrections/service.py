"""What a coordinator puts right: persons merged, a response moved, a rating reopened, each with a reason."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from flask import abort
from sqlalchemy import delete, exists, select, update
from sqlalchemy.orm import Session

from bip.auth.staff import Staff
from bip.corrections.words import Reason
from bip.participants.facts import ended_on, running_on
from bip.participants.identity import open_contact
from bip.participants.visible import enrolment_or_404, enrolments_of, round_or_404
from bip.services import Services
from bip.store.audit import record
from bip.store.casework import AgreedStep, MissedRound, RoundMove
from bip.store.followup import ActivitySpell, Event, Exit, FollowUp, Step
from bip.store.lists import Rater
from bip.store.people import AssignmentSpell, Enrolment, Identity, Participant
from bip.store.rounds import EntryCode, Response, Round


class Refusal(StrEnum):
    """Why a correction cannot be made."""

    SAME_PERSON = "same_person"
    NOT_ALL_YOURS = "not_all_yours"
    SAME_DAY = "same_day"
    TAKEN = "taken"
    OTHER_STUDY = "other_study"
    NO_ROUND = "no_round"
    NOT_SUBMITTED = "not_submitted"
    ENDED = "ended"
    OTHER_CASEWORKER = "other_caseworker"


class CorrectionError(Exception):
    """The correction cannot be made, and nothing has changed."""

    def __init__(self, reason: Refusal) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Other:
    """Another participant whom a correction may concern."""

    enrolment_id: UUID
    participant_id: UUID
    name: str | None
    study_id: UUID


def others(session: Session, at: Services, staff: Staff, enrolment: Enrolment) -> list[Other]:
    """Everybody else whom this member of staff may see, by name."""
    rows = session.execute(
        select(Enrolment, Identity)
        .outerjoin(Identity, Identity.participant_id == Enrolment.participant_id)
        .where(enrolments_of(staff, at.clock.today()), Enrolment.participant_id != enrolment.participant_id)
    )
    found = [
        Other(
            row.id,
            row.participant_id,
            open_contact(at.cipher, identity).name if identity else None,
            row.study_id,
        )
        for row, identity in rows
    ]
    return sorted(found, key=lambda one: ((one.name or "").casefold(), str(one.enrolment_id)))


def merge(at: Services, staff: Staff, duplicate_id: UUID, kept_id: UUID, reason: Reason) -> UUID:
    """Give the enrolments of one person to another, who is the same; returns an enrolment of who is kept.

    `duplicate_id`, `kept_id`: an enrolment of each. The name and contact of the duplicate go. An enrolment in
    the same study from the same day goes too where it holds nothing. Raises CorrectionError.
    """
    today = at.clock.today()
    with at.store.writing() as session:
        duplicate = enrolment_or_404(session, staff, duplicate_id, today).participant_id
        kept_enrolment = enrolment_or_404(session, staff, kept_id, today)
        kept = kept_enrolment.participant_id
        if duplicate == kept:
            raise CorrectionError(Refusal.SAME_PERSON)
        moving = list(session.scalars(select(Enrolment).where(Enrolment.participant_id == duplicate)))
        _require_all_seen(session, at, staff, (duplicate, kept))
        for enrolment in moving:
            _give(session, enrolment, kept)
        session.flush()
        session.execute(delete(Identity).where(Identity.participant_id == duplicate))
        session.execute(delete(Participant).where(Participant.id == duplicate))
        record(
            session,
            staff.actor,
            at.clock.now(),
            "persons_merged",
            participant=duplicate,
            kept=kept,
            reason=reason,
        )
        return kept_enrolment.id


def _require_all_seen(session: Session, at: Services, staff: Staff, people: Sequence[UUID]) -> None:
    """Another unit's coordinator is to be asked before that unit's enrolments change hands."""
    seen = enrolments_of(staff, at.clock.today())
    unseen = select(Enrolment.id).where(Enrolment.participant_id.in_(people), ~seen).limit(1)
    if session.scalar(unseen) is not None:
        raise CorrectionError(Refusal.NOT_ALL_YOURS)


def _give(session: Session, enrolment: Enrolment, kept: UUID) -> None:
    twin = select(Enrolment.id).where(
        Enrolment.participant_id == kept,
        Enrolment.study_id == enrolment.study_id,
        Enrolment.enrolled_on == enrolment.enrolled_on,
    )
    if session.scalar(twin) is None:
        enrolment.participant_id = kept
    elif _holds_something(session, enrolment):
        raise CorrectionError(Refusal.SAME_DAY)
    else:
        _remove_empty(session, enrolment)


def _holds_something(session: Session, enrolment: Enrolment) -> bool:
    enrolment_id = enrolment.id
    if enrolment.withdrawn_on is not None or enrolment.observed_to is not None:
        return True
    for noted in (Response, RoundMove, MissedRound):
        of_round = exists().where(Round.enrolment_id == enrolment_id, noted.round_id == Round.id)
        if session.scalar(select(of_round)):
            return True
    tables = (ActivitySpell, Step, Event, Exit, FollowUp, AgreedStep)
    return any(session.scalar(select(exists().where(table.enrolment_id == enrolment_id))) for table in tables)


def _remove_empty(session: Session, enrolment: Enrolment) -> None:
    """Only planned rounds, codes and who was to be its caseworker."""
    rounds = select(Round.id).where(Round.enrolment_id == enrolment.id).scalar_subquery()
    session.execute(delete(EntryCode).where(EntryCode.round_id.in_(rounds)))
    session.execute(delete(Round).where(Round.enrolment_id == enrolment.id))
    session.execute(delete(AssignmentSpell).where(AssignmentSpell.enrolment_id == enrolment.id))
    session.delete(enrolment)


def move_response(
    at: Services, staff: Staff, source: tuple[UUID, Rater], target_id: UUID, reason: Reason
) -> None:
    """Give a response that was entered on the wrong person to the right one.

    `source`: the round and the rater; `target_id`: an enrolment in the same study, whose round was open when
    the response was begun. Raises CorrectionError.
    """
    today = at.clock.today()
    with at.store.writing() as session:
        window, enrolment = round_or_404(session, staff, source[0], today)
        target = enrolment_or_404(session, staff, target_id, today)
        if target.study_id != enrolment.study_id:
            raise CorrectionError(Refusal.OTHER_STUDY)
        response = response_of(session, window.id, source[1]) or abort(404)
        place = _place_for(session, at, response, target)
        response.round_id = place.id
        if response.rater is Rater.CASEWORKER:
            # Whoever rated had somebody else in mind, and may have seen that person's answers.
            response.independent = False
        _close_codes(session, at, response)
        record(
            session,
            staff.actor,
            at.clock.now(),
            "response_moved",
            response=response.id,
            round_before=window.id,
            round_after=place.id,
            reason=reason,
        )


def _place_for(session: Session, at: Services, response: Response, target: Enrolment) -> Round:
    begun_on = at.clock.day_of(response.started_at)
    number = session.get_one(Round, response.round_id).number
    opened = [Round.enrolment_id == target.id, Round.opens_on <= begun_on]
    in_window = select(Round).where(*opened, Round.closes_on >= begun_on)
    place = session.scalar(in_window)
    if response.rater is Rater.CASEWORKER:
        # A rating may be late: it goes into the round of the same number.
        place = session.scalar(select(Round).where(*opened, Round.number == number)) or place
    if place is None:
        raise CorrectionError(Refusal.NO_ROUND)
    if response_of(session, place.id, response.rater) is not None:
        raise CorrectionError(Refusal.TAKEN)
    return place


def _close_codes(session: Session, at: Services, response: Response) -> None:
    """The letter of the round that is answered now leads nowhere any more."""
    if response.rater is Rater.PARTICIPANT and response.submitted_at is not None:
        session.execute(
            update(EntryCode)
            .where(EntryCode.round_id == response.round_id, EntryCode.closed_at.is_(None))
            .values(closed_at=at.clock.now())
        )


def reopen_rating(at: Services, staff: Staff, round_id: UUID, reason: Reason) -> None:
    """Let a submitted rating be changed by its rater. Raises CorrectionError where none is submitted.

    When it was submitted before stays in the trail with the answers' revisions. A rating that is submitted
    again after the participant's answers could be read is not independent.
    """
    with at.store.writing() as session:
        today = at.clock.today()
        window, enrolment = round_or_404(session, staff, round_id, today)
        rating = response_of(session, window.id, Rater.CASEWORKER)
        if rating is None or rating.submitted_at is None:
            raise CorrectionError(Refusal.NOT_SUBMITTED)
        ended = ended_on(session, enrolment)
        if ended is not None and today > ended:
            raise CorrectionError(Refusal.ENDED)
        if not _has_now(session, enrolment.id, rating.rated_by_id, today):
            raise CorrectionError(Refusal.OTHER_CASEWORKER)
        rating.submitted_at = None
        record(session, staff.actor, at.clock.now(), "rating_reopened", response=rating.id, reason=reason)


def _has_now(session: Session, enrolment_id: UUID, rater_id: UUID | None, today: date) -> bool:
    query = select(AssignmentSpell.id).where(
        AssignmentSpell.enrolment_id == enrolment_id,
        AssignmentSpell.caseworker_id == rater_id,
        running_on(today),
    )
    return session.scalar(query) is not None


def response_of(session: Session, round_id: UUID, rater: Rater) -> Response | None:
    """The rater's response of a round, begun or submitted."""
    return session.scalar(select(Response).where(Response.round_id == round_id, Response.rater == rater))
