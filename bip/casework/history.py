"""When a caseworker may look back: after rating, so that what was said before does not pull the new rating.

Who has taken a participant over sees the history after the own first rating of that participant.
"""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from bip.auth.staff import Staff
from bip.participants.facts import ended_on
from bip.participants.visible import is_caseworker_of
from bip.store.lists import Rater
from bip.store.people import Enrolment
from bip.store.rounds import Response, Round


@dataclass(frozen=True, slots=True)
class RateFirst:
    """What has to be rated before: a round, which opens on `opens_on` where it is not open yet."""

    round_id: UUID
    number: int
    opens_on: date
    is_open: bool


def rate_first(session: Session, staff: Staff, enrolment_id: UUID, today: date) -> RateFirst | None:
    """The round that this member of staff has to rate before looking back; None where looking is free.

    It is free for everybody but the participant's caseworker, and after the participant has left.
    """
    if not is_caseworker_of(session, staff, enrolment_id, today):
        return None
    ended = ended_on(session, session.get_one(Enrolment, enrolment_id))
    if ended is not None and today > ended:
        return None
    rounds = session.execute(
        select(Round, Response.submitted_at, Response.rated_by_id)
        .outerjoin(Response, and_(Response.round_id == Round.id, Response.rater == Rater.CASEWORKER))
        .where(Round.enrolment_id == enrolment_id)
        .order_by(Round.number)
    ).all()
    unrated = [window for window, submitted_at, _ in rounds if submitted_at is None]
    has_rated = any(done is not None and who == staff.account_id for _, done, who in rounds)
    open_now = [window for window in unrated if window.opens_on <= today <= window.closes_on]
    if open_now:
        return _first(open_now[0], today)
    begun = [window for window, done, _ in rounds if window.closes_on < today or done is not None]
    if has_rated or not begun or not unrated:
        return None
    # The newest that has closed can still be rated, late; else the next one.
    late = [window for window in unrated if window.closes_on < today]
    return _first(late[-1] if late else unrated[0], today)


def _first(window: Round, today: date) -> RateFirst:
    return RateFirst(window.id, window.number, window.opens_on, window.opens_on <= today)
