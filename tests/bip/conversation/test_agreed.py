"""Next steps: agreed from the list with a date, done once, taken back while they are ahead."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select

from bip.clock import SettableClock
from bip.conversation.words import STEPS
from bip.store.casework import AgreedStep
from bip.store.followup import Step
from bip.store.lists import Rater, Role, StepKind
from bip.store.people import Enrolment
from tests.bip import rows
from tests.bip.conversation.meeting import meeting
from tests.bip.house import House
from tests.bip.pages import Page
from tests.bip.participants.people import trail

TODAY = date(2026, 3, 2)


@pytest.fixture
def enrolment_id(house: House) -> UUID:
    return meeting(house, [{Rater.PARTICIPANT: [3], Rater.CASEWORKER: [3]}])


def page_of(house: House, enrolment_id: UUID, role: Role = Role.CASEWORKER) -> Page:
    return house.enter(role).get(f"/enrolments/{enrolment_id}/conversation")


def agree(house: House, enrolment_id: UUID, kind: str = "wrote_cv", by_on: str = "2026-03-20") -> Page:
    page = page_of(house, enrolment_id)
    return house.enter(Role.CASEWORKER).submit(
        page, {"kind": kind, "by_on": by_on}, action=f"/enrolments/{enrolment_id}/conversation"
    )


def agreed(house: House) -> list[AgreedStep]:
    with house.installed.store.reading() as session:
        return list(session.scalars(select(AgreedStep)))


def steps(house: House) -> list[Step]:
    with house.installed.store.reading() as session:
        return list(session.scalars(select(Step)))


def send(house: House, enrolment_id: UUID, agreed_id: UUID, what: str, expect: int = 200) -> Page:
    token = page_of(house, enrolment_id).all("input", name="csrf_token")[-1].attrib["value"]
    return house.enter(Role.CASEWORKER).post(
        f"/enrolments/{enrolment_id}/agreed/{agreed_id}/{what}", {"csrf_token": token}, expect
    )


def test_every_step_of_the_list_has_words() -> None:
    assert set(STEPS) == set(StepKind)
    assert len({str(words) for words in STEPS.values()}) == len(StepKind)


def test_a_step_is_agreed_from_the_list_with_a_date(house: House, enrolment_id: UUID) -> None:
    page = agree(house, enrolment_id)
    assert "The next step is agreed." in page.text
    assert "Writing a CV By March 20, 2026" in page.text
    (made,) = agreed(house)
    assert (made.kind, made.agreed_on, made.by_on, made.done_on) == (
        StepKind.WROTE_CV,
        TODAY,
        date(2026, 3, 20),
        None,
    )
    assert made.agreed_by_id == house.accounts[Role.CASEWORKER]
    (event,) = trail(house, "step_agreed")
    assert event.details == {"enrolment": str(enrolment_id), "agreed": str(made.id)}
    assert steps(house) == []


def test_a_step_sent_twice_is_one_step(house: House, enrolment_id: UUID) -> None:
    for _ in range(2):
        agree(house, enrolment_id)
    agree(house, enrolment_id, by_on="2026-03-21")
    assert sorted(one.by_on.day for one in agreed(house)) == [20, 21]
    assert len(trail(house, "step_agreed")) == 2


def test_what_is_wrong_is_said_and_nothing_is_kept(house: House, enrolment_id: UUID) -> None:
    for kind, by_on, said in (
        ("", "2026-03-20", "Choose one from the list."),
        ("got_well", "2026-03-20", "Choose one from the list."),
        ("wrote_cv", "2026-03-01", "Choose a day from today until a year from now."),
        ("wrote_cv", "2027-06-01", "Choose a day from today until a year from now."),
        ("wrote_cv", "soon", "Write a day as year-month-day"),
        ("wrote_cv", "", "Write a day as year-month-day"),
    ):
        assert said in agree(house, enrolment_id, kind, by_on).text
    assert agreed(house) == []


def test_an_old_page_says_so(house: House, enrolment_id: UUID) -> None:
    agree(house, enrolment_id)
    (made,) = agreed(house)
    visitor = house.enter(Role.CASEWORKER)
    address = f"/enrolments/{enrolment_id}"
    visitor.get("/participants")
    old = {"csrf_token": "old", "kind": "wrote_cv", "by_on": "2026-04-01"}
    for path in (f"{address}/conversation", f"{address}/agreed/{made.id}/done"):
        assert "This page had been open for a long time" in visitor.post(path, old).text
    assert [one.done_on for one in agreed(house)] == [None]


def test_done_is_also_a_step_taken_and_only_once(
    house: House, enrolment_id: UUID, clock: SettableClock
) -> None:
    agree(house, enrolment_id)
    (made,) = agreed(house)
    clock.advance(days=2)
    for _ in range(2):
        page = send(house, enrolment_id, made.id, "done")
    assert "Done on" in page.text
    (step,) = steps(house)
    (after,) = agreed(house)
    assert (step.enrolment_id, step.kind) == (enrolment_id, "wrote_cv")
    assert step.happened_on == after.done_on == TODAY + timedelta(days=2)
    (added,) = trail(house, "step_added")
    assert added.details == {"enrolment": str(enrolment_id), "step": str(step.id)}
    assert len(trail(house, "agreed_step_changed")) == 1


def test_what_is_ahead_can_be_taken_back_and_what_is_done_cannot(house: House, enrolment_id: UUID) -> None:
    agree(house, enrolment_id)
    (made,) = agreed(house)
    assert "No next step is agreed yet." in send(house, enrolment_id, made.id, "remove").text
    assert (agreed(house), steps(house)) == ([], [])
    (event,) = trail(house, "agreed_step_changed")
    assert event.details == {"enrolment": str(enrolment_id), "agreed": str(made.id)}
    agree(house, enrolment_id)
    (made,) = agreed(house)
    send(house, enrolment_id, made.id, "done")
    send(house, enrolment_id, made.id, "remove", expect=404)
    assert (len(agreed(house)), len(steps(house))) == (1, 1)


def test_a_step_of_somebody_else_is_like_one_that_is_not(house: House, enrolment_id: UUID) -> None:
    agree(house, enrolment_id)
    (made,) = agreed(house)
    other = meeting(house, [{}], name="Bo Ek")
    for what in ("done", "remove"):
        texts = {send(house, other, one, what, expect=404).text for one in (made.id, uuid4())}
        assert len(texts) == 1
    assert [one.done_on for one in agreed(house)] == [None]


def test_after_the_end_nothing_more_is_agreed_or_noted(house: House) -> None:
    steps_of = {Rater.PARTICIPANT: [3], Rater.CASEWORKER: [3]}
    enrolment_id = meeting(house, [steps_of, steps_of])
    agree(house, enrolment_id)
    (made,) = agreed(house)
    token = page_of(house, enrolment_id).all("input", name="csrf_token")[-1].attrib["value"]
    with house.installed.store.writing() as session:
        enrolment = session.get_one(Enrolment, enrolment_id)
        rows.exit_(session, enrolment, left_on=TODAY - timedelta(days=1))
    visitor = house.enter(Role.CASEWORKER)
    address = f"/enrolments/{enrolment_id}"
    sent = {"csrf_token": token, "kind": "study_visit", "by_on": "2026-03-20"}
    for path in (f"{address}/conversation", f"{address}/agreed/{made.id}/done"):
        assert "The participant has left the study" in visitor.post(path, sent).text
    assert "Agree on a next step" not in page_of(house, enrolment_id).text
    with house.installed.store.reading() as session:
        assert session.scalar(select(func.count()).select_from(Step)) == 0
    assert [one.done_on for one in agreed(house)] == [None]
