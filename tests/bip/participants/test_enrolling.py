"""Enrolling somebody: one form, one transaction, and the rounds are there."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

from sqlalchemy import func, select

from bip.clock import SettableClock
from bip.settings import Settings
from bip.store.lists import Role
from bip.store.organisations import Account, Organisation, Unit
from bip.store.people import AssignmentSpell, Enrolment, Participant
from bip.store.rounds import Round
from tests.bip import rows
from tests.bip.house import House, build_house
from tests.bip.pages import Visitor
from tests.bip.participants.people import FORM, enrol, trail


def test_enrolling_makes_the_person_the_spell_and_the_rounds(house: House, clock: SettableClock) -> None:
    enrolment_id = enrol(house)
    with house.installed.store.reading() as session:
        enrolment = session.get_one(Enrolment, enrolment_id)
        participant = session.get_one(Participant, enrolment.participant_id)
        spell = session.scalars(select(AssignmentSpell)).one()
        rounds = session.scalars(select(Round).order_by(Round.number)).all()
    assert enrolment.enrolled_on == clock.today()
    assert (enrolment.unit_id, enrolment.study_id) == (house.unit_id, house.study_id)
    assert (enrolment.intake, enrolment.referral) == ("March", "Social services")
    assert (participant.sex, participant.birth_year, participant.language) == ("woman", 1984, "sv")
    assert (spell.caseworker_id, spell.start_on) == (house.accounts[Role.CASEWORKER], clock.today())
    assert [(one.number, one.due_on) for one in rounds] == [
        (0, clock.today()),
        (1, clock.today() + timedelta(days=91)),
    ]
    (event,) = trail(house, "participant_enrolled")
    assert event.actor_id == house.accounts[Role.COORDINATOR]
    assert event.details == {"participant": str(participant.id), "enrolment": str(enrolment_id)}


def test_name_and_contact_stand_nowhere_in_plain(house: House, settings: Settings) -> None:
    enrol(house, name="Grzegorz Brzęczyszczykiewicz", email="grzegorz@example.org", phone="070 555 66 77")
    database = Path(settings.database_url.removeprefix("sqlite:///"))
    kept = b"".join(path.read_bytes() for path in database.parent.glob(f"{database.name}*"))
    assert b"Social services" in kept
    for secret in ("Grzegorz", "grzegorz@", "555 66 77"):
        assert secret.encode() not in kept


def test_the_form_sent_twice_enrols_once(house: House) -> None:
    coordinator = house.enter("coordinator")
    form = coordinator.get("/participants/new")
    first = coordinator.submit(form, FORM)
    second = coordinator.submit(form, FORM)
    assert first.response.request.path == second.response.request.path
    with house.installed.store.reading() as session:
        assert session.scalar(select(func.count()).select_from(Participant)) == 1


WRONG: list[tuple[dict[str, str | None], str]] = [
    ({"name": "  "}, "Write the participant's name."),
    ({"name": "x" * 201}, "at most 200 characters"),
    ({"email": "not an address"}, "Write an address such as name@example.org"),
    ({"phone": "call me"}, "Write the number with digits"),
    ({"sex": ""}, "Sex – Choose one from the list."),
    ({"sex": "cat"}, "Sex – Choose one from the list."),
    ({"origin": None}, "Origin – Choose one from the list."),
    ({"education": "phd"}, "Highest completed education – Choose one from the list."),
    ({"birth_year": "eighty"}, "four digits"),
    ({"birth_year": "1884"}, "Write a year from 1900 to 2026."),
    ({"birth_year": "2027"}, "Write a year from 1900 to 2026."),
    ({"language": "xx"}, "Language – Choose one from the list."),
    ({"study": str(uuid4())}, "Study – Choose one from the list."),
    ({"unit": str(uuid4())}, "Unit – Choose one from the list."),
    ({"caseworker": str(uuid4())}, "Caseworker – Choose one from the list."),
    ({"enrolled_on": "yesterday"}, "Write a day as year-month-day"),
    ({"enrolled_on": ""}, "Write a day as year-month-day"),
    ({"enrolled_on": "2026-03-03"}, "must not be after today"),
    ({"enrolled_on": "2025-11-30"}, "must not be before Dec 1, 2025"),
    ({"intake": "x" * 101}, "at most 100 characters"),
]


def test_what_is_wrong_is_said_at_its_field_and_the_rest_stays(house: House) -> None:
    coordinator = house.enter("coordinator")
    form = coordinator.get("/participants/new")
    for changes, message in WRONG:
        page = coordinator.submit(form, {**FORM, **changes})
        assert page.heading == "Enrol a participant", changes
        assert message in page.text
        untouched = {name: value for name, value in FORM.items() if name not in changes}
        assert untouched.items() <= page.form("/participants/new").items()
    with house.installed.store.reading() as session:
        assert session.scalar(select(func.count()).select_from(Participant)) == 0


def test_the_earliest_day_is_one_interval_back(house: House) -> None:
    enrolment_id = enrol(house, enrolled_on="2025-12-01")
    with house.installed.store.reading() as session:
        numbers = session.scalars(select(Round.number).where(Round.enrolment_id == enrolment_id)).all()
    assert sorted(numbers) == [0, 1, 2]


def test_an_old_token_keeps_what_was_written(house: House) -> None:
    coordinator = house.enter("coordinator")
    form = coordinator.get("/participants/new")
    page = coordinator.submit(form, {**FORM, "csrf_token": "old"})
    assert "open for a long time" in page.text
    assert {name: page.form("/participants/new")[name] for name in FORM} == FORM
    assert coordinator.submit(page).heading == "Ada Lind"


def _second_unit(house: House) -> tuple[UUID, UUID]:
    """A unit beside the coordinator's, with a caseworker."""
    with house.installed.store.writing() as session:
        organisation = session.get_one(Organisation, house.organisation_id)
        unit = rows.unit(session, organisation, name="Other unit")
        return unit.id, rows.account(session, organisation, unit=unit, name="Other Unit's Own").id


def test_a_unit_and_a_caseworker_beside_ones_own_are_no_choice(house: House) -> None:
    unit, caseworker = _second_unit(house)
    coordinator = house.enter("coordinator")
    form = coordinator.get("/participants/new")
    for changes in ({"unit": str(unit)}, {"caseworker": str(caseworker)}):
        assert "Choose one from the list." in coordinator.submit(form, {**FORM, **changes}).text


def test_another_organisations_study_unit_and_caseworker_are_no_choice(house: House) -> None:
    other = build_house(house.app)
    coordinator = house.enter("coordinator")
    form = coordinator.get("/participants/new")
    foreign = {
        "study": other.study_id,
        "unit": other.unit_id,
        "caseworker": other.accounts[Role.CASEWORKER],
    }
    for name, value in foreign.items():
        page = coordinator.submit(form, {**FORM, name: str(value)})
        assert "Choose one from the list." in page.text
        assert str(value) not in page.response.text


def test_without_a_unit_the_caseworker_must_fit_the_one_chosen(house: House) -> None:
    unit, caseworker = _second_unit(house)
    with house.installed.store.writing() as session:
        session.get_one(Account, house.accounts[Role.COORDINATOR]).unit_id = None
    coordinator = house.enter("coordinator")
    form = coordinator.get("/participants/new")
    chosen = {**FORM, "unit": str(house.unit_id), "caseworker": str(caseworker)}
    assert "Other Unit's Own works in another unit." in coordinator.submit(form, chosen).text
    page = coordinator.submit(form, {**chosen, "unit": str(unit)})
    assert page.heading == "Ada Lind"
    assert "Other unit" in page.text


def test_a_caseworker_who_has_left_is_no_choice(house: House) -> None:
    with house.installed.store.writing() as session:
        session.get_one(Account, house.accounts[Role.CASEWORKER]).active = False
    page = house.enter("coordinator").get("/participants/new")
    assert "There is no caseworker yet." in page.text


def test_an_organisation_at_its_beginning_is_told_what_is_missing(house: House) -> None:
    with house.installed.store.writing() as session:
        organisation = rows.organisation(session)
        coordinator = session.get_one(Account, house.accounts[Role.COORDINATOR])
        empty = rows.account(session, organisation, roles=(Role.COORDINATOR,), password=coordinator.password)
        email = empty.email
    visitor = Visitor(house.app)
    visitor.sign_in(email, "four calm words here")
    text = visitor.get("/participants/new").text
    for missing in ("no study yet", "no unit yet", "no caseworker yet"):
        assert missing in text
    assert "Nobody is enrolled yet." in visitor.get("/participants").text


def test_enrolling_is_for_coordinators(house: House) -> None:
    for role in (Role.CASEWORKER, Role.RESEARCHER, Role.ADMINISTRATOR):
        house.enter(role).get("/participants/new", expect=403)
        house.enter(role).post("/participants/new", FORM, expect=403)
    Visitor(house.app).post("/participants/new", FORM, expect=401)
    with house.installed.store.reading() as session:
        assert session.scalar(select(func.count()).select_from(Participant)) == 0
        assert session.scalar(select(func.count()).select_from(Unit)) == 1
