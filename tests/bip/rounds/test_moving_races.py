"""Two who move neighbouring rounds at once, on PostgreSQL: windows never meet, nobody sees an error."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from uuid import UUID

import pytest
from sqlalchemy import select

from bip.clock import SettableClock
from bip.rounds.upkeep import keep_planned
from bip.settings import Settings
from bip.store.casework import MissedRound, RoundMove
from bip.store.people import Enrolment
from bip.store.rounds import Round
from tests.bip.collect.test_races import at_once
from tests.bip.house import House
from tests.bip.participants.people import enrol, round_ids, trail

ROLES = "coordinator", "caseworker"
MOVED, REFUSED = "The round is moved.", "then the window meets no other round"


@pytest.fixture
def settings(settings: Settings, on_postgresql: str) -> Settings:
    return settings.model_copy(update={"database_url": on_postgresql})


def moving(house: House, role: str, round_id: UUID, to: str) -> Callable[[], str]:
    """Somebody with the page open, who only has to press the button."""
    visitor = house.enter(role)
    page = visitor.get(f"/rounds/{round_id}/move")
    return lambda: visitor.submit(page, {"due_on": to, "reason": "illness"}, action="/move").text


def outcome(said: str | Exception) -> str:
    assert isinstance(said, str), said
    assert (MOVED in said) != (REFUSED in said), said
    return MOVED if MOVED in said else REFUSED


def windows(house: House, enrolment_id: UUID) -> list[Round]:
    with house.installed.store.reading() as session:
        query = select(Round).where(Round.enrolment_id == enrolment_id).order_by(Round.number)
        return list(session.scalars(query))


def meet(found: list[Round]) -> bool:
    return any(one.closes_on >= after.opens_on for one, after in pairwise(found))


@pytest.mark.parametrize(
    ("first_to", "second_to"), [("2026-04-20", "2026-05-04"), ("2026-05-03", "2026-05-31")]
)
def test_of_two_that_would_meet_one_is_refused(house: House, first_to: str, second_to: str) -> None:
    """Each of the two days is possible as long as the other round stays where it is."""
    enrolment_id = enrol(house)
    first, second = round_ids(house, enrolment_id)
    movers = moving(house, "coordinator", first, first_to), moving(house, "caseworker", second, second_to)
    told = [outcome(one) for one in at_once(house.installed, "rounds", *movers)]
    assert sorted(told) == sorted([MOVED, REFUSED])
    assert not meet(windows(house, enrolment_id))
    with house.installed.store.reading() as session:
        assert len(session.scalars(select(RoundMove)).all()) == len(trail(house, "round_moved")) == 1


def test_two_that_do_not_meet_are_both_moved(house: House) -> None:
    enrolment_id = enrol(house)
    first, second = round_ids(house, enrolment_id)
    movers = (
        moving(house, "coordinator", first, "2026-03-20"),
        moving(house, "caseworker", second, "2026-06-20"),
    )
    assert [outcome(one) for one in at_once(house.installed, "rounds", *movers)] == [MOVED, MOVED]
    found = windows(house, enrolment_id)
    assert [one.due_on.isoformat() for one in found] == ["2026-03-20", "2026-06-20"]
    assert not meet(found)


def test_two_who_move_one_round_leave_one_history(house: House) -> None:
    enrolment_id = enrol(house)
    _, second = round_ids(house, enrolment_id)
    days = "2026-06-10", "2026-06-20"
    movers = [moving(house, role, second, to) for role, to in zip(ROLES, days, strict=True)]
    assert [outcome(one) for one in at_once(house.installed, "rounds", *movers)] == [MOVED, MOVED]
    with house.installed.store.reading() as session:
        moves = {one.due_before.isoformat(): one.due_after for one in session.scalars(select(RoundMove))}
    between = moves["2026-06-01"]
    assert moves.keys() == {"2026-06-01", between.isoformat()}
    assert windows(house, enrolment_id)[1].due_on == moves[between.isoformat()]
    assert {between.isoformat(), moves[between.isoformat()].isoformat()} == set(days)


def test_a_mover_and_two_planners_wait_their_turn(house: House, clock: SettableClock) -> None:
    """Planners take all who have no round ahead, the mover one of them."""
    people = [enrol(house, name=f"Ada {number}") for number in range(4)]
    clock.advance(days=80)
    _, second = round_ids(house, people[2])
    mover = moving(house, "coordinator", second, "2026-06-20")

    def plan() -> str:
        keep_planned(house.installed.store, clock.today(), Enrolment.id.in_(people))
        return MOVED

    told = [outcome(one) for one in at_once(house.installed, "rounds", plan, mover, plan)]
    assert told == [MOVED] * 3
    for enrolment_id in people:
        found = windows(house, enrolment_id)
        assert [one.number for one in found] == [0, 1, 2]
        assert not meet(found)


def test_two_who_note_why_a_round_was_missed_leave_one_reason(house: House) -> None:
    first, _ = round_ids(house, enrol(house))

    def noting(role: str, reason: str) -> Callable[[], str]:
        visitor = house.enter(role)
        page = visitor.get(f"/rounds/{first}/missed")
        return lambda: visitor.submit(page, {"reason": reason}, action="/missed").text

    acts = [noting(role, reason) for role, reason in zip(ROLES, ("ill", "away"), strict=True)]
    for said in at_once(house.installed, "missed_rounds", *acts):
        assert isinstance(said, str), said
        assert "The reason is kept." in said
    with house.installed.store.reading() as session:
        assert len(session.scalars(select(MissedRound)).all()) == 1
    assert len(trail(house, "round_missed")) == len(acts)
