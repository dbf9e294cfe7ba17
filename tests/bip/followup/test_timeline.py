"""The drawing of a course: everything is on it, within its edges, and no bar covers another."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st

from bip.followup.course import ActivityLine, Course, EventLine, ExitLine
from bip.followup.exposure import Span, Spell, exposure, stretches
from bip.followup.timeline import timeline
from bip.store.lists import ActivityKind, EventKind, EventSource, ExitReason

DAY_0 = date(2026, 3, 2)
ID = UUID(int=1)


def day(number: int) -> date:
    return DAY_0 + timedelta(days=number)


def made(
    activities: list[ActivityLine], events: list[EventLine], days: int, left: ExitLine | None = None
) -> Course:
    span = Span(DAY_0, day(days - 1))
    spells = [Spell(one.kind, one.start_on, one.end_on) for one in activities]
    return Course(
        enrolment_id=ID,
        name=None,
        span=span,
        ended_on=left.left_on if left else None,
        activities=tuple(activities),
        events=tuple(events),
        steps=(),
        left=left,
        follow_ups=(),
        exposure=exposure(spells, span),
        stretches=tuple(stretches(spells, span)),
        gap_days=None,
        may_change_exit=True,
    )


def activity(kind: ActivityKind, first: int, last: int | None) -> ActivityLine:
    return ActivityLine(ID, kind, day(first), None if last is None else day(last), None, None, None)


def event(first: int, last: int | None) -> EventLine:
    end_on = None if last is None else day(last)
    return EventLine(ID, EventKind.PLACEMENT, day(first), end_on, None, EventSource.CASEWORKER)


def ending(pair: tuple[int, int | None]) -> tuple[int, int | None]:
    first, length = pair
    return first, None if length is None else first + length


PAIRS = st.tuples(st.integers(0, 60), st.none() | st.integers(0, 30)).map(ending)
ACTIVITIES = st.lists(
    st.builds(lambda kind, pair: activity(kind, *pair), st.sampled_from(ActivityKind), PAIRS),
    max_size=8,
)
EVENTS = st.lists(st.builds(lambda pair: event(*pair), PAIRS), max_size=4)


@settings(max_examples=60)
@given(ACTIVITIES, EVENTS, st.integers(1, 61))
def test_every_spell_is_drawn_within_the_edges_and_covers_no_other(
    module_app: Flask, activities: list[ActivityLine], events: list[EventLine], days: int
) -> None:
    with module_app.test_request_context():
        found = timeline(made(activities, events, days))
    last = found.ticks[2]
    lanes = dict(zip((*ActivityKind, "together", "gap", "events"), found.lanes, strict=True))
    for kind in ActivityKind:
        drawn = sum(len(row) for row in lanes[kind].rows)
        assert drawn == sum(one.kind is kind and one.start_on <= last for one in activities)
    assert sum(len(row) for row in lanes["events"].rows) == len(events)
    for lane in found.lanes:
        assert lane.rows, "a lane without bars is still seen"
        for row in lane.rows:
            edges = [0, *(edge for bar in row for edge in (bar.first, bar.first + bar.days)), found.days]
            assert edges == sorted(edges)
            assert all(bar.days >= 1 for bar in row)


def test_the_edges_are_the_enrolment_and_the_last_that_is_known(module_app: Flask) -> None:
    left = ExitLine(day(9), ExitReason.WORK)
    with module_app.test_request_context(headers={"Accept-Language": "en"}):
        found = timeline(made([activity(ActivityKind.SKILLS, 4, None)], [event(20, None)], 10, left))
        said = {lane.name: lane.words for lane in found.lanes}
    assert (found.days, found.ticks) == (21, (day(0), day(10), day(20)))
    lanes = {lane.name: lane.rows for lane in found.lanes}
    assert [(bar.first, bar.days) for bar in lanes["Skills"][0]] == [(4, 6)], "it counts until the exit"
    assert [(bar.first, bar.days) for bar in lanes["No activity"][0]] == [(0, 4)]
    assert [(bar.first, bar.days) for bar in lanes["Exit"][0]] == [(9, 1)]
    assert said["Skills"] == "Skills: from Mar 6, 2026"
    assert said["Events"] == "Events: Work placement from Mar 22, 2026"
    assert said["Exit"] == "Exit: Began to work Mar 11, 2026"
    assert said["Health"] == "Health: none"
