"""What does not fit together is listed, with the way to the page where it is put right."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import select

from bip.store.lists import EventKind, ExitReason, Role
from bip.store.people import AssignmentSpell, Enrolment
from tests.bip import rows
from tests.bip.followup.course_pages import ENROLLED, TODAY, begun
from tests.bip.house import House, build_house
from tests.bip.pages import Page
from tests.bip.participants.people import enrolled, trail

LONG_AGO = TODAY - timedelta(91)


def listed(page: Page) -> list[tuple[str, str]]:
    """Whose page each line leads to, and what it says."""
    found = []
    for row in page.all("tr")[1:]:
        link, said = list(row)
        anchor = link.find("a")
        assert anchor is not None
        found.append((anchor.attrib["href"].split("/")[2], "".join(said.itertext()).strip()))
    return found


def told(house: House, role: str = "caseworker") -> list[tuple[str, str]]:
    return listed(house.enter(role).get("/reconciliation"))


def with_event(house: House, kind: EventKind, on: date, end_on: date | None = None, **more: object) -> UUID:
    enrolment_id = begun(house, **more)
    with house.installed.store.writing() as session:
        rows.event(
            session, session.get_one(Enrolment, enrolment_id), kind=kind, happened_on=on, end_on=end_on
        )
    return enrolment_id


def leave(house: House, enrolment_id: UUID, reason: ExitReason, on: date = TODAY) -> None:
    with house.installed.store.writing() as session:
        rows.exit_(session, session.get_one(Enrolment, enrolment_id), left_on=on, reason=reason)


def test_nothing_to_sort_out(house: House) -> None:
    begun(house)
    caseworker = house.enter("caseworker")
    before = len(trail(house, "participants_listed"))
    assert "Everything fits together." in caseworker.get("/reconciliation").text
    assert len(trail(house, "participants_listed")) == before


def test_a_job_or_an_education_asks_for_an_exit_after_ninety_days(house: House) -> None:
    said, expected = "In work or education since Dec 1, 2025, and no exit is written down.", []
    for kind in EventKind:
        enrolment_id = with_event(house, kind, LONG_AGO)
        if kind in {EventKind.JOB_REGULAR, EventKind.JOB_SUBSIDISED, EventKind.STUDY}:
            expected.append((str(enrolment_id), said))
        with_event(house, kind, LONG_AGO + timedelta(1))
        with_event(house, kind, LONG_AGO, end_on=TODAY - timedelta(1))
        with_event(house, kind, LONG_AGO, withdrawn_on=TODAY)
        leave(house, with_event(house, kind, LONG_AGO), ExitReason.MOVED)
    assert sorted(told(house)) == sorted(expected)


def test_of_two_jobs_the_first_is_named(house: House) -> None:
    enrolment_id = with_event(house, EventKind.JOB_SUBSIDISED, LONG_AGO)
    with house.installed.store.writing() as session:
        rows.event(session, session.get_one(Enrolment, enrolment_id), happened_on=LONG_AGO - timedelta(9))
    assert [said.split(",")[0] for _, said in told(house)] == ["In work or education since Nov 22"]


def test_an_exit_has_its_outcome_and_its_reason(house: House) -> None:
    expected = []
    for kind in (None, EventKind.JOB_SUBSIDISED, EventKind.STUDY, EventKind.PLACEMENT):
        for reason in ExitReason:
            enrolment_id = with_event(house, kind, TODAY) if kind else begun(house)
            leave(house, enrolment_id, reason)
            expected += [(str(enrolment_id), said) for said in said_of(reason, kind)]
    assert sorted(told(house)) == sorted(expected)


def said_of(reason: ExitReason, kind: EventKind | None) -> list[str]:
    """What is asked about an exit with this reason, where an event of this kind is written down."""
    fits = {ExitReason.WORK: EventKind.JOB_SUBSIDISED, ExitReason.STUDY: EventKind.STUDY}
    if reason is ExitReason.UNKNOWN:
        return ["The reason for the exit of Mar 2, 2026 is not known."]
    if reason in fits and kind is not fits[reason]:
        return ["The exit of Mar 2, 2026 tells of work or education, and no such event is written down."]
    return []


def test_follow_ups_to_be_made_are_listed_late_ones_too(house: House) -> None:
    soon, late = begun(house, enrolled_on=date(2024, 1, 1)), begun(house, enrolled_on=date(2024, 1, 1))
    leave(house, soon, ExitReason.MOVED, on=date(2025, 10, 1))
    leave(house, late, ExitReason.MOVED, on=date(2024, 10, 1))
    assert sorted(said for _, said in told(house)) == [
        "The follow-up 13 months after the exit is to be made: due on Nov 1, 2025.",
        "The follow-up 6 months after the exit is to be made: due on Apr 1, 2025.",
        "The follow-up 6 months after the exit is to be made: due on Apr 1, 2026.",
    ]


def test_names_lead_to_the_course_in_order_and_are_noted_in_the_trail(house: House) -> None:
    with house.installed.store.writing() as session:
        people = []
        for name in ("Bo Ek", "Ada Lind"):
            enrolment = enrolled(house, session, name=name, enrolled_on=ENROLLED)
            rows.exit_(session, enrolment, left_on=TODAY, reason=ExitReason.UNKNOWN)
            people.append(str(enrolment.participant_id))
    caseworker = house.enter("caseworker")
    before = {event.id for event in trail(house, "participants_listed")}
    page = caseworker.get("/reconciliation")
    assert "2 things to sort out" in page.text
    assert page.text.index("Ada Lind") < page.text.index("Bo Ek")
    assert caseworker.get(page.link("Bo Ek")).heading == "Activities and events: Bo Ek"
    (event,) = (event for event in trail(house, "participants_listed") if event.id not in before)
    assert event.details["participants"] == sorted(people)


def test_a_caseworker_sees_the_own_and_a_coordinator_the_units(house: House) -> None:
    mine, theirs = begun(house), begun(house)
    other = build_house(house.app)
    for where, enrolment_id in ((house, mine), (house, theirs), (other, begun(other))):
        leave(where, enrolment_id, ExitReason.UNKNOWN)
    with house.installed.store.writing() as session:
        session.scalars(select(AssignmentSpell).filter_by(enrolment_id=theirs)).one().end_on = TODAY
    assert [one for one, _ in told(house)] == [str(mine)]
    assert {one for one, _ in told(house, "coordinator")} == {str(mine), str(theirs)}
    house.enter("caseworker").get(f"/enrolments/{theirs}/course", expect=404)
    for role in (Role.RESEARCHER, Role.ADMINISTRATOR):
        house.enter(role).get("/reconciliation", expect=403)
        house.enter(role).get(f"/enrolments/{mine}/course", expect=403)
