"""The clock: UTC for moments, the people's own calendar for days."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from bip.clock import SettableClock, SystemClock, local_day

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("moment", "timezone", "day"),
    [
        (datetime(2026, 1, 31, 22, 59, tzinfo=UTC), "Europe/Stockholm", date(2026, 1, 31)),
        (datetime(2026, 1, 31, 23, 0, tzinfo=UTC), "Europe/Stockholm", date(2026, 2, 1)),
        (datetime(2026, 7, 31, 21, 59, tzinfo=UTC), "Europe/Stockholm", date(2026, 7, 31)),
        (datetime(2026, 7, 31, 22, 0, tzinfo=UTC), "Europe/Stockholm", date(2026, 8, 1)),
        (datetime(2026, 1, 31, 23, 0, tzinfo=UTC), "UTC", date(2026, 1, 31)),
        (datetime(2026, 1, 31, 0, 30, tzinfo=UTC), "America/Nuuk", date(2026, 1, 30)),
    ],
)
def test_the_day_is_the_one_where_the_people_are(moment: datetime, timezone: str, day: date) -> None:
    assert local_day(moment, timezone) == day
    assert SettableClock(moment, timezone).today() == day


def test_a_set_clock_stands_still_until_it_is_moved() -> None:
    clock = SettableClock(NOON)
    assert clock.now() == clock.now() == NOON
    clock.advance(days=91)
    assert clock.now() == NOON + timedelta(days=91)
    assert clock.today() == date(2026, 6, 1)
    clock.moment = NOON
    assert clock.today() == date(2026, 3, 2)


def test_the_machines_clock_tells_utc() -> None:
    clock = SystemClock("Pacific/Kiritimati")
    before = datetime.now(UTC)
    now = clock.now()
    assert before <= now <= datetime.now(UTC)
    assert now.tzinfo is UTC


def test_the_machines_clock_tells_the_day_where_the_people_are() -> None:
    """Kiritimati is 24 hours and more ahead of Midway, so the two are never in the same day."""
    assert SystemClock("Pacific/Kiritimati").today() > SystemClock("Pacific/Midway").today()
