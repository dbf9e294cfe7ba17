"""Files of each kind: the dry run writes nothing, the import does what it said, undoing leaves no trace."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from sqlalchemy import select

from bip.clock import SettableClock
from bip.participants.identity import open_contact
from bip.store.followup import ActivitySpell, Event
from bip.store.imports import Import
from bip.store.lists import Role
from bip.store.people import AssignmentSpell, Enrolment, Identity, Participant
from bip.store.rounds import Round
from tests.bip.bulk.filing import contents, keyed, send, take_in, words_of, workbook
from tests.bip.house import House
from tests.bip.participants.people import trail
from tests.bip.participants.test_assigning import colleague


def people(house: House, *lines: str) -> str:
    caseworker = house.emails[Role.CASEWORKER]
    rows = [line.replace("CW", caseworker) for line in lines]
    return "\n".join(["name;sex;year of birth;language;enrolled on;intake;caseworker e-mail", *rows])


def test_a_dry_run_writes_nothing_and_the_import_does_what_it_said(house: House) -> None:
    coordinator = house.enter("coordinator")
    before = contents(house)
    page = send(
        coordinator,
        "participants",
        people(
            house,
            "Ada Lind;kvinna;1984;svenska;2026-03-02;March;CW",
            ";man;;;2026-03-02;March;CW",
            "Bo Ek;man;1970;sv;2026-02-20;March;CW",
        ),
    )
    assert contents(house) == before
    text = words_of(page)
    assert "Ada Lind is enrolled in" in text
    assert "Write the participant's name." in text
    assert "2 lines are taken in." in take_in(page, coordinator).text
    with house.installed.store.reading() as session:
        rows = session.execute(
            select(Identity, Participant, Enrolment, AssignmentSpell)
            .join(Participant, Participant.id == Identity.participant_id)
            .join(Enrolment, Enrolment.participant_id == Participant.id)
            .join(AssignmentSpell, AssignmentSpell.enrolment_id == Enrolment.id)
            .order_by(Enrolment.enrolled_on.desc())
        ).all()
        made = session.scalars(select(Import)).one()
        rounds = session.scalars(select(Round)).all()
    names = [open_contact(house.installed.cipher, row[0]).name for row in rows]
    assert names == ["Ada Lind", "Bo Ek"]
    (_, ada, enrolment, spell), _ = rows
    assert (ada.sex, ada.birth_year, ada.language) == ("woman", 1984, "sv")
    assert (enrolment.enrolled_on, enrolment.intake) == (date(2026, 3, 2), "March")
    assert (enrolment.unit_id, enrolment.study_id) == (house.unit_id, house.study_id)
    assert spell.caseworker_id == house.accounts[Role.CASEWORKER]
    assert len(rounds) == 4
    assert (made.rows, made.kind, made.imported_by_id) == (
        2,
        "participants",
        house.accounts[Role.COORDINATOR],
    )
    (event,) = trail(house, "file_imported")
    assert event.details == {"import": str(made.id)}
    assert {one.details["enrolment"] for one in trail(house, "participant_enrolled")} == {
        str(row[2].id) for row in rows
    }


def test_undoing_leaves_the_database_as_it_was(house: House, clock: SettableClock) -> None:
    _, email = colleague(house)
    _, ada = keyed(house)
    _, bo = keyed(house, "Bo Ek")
    clock.advance(30)
    coordinator = house.enter("coordinator")
    coordinator.get("/participants")
    before = contents(house)
    files = {
        "participants": people(house, "Cia Dal;;;;2026-03-20;;CW"),
        "assignments": f"participant;caseworker;from\n{ada};{email};2026-03-10\n{bo};{email};2026-03-02",
        "activities": f"participant;kind;start;end;hours;place;completed\n"
        f"{ada};skills;2026-03-03;2026-03-20;12,5;Workshop;yes\n{bo};job_oriented;2026-03-04;;;;",
        "outcomes": f"participant;event;day;observed to\n{ada};job;2026-03-15;2026-03-31\n{bo};;;2026-03-31",
    }
    for kind, content in files.items():
        page = send(coordinator, kind, content)
        assert "Lines that are wrong0" in words_of(page), words_of(page)
        done = take_in(page, coordinator)
        assert "taken in." in done.text
        assert contents(house) != before
        undone = coordinator.submit(done, action="/undo")
        assert "The file is undone." in undone.text
        assert contents(house) == before, kind
    assert len(trail(house, "import_undone")) == 4


def test_assignments_activities_and_outcomes_become_rows(house: House, clock: SettableClock) -> None:
    kaj, email = colleague(house)
    ada_id, ada = keyed(house)
    bo_id, bo = keyed(house, "Bo Ek")
    clock.advance(30)
    coordinator = house.enter("coordinator")
    take_in(
        send(
            coordinator,
            "assignments",
            f"deltagare\tHandläggare e-post\tFrån\n{ada}\t{email.upper()}\t20260310",
        ),
        coordinator,
    )
    activities = workbook(
        ["Deltagare", "Slag", "Start", "Slut", "Timmar per vecka", "Plats", "Fullföljd"],
        [ada, "Hälsa", datetime.fromisoformat("2026-03-03"), date(2026, 3, 20), 12.5, "=Gym", "Ja"],
        [bo, "job_oriented", 46085, None, 20, None, None],
    )
    take_in(send(coordinator, "activities", activities, "file.xlsx"), coordinator)
    outcomes = (
        f"participant,event,day,observed to\n{ada},Arbete,2026-03-15,2026-03-31\n"
        f"{ada},arbete,2026-03-15,2026-03-31\n{ada},praktik,2026-03-05,2026-03-20\n{bo},,,2026-03-30"
    )
    page = send(coordinator, "outcomes", outcomes)
    assert f"{ada}: regular job on Mar 15, 2026 is known already." in words_of(page)
    assert "3 lines are taken in." in take_in(page, coordinator).text
    with house.installed.store.reading() as session:
        spells = session.scalars(
            select(AssignmentSpell)
            .where(AssignmentSpell.enrolment_id == ada_id)
            .order_by(AssignmentSpell.start_on)
        ).all()
        activity = session.scalars(select(ActivitySpell).order_by(ActivitySpell.start_on)).all()
        events = session.scalars(select(Event).order_by(Event.happened_on)).all()
        observed = {one.id: (one.observed_to, one.observed_by) for one in session.scalars(select(Enrolment))}
    assert [(one.start_on.day, one.end_on) for one in spells] == [(2, date(2026, 3, 10)), (10, None)]
    assert spells[1].caseworker_id == kaj
    assert [
        (one.kind, one.start_on, one.end_on, one.hours_per_week, one.place, one.completed) for one in activity
    ] == [
        ("health", date(2026, 3, 3), date(2026, 3, 20), 12.5, "=Gym", True),
        ("job_oriented", date(2026, 3, 4), None, 20.0, None, None),
    ]
    assert [(one.kind, one.happened_on.day, one.source) for one in events] == [
        ("placement", 5, "register"),
        ("job_regular", 15, "register"),
    ]
    assert observed == {
        ada_id: (date(2026, 3, 31), "register"),
        bo_id: (date(2026, 3, 30), "register"),
    }
    assert len(trail(house, "event_saved")) == 2
    assert len(trail(house, "activity_saved")) == 2
    assert trail(house, "caseworker_assigned")[0].details == {
        "enrolment": str(ada_id),
        "caseworker": str(kaj),
    }
    again = words_of(send(coordinator, "outcomes", outcomes))
    assert "Lines that can be taken in0" in again
    assert "Lines that are known already4" in again


def test_a_namesake_is_enrolled_only_when_ticked(house: House) -> None:
    keyed(house)
    coordinator = house.enter("coordinator")
    page = send(
        coordinator, "participants", people(house, "ada  lind;;;;2026-03-02;;CW", "Bo Ek;;;;2026-03-02;;CW")
    )
    assert "Somebody with this name is in the study already." in words_of(page)
    take_in(page, coordinator)
    assert len(contents(house)["enrolments"]) == 2
    page = send(coordinator, "participants", people(house, "Ada Lind;;;;2026-03-02;;CW"))
    take_in(page, coordinator, 2)
    assert len(contents(house)["enrolments"]) == 3


def test_confirming_twice_takes_in_once(house: House) -> None:
    coordinator = house.enter("coordinator")
    page = send(coordinator, "participants", people(house, "Ada Lind;;;;2026-03-02;;CW"))
    for _ in range(2):
        assert "1 line is taken in." in take_in(page, coordinator).text
    assert len(contents(house)["enrolments"]) == 1


def test_what_has_changed_since_the_dry_run_stops_all_of_it(house: House, clock: SettableClock) -> None:
    _, email = colleague(house)
    ada_id, ada = keyed(house)
    _, bo = keyed(house, "Bo Ek")
    clock.advance(10)
    coordinator = house.enter("coordinator")
    content = f"participant;caseworker;from\n{bo};{email};2026-03-10\n{ada};{email};2026-03-10"
    page = send(coordinator, "assignments", content)
    with house.installed.store.writing() as session:
        spell = select(AssignmentSpell).where(AssignmentSpell.enrolment_id == ada_id)
        session.scalars(spell).one().end_on = date(2026, 3, 11)
    before = contents(house)
    stopped = take_in(page, coordinator)
    assert "These lines would now do something else: 3." in stopped.text
    assert contents(house) == before
    assert "1 line is taken in." in take_in(stopped, coordinator).text


def test_observed_to_goes_back_only_when_ticked(house: House, clock: SettableClock) -> None:
    ada_id, ada = keyed(house, observed_to=date(2026, 3, 20))
    clock.advance(30)
    coordinator = house.enter("coordinator")
    page = send(coordinator, "outcomes", f"key;observed to\n{ada};2026-03-10")
    assert "Until now the participant was known until Mar 20, 2026." in words_of(page)
    assert "No line can be taken in" in take_in(page, coordinator).text
    page = send(coordinator, "outcomes", f"key;observed to\n{ada};2026-03-10")
    take_in(page, coordinator, 2)
    with house.installed.store.reading() as session:
        assert session.get_one(Enrolment, ada_id).observed_to == date(2026, 3, 10)


@pytest.mark.parametrize(
    ("row", "remedy"),
    [
        ("{key};;;2026-03-01", "must not be before Mar 2, 2026"),
        ("{key};;;2026-03-21", "The participant left the study on Mar 20, 2026."),
        ("{key};;;2026-12-01", "must not be after today"),
        ("{key};;;", "the last day on which the register would have told"),
        ("{key};job;;2026-03-10", "Write the day on which it happened."),
        ("{key};;2026-03-09;2026-03-10", "Write what happened on the day"),
        ("{key};wizard;2026-03-09;2026-03-10", "Write one of: regular job, subsidised job"),
        ("{key};job;2026-03-12;2026-03-10", "must not be before the day of the event"),
        ("{key};job;2026-02-12;2026-03-10", "must not be before Mar 2, 2026"),
        ("{key};job;12/3 2026;2026-03-10", "Write a day as year-month-day"),
        ("{key};job;2026-02-30;2026-03-10", "Write a day as year-month-day"),
        ("nobody;;;2026-03-10", "No participant of yours has this key."),
        (";;;2026-03-10", "No participant of yours has this key."),
        ("{key};;;2026-03-10;more", "more cells than the first line has names"),
    ],
)
def test_wrong_outcomes_say_what_to_do(house: House, clock: SettableClock, row: str, remedy: str) -> None:
    _, key = keyed(house, withdrawn_on=date(2026, 3, 20))
    clock.advance(60)
    coordinator = house.enter("coordinator")
    page = send(coordinator, "outcomes", f"participant;event;day;observed to\n{row.format(key=key)}")
    assert remedy in words_of(page)
    assert page.all("button", class_="primary") == []
