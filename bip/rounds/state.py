"""How far a round has come, for staff to see: its window and who has answered, never what."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from bip.store.casework import MissedRound, RoundMove
from bip.store.lists import MissReason, Rater
from bip.store.rounds import Response, Round


class Phase(StrEnum):
    """Where the window stands today."""

    PLANNED = "planned"
    OPEN = "open"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class RoundState:
    """A round as staff see it. A response begun and not submitted counts as none.

    `number` counts from 0, as in the data. `missed`: why the participant did not answer, where that is known.
    `moved_from`: the day on which it was due at first.
    """

    id: UUID
    number: int
    due_on: date
    opens_on: date
    closes_on: date
    phase: Phase
    answered: bool
    rated: bool
    missed: MissReason | None = None
    moved_from: date | None = None


def rounds_of(session: Session, enrolments: Iterable[UUID], today: date) -> dict[UUID, list[RoundState]]:
    """The rounds of each enrolment, in order."""
    wanted = list(enrolments)
    submitted = set(
        session.execute(
            select(Response.round_id, Response.rater)
            .join(Round, Round.id == Response.round_id)
            .where(Round.enrolment_id.in_(wanted), Response.submitted_at.is_not(None))
        )
    )
    missed, moved = _missed(session, wanted), _moved(session, wanted)
    found: dict[UUID, list[RoundState]] = {}
    query = select(Round).where(Round.enrolment_id.in_(wanted)).order_by(Round.number)
    for window in session.scalars(query):
        state = RoundState(
            window.id,
            window.number,
            window.due_on,
            window.opens_on,
            window.closes_on,
            phase(window, today),
            answered=(window.id, Rater.PARTICIPANT) in submitted,
            rated=(window.id, Rater.CASEWORKER) in submitted,
            missed=missed.get(window.id),
            moved_from=moved.get(window.id),
        )
        found.setdefault(window.enrolment_id, []).append(state)
    return found


def _missed(session: Session, enrolments: list[UUID]) -> dict[UUID, MissReason]:
    rows = session.execute(
        select(MissedRound.round_id, MissedRound.reason)
        .join(Round, Round.id == MissedRound.round_id)
        .where(Round.enrolment_id.in_(enrolments))
    )
    return {row.round_id: row.reason for row in rows}


def _moved(session: Session, enrolments: list[UUID]) -> dict[UUID, date]:
    """The first day of each round that was moved."""
    rows = session.execute(
        select(RoundMove.round_id, RoundMove.due_before)
        .join(Round, Round.id == RoundMove.round_id)
        .where(Round.enrolment_id.in_(enrolments))
        .order_by(RoundMove.moved_at.desc())
    )
    return {row.round_id: row.due_before for row in rows}


def phase(window: Round, today: date) -> Phase:
    """Where a round's window stands on a day; both its days belong to it."""
    if today < window.opens_on:
        return Phase.PLANNED
    return Phase.OPEN if today <= window.closes_on else Phase.CLOSED


def current(rounds: Sequence[RoundState]) -> RoundState | None:
    """The round to think of: the one that is open, else the next, else the last."""
    ahead = [one for one in rounds if one.phase is not Phase.CLOSED]
    if ahead:
        return ahead[0]
    return rounds[-1] if rounds else None
