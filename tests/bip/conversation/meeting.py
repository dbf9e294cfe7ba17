"""A participant and a caseworker who have answered some rounds, ready to talk."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from bip.store.lists import Assistance, Mode, Rater, Role
from bip.store.organisations import Account, Organisation, Unit
from bip.store.people import Enrolment
from bip.store.rounds import Response, Round
from bip.store.studies import Study
from tests.bip import rows
from tests.bip.house import House
from tests.bip.sealed_town import ITEMS

INTERVAL = timedelta(days=91)
Steps = Mapping[Rater, Sequence[int]]


@dataclass(frozen=True)
class Manner:
    """How a participant's round was given and rated."""

    mode: Mode = Mode.OWN_DEVICE
    assistance: Assistance = Assistance.NONE
    proxy: bool = False
    rated_late: bool = False
    rated_by_other: bool = False


PLAIN = Manner()


def meeting(
    house: House,
    rounds: Sequence[Steps],
    manners: Mapping[int, Manner] | None = None,
    *,
    language: str = "sv",
    name: str = "Ada Lind",
) -> UUID:
    """An enrolment with these rounds, the last of them due today; who is not in a round has not answered."""
    today = house.installed.clock.today()
    with house.installed.store.writing() as session:
        enrolment = _enrolment(session, house, language, name, today - INTERVAL * (len(rounds) - 1))
        for number, steps in enumerate(rounds):
            window = rows.round_(session, enrolment, number=number)
            for rater, values in steps.items():
                response = _response(session, house, window, rater, (manners or {}).get(number, PLAIN))
                for item, value in zip(ITEMS, values, strict=False):
                    rows.answer(session, response, item=item, value=value, saved_at=response.started_at)
        return enrolment.id


def _enrolment(session: Session, house: House, language: str, name: str, day: date) -> Enrolment:
    organisation = session.get_one(Organisation, house.organisation_id)
    person = rows.participant(session, organisation, language=language)
    rows.identity(session, person, cipher=house.installed.cipher, name=name)
    enrolment = rows.enrolment(
        session,
        organisation,
        participant=person,
        study=session.get_one(Study, house.study_id),
        unit=session.get_one(Unit, house.unit_id),
        enrolled_on=day,
    )
    rows.assignment_spell(session, enrolment, caseworker=_caseworker(session, house), start_on=day)
    return enrolment


def _caseworker(session: Session, house: House) -> Account:
    return session.get_one(Account, house.accounts[Role.CASEWORKER])


def _rated_by(session: Session, house: House, manner: Manner) -> Account:
    if not manner.rated_by_other:
        return _caseworker(session, house)
    return rows.account(session, session.get_one(Organisation, house.organisation_id))


def _response(session: Session, house: House, window: Round, rater: Rater, manner: Manner) -> Response:
    at = rows.MOMENT + (window.due_on - rows.DAY_0)
    own = manner if rater is Rater.PARTICIPANT else PLAIN
    return rows.response(
        session,
        window,
        rater=rater,
        rated_by=_rated_by(session, house, manner) if rater is Rater.CASEWORKER else None,
        started_at=at,
        submitted_at=at + timedelta(minutes=9),
        mode=own.mode,
        assistance=own.assistance,
        proxy=own.proxy,
        independent=not (rater is Rater.CASEWORKER and manner.rated_late),
    )
