"""What staff noted around the questionnaires of a study: why rounds were missed."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from bip.research.enrolled import Sieve
from bip.store.casework import MissedRound
from bip.store.lists import MissReason
from bip.store.people import Enrolment
from bip.store.rounds import Round


def read_missed(session: Session, study_id: UUID, sieve: Sieve) -> dict[UUID, MissReason]:
    """By round, as it was known on the sieve's day."""
    rows = session.execute(
        select(MissedRound.round_id, MissedRound.reason, MissedRound.noted_at)
        .join(Round, Round.id == MissedRound.round_id)
        .join(Enrolment, Enrolment.id == Round.enrolment_id)
        .where(Enrolment.study_id == study_id)
    )
    return {round_id: reason for round_id, reason, at in rows if sieve.day_of(at) <= sieve.as_of}
