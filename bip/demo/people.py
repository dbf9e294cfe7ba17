"""An invented organisation at work: staff, twelve participants, two finished rounds and one under way.

Everything is done through the services that the pages use, at a clock that is moved along, so that the demo
holds nothing that could not have been entered by hand.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random
from typing import Final
from uuid import UUID, uuid4

from sqlalchemy import select

from bip.admin.studies import Plan, Terms, create_study, drafts
from bip.auth.security import add_account, hashed, new_uniquifier
from bip.auth.staff import Staff
from bip.casework.rating import Rated, save_rating
from bip.clock import SettableClock
from bip.collect.beginning import enter
from bip.collect.service import save_answer, submit_response
from bip.demo.course import live_on
from bip.participants.change import NewEnrolment, enrol
from bip.participants.detail import Background
from bip.participants.identity import Contact
from bip.rounds.codes import issue_code, spaced
from bip.rounds.upkeep import keep_planned
from bip.services import Services
from bip.store.lists import Education, LegalBasis, Origin, Role, Sex
from bip.store.organisations import Account, Organisation, Unit
from bip.store.people import Enrolment
from bip.store.rounds import Round
from bip.store.studies import Study
from surveys.load import load_builtin
from surveys.model import InstrumentId

ORGANISATION, STUDY = "Samordningsförbundet Exempel", "Vägen till arbete"
INSTRUMENT: Final = ("bip-11", "1")
INTERVAL_DAYS, TOLERANCE_DAYS = 91, 14
LANGUAGES: Final = ("sv", "en", "da")
STAFF: Final = {
    Role.ADMINISTRATOR: "Astrid Admin",
    Role.COORDINATOR: "Kerstin Koordinator",
    Role.CASEWORKER: "Henrik Handläggare",
    Role.RESEARCHER: "Filippa Forskare",
}
WOMEN: Final = ("Amina Yusuf", "Carina Lund", "Elin Strand", "Gunilla Ek", "Irina Koval", "Lena Holm")
MEN: Final = ("Bengt Åkesson", "Dawit Haile", "Farid Karimi", "Hassan Omar", "Johan Nyberg", "Karim Nasser")
# Which of the twelve answer in each round, and whom the caseworker rates; the last round is open now.
ROUNDS: Final = ((range(12), range(12)), (range(1, 12), range(12)), (range(7), (0, 1, 2, 3, 7, 8)))


@dataclass(frozen=True, slots=True)
class SignIn:
    """What somebody signs in with."""

    role: Role
    email: str
    password: str


@dataclass(frozen=True, slots=True)
class Demo:
    """The organisation and the ways in. The code is of a participant who has not answered."""

    organisation_id: UUID
    sign_ins: tuple[SignIn, ...]
    code: str


@dataclass(frozen=True, slots=True)
class _House:
    """The organisation at a moment that the clock moves along."""

    at: Services
    staff: Mapping[Role, Staff]
    unit_id: UUID

    @property
    def coordinator(self) -> Staff:
        return self.staff[Role.COORDINATOR]

    @property
    def caseworker(self) -> Staff:
        return self.staff[Role.CASEWORKER]


def found_demo(at: Services) -> Demo:
    """Found the organisation and let it live for half a year, up to today. Needs an application context."""
    clock = SettableClock(at.clock.now() - timedelta(days=2 * INTERVAL_DAYS + 3), at.settings.timezone)
    organisation_id, house, sign_ins = _open_house(replace(at, clock=clock))
    study_id = _study(house)
    enrolments = [_enrol(house, study_id, name) for name in sorted(WOMEN + MEN)]
    for number, (answering, rated) in enumerate(ROUNDS):
        for person, enrolment_id in enumerate(enrolments):
            _let_happen(house, enrolment_id, number, answers=person in answering, rates=person in rated)
            live_on(house.at, house.caseworker, enrolment_id, person, number)
        if number + 1 < len(ROUNDS):
            clock.advance(INTERVAL_DAYS)
    waiting = _round(house, enrolments[-1], len(ROUNDS) - 1)
    code = _code(replace(house, at=at), waiting)
    return Demo(organisation_id, sign_ins, spaced(code))


def _open_house(at: Services) -> tuple[UUID, _House, tuple[SignIn, ...]]:
    now = at.clock.now()
    organisation = Organisation(name=ORGANISATION, country="SE", created_at=now)
    unit = Unit(organisation_id=organisation.id, name="Arbetscentrum")
    sign_ins = tuple(SignIn(role, f"{role}@exempel.example", secrets.token_urlsafe(9)) for role in STAFF)
    accounts = {one.role: _account(one, unit, now) for one in sign_ins}
    with at.store.writing() as session:
        for row in (organisation, unit):
            session.add(row)
            session.flush()
        for role, account in accounts.items():
            add_account(session, account, frozenset({role}))
        staff = {
            role: Staff(account.id, organisation.id, account.unit_id, account.name, frozenset({role}))
            for role, account in accounts.items()
        }
    return organisation.id, _House(at, staff, unit.id), sign_ins


def _account(sign_in: SignIn, unit: Unit, now: datetime) -> Account:
    return Account(
        organisation_id=unit.organisation_id,
        email=sign_in.email,
        name=STAFF[sign_in.role],
        password=hashed(sign_in.password),
        fs_uniquifier=new_uniquifier(),
        unit_id=unit.id if sign_in.role in {Role.CASEWORKER, Role.COORDINATOR} else None,
        created_at=now,
    )


def _study(house: _House) -> UUID:
    administrator = house.staff[Role.ADMINISTRATOR]
    plan = Plan(InstrumentId(*INSTRUMENT), INTERVAL_DAYS, TOLERANCE_DAYS)
    information = drafts(ORGANISATION, LANGUAGES)
    create_study(house.at, administrator, plan, Terms(STUDY, LANGUAGES, LegalBasis.PUBLIC_TASK, information))
    with house.at.store.reading() as session:
        query = select(Study.id).filter_by(organisation_id=administrator.organisation_id)
        return session.scalars(query).one()


def _enrol(house: _House, study_id: UUID, name: str) -> UUID:
    enrolment_id, random = uuid4(), _chance(name)
    background = Background(
        sex=Sex.WOMAN if name in WOMEN else Sex.MAN,
        origin=random.choice([Origin.NATIVE, Origin.FOREIGN]),
        education=random.choice([Education.COMPULSORY, Education.UPPER_SECONDARY]),
        birth_year=random.randint(1962, 1998),
        language="sv",
    )
    wanted = NewEnrolment(
        contact=Contact(name),
        background=background,
        study_id=study_id,
        unit_id=house.unit_id,
        caseworker_id=house.caseworker.account_id,
        enrolled_on=house.at.clock.today(),
        intake=None,
        referral=None,
    )
    enrol(house.at, house.coordinator, enrolment_id, wanted)
    return enrolment_id


def _let_happen(house: _House, enrolment_id: UUID, number: int, *, answers: bool, rates: bool) -> None:
    """One round of one participant: who answers in it, answers."""
    window_id = _round(house, enrolment_id, number)
    random = _chance(f"{enrolment_id} {number}")
    asked = load_builtin(*INSTRUMENT)
    if answers:
        response_id = enter(house.at, _code(house, window_id))
        for item in asked.items_for("participant"):
            save_answer(house.at, response_id, item.key, _value(random, number, missing=-1))
        submit_response(house.at, response_id)
    if rates:
        values = {item.key: _value(random, number, missing=-3) for item in asked.items_for("caseworker")}
        save_rating(house.at, house.caseworker.actor, window_id, Rated(values, "sv"), submit=True)


def _round(house: _House, enrolment_id: UUID, number: int) -> UUID:
    keep_planned(house.at.store, house.at.clock.today(), Enrolment.id == enrolment_id)
    with house.at.store.reading() as session:
        query = select(Round.id).filter_by(enrolment_id=enrolment_id, number=number)
        return session.scalars(query).one()


def _code(house: _House, window_id: UUID) -> str:
    with house.at.store.writing() as session:
        return issue_code(session, house.at, house.coordinator.actor, session.get_one(Round, window_id))


def _chance(seed: str) -> Random:
    return Random(seed)  # noqa: S311  # invented answers, no secret


def _value(random: Random, number: int, *, missing: int) -> int:
    """A step that rises a little over the rounds; now and then none."""
    if random.random() < 0.05:
        return missing
    return min(5, max(1, round(random.gauss(2.4 + 0.4 * number, 0.9))))
