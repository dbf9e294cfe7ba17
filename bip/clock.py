"""The time, asked in one place, so that a test can live through three months in a second."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo


class Clock(Protocol):
    """What tells the time."""

    def now(self) -> datetime:
        """The moment, in UTC."""

    def today(self) -> date:
        """The day it is where the people are."""

    def day_of(self, moment: datetime) -> date:
        """The day that a moment lies in where the people are."""


@dataclass(frozen=True, slots=True)
class SystemClock:
    """The machine's clock, read in the installation's time zone."""

    timezone: str

    def now(self) -> datetime:
        """The moment, in UTC."""
        return datetime.now(UTC)

    def today(self) -> date:
        """The day it is where the people are."""
        return local_day(self.now(), self.timezone)

    def day_of(self, moment: datetime) -> date:
        """The day that a moment lies in where the people are."""
        return local_day(moment, self.timezone)


@dataclass(slots=True)
class SettableClock:
    """A clock that stands still until it is moved."""

    moment: datetime
    timezone: str = field(default="Europe/Stockholm")

    def now(self) -> datetime:
        """The moment it was set to, in UTC."""
        return self.moment

    def today(self) -> date:
        """The day it is where the people are."""
        return local_day(self.moment, self.timezone)

    def day_of(self, moment: datetime) -> date:
        """The day that a moment lies in where the people are."""
        return local_day(moment, self.timezone)

    def advance(self, days: int) -> None:
        """Move on by whole days."""
        self.moment += timedelta(days=days)


def local_day(moment: datetime, timezone: str) -> date:
    """The day a moment falls on in a time zone."""
    return moment.astimezone(ZoneInfo(timezone)).date()
