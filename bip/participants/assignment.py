"""Whose participant somebody is from which day; a change of caseworker is data, so spells are kept."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from bip.auth.staff import Staff
from bip.participants.visible import enrolment_or_404
from bip.services import Services
from bip.store.audit import record
from bip.store.lists import Role
from bip.store.organisations import Account, AccountRole, Unit
from bip.store.people import AssignmentSpell, Enrolment


@dataclass(frozen=True, slots=True)
class Caseworker:
    """Somebody who can be assigned; without a unit, in every unit."""

    id: UUID
    name: str
    unit_id: UUID | None
    unit: str | None


class Dated(Protocol):
    """An enrolment, as far as the order of its spells depends on it."""

    @property
    def enrolled_on(self) -> date:
        """Day 0."""


class Spell(Protocol):
    """A spell in the database, or one that a file would make."""

    @property
    def caseworker_id(self) -> UUID:
        """Whose it is."""

    @property
    def start_on(self) -> date:
        """The first day."""

    @property
    def end_on(self) -> date | None:
        """The day after the last; none while it goes on."""


@dataclass(frozen=True, slots=True)
class NewSpell:
    """A spell that is to begin."""

    caseworker_id: UUID
    start_on: date
    end_on: date | None = None


class Refusal(StrEnum):
    """Why a caseworker cannot be assigned from a day."""

    SAME = "same"
    BEFORE_SPELL = "before_spell"


class AssignmentError(Exception):
    """A spell that would break the order; `day`: the first one on which a spell may begin."""

    def __init__(self, reason: Refusal, day: date) -> None:
        super().__init__(reason)
        self.reason = reason
        self.day = day


def caseworkers(session: Session, organisation_id: UUID, unit_id: UUID | None) -> list[Caseworker]:
    """The active caseworkers of a unit (None: of all units), with those who have none, by name."""
    query = (
        select(Account.id, Account.name, Account.unit_id, Unit.name)
        .join(AccountRole, AccountRole.account_id == Account.id)
        .outerjoin(Unit, Unit.id == Account.unit_id)
        .where(
            Account.organisation_id == organisation_id,
            Account.active,
            AccountRole.name == Role.CASEWORKER,
        )
        .order_by(Account.name, Account.id)
    )
    if unit_id is not None:
        query = query.where(or_(Account.unit_id.is_(None), Account.unit_id == unit_id))
    return [Caseworker(*row) for row in session.execute(query)]


def assign(at: Services, staff: Staff, enrolment_id: UUID, caseworker_id: UUID, start_on: date) -> None:
    """End the latest spell on a day and begin the caseworker's; a spell of no days is replaced.

    Raises AssignmentError where the caseworker has the participant already, or the day lies before the latest
    spell's beginning (its end, where it has one).
    """
    with at.store.writing() as session:
        enrolment = enrolment_or_404(session, staff, enrolment_id, at.clock.today())
        assign_in(session, at, staff, enrolment, NewSpell(caseworker_id, start_on))


def assign_in(
    session: Session, at: Services, staff: Staff, enrolment: Enrolment, wanted: NewSpell
) -> AssignmentSpell:
    """`assign` as a part of a larger transaction, such as a file; the caseworker's spell."""
    latest = latest_spell(session, enrolment)
    require_order(enrolment, latest, wanted)
    if latest is not None and latest.start_on == wanted.start_on:
        session.delete(latest)
    elif latest is not None and latest.end_on is None:
        latest.end_on = wanted.start_on
    session.flush()
    begun = AssignmentSpell(
        organisation_id=enrolment.organisation_id,
        enrolment_id=enrolment.id,
        caseworker_id=wanted.caseworker_id,
        start_on=wanted.start_on,
    )
    session.add(begun)
    record(
        session,
        staff.actor,
        at.clock.now(),
        "caseworker_assigned",
        enrolment=enrolment.id,
        caseworker=wanted.caseworker_id,
    )
    return begun


def latest_spell(session: Session, enrolment: Enrolment) -> AssignmentSpell | None:
    """The last spell, once nobody else is changing them."""
    session.execute(select(Enrolment.id).where(Enrolment.id == enrolment.id).with_for_update())
    return session.scalar(
        select(AssignmentSpell)
        .where(AssignmentSpell.enrolment_id == enrolment.id)
        .order_by(AssignmentSpell.start_on.desc())
        .limit(1)
    )


def require_order(enrolment: Dated, latest: Spell | None, wanted: NewSpell) -> None:
    """Raises AssignmentError where the wanted spell cannot follow the latest."""
    first_day = enrolment.enrolled_on if latest is None else latest.end_on or latest.start_on
    if latest is not None and latest.end_on is None and latest.caseworker_id == wanted.caseworker_id:
        raise AssignmentError(Refusal.SAME, first_day)
    if wanted.start_on < first_day:
        raise AssignmentError(Refusal.BEFORE_SPELL, first_day)
