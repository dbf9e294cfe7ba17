"""What the pages of the overview show, put together for who reads them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from flask import abort
from sqlalchemy import select
from sqlalchemy.orm import Session

from bip.auth.staff import Staff
from bip.overview.curves import SMALLEST
from bip.overview.flow import Flow, flow, in_work
from bip.overview.parts import LIMIT
from bip.overview.persons import Person
from bip.overview.reached import WithinYear, within_year
from bip.overview.read import count_caseworkers, of_caseworker, of_unit, persons
from bip.overview.staying import Staying, staying
from bip.store.organisations import Unit


@dataclass(frozen=True, slots=True)
class UnitChoice:
    """A unit that the reader may see."""

    id: UUID
    name: str
    ceiling: int


@dataclass(frozen=True, slots=True)
class UnitFigures:
    """The figures of a unit with at least `LIMIT` persons."""

    reached: WithinYear
    staying: Staying
    flow: Flow
    caseworkers: int
    ceiling: int

    @property
    def per_caseworker(self) -> float | None:
        """Participants in care for each caseworker; None where that is hidden or there is no caseworker."""
        in_care = self.flow.everybody.in_care
        return in_care / self.caseworkers if in_care is not None and self.caseworkers else None


def units_of(session: Session, staff: Staff) -> list[UnitChoice]:
    """The coordinator's unit; without one, all units of the organisation, by name."""
    query = select(Unit.id, Unit.name, Unit.caseload_ceiling).where(
        Unit.organisation_id == staff.organisation_id
    )
    if staff.unit_id is not None:
        query = query.where(Unit.id == staff.unit_id)
    return [UnitChoice(*row) for row in session.execute(query.order_by(Unit.name))]


def chosen(units: Sequence[UnitChoice], asked: str | None) -> UnitChoice | None:
    """The unit asked for by its id, 404 where it is not among them; the first one where none is asked for.

    One unit at a time: from figures of all together a hidden one of a single unit could be worked out.
    """
    if asked is None:
        return next(iter(units), None)
    return next((unit for unit in units if str(unit.id) == asked), None) or abort(404)


def unit_figures(session: Session, staff: Staff, unit: UnitChoice, today: date) -> UnitFigures | None:
    """None where fewer than `LIMIT` have been enrolled."""
    people = persons(session, staff.organisation_id, of_unit(unit.id), today)
    if len(people) < LIMIT:
        return None
    return figures_of(people, today, count_caseworkers(session, unit.id), unit.ceiling)


def figures_of(people: Sequence[Person], today: date, caseworkers: int, ceiling: int) -> UnitFigures:
    """Of at least `LIMIT` persons."""
    reached = within_year(people, today)
    return UnitFigures(reached, staying(people, today, reached), flow(people, today), caseworkers, ceiling)


@dataclass(frozen=True, slots=True)
class OwnFigures:
    """A caseworker's participants in care: how many, how many of them have a job, and their first years.

    `in_work` is None where they, or the others, are few.
    """

    in_care: int
    in_work: int | None
    reached: WithinYear


def own_figures(session: Session, staff: Staff, today: date) -> OwnFigures | None:
    """Of those whom the caseworker has today and who are in care; None for fewer than `SMALLEST`."""
    mine = of_caseworker(staff.account_id, today)
    people = [one for one in persons(session, staff.organisation_id, mine, today) if one.in_care(today)]
    if len(people) < SMALLEST:
        return None
    return OwnFigures(len(people), in_work(people, today), within_year(people, today, drawn=False))
