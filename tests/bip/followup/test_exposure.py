"""What the days of a course had, equal to counting them one by one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import groupby

from hypothesis import given, settings
from hypothesis import strategies as st

from bip.followup.exposure import Exposure, Mix, Span, Spell, exposure, gap_days, stretches
from bip.store.lists import ActivityKind

DAY_0 = date(2026, 3, 2)
DAYS = 120
JOB, SKILLS, HEALTH = ActivityKind.JOB_ORIENTED, ActivityKind.SKILLS, ActivityKind.HEALTH


def day(number: int) -> date:
    return DAY_0 + timedelta(days=number)


@st.composite
def spells(draw: st.DrawFn) -> list[Spell]:
    found = []
    for _ in range(draw(st.integers(0, 10))):
        first = draw(st.integers(-10, DAYS + 10))
        length = draw(st.none() | st.integers(0, 60))
        last = None if length is None else day(first + length)
        found.append(Spell(draw(st.sampled_from(ActivityKind)), day(first), last))
    return found


SPANS = st.tuples(st.integers(0, DAYS), st.integers(-1, DAYS)).map(
    lambda pair: Span(day(pair[0]), day(pair[0] + pair[1]))
)


def days_of(span: Span) -> list[date]:
    return [span.first_day + timedelta(n) for n in range((span.last_day - span.first_day).days + 1)]


def running(spells: Sequence[Spell], on: date) -> set[ActivityKind]:
    return {one.kind for one in spells if one.first_day <= on <= (one.last_day or date.max)}


def mix_of(kinds: set[ActivityKind]) -> Mix:
    if JOB in kinds:
        return Mix.JOB_WITH_OTHERS if len(kinds) > 1 else Mix.JOB_ALONE
    return Mix.OTHERS_ALONE if kinds else Mix.NONE


@settings(max_examples=200)
@given(spells(), SPANS)
def test_equal_to_a_count_day_by_day(spells: list[Spell], span: Span) -> None:
    daily = [mix_of(running(spells, on)) for on in days_of(span)]
    runs = [(mix, len(list(same))) for mix, same in groupby(daily)]
    longest = max((length for mix, length in runs if mix is Mix.NONE), default=0)
    assert exposure(spells, span) == Exposure(
        daily.count(Mix.JOB_ALONE),
        daily.count(Mix.JOB_WITH_OTHERS),
        daily.count(Mix.OTHERS_ALONE),
        daily.count(Mix.NONE),
        longest,
    )
    found = stretches(spells, span)
    assert [(one.mix, one.days) for one in found] == runs
    assert [on for one in found for on in days_of(Span(one.first_day, one.last_day))] == days_of(span)


@settings(max_examples=200)
@given(spells(), st.integers(0, DAYS))
def test_the_gap_until_today_equal_to_going_back_day_by_day(spells: list[Spell], number: int) -> None:
    today, since, gap = day(number), DAY_0, 0
    while today - timedelta(gap) > since and not running(spells, today - timedelta(gap)):
        gap += 1
    assert gap_days(spells, today, since) == gap


def test_both_days_of_an_activity_count() -> None:
    one = Spell(JOB, day(3), day(3))
    assert exposure([one], Span(day(0), day(9))) == Exposure(1, 0, 0, 9, 6)
    assert gap_days([one], day(3), day(0)) == 0
    assert gap_days([one], day(4), day(0)) == 1


def test_two_of_one_kind_are_not_parallel() -> None:
    span = Span(day(0), day(9))
    assert exposure([Spell(JOB, day(0), None), Spell(JOB, day(2), day(5))], span) == Exposure(10, 0, 0, 0, 0)
    assert exposure([Spell(SKILLS, day(0), None), Spell(HEALTH, day(2), day(5))], span).others_alone == 10
    assert exposure([Spell(JOB, day(0), None), Spell(HEALTH, day(2), day(5))], span).job_with_others == 4


def test_without_any_the_gap_counts_from_the_enrolment() -> None:
    assert gap_days([], day(31), day(0)) == 31
    assert gap_days([Spell(JOB, day(40), None)], day(31), day(0)) == 31, "it lies ahead"
    assert gap_days([], day(0), day(5)) == 0
