"""The people whom figures are about: each once, with all enrolments in one unit and what happened in them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from bip.participants.facts import earlier
from bip.store.lists import EventKind, ExitReason, Origin, Sex

YEAR: Final = timedelta(days=365)
WORK: Final = frozenset({EventKind.JOB_REGULAR, EventKind.JOB_SUBSIDISED})
REACHED: Final = WORK | {EventKind.STUDY, EventKind.LABOUR_MARKET_TRAINING}


@dataclass(frozen=True, slots=True)
class Happened:
    """An event of an enrolment."""

    kind: EventKind
    on: date
    until: date | None


@dataclass(frozen=True, slots=True)
class Stay:
    """An enrolment. `left_on`: the exit; `withdrawn_on`: the last day on which anything is kept of it."""

    enrolled_on: date
    intake: str | None
    left_on: date | None
    reason: ExitReason | None
    withdrawn_on: date | None
    events: tuple[Happened, ...]

    @property
    def ended_on(self) -> date | None:
        """The day on which it ended, in whichever way."""
        return earlier(self.left_on, self.withdrawn_on)

    def runs(self, today: date) -> bool:
        """Whether the participant is in care."""
        return self.ended_on is None or self.ended_on > today

    def known_exit(self, today: date) -> date | None:
        """The exit, where it has come and the participant had not withdrawn before."""
        left = self.left_on
        return left if left is not None and left <= today and left == self.ended_on else None


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with at least one enrolment, in order of time."""

    sex: Sex
    origin: Origin
    stays: tuple[Stay, ...]

    @property
    def first(self) -> Stay:
        """The enrolment that time is counted from."""
        return self.stays[0]

    def in_care(self, today: date) -> bool:
        """Whether any enrolment runs."""
        return any(stay.runs(today) for stay in self.stays)

    def works(self, today: date) -> bool:
        """Whether a job that has begun has not ended, in an enrolment that runs.

        Registers tell no last day: a job has ended where support was needed again after it.
        """
        return any(_in_work(stay.events, today) for stay in self.stays if stay.runs(today))

    def last(self, today: date) -> Stay | None:
        """The enrolment that ended last, for who is no longer in care."""
        if self.in_care(today):
            return None
        return max(self.stays, key=lambda stay: stay.ended_on or date.min)

    def first_event(self, kinds: Collection[EventKind], today: date) -> date | None:
        """The first day, from the first enrolment on, of an event of these kinds. None after a withdrawal."""
        days = (
            happened.on
            for stay in self.stays
            for happened in stay.events
            if happened.kind in kinds
            and self.first.enrolled_on <= happened.on <= (stay.withdrawn_on or today)
        )
        return min((day for day in days if day <= today), default=None)


def _in_work(events: Sequence[Happened], today: date) -> bool:
    returned = [one.on for one in events if one.kind is EventKind.RETURN_TO_SUPPORT and one.on <= today]
    return any(
        one.kind in WORK
        and one.on <= today <= (one.until or today)
        and not any(one.on < back for back in returned)
        for one in events
    )
