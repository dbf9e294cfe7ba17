"""How far a round has come, for staff to see: its window and who has answered, never what."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from bip.store.lists import Rater
from bip.store.rounds import Response, Round


class Phase(StrEnum):
    """Where the window stands today."""

    PLANNED = "planned"
    OPEN = "open"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class RoundState:
    """A round as staff see it. A response begun and not submitted counts as none.

    `number` counts from 0, as in the data.
    """

    id: UUID
    number: int
    due_on: date
    opens_on: date
    closes_on: date
    phase: Phase
    answered: bool
    rated: bool


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
        )
        found.setdefault(window.enrolment_id, []).append(state)
    return found


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
