"""What a coordinator can choose from when somebody is enrolled."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from bip.auth.staff import Staff
from bip.participants.assignment import Caseworker, caseworkers
from bip.store.organisations import Unit
from bip.store.studies import Study


@dataclass(frozen=True, slots=True)
class StudyOption:
    """A study to enrol in."""

    id: UUID
    name: str
    interval_days: int


@dataclass(frozen=True, slots=True)
class UnitOption:
    """A unit to enrol in."""

    id: UUID
    name: str


@dataclass(frozen=True, slots=True)
class Options:
    """The studies of the organisation; units and caseworkers: those of the coordinator's unit, else all."""

    studies: tuple[StudyOption, ...]
    units: tuple[UnitOption, ...]
    caseworkers: tuple[Caseworker, ...]


def options_for(session: Session, staff: Staff, today: date) -> Options:
    """What this coordinator can choose from; a study that has ended takes nobody in."""
    studies = session.execute(
        select(Study.id, Study.name, Study.interval_days)
        .where(
            Study.organisation_id == staff.organisation_id,
            or_(Study.ends_on.is_(None), Study.ends_on >= today),
        )
        .order_by(Study.name)
    )
    units = select(Unit.id, Unit.name).where(Unit.organisation_id == staff.organisation_id)
    if staff.unit_id is not None:
        units = units.where(Unit.id == staff.unit_id)
    return Options(
        tuple(StudyOption(*row) for row in studies),
        tuple(UnitOption(*row) for row in session.execute(units.order_by(Unit.name))),
        tuple(caseworkers(session, staff.organisation_id, staff.unit_id)),
    )
