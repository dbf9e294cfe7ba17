"""Under which ids a participant's lines stand in the trail: those of today and those of before."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from bip.store.audit import AuditEvent
from bip.store.lists import Rater
from bip.store.people import Enrolment
from bip.store.rounds import Response, Round


@dataclass(frozen=True, slots=True)
class Answered:
    """A response: the number of its round, whose it is, and until when it stood with this participant."""

    number: int
    rater: Rater
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Subject:
    """A participant. All ids are text, as the trail holds them.

    `doubles`: who was merged into the participant, and when; `gone`: enrolments that a merge removed.
    """

    participant: str
    doubles: Mapping[str, datetime]
    enrolments: frozenset[str]
    gone: frozenset[str]
    rounds: Mapping[str, int]
    responses: Mapping[str, Answered]

    def condition(self) -> ColumnElement[bool]:
        """On `AuditEvent`: the line is about this participant."""
        people = {self.participant, *self.doubles}
        return or_(
            names("participant", people),
            names("kept", people),
            names("enrolment", self.enrolments | self.gone),
            *(names(key, self.rounds) for key in ("round", "round_before", "round_after")),
            names("response", [one for one, held in self.responses.items() if held.until is None]),
            *(
                and_(names("response", [one]), AuditEvent.at <= held.until)
                for one, held in self.responses.items()
                if held.until is not None
            ),
        )


def subject_of(session: Session, enrolment: Enrolment) -> Subject:
    """The participant of an enrolment, with everything that was ever noted under another id."""
    participant = enrolment.participant_id
    doubles = _doubles(session, enrolment.organisation_id, participant)
    enrolments = select(Enrolment.id).where(Enrolment.participant_id == participant)
    known = {str(one) for one in session.scalars(enrolments)}
    rounds = {
        str(row.id): row.number
        for row in session.execute(select(Round.id, Round.number).where(Round.enrolment_id.in_(enrolments)))
    }
    return Subject(
        str(participant),
        doubles,
        frozenset(known),
        frozenset(_enrolled(session, enrolment.organisation_id, doubles) - known),
        rounds,
        _moved_away(session, enrolment.organisation_id, rounds) | _responses(session, rounds),
    )


def names(key: str, ids: Iterable[str]) -> ColumnElement[bool]:
    """A condition on `AuditEvent`: one of the ids stands under the key."""
    named: ColumnElement[str] = AuditEvent.details[key].as_string()
    return named.in_(list(ids))


def _events(
    session: Session, organisation_id: UUID, kind: str, key: str, ids: Iterable[str]
) -> list[AuditEvent]:
    query = select(AuditEvent).where(
        AuditEvent.organisation_id == organisation_id, AuditEvent.kind == kind, names(key, ids)
    )
    return list(session.scalars(query.order_by(AuditEvent.at)))


def _doubles(session: Session, organisation_id: UUID, participant_id: UUID) -> dict[str, datetime]:
    """Also those who were merged into somebody who was merged later."""
    found: dict[str, datetime] = {}
    wanted = {str(participant_id)}
    while wanted:
        merges = _events(session, organisation_id, "persons_merged", "kept", wanted)
        wanted = {one.details["participant"] for one in merges} - found.keys()
        found |= {one.details["participant"]: one.at for one in merges}
    return found


def _enrolled(session: Session, organisation_id: UUID, people: Iterable[str]) -> set[str]:
    """The enrolments that these people began."""
    events = _events(session, organisation_id, "participant_enrolled", "participant", people)
    return {one.details["enrolment"] for one in events}


def _responses(session: Session, rounds: Mapping[str, int]) -> dict[str, Answered]:
    query = select(Response).where(Response.round_id.in_([UUID(one) for one in rounds]))
    return {str(one.id): Answered(rounds[str(one.round_id)], one.rater) for one in session.scalars(query)}


def _moved_away(session: Session, organisation_id: UUID, rounds: Mapping[str, int]) -> dict[str, Answered]:
    """What came before the move is this participant's to see; what came after is another's."""
    moves = _events(session, organisation_id, "response_moved", "round_before", rounds)
    found: dict[str, Answered] = {}
    for move in moves:
        response = session.get(Response, UUID(move.details["response"]))
        if response is not None:
            number = rounds[move.details["round_before"]]
            found[str(response.id)] = Answered(number, response.rater, until=move.at)
    return found
