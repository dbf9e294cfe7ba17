"""The people whom figures are about: each once, with all enrolments in one unit and what happened in them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from bip.participants.facts import earlier
from bip.store.lists import EventKind, ExitReason, Origin, Sex

DAY: Final = timedelta(days=1)
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
    """An enrolment. `left_on`: the exit; `withdrawn_on`: the last day on which anything is kept of it.

    `observed_to`: until when an event would be known, from a register.
    """

    enrolled_on: date
    intake: str | None = None
    left_on: date | None = None
    reason: ExitReason | None = None
    withdrawn_on: date | None = None
    observed_to: date | None = None
    events: tuple[Happened, ...] = ()

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

    def known_to(self, today: date) -> date:
        """The last day on which an event of it would be known.

        Without an exit that is until it ends or until today; after one, as far as a register was searched.
        """
        left = self.known_exit(today)
        seen = min(self.ended_on or today, today) if left is None else max(left, self.observed_to or left)
        return min(seen, self.withdrawn_on or today, today)


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

    def known_to(self, today: date) -> date:
        """The last day until which, from the first enrolment on, no day is unknown.

        Who left unseen and came back later is not followed over the days between, nor after them.
        """
        known = self.first.known_to(today)
        for stay in self.stays[1:]:
            if stay.enrolled_on <= known + DAY:
                known = max(known, stay.known_to(today))
        return known

    def first_event(self, kinds: Collection[EventKind], until: date) -> date | None:
        """The first day, from the first enrolment on, of an event of these kinds. None after a withdrawal."""
        days = (
            happened.on
            for stay in self.stays
            for happened in stay.events
            if happened.kind in kinds
            and self.first.enrolled_on <= happened.on <= min(stay.withdrawn_on or until, until)
        )
        return min(days, default=None)


def _in_work(events: Sequence[Happened], today: date) -> bool:
    returned = [one.on for one in events if one.kind is EventKind.RETURN_TO_SUPPORT and one.on <= today]
    return any(
        one.kind in WORK
        and one.on <= today <= (one.until or today)
        and not any(one.on < back for back in returned)
        for one in events
    )
