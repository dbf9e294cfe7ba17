"""Changes and gaps of caseworkers, against a count day by day; and that no edit makes spells overlap."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from bip.participants.caseworkers import Spell, changes_of, days_without
from tests.bip.house import House
from tests.bip.participants.people import enrol

FIRST = date(2026, 3, 2)
PEOPLE = [UUID(int=number) for number in (1, 2, 3)]


@st.composite
def spell_lists(draw: st.DrawFn) -> list[Spell]:
    """Spells in order, with gaps or without, the last perhaps still running."""
    spells: list[Spell] = []
    begin = draw(st.integers(0, 10))
    for _ in range(draw(st.integers(0, 6))):
        length, gap = draw(st.integers(1, 15)), draw(st.integers(0, 5))
        who = draw(st.sampled_from(PEOPLE))
        start = FIRST + timedelta(days=begin)
        spells.append(Spell(who, str(who), start, start + timedelta(days=length)))
        begin += length + gap
    if spells and draw(st.booleans()):
        last = spells.pop()
        spells.append(Spell(last.caseworker_id, last.caseworker, last.start_on, None))
    return spells


def on(spells: list[Spell], day: date) -> UUID | None:
    found = [one for one in spells if one.start_on <= day and (one.end_on is None or day < one.end_on)]
    assert len(found) <= 1
    return found[0].caseworker_id if found else None


@settings(max_examples=300)
@given(spell_lists(), st.integers(-2, 90))
def test_figures_equal_a_count_day_by_day(spells: list[Spell], days: int) -> None:
    last = FIRST + timedelta(days=days)
    each = [on(spells, FIRST + timedelta(days=at)) for at in range(days + 1)]
    assert days_without(spells, FIRST, last) == each.count(None)
    every = [on(spells, FIRST + timedelta(days=at)) for at in range(120)]
    held = [who for who in every if who is not None]
    assert changes_of(spells) == sum(one != other for one, other in pairwise(held))


def test_before_a_change_the_coordinator_is_told_what_the_study_found(house: House) -> None:
    enrolment_id = enrol(house)
    coordinator = house.enter("coordinator")
    page = coordinator.get(f"/enrolments/{enrolment_id}/assign")
    assert "each change of caseworker went together with a 22 % lower chance" in page.text
    assert "So far 0 changes." in page.text
    shown = coordinator.get(f"/participants/{enrolment_id}").text
    assert "0 changes of caseworker" in shown
    assert "0 days without a caseworker" in shown
