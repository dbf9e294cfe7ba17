"""The organisation and its units: reading and changing them."""

from dataclasses import dataclass
from uuid import UUID

from flask import abort
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from bip.auth.staff import Staff
from bip.services import Services
from bip.store.audit import record
from bip.store.organisations import Organisation, Unit


class NameTakenError(Exception):
    """The organisation has one of this name."""


@dataclass(frozen=True, slots=True)
class UnitLine:
    """A unit as lists show it."""

    id: UUID
    name: str
    ceiling: int


def organisation_of(session: Session, staff: Staff) -> Organisation:
    """The organisation the member of staff works for."""
    return session.get_one(Organisation, staff.organisation_id)


def change_organisation(at: Services, staff: Staff, name: str, country: str) -> None:
    """Save both, and what of them is new into the trail."""
    with at.store.writing() as session:
        organisation = organisation_of(session, staff)
        if changed := assign(organisation, {"name": name, "country": country}):
            record(session, staff.actor, at.clock.now(), "organisation_changed", fields=changed)


def units_of(session: Session, staff: Staff) -> list[UnitLine]:
    """The organisation's units by name."""
    query = select(Unit.id, Unit.name, Unit.caseload_ceiling)
    rows = session.execute(query.where(Unit.organisation_id == staff.organisation_id))
    found = [UnitLine(*row) for row in rows]
    return sorted(found, key=lambda unit: unit.name.casefold())


def unit_or_404(session: Session, staff: Staff, unit_id: UUID) -> UnitLine:
    """The unit, if it is the organisation's."""
    return next((unit for unit in units_of(session, staff) if unit.id == unit_id), None) or abort(404)


def add_unit(at: Services, staff: Staff, name: str, ceiling: int) -> None:
    """Raises NameTakenError."""
    with at.store.writing() as session:
        unit = Unit(organisation_id=staff.organisation_id, name=name, caseload_ceiling=ceiling)
        session.add(unit)
        flush_name(session)
        record(session, staff.actor, at.clock.now(), "unit_added", unit=unit.id)


def change_unit(at: Services, staff: Staff, unit_id: UUID, name: str, ceiling: int) -> None:
    """Raises NameTakenError; the unit must be the organisation's."""
    with at.store.writing() as session:
        unit = session.get_one(Unit, unit_id)
        if changed := assign(unit, {"name": name, "caseload_ceiling": ceiling}):
            flush_name(session)
            record(session, staff.actor, at.clock.now(), "unit_changed", unit=unit.id, fields=changed)


def assign(row: object, wanted: dict[str, object]) -> list[str]:
    """Set what differs; the names of what did."""
    changed = [name for name, value in wanted.items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, wanted[name])
    return changed


def flush_name(session: Session) -> None:
    """Names are unique within an organisation, and all else in these rows is random or checked."""
    try:
        session.flush()
    except IntegrityError:
        raise NameTakenError from None
