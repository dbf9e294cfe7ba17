"""The participant's response of a round: begun by whoever comes first, found by everybody after."""

from dataclasses import dataclass
from typing import Any, Final, cast
from uuid import UUID, uuid4

from sqlalchemy import Connection, Table, and_, bindparam, insert, select, update

from bip.collect.information import information_for
from bip.rounds.codes import CodeError, round_of_code
from bip.services import Services
from bip.store.audit import Actor, record_row
from bip.store.followup import Exit
from bip.store.lists import Assistance, Mode, Rater
from bip.store.people import Enrolment, Participant
from bip.store.prepared import Prepared
from bip.store.rounds import Answer, Response, Round
from bip.store.studies import Study

_RESPONSES: Final = cast("Table", Response.__table__)
_ADDED: Final = Prepared(insert(_RESPONSES))
_LOCKED: Final = Prepared(select(Round.id).where(Round.id == bindparam("round")).with_for_update())
_ROUND: Final = Prepared(
    select(
        Round.organisation_id,
        Response.id.label("begun"),
        Study.id.label("study_id"),
        Study.instrument_id,
        Study.languages,
        Participant.language,
        Enrolment.withdrawn_on,
        Exit.left_on,
    )
    .join(Enrolment, Enrolment.id == Round.enrolment_id)
    .join(Participant, Participant.id == Enrolment.participant_id)
    .join(Study, Study.id == Enrolment.study_id)
    .outerjoin(Exit, Exit.enrolment_id == Enrolment.id)
    .outerjoin(Response, and_(Response.round_id == Round.id, Response.rater == Rater.PARTICIPANT))
    .where(Round.id == bindparam("round"))
)
_ANY_ANSWER: Final = Prepared(select(Answer.id).where(Answer.response_id == bindparam("response")).limit(1))
_OPENED: Final = Prepared(
    update(_RESPONSES)
    .where(_RESPONSES.c.id == bindparam("response"))
    .values(
        mode=bindparam("how"),
        assistance=bindparam("helped"),
        proxy=bindparam("instead"),
        entered_by_id=bindparam("by"),
    )
)


@dataclass(frozen=True, slots=True)
class Arrival:
    """How somebody comes with a code: the language wished, who is signed in there, on which device."""

    language: str | None = None
    signed_in: Actor | None = None
    shared_tablet: bool = False


def enter(at: Services, written: str, arrival: Arrival = Arrival()) -> UUID:
    """The response that a code leads to, begun if it is the first time.

    The trail keeps who is signed in, for who has opened the questions may have seen the answers. Raises
    CodeError where the code leads nowhere today.
    """
    with at.store.writing_rows() as connection:
        window = round_of_code(connection, at, written)
        there = arrival.signed_in
        ours = there is not None and there.organisation_id == window.organisation_id
        actor = there if there is not None and ours else Actor(window.organisation_id)
        response_id = begin_response(connection, at, actor, window.id, arrival.language)
        if _ANY_ANSWER.first(connection, {"response": response_id}) is None:
            # How the questions are answered is how they were opened last before the first answer. Somebody
            # may have opened a form for the participant and written nothing: it was not entered for them.
            mode = Mode.SHARED_TABLET if arrival.shared_tablet else Mode.OWN_DEVICE
            opened = {"how": mode, "helped": Assistance.NONE, "instead": False, "by": None}
            _OPENED.run(connection, {"response": response_id, **opened})
        record_row(connection, actor, at.clock.now(), "code_used", round=window.id)
        return response_id


def begin_response(
    connection: Connection, at: Services, actor: Actor, round_id: UUID, language: str | None = None
) -> UUID:
    """The participant's response of a round, made if there is none yet.

    `language`: the wish, followed where the study speaks it; else the participant's own, else the study's.
    Raises CodeError("closed") where the participant has left.
    """
    # Two tablets may send the same code at once: the second waits here and finds what the first has made.
    _LOCKED.one(connection, {"round": round_id})
    found = _ROUND.one(connection, {"round": round_id})
    if found.begun is not None:
        return UUID(str(found.begun))
    ends = [day for day in (found.withdrawn_on, found.left_on) if day is not None]
    if ends and at.clock.today() > min(ends):
        raise CodeError("closed")
    response_id, now = uuid4(), at.clock.now()
    spoken = _first_known((language, found.language), found.languages)
    told = information_for(connection, found.study_id, spoken, found.languages)
    _ADDED.run(
        connection,
        _NEW
        | {
            "id": response_id,
            "organisation_id": found.organisation_id,
            "round_id": round_id,
            "information_id": told.id if told else None,
            "instrument_id": found.instrument_id,
            "language": spoken,
            "started_at": now,
        },
    )
    record_row(connection, actor, now, "response_started", response=response_id)
    return response_id


_NEW: Final[dict[str, Any]] = {
    "rater": Rater.PARTICIPANT,
    "rated_by_id": None,
    "entered_by_id": None,
    "mode": Mode.OWN_DEVICE,
    "assistance": Assistance.NONE,
    "proxy": False,
    "independent": True,
    "submitted_at": None,
}


def _first_known(wishes: tuple[str | None, ...], spoken: list[str]) -> str:
    return next((wish for wish in wishes if wish in spoken), None) or spoken[0]
