"""A study that has ended plans no rounds and takes nobody in."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from sqlalchemy import select

from bip.clock import SettableClock
from bip.rounds.plan import unplan_after
from bip.rounds.upkeep import keep_planned
from bip.store.people import Enrolment
from bip.store.rounds import Round
from bip.store.studies import Study
from tests.bip.house import House
from tests.bip.participants.people import enrol, round_ids
from tests.bip.scene import build_scene


def numbers(house: House) -> list[int]:
    with house.installed.store.reading() as session:
        return list(session.scalars(select(Round.number).order_by(Round.number)))


def end(house: House, days: int) -> None:
    with house.installed.store.writing() as session:
        study = session.get_one(Study, house.study_id)
        study.ends_on = house.installed.clock.today() + timedelta(days=days)


def test_no_round_opens_after_the_last_day(house: House, clock: SettableClock) -> None:
    build_scene(house.installed, house)
    end(house, days=200)
    clock.advance(400)
    keep_planned(house.installed.store, clock.today() - timedelta(days=210), Enrolment.id.is_not(None))
    keep_planned(house.installed.store, clock.today(), Enrolment.id.is_not(None))
    # Rounds are due every 91 days and open two weeks before: the third opens on day 168, the next on 259.
    assert numbers(house) == [0, 1, 2]


def test_nobody_is_enrolled_in_a_study_that_has_ended(house: House, clock: SettableClock) -> None:
    page = house.enter("coordinator").get("/participants/new")
    assert str(house.study_id) in {option.get("value") for option in page.all("option")}
    end(house, days=1)
    clock.advance(2)
    page = house.enter("coordinator").get("/participants/new")
    assert str(house.study_id) not in {option.get("value") for option in page.all("option")}


def test_an_end_that_is_set_later_takes_back_what_was_planned(house: House, clock: SettableClock) -> None:
    build_scene(house.installed, house)
    keep_planned(house.installed.store, clock.today(), Enrolment.id.is_not(None))
    assert numbers(house) == [0, 1]
    with house.installed.store.writing() as session:
        unplan_after(session, house.study_id, clock.today())
    assert numbers(house) == [0]


def moved(house: House, round_id: UUID, to: str) -> str:
    caseworker = house.enter("caseworker")
    page = caseworker.get(f"/rounds/{round_id}/move")
    return caseworker.submit(page, {"due_on": to, "reason": "holiday"}, action="/move").text


def test_no_round_is_moved_beyond_the_end(house: House) -> None:
    """Round 1 is due on the first of June, and without an end could be until the second of August."""
    _, second = round_ids(house, enrol(house))
    end(house, days=100)
    assert "The study ends on Jun 10, 2026." in house.enter("caseworker").get(f"/rounds/{second}/move").text
    refused = moved(house, second, "2026-06-11")
    assert "The study ends on Jun 10, 2026, so the round cannot be moved that far." in refused
    assert "to Jun 10, 2026." in refused
    assert "The round is moved." in moved(house, second, "2026-06-10")
    early = moved(house, second, "2026-03-05")
    assert "then the window meets no other round" in early
    assert "cannot be moved that far" not in early


def test_a_round_that_is_due_after_the_end_already_can_only_be_moved_nearer(house: House) -> None:
    _, second = round_ids(house, enrol(house))
    end(house, days=85)
    assert "cannot be moved that far" in moved(house, second, "2026-06-02")
    assert "The round is moved." in moved(house, second, "2026-05-20")
    assert "cannot be moved that far" in moved(house, second, "2026-05-27")
    assert "The round is moved." in moved(house, second, "2026-05-26")


def test_an_end_far_away_limits_nothing(house: House) -> None:
    _, second = round_ids(house, enrol(house))
    end(house, days=1000)
    assert "The study ends" not in house.enter("caseworker").get(f"/rounds/{second}/move").text
    assert "then the window meets no other round" in moved(house, second, "2026-09-30")
