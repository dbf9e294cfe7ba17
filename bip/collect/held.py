"""A participant's response, held by whoever writes into it: two writers come one after the other.

On PostgreSQL its row is held, on SQLite the whole database: two saves of one item never cross, and none comes
after submitting.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, bindparam, select

from bip.collect.answers import Target
from bip.collect.sheet import EndedError, EndReason, end_of, last_day
from bip.services import Services
from bip.store.followup import Exit
from bip.store.lists import Rater
from bip.store.people import Enrolment
from bip.store.prepared import Prepared
from bip.store.rounds import Response, Round
from bip.store.studies import Instrument
from surveys.load import load_builtin

_HELD = Prepared(
    select(
        Response.organisation_id,
        Response.instrument_id,
        Response.round_id,
        Response.language,
        Response.started_at,
        Response.submitted_at,
        Instrument.key,
        Instrument.version,
        Round.closes_on,
        Enrolment.withdrawn_on,
        Exit.left_on,
    )
    .join(Instrument, Instrument.id == Response.instrument_id)
    .join(Round, Round.id == Response.round_id)
    .join(Enrolment, Enrolment.id == Round.enrolment_id)
    .outerjoin(Exit, Exit.enrolment_id == Enrolment.id)
    .where(Response.id == bindparam("response"), Response.rater == Rater.PARTICIPANT)
    .with_for_update(of=Response)
)


@dataclass(frozen=True, slots=True)
class HeldResponse:
    """What is written into, and why nothing can be written any more, if so."""

    into: Target
    language: str
    started_at: datetime
    ended: EndReason | None

    def require_open(self) -> None:
        """Raises EndedError where nothing can be answered any more."""
        if self.ended:
            raise EndedError(self.ended)


def hold(writer: Connection, at: Services, response_id: UUID) -> HeldResponse:
    """The participant's response. Raises NoResultFound where there is none with this id."""
    row = _HELD.one(writer, {"response": response_id})
    asked = load_builtin(row.key, row.version)
    return HeldResponse(
        Target(response_id, row.organisation_id, row.round_id, row.instrument_id, Rater.PARTICIPANT, asked),
        row.language,
        row.started_at,
        end_of(
            row.submitted_at is not None,
            last_day(row.closes_on, row.withdrawn_on, row.left_on),
            at.clock.today(),
        ),
    )
