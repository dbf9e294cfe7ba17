"""What lies on the server between dry run and import, whose it is, and what stands in the way of undoing."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from uuid import UUID, uuid4

from sqlalchemy import select

from bip.clock import SettableClock
from bip.settings import Settings
from bip.store.imports import Import
from bip.store.lists import Rater, Role
from bip.store.organisations import Account, Organisation
from bip.store.people import AssignmentSpell, Enrolment
from tests.bip import rows
from tests.bip.bulk.filing import contents, enrolments, keyed, send, take_in, words_of
from tests.bip.house import PASSWORD, House, build_house, hashed_password
from tests.bip.pages import Page, Visitor
from tests.bip.participants.people import FORM, print_letter, round_ids, submit_response, trail
from tests.bip.participants.test_assigning import colleague

NAME = "Grzegorz Brzęczyszczykiewicz"


def one_person(house: House, name: str = NAME) -> str:
    return f"name;enrolled on;caseworker\n{name};2026-03-02;{house.emails[Role.CASEWORKER]}"


def kept(settings: Settings) -> list[Path]:
    return sorted((settings.data_dir / "uploads").glob("*"))


def token_of(page: Page) -> str:
    return page.response.request.path.rsplit("/", 1)[1]


def test_the_upload_lies_sealed_and_goes_with_the_import(house: House, settings: Settings) -> None:
    coordinator = house.enter("coordinator")
    page = send(coordinator, "participants", one_person(house))
    (path,) = kept(settings)
    assert b"Grzegorz" not in path.read_bytes()
    assert path.parent.stat().st_mode & 0o077 == 0
    send(coordinator, "participants", one_person(house, "Ada Lind"))
    assert len(kept(settings)) == 1
    coordinator.get(f"/files/{token_of(page)}", expect=404)
    page = send(coordinator, "participants", one_person(house))
    take_in(page, coordinator)
    assert kept(settings) == []
    coordinator.get(f"/files/{token_of(page)}", expect=404)


def test_an_upload_is_gone_after_an_hour(house: House, settings: Settings, clock: SettableClock) -> None:
    coordinator = house.enter("coordinator")
    page = send(coordinator, "participants", one_person(house))
    clock.moment += timedelta(minutes=59)
    coordinator.get(f"/files/{token_of(page)}")
    clock.moment += timedelta(minutes=2)
    coordinator.get(f"/files/{token_of(page)}", expect=404)
    token = {"csrf_token": page.form("/confirm")["csrf_token"]}
    coordinator.post(f"/files/{token_of(page)}/confirm", token, expect=404)
    assert enrolments(house) == []
    other = build_house(house.app)
    send(other.enter("coordinator"), "participants", one_person(other))
    assert len(kept(settings)) == 1


def second_coordinator(house: House, *, unit: bool = True) -> Visitor:
    """Another coordinator of the organisation, of a unit of their own or of none."""
    with house.app.app_context(), house.installed.store.writing() as session:
        organisation = session.get_one(Organisation, house.organisation_id)
        account = rows.account(
            session,
            organisation,
            roles=(Role.COORDINATOR,),
            unit=rows.unit(session, organisation) if unit else None,
            password=hashed_password(),
        )
        email = account.email
    visitor = Visitor(house.app)
    visitor.sign_in(email, PASSWORD)
    return visitor


def test_what_is_somebody_elses_is_answered_like_what_is_not(house: House) -> None:
    coordinator = house.enter("coordinator")
    page = send(coordinator, "participants", one_person(house))
    foreign = build_house(house.app).enter("coordinator")
    beside = second_coordinator(house)
    for visitor in (foreign, beside):
        visitor.get(f"/files/{token_of(page)}", expect=404)
        visitor.get(f"/files/{token_of(page)}/wrong.csv", expect=404)
        csrf = {"csrf_token": visitor.get("/files").all("input", name="csrf_token")[0].attrib["value"]}
        visitor.post(f"/files/{token_of(page)}/confirm", csrf, expect=404)
    take_in(page, coordinator)
    import_id = only_import(house)
    for visitor in (foreign, beside):
        csrf = {"csrf_token": visitor.get("/files").all("input", name="csrf_token")[0].attrib["value"]}
        assert "Kim Berg Undo" not in words_of(visitor.get("/files"))
        visitor.post(f"/files/imports/{import_id}/undo", csrf, expect=404)
        visitor.post(f"/files/imports/{uuid4()}/undo", csrf, expect=404)
    assert len(enrolments(house)) == 1
    overall = second_coordinator(house, unit=False)
    assert "is undone" in overall.submit(overall.get("/files"), action="/undo").text
    assert enrolments(house) == []


def only_import(house: House) -> UUID:
    with house.installed.store.reading() as session:
        return session.scalars(select(Import.id)).one()


def test_foreign_and_other_units_keys_are_unknown(house: House) -> None:
    foreign = build_house(house.app)
    _, elsewhere = keyed(foreign)
    other_id, other = keyed(house)
    with house.installed.store.writing() as session:
        organisation = session.get_one(Organisation, house.organisation_id)
        session.get_one(Enrolment, other_id).unit_id = rows.unit(session, organisation).id
    lines = "\n".join(f"{key};2026-03-02" for key in (elsewhere, other, "nothing"))
    page = send(house.enter("coordinator"), "outcomes", f"participant;observed to\n{lines}")
    assert words_of(page).count("No participant of yours has this key.") == 3


def test_the_pages_of_files_are_for_coordinators(house: House) -> None:
    for role in (Role.CASEWORKER, Role.RESEARCHER, Role.ADMINISTRATOR):
        visitor = house.enter(role)
        for address in ("/files", "/files/keys", "/intake", "/letters", "/files/template/outcomes.csv"):
            visitor.get(address, expect=403)
        for address in ("/files", f"/files/{uuid4()}/confirm", f"/files/imports/{uuid4()}/undo", "/letters"):
            visitor.post(address, expect=403)


def test_what_was_built_on_is_not_undone(house: House, clock: SettableClock) -> None:
    coordinator = house.enter("coordinator")
    done = take_in(send(coordinator, "participants", one_person(house)), coordinator)
    (enrolment,) = enrolments(house)
    submit_response(house, round_ids(house, enrolment.id)[0], Rater.PARTICIPANT)
    before = contents(house)
    page = coordinator.submit(done, action="/undo", expect=409)
    assert page.heading == "The file is not undone"
    assert page.link(enrolment.pseudonym) == f"/participants/{enrolment.id}"
    assert contents(house) == before
    assert trail(house, "import_undone") == []


def test_a_letter_a_change_and_a_new_caseworker_are_built_on(house: House, clock: SettableClock) -> None:
    coordinator = house.enter("coordinator")
    kaj, _ = colleague(house)

    def refused(done: Page) -> bool:
        return "is not undone" in coordinator.submit(done, action="/undo", expect=409).heading

    done = take_in(send(coordinator, "participants", one_person(house)), coordinator)
    (enrolment,) = enrolments(house)
    form = coordinator.get(f"/participants/{enrolment.id}/edit")
    kept_name = coordinator.submit(form, {**FORM, "name": NAME, "sex": "unknown"})
    assert kept_name.heading == NAME
    assert refused(done)
    _, ada = keyed(house)
    clock.advance(5)
    done = take_in(
        send(coordinator, "assignments", f"key;caseworker;from\n{ada};{_email(house, kaj)};2026-03-05"),
        coordinator,
    )
    with house.installed.store.writing() as session:
        session.scalars(
            select(AssignmentSpell).where(AssignmentSpell.caseworker_id == kaj)
        ).one().end_on = date(2026, 3, 6)
    page = [one for one in done.all("form") if "/undo" in (one.get("action") or "")]
    csrf = {"csrf_token": done.all("input", name="csrf_token")[0].attrib["value"]}
    newest = coordinator.post(page[0].attrib["action"], csrf, expect=409)
    assert newest.heading == "The file is not undone"


def _email(house: House, account_id: UUID) -> str:
    with house.installed.store.reading() as session:
        return session.get_one(Account, account_id).email


def test_a_printed_letter_is_built_on(house: House) -> None:
    coordinator = house.enter("coordinator")
    done = take_in(send(coordinator, "participants", one_person(house)), coordinator)
    (enrolment,) = enrolments(house)
    print_letter(coordinator, enrolment.id)
    assert "is not undone" in coordinator.submit(done, action="/undo", expect=409).heading


def test_rounds_that_time_has_brought_are_not(house: House, clock: SettableClock) -> None:
    coordinator = house.enter("coordinator")
    before = contents(house)
    done = take_in(send(coordinator, "participants", one_person(house)), coordinator)
    clock.advance(200)
    coordinator.get("/participants")
    assert "is undone" in coordinator.submit(done, action="/undo").text
    assert contents(house) == before


def test_the_list_of_keys_is_noted_in_the_trail(house: House) -> None:
    _, key = keyed(house)
    coordinator = house.enter("coordinator")
    before = len(trail(house, "participants_listed"))
    page = coordinator.get("/files/keys")
    assert key in page.text
    assert "Ada Lind" in page.text
    assert len(trail(house, "participants_listed")) == before + 1


def test_replacing_a_spell_twice_in_one_file_is_undone_to_the_first(house: House) -> None:
    _, email = colleague(house)
    _, ada = keyed(house)
    coordinator = house.enter("coordinator")
    own = house.emails[Role.CASEWORKER]
    before = contents(house)
    content = f"key;caseworker;from\n{ada};{email};2026-03-02\n{ada};{own};2026-03-02"
    done = take_in(send(coordinator, "assignments", content), coordinator)
    assert "2 lines are taken in." in done.text
    coordinator.submit(done, action="/undo")
    assert contents(house) == before


def test_old_tokens_are_told_and_nothing_is_done(house: House) -> None:
    coordinator = house.enter("coordinator")
    page = send(coordinator, "participants", one_person(house))
    assert "open for a long time" in coordinator.submit(page, {"csrf_token": "old"}, action="/confirm").text
    done = take_in(page, coordinator)
    undo = coordinator.submit(done, {"csrf_token": "old"}, action="/undo")
    assert "open for a long time" in undo.text
    assert len(enrolments(house)) == 1
