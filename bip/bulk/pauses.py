"""The days on which a unit takes nobody in."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from flask import abort
from sqlalchemy import ColumnElement, select, true
from sqlalchemy.orm import Session

from bip.auth.staff import Staff
from bip.services import Services
from bip.store.audit import record
from bip.store.casework import IntakePause
from bip.store.organisations import Unit


@dataclass(frozen=True, slots=True)
class Pause:
    """From the first day to the last, both included; without a last day it goes on."""

    id: UUID
    unit_id: UUID
    unit: str
    start_on: date
    end_on: date | None

    def holds(self, day: date) -> bool:
        """Whether nobody is taken in on the day."""
        return self.start_on <= day and (self.end_on is None or day <= self.end_on)


def pauses_of(session: Session, staff: Staff) -> list[Pause]:
    """Those of the coordinator's unit, else of all units, the newest first."""
    rows = session.execute(
        select(IntakePause.id, Unit.id, Unit.name, IntakePause.start_on, IntakePause.end_on)
        .join(Unit, Unit.id == IntakePause.unit_id)
        .where(_own(staff))
        .order_by(IntakePause.start_on.desc(), Unit.name)
    )
    return [Pause(*row) for row in rows]


def add_pause(at: Services, staff: Staff, unit_id: UUID, start_on: date, end_on: date | None) -> None:
    """Let a unit take nobody in; the same pause sent twice is one."""
    with at.store.writing() as session:
        same = select(IntakePause.id).where(
            IntakePause.unit_id == unit_id, IntakePause.start_on == start_on, IntakePause.end_on == end_on
        )
        if session.scalar(same) is None:
            session.add(
                IntakePause(
                    organisation_id=staff.organisation_id, unit_id=unit_id, start_on=start_on, end_on=end_on
                )
            )
            record(session, staff.actor, at.clock.now(), "intake_paused", unit=unit_id)


def end_pause(at: Services, staff: Staff, pause_id: UUID) -> None:
    """Let yesterday be its last day; one that has not lasted a day yet is taken away."""
    today = at.clock.today()
    with at.store.writing() as session:
        query = select(IntakePause).where(IntakePause.id == pause_id, _own(staff))
        pause = session.scalar(query) or abort(404)
        record(session, staff.actor, at.clock.now(), "intake_resumed", unit=pause.unit_id)
        if pause.start_on >= today:
            session.delete(pause)
        elif pause.end_on is None or pause.end_on >= today:
            pause.end_on = date.fromordinal(today.toordinal() - 1)


def _own(staff: Staff) -> ColumnElement[bool]:
    unit = IntakePause.unit_id == staff.unit_id if staff.unit_id else true()
    return (IntakePause.organisation_id == staff.organisation_id) & unit
