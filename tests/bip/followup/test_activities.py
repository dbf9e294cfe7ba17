"""Activity spells: written, changed and removed on the page; whatever is sent, they stay in order."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from bip.followup.activities import Activity, add_activity, change_activity, remove_activity
from bip.followup.course import ActivityLine, read_course
from bip.followup.days import DayError
from bip.followup.exits import save_exit
from bip.followup.exposure import Exposure
from bip.store.followup import ActivitySpell
from bip.store.lists import ActivityKind, ExitReason, Role
from bip.store.people import Enrolment
from tests.bip import rows
from tests.bip.followup.course_pages import ENROLLED, TODAY, ago, begun, course, filled, member, remove, write
from tests.bip.house import House, build_house
from tests.bip.participants.people import enrolled, trail

JOB, SKILLS = ActivityKind.JOB_ORIENTED, ActivityKind.SKILLS
SVG = "{http://www.w3.org/2000/svg}"


def spells(house: House, enrolment_id: UUID) -> list[ActivitySpell]:
    with house.installed.store.reading() as session:
        query = select(ActivitySpell).where(ActivitySpell.enrolment_id == enrolment_id)
        return list(session.scalars(query.order_by(ActivitySpell.start_on)))


def test_an_activity_is_written_changed_and_removed(house: House) -> None:
    enrolment_id, caseworker = begun(house), house.enter("caseworker")
    page = write(
        caseworker,
        enrolment_id,
        "activities/new",
        kind="job_oriented",
        start_on=ago(20),
        hours_per_week="12,5",
        place=" The  bakery ",
    )
    assert "Saved." in page.text
    (one,) = spells(house, enrolment_id)
    assert (one.start_on.isoformat(), one.end_on, one.hours_per_week) == (ago(20), None, 12.5)
    assert (one.place, one.completed) == ("The bakery", None)
    assert "goes on 12.5 The bakery" in page.text
    page = write(
        caseworker, enrolment_id, f"activities/{one.id}", end_on=ago(5), completed="no", hours_per_week=""
    )
    (changed,) = spells(house, enrolment_id)
    assert (changed.id, changed.end_on) == (one.id, TODAY - timedelta(5))
    assert (changed.hours_per_week, changed.completed) == (None, False)
    page = remove(caseworker, enrolment_id, f"activities/{one.id}")
    assert "Removed." in page.text
    assert spells(house, enrolment_id) == []
    assert [event.details["activity"] for event in trail(house, "activity_saved")] == [str(one.id)] * 2
    assert [event.details["activity"] for event in trail(house, "activity_removed")] == [str(one.id)]


def test_several_may_run_at_once_and_the_days_are_counted(house: House) -> None:
    enrolment_id, caseworker = begun(house, enrolled_on=TODAY - timedelta(99)), house.enter("caseworker")
    for kind, first, last in (
        ("job_oriented", 49, 40),
        ("health", 45, 41),
        ("social", 60, 36),
    ):
        write(caseworker, enrolment_id, "activities/new", kind=kind, start_on=ago(first), end_on=ago(last))
    page = course(caseworker, enrolment_id)
    told = {
        "".join(pair[0].itertext()): "".join(pair[1].itertext())
        for pair in (list(div) for div in page.only("dl", class_="facts"))
    }
    assert told == {
        "Job-oriented alone": "0 days",
        "Job-oriented together with others": "10 days",
        "Others alone": "15 days",
        "No activity": "75 days",
        "Longest time without": "39 days",
    }
    assert "There has been no activity for 36 days." in page.text
    assert len(page.all(f"{SVG}rect", class_="bar")) == 3 + 1 + 2, "three spells, one together, two gaps"
    words = {lane.get("aria-label") for lane in page.all("div", class_="lane-rows")}
    assert "Health: Jan 16, 2026 to Jan 20, 2026" in words
    assert "Skills: none" in words


@pytest.mark.parametrize(("days", "warned"), [(30, False), (31, True)])
def test_only_a_gap_of_more_than_thirty_days_is_warned_of(house: House, days: int, warned: bool) -> None:
    enrolment_id, caseworker = begun(house), house.enter("caseworker")
    write(caseworker, enrolment_id, "activities/new", kind="skills", start_on=ago(50), end_on=ago(days))
    assert ("There has been no activity" in course(caseworker, enrolment_id).text) is warned
    write(caseworker, enrolment_id, "activities/new", kind="social", start_on=ago(0))
    assert "There has been no activity" not in course(caseworker, enrolment_id).text


def test_what_cannot_be_is_refused_in_words_and_stays_in_the_form(house: House) -> None:
    enrolment_id, caseworker = begun(house), house.enter("caseworker")
    form = caseworker.get(f"/enrolments/{enrolment_id}/activities/new")
    tomorrow = ago(-1)
    for changes, field, said in (
        ({"start_on": "2025-08-31"}, "First day", "enrolled on Sep 1, 2025. Write that day or a later one."),
        ({"start_on": tomorrow}, "First day", "Today is Mar 2, 2026. Write that day or an earlier one"),
        ({"start_on": "soon"}, "First day", "Write a day as year-month-day"),
        ({"end_on": "soon"}, "Last day", "Write a day as year-month-day"),
        ({"end_on": tomorrow}, "Last day", "Today is Mar 2, 2026."),
        ({"start_on": ago(3), "end_on": ago(4)}, "Last day", "It began on Feb 27, 2026."),
        ({"kind": None}, "Kind of activity", "Choose one from the list."),
        ({"kind": "holiday"}, "Kind of activity", "Choose one from the list."),
        ({"hours_per_week": "169"}, "Hours a week", "Write a number from 0 to 168"),
        ({"hours_per_week": "nan"}, "Hours a week", "Write a number from 0 to 168"),
        ({"hours_per_week": "-1"}, "Hours a week", "Write a number from 0 to 168"),
        ({"hours_per_week": "many"}, "Hours a week", "Write a number from 0 to 168"),
        ({"place": "x" * 101}, "Place", "Write at most 100 characters."),
        ({"completed": "yes"}, "Completed as planned?", "Write the last day too"),
        ({"csrf_token": "old"}, "", "open for a long time"),
    ):
        data = {**filled(form, {"kind": "skills", "place": "Kept"}), **changes}
        page = caseworker.post(
            f"/enrolments/{enrolment_id}/activities/new", {k: v for k, v in data.items() if v is not None}
        )
        summary = " ".join("".join(page.only("div", class_="error-summary").itertext()).split())
        assert field in summary, changes
        assert said in summary, changes
        assert filled(page, {})["place"] == changes.get("place", "Kept")
    assert spells(house, enrolment_id) == []
    assert trail(house, "activity_saved") == []


def test_a_form_that_is_sent_twice_adds_one(house: House) -> None:
    enrolment_id, caseworker = begun(house), house.enter("caseworker")
    address = f"/enrolments/{enrolment_id}/activities/new"
    data = filled(caseworker.get(address), {"kind": "skills"})
    for _ in range(2):
        assert "Saved." in caseworker.post(address, data).text
    assert [one.kind for one in spells(house, enrolment_id)] == [SKILLS]
    assert len(trail(house, "activity_saved")) == 1


def test_a_form_that_is_sent_again_with_something_else_adds_another(house: House) -> None:
    enrolment_id, caseworker = begun(house), house.enter("caseworker")
    address = f"/enrolments/{enrolment_id}/activities/new"
    data = filled(caseworker.get(address), {"kind": "skills"})
    caseworker.post(address, data)
    caseworker.post(address, {**data, "start_on": ago(9)})
    assert [one.start_on for one in spells(house, enrolment_id)] == [TODAY - timedelta(9), TODAY]


def test_after_the_exit_only_days_before_it_can_be_written(house: House) -> None:
    enrolment_id = begun(house)
    save_exit(
        house.installed,
        member(house, Role.COORDINATOR),
        enrolment_id,
        TODAY - timedelta(40),
        ExitReason.MOVED,
    )
    caseworker = house.enter("caseworker")
    page = write(caseworker, enrolment_id, "activities/new", kind="skills", start_on=ago(39))
    assert "The participation ended on Jan 21, 2026. Write that day or an earlier one." in page.text
    page = write(caseworker, enrolment_id, "activities/new", kind="skills", start_on=ago(50))
    assert "Saved." in page.text
    assert "There has been no activity" not in page.text, "nothing is planned for who has left"


def test_another_enrolments_activity_is_answered_like_none(house: House) -> None:
    mine, other = begun(house), begun(house)
    with house.installed.store.writing() as session:
        theirs = rows.activity_spell(session, session.get_one(Enrolment, other), start_on=ENROLLED).id
    caseworker = house.enter("caseworker")
    for activity_id in (theirs, uuid4()):
        caseworker.get(f"/enrolments/{mine}/activities/{activity_id}", expect=404)
        caseworker.post(f"/enrolments/{mine}/activities/{activity_id}", expect=404)
        caseworker.post(f"/enrolments/{mine}/activities/{activity_id}/remove", expect=404)
    assert len(spells(house, other)) == 1


@pytest.fixture(scope="module")
def module_house(module_app: Flask) -> House:
    return build_house(module_app)


DAYS = st.integers(-3, 45).map(lambda number: TODAY - timedelta(days=40 - number))
EDITS = st.tuples(
    st.sampled_from(["add", "change", "remove", "leave"]),
    st.integers(0, 5),
    st.builds(Activity, st.sampled_from(ActivityKind), DAYS, st.none() | DAYS),
)


def edit(house: House, enrolment_id: UUID, action: str, at: int, written: Activity) -> None:
    """One edit as a service does it; which spell, by its place among those that are there."""
    installed, staff = house.installed, member(house, Role.COORDINATOR)
    there = spells(house, enrolment_id)
    if action == "add":
        add_activity(installed, staff, enrolment_id, uuid4(), written)
    elif action == "leave":
        save_exit(installed, staff, enrolment_id, written.start_on, ExitReason.MOVED)
    elif there and action == "change":
        change_activity(installed, staff, enrolment_id, there[at % len(there)].id, written)
    elif there:
        remove_activity(installed, staff, enrolment_id, there[at % len(there)].id)


@settings(max_examples=25)
@given(st.lists(EDITS, max_size=10))
def test_any_sequence_of_edits_leaves_spells_in_order_within_the_enrolment(
    module_house: House, edits: list[tuple[str, int, Activity]]
) -> None:
    house, first = module_house, TODAY - timedelta(40)
    with house.installed.store.writing() as session:
        enrolment_id = enrolled(house, session, enrolled_on=first).id
    for action, at, written in edits:
        before = [(one.id, one.start_on, one.end_on) for one in spells(house, enrolment_id)]
        try:
            edit(house, enrolment_id, action, at, written)
        except DayError:
            after = [(one.id, one.start_on, one.end_on) for one in spells(house, enrolment_id)]
            assert after == before, "what is refused changes nothing"
    with house.installed.store.reading() as session:
        found = read_course(session, house.installed, member(house, Role.COORDINATOR), enrolment_id)
    last = found.left.left_on if found.left else TODAY
    for one in found.activities:
        assert first <= one.start_on <= (one.end_on or one.start_on) <= last
    assert found.exposure == counted(found.activities, first, last)


def counted(activities: Sequence[ActivityLine], first: date, last: date) -> Exposure:
    """Day by day."""
    days, longest, gap = {"alone": 0, "with": 0, "others": 0, "none": 0}, 0, 0
    for number in range((last - first).days + 1):
        on = first + timedelta(number)
        kinds = {one.kind for one in activities if one.start_on <= on <= (one.end_on or last)}
        mix = ("with" if len(kinds) > 1 else "alone") if JOB in kinds else "others" if kinds else "none"
        days[mix] += 1
        gap = 0 if kinds else gap + 1
        longest = max(longest, gap)
    return Exposure(days["alone"], days["with"], days["others"], days["none"], longest)


def test_looking_at_a_course_is_noted_in_the_trail(house: House) -> None:
    enrolment_id, caseworker = begun(house), house.enter("caseworker")
    for address in ("course", "activities/new", "events/new", "exit"):
        before = len(trail(house, "participant_viewed"))
        caseworker.get(f"/enrolments/{enrolment_id}/{address}")
        assert len(trail(house, "participant_viewed")) == before + 1
