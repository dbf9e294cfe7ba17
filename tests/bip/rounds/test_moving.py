"""Rounds held on another day and rounds that were missed, each with its reason."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from bip.clock import SettableClock
from bip.rounds.plan import unplan_after
from bip.store.casework import MissedRound, RoundMove
from bip.store.lists import MissReason, MoveReason, Rater
from bip.store.rounds import Round
from tests.bip import rows
from tests.bip.house import House
from tests.bip.participants.people import day, enrol, round_ids, submit_response, trail


@pytest.fixture
def enrolment_id(house: House) -> UUID:
    """Enrolled on the second of March: rounds 0 (open until the 16th) and 1 (due on the first of June)."""
    return enrol(house)


def window(house: House, round_id: UUID) -> tuple[date, date, date]:
    with house.installed.store.reading() as session:
        found = session.get_one(Round, round_id)
        return found.opens_on, found.due_on, found.closes_on


def move(house: House, round_id: UUID, to: str, reason: str = "illness") -> str:
    caseworker = house.enter("caseworker")
    page = caseworker.submit(
        caseworker.get(f"/rounds/{round_id}/move"), {"due_on": to, "reason": reason}, action="/move"
    )
    return page.text


def test_a_round_moves_with_its_window_and_the_first_day_is_kept(house: House, enrolment_id: UUID) -> None:
    _, second = round_ids(house, enrolment_id)
    assert window(house, second) == (day("2026-05-18"), day("2026-06-01"), day("2026-06-15"))
    assert "The round is moved." in move(house, second, "2026-06-20", "holiday")
    assert window(house, second) == (day("2026-06-06"), day("2026-06-20"), day("2026-07-04"))
    with house.installed.store.reading() as session:
        kept = session.scalars(select(RoundMove)).one()
        assert (kept.due_before, kept.due_after) == (day("2026-06-01"), day("2026-06-20"))
        assert kept.reason is MoveReason.HOLIDAY
    (event,) = trail(house, "round_moved")
    assert event.details == {"round": str(second)}
    shown = house.enter("coordinator").get(f"/participants/{enrolment_id}").text
    assert "moved from Jun 1, 2026" in shown


def test_a_window_that_is_open_stays_open(house: House, enrolment_id: UUID) -> None:
    first, _ = round_ids(house, enrolment_id)
    move(house, first, "2026-03-23")
    assert window(house, first) == (day("2026-03-02"), day("2026-03-23"), day("2026-04-06"))


@pytest.mark.parametrize("to", ["2026-05-04", "2026-08-20", "2027-01-01"])
def test_windows_never_meet(house: House, enrolment_id: UUID, to: str) -> None:
    """Day by day: what is refused would touch a neighbour, and the days that are named would not."""
    first, second = round_ids(house, enrolment_id)
    before = window(house, second)
    if to == "2026-05-04":
        # The window of the first round moves up to the second's: now they would meet.
        move(house, first, "2026-04-20")
        to = "2026-05-18"
    assert "then the window meets no other round" in move(house, second, to)
    assert window(house, second) == before


def test_every_day_that_is_offered_leaves_room(house: House, enrolment_id: UUID) -> None:
    first, second = round_ids(house, enrolment_id)
    third_opens = day("2026-03-02") + timedelta(days=2 * 91 - 14)
    for to, fits in (
        (day("2026-03-16") + timedelta(days=15), True),
        (day("2026-03-16") + timedelta(days=14), False),
        (third_opens - timedelta(days=15), True),
        (third_opens - timedelta(days=14), False),
    ):
        assert ("The round is moved." in move(house, second, to.isoformat())) is fits
        opens, _, closes = window(house, second)
        assert window(house, first)[2] < opens
        assert closes < third_opens


def test_an_answered_round_and_a_closed_one_stay(
    house: House, enrolment_id: UUID, clock: SettableClock
) -> None:
    first, second = round_ids(house, enrolment_id)
    submit_response(house, first, Rater.CASEWORKER)
    caseworker = house.enter("caseworker")
    assert "stays as it is" in caseworker.get(f"/rounds/{first}/move").text
    clock.moment += timedelta(days=110)
    assert "The window of this round has closed" in caseworker.get(f"/rounds/{second}/move").text


def test_what_somebody_has_begun_is_not_opened_any_sooner(house: House, enrolment_id: UUID) -> None:
    first, _ = round_ids(house, enrolment_id)
    with house.installed.store.writing() as session:
        rows.response(session, session.get_one(Round, first), rater=Rater.PARTICIPANT)
    before = window(house, first)
    assert "The round is moved." in move(house, first, "2026-03-09")
    later = window(house, first)
    assert later[2] > before[2]
    assert "then the window meets no other round" in move(house, first, "2026-03-02")
    assert window(house, first) == later


def test_a_study_ends_though_a_round_ahead_was_moved(house: House, enrolment_id: UUID) -> None:
    _, second = round_ids(house, enrolment_id)
    move(house, second, "2026-06-20")
    with house.installed.store.writing() as session:
        unplan_after(session, house.study_id, day("2026-04-01"))
    assert second not in round_ids(house, enrolment_id)


def test_why_a_round_was_missed_is_kept_and_can_be_corrected(
    house: House, enrolment_id: UUID, clock: SettableClock
) -> None:
    first, second = round_ids(house, enrolment_id)
    caseworker = house.enter("caseworker")
    clock.moment += timedelta(days=20)
    for reason, words in (("not_reached", "Could not be reached"), ("ill", "Ill")):
        page = caseworker.submit(caseworker.get(f"/rounds/{first}/missed"), {"reason": reason})
        assert words in page.text
    with house.installed.store.reading() as session:
        assert session.scalars(select(MissedRound)).one().reason is MissReason.ILL
    # A correction overwrites nothing: the trail keeps both.
    assert [event.details["reason"] for event in trail(house, "round_missed")] == ["not_reached", "ill"]
    assert "This round has not begun" in caseworker.get(f"/rounds/{second}/missed").text


def test_who_has_answered_has_missed_nothing(house: House, enrolment_id: UUID) -> None:
    first, _ = round_ids(house, enrolment_id)
    submit_response(house, first, Rater.PARTICIPANT)
    assert "stays as it is" in house.enter("caseworker").get(f"/rounds/{first}/missed").text


def test_without_a_reason_it_comes_back_with_what_was_written(house: House, enrolment_id: UUID) -> None:
    _, second = round_ids(house, enrolment_id)
    caseworker = house.enter("caseworker")
    page = caseworker.submit(caseworker.get(f"/rounds/{second}/move"), {"due_on": "2026-06-20"})
    assert "Choose one of these reasons." in page.text
    assert page.form()["due_on"] == "2026-06-20"


def test_a_foreign_round_does_not_exist(house: House, enrolment_id: UUID) -> None:
    _, second = round_ids(house, enrolment_id)
    other = house.enter("coordinator")
    assert other.get(f"/rounds/{second}/move").heading.startswith("Move round")
    assert other.get(f"/rounds/{enrolment_id}/move", expect=404)
