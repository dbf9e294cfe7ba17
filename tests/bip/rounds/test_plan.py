"""Rounds for any interval and tolerance that a study may have."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import islice, pairwise

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from bip.rounds.plan import plan_rounds, windows
from bip.store.organisations import Organisation
from bip.store.rounds import Round
from tests.bip import rows
from tests.bip.house import House

DAYS = st.dates(date(1990, 1, 1), date(2100, 1, 1))
# What the database lets a study have: at least a day to either side, and room between two windows.
RHYTHMS = st.integers(1, 400).flatmap(
    lambda tolerance: st.tuples(st.integers(2 * tolerance + 1, 2 * tolerance + 1000), st.just(tolerance))
)


@settings(derandomize=True, deadline=None)
@given(enrolled_on=DAYS, rhythm=RHYTHMS)
def test_windows_are_in_order_apart_and_where_they_are_due(
    enrolled_on: date, rhythm: tuple[int, int]
) -> None:
    interval, tolerance = rhythm
    first = list(islice(windows(enrolled_on, interval, tolerance), 12))
    assert [one.number for one in first] == list(range(12))
    assert first[0].opens_on == enrolled_on
    for one in first:
        assert one.due_on == enrolled_on + timedelta(days=one.number * interval)
        assert one.opens_on <= one.due_on <= one.closes_on
        assert one.closes_on - one.due_on == timedelta(days=tolerance)
    for before, after in pairwise(first):
        assert before.closes_on < after.opens_on


def test_planning_again_adds_only_what_time_has_brought(house: House) -> None:
    with house.installed.store.writing() as session:
        organisation = session.get_one(Organisation, house.organisation_id)
        study = rows.study(session, organisation, interval_days=30, tolerance_days=5)
        enrolment = rows.enrolment(session, organisation, study=study)
        added = [
            plan_rounds(session, study, enrolment, enrolment.enrolled_on + timedelta(days=day))
            for day in (0, 0, 24, 25, 300, 300)
        ]
        session.flush()
        numbers = session.scalars(select(Round.number).order_by(Round.number)).all()
    # Round 1 opens on day 25, round 10 on day 295.
    assert added == [2, 0, 0, 1, 9, 0]
    assert numbers == list(range(12))
