"""An organisation with rounds in every state of the seal, for the proof that nothing shows through."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from bip.services import Services
from bip.store.lists import HeldReason, Rater, ReleaseStatus, Role
from bip.store.organisations import Account, Organisation, Unit
from bip.store.people import Enrolment
from bip.store.rounds import Response, Round
from bip.store.studies import Study
from surveys.load import load_builtin
from tests.bip import rows
from tests.bip.house import House

ITEMS = [item.key for item in load_builtin("bip-11").items]
INTERVAL, TOLERANCE = timedelta(days=91), timedelta(days=14)
# Who has submitted in the round that is open now, and who has only begun.
STATES: Mapping[str, Mapping[Rater, bool]] = {
    "nobody": {},
    "participant in": {Rater.PARTICIPANT: True},
    "caseworker in": {Rater.CASEWORKER: True},
    "both begun": {Rater.PARTICIPANT: False, Rater.CASEWORKER: False},
    "participant in, caseworker begun": {Rater.PARTICIPANT: True, Rater.CASEWORKER: False},
    "both in": {Rater.PARTICIPANT: True, Rater.CASEWORKER: True},
}


@dataclass
class Town:
    """Ids of what was built: enrolments by the state of their open round, and those rounds."""

    enrolments: dict[str, UUID] = field(default_factory=dict)
    open_rounds: dict[str, UUID] = field(default_factory=dict)
    responses: dict[tuple[str, Rater], UUID] = field(default_factory=dict)
    release: UUID | None = None


def build_sealed_town(installed: Services, house: House) -> Town:
    """Six participants, each with a closed round 0, a missed-by-one round 1 and an open round 2."""
    town = Town()
    today = installed.clock.today()
    with installed.store.writing() as session:
        for at, (state, raters) in enumerate(STATES.items()):
            enrolment = _enrolment(session, installed, house, today - 2 * INTERVAL)
            town.enrolments[state] = enrolment.id
            caseworker = session.get_one(Account, house.accounts[Role.CASEWORKER])
            for number, who in enumerate((dict.fromkeys(Rater, True), {Rater.PARTICIPANT: False}, raters)):
                window = _round(session, enrolment, number, today)
                for rater, submitted in who.items():
                    response = _response(session, window, rater, caseworker, submitted)
                    _answer(session, response, at + number)
                    if number == 2:
                        town.responses[state, rater] = response.id
                    if number == 2 and rater is Rater.PARTICIPANT:
                        _hold(session, response)
                if number == 2:
                    town.open_rounds[state] = window.id
        study = session.get_one(Study, house.study_id)
        researcher = session.get_one(Account, house.accounts[Role.RESEARCHER])
        town.release = rows.release(
            session, study, requested_by=researcher, status=ReleaseStatus.FAILED, problem="The disk was full."
        ).id
    return town


def _enrolment(session: Session, installed: Services, house: House, day: date) -> Enrolment:
    organisation = session.get_one(Organisation, house.organisation_id)
    person = rows.participant(session, organisation)
    rows.identity(session, person, cipher=installed.cipher)
    enrolment = rows.enrolment(
        session,
        organisation,
        participant=person,
        study=session.get_one(Study, house.study_id),
        unit=session.get_one(Unit, house.unit_id),
        enrolled_on=day,
    )
    caseworker = session.get_one(Account, house.accounts[Role.CASEWORKER])
    rows.assignment_spell(session, enrolment, caseworker=caseworker, start_on=day)
    return enrolment


def _round(session: Session, enrolment: Enrolment, number: int, today: date) -> Round:
    due = enrolment.enrolled_on + number * INTERVAL
    opens = max(due - TOLERANCE, enrolment.enrolled_on)
    return rows.round_(
        session, enrolment, number=number, due_on=due, opens_on=opens, closes_on=due + TOLERANCE
    )


def _response(
    session: Session, window: Round, rater: Rater, caseworker: Account, submitted: bool
) -> Response:
    started = rows.MOMENT + (window.opens_on - rows.DAY_0)
    return rows.response(
        session,
        window,
        rater=rater,
        rated_by=caseworker if rater is Rater.CASEWORKER else None,
        started_at=started,
        submitted_at=started + timedelta(minutes=9) if submitted else None,
    )


def _answer(session: Session, response: Response, shift: int) -> None:
    for at, item in enumerate(ITEMS):
        rows.answer(session, response, item=item, value=1 + (shift + at) % 5, saved_at=response.started_at)


def _hold(session: Session, response: Response) -> None:
    """Another answer to each question, which was not taken in."""
    reason = HeldReason.SUBMITTED if response.submitted_at else HeldReason.CONTRADICTED
    for at, item in enumerate(ITEMS):
        rows.held_answer(session, response, reason=reason, item=item, value=1 + at % 5)
