"""The list and the page of one enrolment: what they say, to whom, and what the trail keeps of it."""

from __future__ import annotations

from uuid import uuid4

from sqlalchemy import select

from bip.clock import SettableClock
from bip.store.followup import Exit
from bip.store.lists import ExitReason, Rater, Role
from bip.store.organisations import Account, Organisation
from bip.store.people import Enrolment, Participant
from bip.store.rounds import Round
from tests.bip import rows
from tests.bip.house import House, build_house
from tests.bip.pages import Page
from tests.bip.participants.people import enrol, enrolled, round_ids, submit_response, trail


def names(page: Page) -> list[str]:
    return ["".join(th.itertext()) for th in page.all("th", scope="row")]


def cells(page: Page, row: int = 0) -> list[str]:
    body = page.all("tbody")[0]
    return [" ".join(" ".join(cell.itertext()).split()) for cell in body.findall("tr")[row].findall("td")]


def test_a_caseworker_sees_the_own_and_a_coordinator_the_units(house: House) -> None:
    with house.installed.store.writing() as session:
        organisation = session.get_one(Organisation, house.organisation_id)
        colleague = rows.account(session, organisation, name="Kaj Holm")
        own = enrolled(house, session, name="Berit Own").id
        other = enrolled(house, session, name="anna Other", caseworker=colleague).id
        elsewhere = enrolled(house, session, name="Cai Elsewhere", unit=rows.unit(session, organisation)).id
    caseworker, coordinator = house.enter("caseworker"), house.enter("coordinator")
    assert names(caseworker.get("/participants")) == ["Berit Own", "Cai Elsewhere"]
    assert names(coordinator.get("/participants")) == ["anna Other", "Berit Own"]
    with house.installed.store.writing() as session:
        session.get_one(Account, house.accounts[Role.COORDINATOR]).unit_id = None
    assert names(coordinator.get("/participants")) == ["anna Other", "Berit Own", "Cai Elsewhere"]
    for enrolment_id in (own, elsewhere):
        caseworker.get(f"/participants/{enrolment_id}")
    unseen = caseworker.get(f"/participants/{other}", expect=404)
    unknown = caseworker.get(f"/participants/{uuid4()}", expect=404)
    assert unseen.text == unknown.text
    assert len(trail(house, "participant_viewed")) == 2


def test_the_list_is_searched_by_name_and_the_trail_holds_who_was_shown(house: House) -> None:
    with house.installed.store.writing() as session:
        ada = enrolled(house, session, name="Ada Lind").participant_id
        enrolled(house, session, name="Bo Ek")
    caseworker = house.enter("caseworker")
    page = caseworker.submit(caseworker.get("/participants"), {"name": " ada l"})
    assert names(page) == ["Ada Lind"]
    listed = [event.details["participants"] for event in trail(house, "participants_listed")]
    assert [len(shown) for shown in listed[-2:]] == [2, 1]
    assert listed[-1] == [str(ada)]
    nobody = caseworker.submit(page, {"name": "Zoë"})
    assert "Nobody here has “Zoë” in the name." in nobody.text
    assert names(caseworker.get(nobody.link("Show all"))) == ["Ada Lind", "Bo Ek"]
    old = caseworker.submit(page, {"csrf_token": "old", "name": "Bo"})
    assert "open for a long time" in old.text
    assert old.form("/participants")["name"] == "Bo"


def test_an_empty_list_says_what_to_do(house: House) -> None:
    assert "A coordinator enrols them" in house.enter("caseworker").get("/participants").text
    page = house.enter("coordinator").get("/participants")
    assert "Enrol the first participant" in page.text
    assert page.link("Enrol a participant") == "/participants/new"
    assert trail(house, "participants_listed") == []


def test_the_state_of_a_round_goes_with_the_calendar_and_the_raters(
    house: House, clock: SettableClock
) -> None:
    enrolment_id = enrol(house)
    caseworker = house.enter("caseworker")
    state = ["Round 0 Open until Mar 16, 2026", "Not answered yet", "Not rated yet"]
    assert cells(caseworker.get("/participants"))[:3] == state
    first = round_ids(house, enrolment_id)[0]
    submit_response(house, first, Rater.PARTICIPANT)
    assert cells(caseworker.get("/participants"))[1:3] == ["Answered", "Not rated yet"]
    clock.advance(20)
    planned = ["Round 1 Opens on May 18, 2026", "–", "–"]
    assert cells(caseworker.get("/participants"))[:3] == planned
    page = caseworker.get(f"/participants/{enrolment_id}")
    assert cells(page)[2:] == ["Closed on Mar 16, 2026", "Answered", "Did not rate Late rating", ""]
    assert page.link("Late rating") == f"/rounds/{first}/rate"
    assert "Late rating" not in house.enter("coordinator").get(f"/participants/{enrolment_id}").text


def test_answers_that_are_not_submitted_leave_no_trace(house: House) -> None:
    enrolment_id = enrol(house)
    caseworker = house.enter("caseworker")
    before = caseworker.get(f"/participants/{enrolment_id}").text
    with house.installed.store.writing() as session:
        response = rows.response(session, session.get_one(Round, round_ids(house, enrolment_id)[0]))
        rows.answer(session, response, value=5)
    assert caseworker.get(f"/participants/{enrolment_id}").text == before


def test_three_months_later_the_next_round_is_there_without_anybodys_doing(
    house: House, clock: SettableClock
) -> None:
    enrolment_id = enrol(house)
    clock.advance(91)
    page = house.enter("caseworker").get("/participants")
    assert cells(page)[0] == "Round 1 Open until Jun 15, 2026"
    assert len(round_ids(house, enrolment_id)) == 3
    clock.advance(3 * 91)
    page = house.enter("caseworker").get(f"/participants/{enrolment_id}")
    assert "Round 4: Open until Mar 15, 2027" in page.text
    assert len(round_ids(house, enrolment_id)) == 6


def test_nothing_is_planned_for_who_has_left_or_for_strangers(house: House, clock: SettableClock) -> None:
    with house.installed.store.writing() as session:
        left, withdrawn = enrolled(house, session, name="Left"), enrolled(house, session, name="Withdrawn")
        rows.exit_(session, left, left_on=clock.today(), reason=ExitReason.WORK)
        withdrawn.withdrawn_on = clock.today()
        ended = [left.id, withdrawn.id]
    stranger = build_house(house.app)
    with house.installed.store.writing() as session:
        foreign = enrolled(stranger, session).id
    clock.advance(200)
    page = house.enter("caseworker").get("/participants")
    assert page.text.count("Left the study on Mar 2, 2026") == 2
    house.enter("caseworker").get(f"/participants/{foreign}", expect=404)
    for enrolment_id in (*ended, foreign):
        assert len(round_ids(house, enrolment_id)) == 2
    assert "No more rounds are planned." in house.enter("caseworker").get(f"/participants/{ended[0]}").text


def test_the_page_tells_what_is_known_and_leads_on(house: House) -> None:
    enrolment_id = enrol(house)
    first = round_ids(house, enrolment_id)[0]
    page = house.enter("caseworker").get(f"/participants/{enrolment_id}")
    for fact in ("ada@example.org", "Woman", "Compulsory school", "1984", "Svenska", "March", "Kim Berg"):
        assert fact in page.text
    assert page.link("Rate") == f"/rounds/{first}/rate"
    assert page.link("Interview or paper form") == f"/rounds/{first}/entry"
    assert page.link("Comparison") == f"/enrolments/{enrolment_id}/comparison"
    assert page.action("/letter") == f"/rounds/{first}/letter"
    assert not [a for a in page.all("a") if "/edit" in a.attrib["href"] or "/assign" in a.attrib["href"]]
    coordinators = house.enter("coordinator").get(f"/participants/{enrolment_id}")
    assert coordinators.link("Assign a caseworker") == f"/enrolments/{enrolment_id}/assign"
    assert [a for a in coordinators.all("a") if "Rate" in "".join(a.itertext())] == []


def test_what_is_done_is_not_offered_again(house: House) -> None:
    enrolment_id = enrol(house)
    first = round_ids(house, enrolment_id)[0]
    submit_response(house, first, Rater.PARTICIPANT)
    submit_response(house, first, Rater.CASEWORKER)
    page = house.enter("caseworker").get(f"/participants/{enrolment_id}")
    addresses = [a.attrib["href"] for a in page.all("a")] + [f.get("action", "") for f in page.all("form")]
    assert not [one for one in addresses if str(first) in one]


def test_somebody_without_a_name_can_be_shown_and_named(house: House) -> None:
    with house.installed.store.writing() as session:
        organisation = session.get_one(Organisation, house.organisation_id)
        enrolment = enrolled(house, session, name="to be taken away")
        nameless = rows.participant(session, organisation, language="rw")
        enrolment.participant_id = nameless.id
        enrolment_id = enrolment.id
    coordinator = house.enter("coordinator")
    assert names(coordinator.get("/participants")) == ["No name kept"]
    coordinator.get(f"/participants/{enrolment_id}")
    form = coordinator.get(f"/participants/{enrolment_id}/edit")
    assert "No name kept" in form.text
    assert form.form()["language"] == "rw"
    assert coordinator.submit(form, {"name": "Nina Ny"}).heading == "Nina Ny"


def test_changing_a_person_keeps_the_rest_and_the_trail_names_fields_only(house: House) -> None:
    enrolment_id = enrol(house)
    coordinator = house.enter("coordinator")
    form = coordinator.get(f"/participants/{enrolment_id}/edit")
    assert coordinator.submit(form).heading == "Ada Lind"
    assert trail(house, "participant_changed") == []
    page = coordinator.submit(form, {"name": "Ada Ek", "phone": "", "sex": "unknown", "language": "ar"})
    assert page.heading == "Ada Ek"
    assert "ada@example.org" in page.text
    assert "070" not in page.text
    (event,) = trail(house, "participant_changed")
    assert event.details["fields"] == ["name", "phone", "sex", "language"]
    wrong = coordinator.submit(form, {"email": "nowhere", "name": "Ada Strand"})
    assert "Write an address such as name@example.org" in wrong.text
    assert wrong.form()["name"] == "Ada Strand"
    old = coordinator.submit(form, {"csrf_token": "old", "name": "Ada Strand"})
    assert "open for a long time" in old.text
    with house.installed.store.reading() as session:
        person = session.scalars(select(Participant)).one()
    assert (person.language, person.birth_year) == ("ar", 1984)


def test_what_is_not_ones_own_is_not_there(house: House) -> None:
    stranger = build_house(house.app)
    with house.installed.store.writing() as session:
        foreign = enrolled(stranger, session).id
    (foreign_round, _) = round_ids(stranger, foreign)
    coordinator = house.enter("coordinator")
    for address, unknown in (
        (f"/participants/{foreign}", f"/participants/{uuid4()}"),
        (f"/participants/{foreign}/edit", f"/participants/{uuid4()}/edit"),
        (f"/enrolments/{foreign}/assign", f"/enrolments/{uuid4()}/assign"),
    ):
        assert coordinator.get(address, expect=404).text == coordinator.get(unknown, expect=404).text
    for address in (
        f"/participants/{foreign}/edit",
        f"/enrolments/{foreign}/assign",
        f"/rounds/{foreign_round}/letter",
        f"/rounds/{uuid4()}/letter",
    ):
        coordinator.post(address, {"name": "Mallory"}, expect=404)
    coordinator.get("/participants/not-an-id", expect=404)
    with house.installed.store.reading() as session:
        assert session.scalars(select(Exit)).all() == []
        assert session.scalars(select(Enrolment.id)).all() == [foreign]
    assert trail(house, "participant_viewed") == []


def test_looking_is_for_those_who_work_with_participants(house: House) -> None:
    enrolment_id = enrol(house)
    for role in (Role.RESEARCHER, Role.ADMINISTRATOR):
        house.enter(role).get("/participants", expect=403)
        house.enter(role).get(f"/participants/{enrolment_id}", expect=403)
    for address in (f"/participants/{enrolment_id}/edit", f"/enrolments/{enrolment_id}/assign"):
        house.enter("caseworker").get(address, expect=403)
        house.enter("caseworker").post(address, {"name": "Mallory"}, expect=403)
