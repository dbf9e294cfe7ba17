"""What a coordinator puts right: a response moved, a rating reopened, each with a reason."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from flask import abort
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bip.auth.staff import Staff
from bip.corrections.words import Reason
from bip.participants.facts import ended_on, running_on
from bip.participants.identity import open_contact
from bip.participants.visible import enrolment_or_404, enrolments_of, round_or_404
from bip.services import Services
from bip.store.audit import record
from bip.store.lists import Rater
from bip.store.people import AssignmentSpell, Enrolment, Identity
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


def record_listed(at: Services, staff: Staff, listed: Iterable[Other]) -> None:
    """Note in the trail that these names were shown, as every list of names does."""
    people = sorted({str(one.participant_id) for one in listed})
    if people:
        with at.store.writing() as session:
            record(session, staff.actor, at.clock.now(), "participants_listed", participants=people)


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
        _lock(session, enrolment.id, target.id)
        response = response_of(session, window.id, source[1]) or abort(404)
        place = _place_for(session, at, response, target)
        response.round_id, independent_before = place.id, response.independent
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
            independent_before=independent_before,
            reason=reason,
        )


def _lock(session: Session, *enrolments: UUID) -> None:
    """Nobody else begins, moves or rates in these rounds meanwhile: no two responses reach one place."""
    query = select(Round.id).where(Round.enrolment_id.in_(enrolments)).order_by(Round.id)
    session.execute(query.with_for_update())


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
        # The lock that rating takes: reopening comes before a submission or after it.
        session.refresh(window, with_for_update=True)
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
