"""What staff noted around the questionnaires of a study: why rounds were missed, how long rating took."""

from collections import defaultdict
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from bip.research.enrolled import Sieve
from bip.store.casework import MissedRound, RatingVisit
from bip.store.lists import MissReason
from bip.store.people import Enrolment
from bip.store.rounds import Response, Round


def read_missed(session: Session, study_id: UUID, sieve: Sieve) -> dict[UUID, MissReason]:
    """By round, as it was known on the sieve's day."""
    rows = session.execute(
        select(MissedRound.round_id, MissedRound.reason, MissedRound.noted_at)
        .join(Round, Round.id == MissedRound.round_id)
        .join(Enrolment, Enrolment.id == Round.enrolment_id)
        .where(Enrolment.study_id == study_id)
    )
    return {round_id: reason for round_id, reason, at in rows if sieve.day_of(at) <= sieve.as_of}


def read_form_times(session: Session, study_id: UUID) -> dict[UUID, int]:
    """Whole seconds that the caseworker who rated had the form open and saved, by response.

    Somebody else's sittings, before the rating was taken over, do not count.
    """
    rows = session.execute(
        select(RatingVisit.response_id, RatingVisit.opened_at, RatingVisit.saved_at)
        .join(Response, Response.id == RatingVisit.response_id)
        .join(Round, Round.id == Response.round_id)
        .join(Enrolment, Enrolment.id == Round.enrolment_id)
        .where(Enrolment.study_id == study_id, RatingVisit.rated_by_id == Response.rated_by_id)
    )
    taken: dict[UUID, timedelta] = defaultdict(timedelta)
    for response_id, opened_at, saved_at in rows:
        taken[response_id] += saved_at - opened_at
    return {response_id: int(time.total_seconds()) for response_id, time in taken.items()}
