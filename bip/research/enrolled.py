"""The enrolments of a study as they were known on a day, and what of their rows may leave the house."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from bip.clock import local_day
from bip.research.account import Reason
from bip.store.followup import Exit
from bip.store.lists import ExitReason, ObservedBy
from bip.store.organisations import Unit
from bip.store.people import Enrolment, Participant


@dataclass(frozen=True, slots=True)
class Enrolled:
    """An enrolment; `withdrawn_on` and `left_on` are None where they had not come on the day."""

    name: str
    person: Participant
    unit: str
    enrolled_on: date
    intake: str | None
    referral: str | None
    observed_to: date | None
    observed_by: ObservedBy
    withdrawn_on: date | None
    left_on: date | None
    exit_reason: ExitReason | None

    @property
    def last_on(self) -> date:
        """The last day on which the person takes part."""
        return min(self.withdrawn_on or date.max, self.left_on or date.max)

    def day(self, on: date) -> int:
        """Whole days since the enrolment started."""
        return (on - self.enrolled_on).days

    def maybe_day(self, on: date | None) -> int | None:
        """The same; None stays None."""
        return None if on is None else self.day(on)


@dataclass(slots=True)
class Sieve:
    """Lets through what was known on `as_of` and the contract allows, and counts the rest.

    `timezone`: the installation's, in which a moment has its day.
    """

    as_of: date
    timezone: str
    counted: Counter[tuple[str, Reason]] = field(default_factory=Counter)

    def day_of(self, moment: datetime) -> date:
        """The day it was where the people are."""
        return local_day(moment, self.timezone)

    def keeps(self, table: str, enrolled: Enrolled, on: date) -> bool:
        """Whether a row of this day stays."""
        reason = self.objection(enrolled.withdrawn_on, on)
        if reason:
            self.count(table, reason)
        return reason is None

    def objection(self, withdrawn_on: date | None, on: date) -> Reason | None:
        """Why nothing of this day may stay, if so."""
        if on > self.as_of:
            return Reason.AFTER_AS_OF
        return Reason.AFTER_WITHDRAWAL if withdrawn_on and on > withdrawn_on else None

    def end_day(
        self, table: str, enrolled: Enrolled, end_on: date | None, slack: timedelta = timedelta(0)
    ) -> int | None:
        """The day on which a spell ended; None where that lies after the withdrawal."""
        if end_on and enrolled.withdrawn_on and end_on > enrolled.withdrawn_on + slack:
            self.count(table, Reason.END_AFTER_WITHDRAWAL)
            return None
        return enrolled.maybe_day(end_on)

    def count(self, table: str, reason: Reason) -> None:
        """One row more."""
        self.counted[table, reason] += 1


def read_enrolled(session: Session, study_id: UUID, sieve: Sieve) -> dict[UUID, Enrolled]:
    """The study's enrolments that had started, by id."""
    rows = session.execute(
        select(Enrolment, Participant, Unit.pseudonym, Exit)
        .join(Participant, Participant.id == Enrolment.participant_id)
        .join(Unit, Unit.id == Enrolment.unit_id)
        .outerjoin(Exit, Exit.enrolment_id == Enrolment.id)
        .where(Enrolment.study_id == study_id)
    )
    found = {}
    for enrolment, person, unit, left in rows:
        if enrolment.enrolled_on > sieve.as_of:
            sieve.count("enrolments", Reason.AFTER_AS_OF)
        else:
            found[enrolment.id] = _enrolled(enrolment, person, unit, left, sieve)
    return found


def _enrolled(
    enrolment: Enrolment, person: Participant, unit: str, left: Exit | None, sieve: Sieve
) -> Enrolled:
    withdrawn_on = enrolment.withdrawn_on
    if withdrawn_on and withdrawn_on > sieve.as_of:
        withdrawn_on = None
    if left and (objection := sieve.objection(withdrawn_on, left.left_on)):
        sieve.count("exits", objection)
        left = None
    return Enrolled(
        enrolment.pseudonym,
        person,
        unit,
        enrolment.enrolled_on,
        enrolment.intake,
        enrolment.referral,
        enrolment.observed_to,
        enrolment.observed_by,
        withdrawn_on,
        left.left_on if left else None,
        left.reason if left else None,
    )
