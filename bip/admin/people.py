"""Staff: who there is, who is invited, and changing what they may do."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask import abort
from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from bip.admin.organisation import assign
from bip.auth.invitations import EmailTakenError, invite, open_invitations, withdraw
from bip.auth.staff import Staff
from bip.services import Services
from bip.store.audit import record
from bip.store.lists import Role
from bip.store.organisations import Account, AccountRole, Invitation, Organisation, Unit


class LastAdministratorError(Exception):
    """Without this administrator nobody could set up anything."""


@dataclass(frozen=True, slots=True)
class Person:
    """A member of staff as the administrator sees them."""

    id: UUID
    name: str
    email: str
    roles: frozenset[Role]
    unit_id: UUID | None
    unit_name: str | None
    active: bool


@dataclass(frozen=True, slots=True)
class Invited:
    """Somebody who has a link and has not used it."""

    id: UUID
    email: str
    roles: frozenset[Role]
    unit_name: str | None
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Position:
    """What somebody may do, and in which unit; without a unit in all of them."""

    roles: frozenset[Role]
    unit_id: UUID | None


@dataclass(frozen=True, slots=True)
class Decision:
    """What an administrator settles about a member of staff."""

    name: str
    active: bool
    position: Position


def people_of(session: Session, staff: Staff) -> list[Person]:
    """The organisation's staff by name."""
    query = (
        select(Account, Unit.name)
        .outerjoin(Unit, Unit.id == Account.unit_id)
        .where(Account.organisation_id == staff.organisation_id)
    )
    found = [_person(account, unit_name) for account, unit_name in session.execute(query)]
    return sorted(found, key=lambda person: person.name.casefold())


def person_or_404(session: Session, staff: Staff, account_id: UUID) -> Person:
    """The member of staff, if they work for the organisation."""
    return next((one for one in people_of(session, staff) if one.id == account_id), None) or abort(404)


def _person(account: Account, unit_name: str | None) -> Person:
    roles = frozenset(role.name for role in account.roles)
    return Person(
        account.id, account.name, account.email, roles, account.unit_id, unit_name, bool(account.active)
    )


def invited_to(session: Session, at: Services, staff: Staff) -> list[Invited]:
    """Who has a link to join that is still good, by address."""
    query = (
        select(Invitation, Unit.name)
        .outerjoin(Unit, Unit.id == Invitation.unit_id)
        .where(
            Invitation.organisation_id == staff.organisation_id,
            Invitation.account_id.is_(None),
            *open_invitations(at),
        )
        .order_by(Invitation.email)
    )
    return [
        Invited(one.id, one.email, frozenset(map(Role, one.roles)), unit_name, one.expires_at)
        for one, unit_name in session.execute(query)
    ]


def invitation_or_404(session: Session, at: Services, staff: Staff, invitation_id: UUID) -> Invited:
    """The open invitation, if it is the organisation's."""
    found = (one for one in invited_to(session, at, staff) if one.id == invitation_id)
    return next(found, None) or abort(404)


def invite_person(at: Services, staff: Staff, email: str, position: Position) -> str:
    """The link for a new member of staff; an earlier one to the address ends. Raises EmailTakenError."""
    with at.store.writing() as session:
        if session.scalar(select(exists().where(Account.email == email))):
            raise EmailTakenError
        withdraw(session, at, staff.actor, Invitation.account_id.is_(None), Invitation.email == email)
        return invite(session, at, staff.actor, email=email, roles=position.roles, unit_id=position.unit_id)


def withdraw_invitation(at: Services, staff: Staff, invitation_id: UUID) -> None:
    """End the link; an answer of 404 where the organisation has no such open one."""
    with at.store.writing() as session:
        if not withdraw(
            session, at, staff.actor, Invitation.id == invitation_id, Invitation.account_id.is_(None)
        ):
            abort(404)


def new_password_link(at: Services, staff: Staff, person: Person) -> str:
    """A link to a new password; an earlier one ends."""
    with at.store.writing() as session:
        withdraw(session, at, staff.actor, Invitation.account_id == person.id)
        return invite(session, at, staff.actor, email=person.email, account_id=person.id)


def change_person(at: Services, staff: Staff, account_id: UUID, decided: Decision) -> None:
    """Save what an administrator decides about a member of the own organisation's staff.

    Raises LastAdministratorError where nobody would be left who can decide.
    """
    with at.store.writing() as session:
        account = session.get_one(Account, account_id)
        if not (decided.active and Role.ADMINISTRATOR in decided.position.roles):
            _require_another_administrator(session, account)
        if not decided.active:
            # A link to a new password would let them in again.
            withdraw(session, at, staff.actor, Invitation.account_id == account_id)
        if changed := _apply(session, account, decided):
            record(
                session, staff.actor, at.clock.now(), "account_changed", account=account_id, fields=changed
            )


def _apply(session: Session, account: Account, decided: Decision) -> list[str]:
    """The names of what changed."""
    unit_id = decided.position.unit_id
    fields = {"name": decided.name, "active": decided.active, "unit_id": unit_id}
    return assign(account, fields) + _set_roles(session, account, decided.position.roles)


def _set_roles(session: Session, account: Account, wanted: Collection[Role]) -> list[str]:
    held = {role.name: role for role in account.roles}
    for role in held.keys() - wanted:
        session.delete(held[role])
    session.add_all(
        AccountRole(organisation_id=account.organisation_id, account_id=account.id, name=role)
        for role in sorted(wanted - held.keys())
    )
    return ["roles"] if held.keys() != wanted else []


def _require_another_administrator(session: Session, account: Account) -> None:
    # Two administrators who take each other's role away at the same moment wait for one another here.
    session.get_one(Organisation, account.organisation_id, with_for_update=True)
    another = exists().where(
        Account.organisation_id == account.organisation_id,
        Account.id != account.id,
        Account.active,
        AccountRole.account_id == Account.id,
        AccountRole.name == Role.ADMINISTRATOR,
    )
    if not session.scalar(select(another)):
        raise LastAdministratorError
