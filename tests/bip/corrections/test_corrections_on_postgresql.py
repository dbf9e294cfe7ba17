"""Corrections on PostgreSQL: the same trail, and two who put the same thing right at the same time."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import pytest

from bip.clock import SettableClock
from bip.settings import Settings
from bip.store.lists import Rater, Role
from tests.bip.collect.test_races import at_once
from tests.bip.corrections.test_corrections import people, responses
from tests.bip.corrections.test_trail import (  # the same tests, on this module's database
    test_a_move_is_told_on_both_sides,
    test_lines_of_the_double_and_of_its_doubles_are_still_read,
)
from tests.bip.house import PASSWORD, House
from tests.bip.pages import Visitor
from tests.bip.participants.people import enrol, round_ids, submit_response, trail

__all__ = [
    "test_a_move_is_told_on_both_sides",
    "test_lines_of_the_double_and_of_its_doubles_are_still_read",
]


@pytest.fixture
def settings(settings: Settings, on_postgresql: str) -> Settings:
    return settings.model_copy(update={"database_url": on_postgresql})


def pressing(house: House, address: str, other: UUID) -> Callable[[], int]:
    """A coordinator with the page open, who only has to press the button; the status that comes."""
    visitor = Visitor(house.app)
    visitor.sign_in(house.emails[Role.COORDINATOR], PASSWORD)
    page = visitor.get(address)
    form = {**page.form(), "reason": "mistake", "other": str(other)}
    return lambda: visitor.raw("POST", page.action(), data=form).status_code


def test_two_who_merge_the_same_two_merge_them_once(house: House, clock: SettableClock) -> None:
    """One into the other and the other into the one: somebody is left, and one of the two is told."""
    one = enrol(house)
    clock.advance(days=1)
    two = enrol(house, enrolled_on="2026-03-01")
    taps = pressing(house, f"/enrolments/{one}/merge", two), pressing(house, f"/enrolments/{two}/merge", one)
    told = at_once(house.installed, "enrolments", *taps)
    assert sorted(map(str, told)) == ["302", "404"]
    assert people(house) == 1
    assert len(trail(house, "persons_merged")) == 1


def test_two_responses_never_reach_one_place(house: House) -> None:
    right = enrol(house)
    wrong = [enrol(house, name=name) for name in ("Bo Ek", "Cia Dal")]
    for one in wrong:
        submit_response(house, round_ids(house, one)[0], Rater.PARTICIPANT)
    taps = [
        pressing(house, f"/rounds/{round_ids(house, one)[0]}/responses/participant/move", right)
        for one in wrong
    ]
    assert sorted(map(str, at_once(house.installed, "responses", *taps))) == ["200", "302"]
    assert len(responses(house, right)) == 1
    assert len(trail(house, "response_moved")) == 1
