"""Rounds that cannot be held as planned: put on another day, or noted as missed, each with its reason."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from uuid import UUID

from flask import abort
from sqlalchemy import select
from sqlalchemy.orm import Session

from bip.auth.staff import Staff
from bip.participants.facts import ended_on
from bip.participants.visible import round_or_404
from bip.rounds.plan import Window, windows
from bip.services import Services
from bip.store.audit import record
from bip.store.casework import MissedRound, RoundMove
from bip.store.lists import MissReason, MoveReason, Rater
from bip.store.people import Enrolment
from bip.store.rounds import Response, Round
from bip.store.studies import Study


class Refusal(StrEnum):
    """Why nothing can be changed about a round."""

    ANSWERED = "answered"
    CLOSED = "closed"
    ENDED = "ended"
    EARLY = "early"


class RoundChangeError(Exception):
    """The round cannot be moved or noted as missed."""

    def __init__(self, reason: Refusal) -> None:
        super().__init__(reason)
        self.reason = reason


class MoveError(Exception):
    """A day on which the round cannot be due; `first` and `last` are possible.

    `ends_on`: the study's end, where the day lies too late for it; else the window would meet another's.
    """

    def __init__(self, first: date, last: date, ends_on: date | None = None) -> None:
        super().__init__(first, last)
        self.first = first
        self.last = last
        self.ends_on = ends_on


@dataclass(frozen=True, slots=True)
class Room:
    """The days on which a round can be due: its window then touches that of no other round.

    `ends_on`: the study's end, where there would be room for later days but for that.
    """

    first: date
    last: date
    ends_on: date | None = None

    def require(self, day: date) -> None:
        """Raises MoveError where the day is none of them."""
        if not self.first <= day <= self.last:
            raise MoveError(self.first, self.last, self.ends_on if day > self.last else None)


def read_room(session: Session, at: Services, window: Round) -> Room:
    """Where a round can be moved to. Raises RoundChangeError where it cannot be moved at all."""
    enrolment = session.get_one(Enrolment, window.enrolment_id)
    study = session.get_one(Study, enrolment.study_id)
    _require_movable(session, window, enrolment, at.clock.today())
    tolerance = timedelta(days=study.tolerance_days)
    rounds = {one.number: one for one in _rounds_of(session, window.enrolment_id)}
    before, after = rounds.get(window.number - 1), rounds.get(window.number + 1)
    planned = windows(enrolment.enrolled_on, study.interval_days, study.tolerance_days)
    next_opens = after.opens_on if after else _opening(planned, window.number + 1)
    first = before.closes_on + timedelta(days=1) + tolerance if before else enrolment.enrolled_on
    # Nobody can answer in a window that has gone by.
    first = max(first, at.clock.today() - tolerance)
    if _begun(session, window.id):
        # What somebody has begun to answer is not to be opened any sooner.
        first = max(first, window.due_on)
    last = next_opens - timedelta(days=1) - tolerance
    # A round that is due after the study's end already, because it opens before, is not moved any further.
    if study.ends_on is not None and last > (latest := max(study.ends_on, window.due_on)):
        return Room(first, latest, study.ends_on)
    return Room(first, last)


def _opening(planned: Iterator[Window], number: int) -> date:
    return next(one.opens_on for one in planned if one.number == number)


def move_round(at: Services, staff: Staff, round_id: UUID, due_on: date, reason: MoveReason) -> None:
    """Let a round be due on another day, its window around it. Where it was before is kept.

    A window that is open stays open: what was begun in it goes on. Raises RoundChangeError or MoveError.
    """
    with at.store.writing() as session:
        window, enrolment = round_or_404(session, staff, round_id, at.clock.today())
        _hold(session, enrolment)
        session.refresh(window)
        read_room(session, at, window).require(due_on)
        if due_on == window.due_on:
            return
        # One moment for both: by it the trail finds the reason.
        now = at.clock.now()
        session.add(
            RoundMove(
                organisation_id=window.organisation_id,
                round_id=window.id,
                reason=reason,
                due_before=window.due_on,
                due_after=due_on,
                moved_by_id=staff.account_id,
                moved_at=now,
            )
        )
        _place(session, window, enrolment, due_on, at.clock.today())
        record(session, staff.actor, now, "round_moved", round=window.id)


def _hold(session: Session, enrolment: Enrolment) -> None:
    """Its rounds change one after the other. Whoever waited may find the enrolment gone, with its file."""
    held = select(Enrolment.id).where(Enrolment.id == enrolment.id).with_for_update()
    if session.scalar(held) is None:
        abort(404)


def _place(session: Session, window: Round, enrolment: Enrolment, due_on: date, today: date) -> None:
    tolerance = timedelta(days=session.get_one(Study, enrolment.study_id).tolerance_days)
    opens_on = max(due_on - tolerance, enrolment.enrolled_on)
    was_open = window.opens_on <= today
    window.opens_on = min(window.opens_on, opens_on) if was_open else opens_on
    window.due_on, window.closes_on = due_on, due_on + tolerance


def _require_movable(session: Session, window: Round, enrolment: Enrolment, today: date) -> None:
    if _submitted(session, window.id):
        raise RoundChangeError(Refusal.ANSWERED)
    ended = ended_on(session, enrolment)
    if ended is not None and today > ended:
        raise RoundChangeError(Refusal.ENDED)
    # From the day after closing answers can be read: they would be sealed again.
    if today > window.closes_on:
        raise RoundChangeError(Refusal.CLOSED)


def note_missed(at: Services, staff: Staff, round_id: UUID, reason: MissReason) -> None:
    """Keep why the participant does not answer in a round; another reason takes the first one's place.

    The window stays as it is: who answers after all has not missed the round. Raises RoundChangeError.
    """
    with at.store.writing() as session:
        window, enrolment = round_or_404(session, staff, round_id, at.clock.today())
        _hold(session, enrolment)
        require_missable(session, window, at.clock.today())
        now = at.clock.now()
        kept = session.get(MissedRound, window.id)
        if kept is None:
            kept = MissedRound(
                organisation_id=window.organisation_id,
                round_id=window.id,
                reason=reason,
                noted_by_id=staff.account_id,
                noted_at=now,
            )
            session.add(kept)
        kept.reason, kept.noted_by_id, kept.noted_at = reason, staff.account_id, now
        record(session, staff.actor, now, "round_missed", round=window.id, reason=reason)


def require_missable(session: Session, window: Round, today: date) -> None:
    """Raises RoundChangeError where the participant has answered or the round has not begun."""
    if Rater.PARTICIPANT in _submitted(session, window.id):
        raise RoundChangeError(Refusal.ANSWERED)
    if today < window.opens_on:
        raise RoundChangeError(Refusal.EARLY)


def _rounds_of(session: Session, enrolment_id: UUID) -> list[Round]:
    query = select(Round).where(Round.enrolment_id == enrolment_id).order_by(Round.number)
    return list(session.scalars(query))


def _begun(session: Session, round_id: UUID) -> bool:
    return session.scalar(select(Response.id).where(Response.round_id == round_id).limit(1)) is not None


def _submitted(session: Session, round_id: UUID) -> set[Rater]:
    query = select(Response.rater).where(Response.round_id == round_id, Response.submitted_at.is_not(None))
    return set(session.scalars(query))
