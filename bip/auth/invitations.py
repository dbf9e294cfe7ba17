"""One-time links: to begin an organisation, to join one, to choose a new password."""

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from bip.auth.security import add_account, new_uniquifier
from bip.services import Services
from bip.store.audit import Actor, record
from bip.store.lists import Role
from bip.store.organisations import Account, Invitation, Organisation

LINK_DAYS: Final = 7


class Purpose(StrEnum):
    """What a link is for."""

    BEGIN = "begin"
    JOIN = "join"
    PASSWORD = "password"  # noqa: S105  # no password, the word


class LinkError(Exception):
    """A link that leads nowhere; `reason` is unknown, used or expired."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class EmailTakenError(Exception):
    """There is an account with this address."""


@dataclass(frozen=True, slots=True)
class Link:
    """A link that is still good, as its page needs it."""

    invitation_id: UUID
    purpose: Purpose
    email: str
    organisation_name: str | None


@dataclass(frozen=True, slots=True)
class Credentials:
    """What somebody chose on the page of a link. The hash is made beforehand: that takes long on purpose."""

    name: str
    email: str
    password_hash: str


def invite(  # noqa: PLR0913  # an invitation is all of these
    session: Session,
    at: Services,
    actor: Actor,
    *,
    email: str,
    roles: Collection[Role] = (),
    unit_id: UUID | None = None,
    account_id: UUID | None = None,
) -> str:
    """Save an invitation into the actor's organisation and give its link, which is kept nowhere."""
    now = at.clock.now()
    token = secrets.token_urlsafe()
    made = Invitation(
        organisation_id=actor.organisation_id,
        unit_id=unit_id,
        account_id=account_id,
        email=email,
        roles=sorted(roles),
        token_hash=_hash(at, token),
        created_at=now,
        expires_at=now + timedelta(days=LINK_DAYS),
    )
    session.add(made)
    record(session, actor, now, "invitation_made", invitation=made.id)
    return f"{at.settings.base_url}/welcome/{token}"


def withdraw(session: Session, at: Services, actor: Actor, *which: ColumnElement[bool]) -> int:
    """End the open invitations of the actor's organisation that meet the conditions; how many there were."""
    now = at.clock.now()
    ended = session.scalars(
        update(Invitation)
        .where(Invitation.organisation_id == actor.organisation_id, *open_invitations(at), *which)
        .values(expires_at=now)
        .returning(Invitation.id)
    ).all()
    for invitation_id in ended:
        record(session, actor, now, "invitation_withdrawn", invitation=invitation_id)
    return len(ended)


def open_invitations(at: Services) -> tuple[ColumnElement[bool], ...]:
    """Conditions on `Invitation`: those whose link is still good."""
    return Invitation.used_at.is_(None), Invitation.expires_at > at.clock.now()


def find(session: Session, at: Services, token: str) -> Link:
    """What a link's token leads to. Raises LinkError."""
    query = (
        select(Invitation, Organisation.name)
        .outerjoin(Organisation, Organisation.id == Invitation.organisation_id)
        .where(Invitation.token_hash == _hash(at, token))
    )
    found = session.execute(query).one_or_none()
    if found is None:
        raise LinkError("unknown")
    invitation, organisation_name = found
    if invitation.used_at is not None:
        raise LinkError("used")
    if invitation.expires_at <= at.clock.now():
        raise LinkError("expired")
    return Link(invitation.id, _purpose(invitation), invitation.email, organisation_name)


def begin(at: Services, invitation_id: UUID, chosen: Credentials, name: str, country: str) -> UUID:
    """Begin an organisation with its first administrator; the id of the account.

    Raises LinkError where the link was used meanwhile, EmailTakenError.
    """
    now = at.clock.now()
    with at.store.writing() as session:
        _use(session, at, invitation_id)
        organisation = Organisation(name=name, country=country, created_at=now)
        session.add(organisation)
        session.flush()
        account = _account(at, chosen, organisation.id)
        _add(session, account, frozenset({Role.ADMINISTRATOR}))
        actor = Actor(organisation.id, account.id)
        record(session, actor, now, "organisation_begun", organisation=organisation.id)
        record(session, actor, now, "invitation_used", invitation=invitation_id, account=account.id)
        return account.id


def join(at: Services, invitation_id: UUID, chosen: Credentials) -> UUID:
    """Make the account that an invitation is for, with its unit and roles; its id. Raises like `begin`."""
    with at.store.writing() as session:
        invitation = _use(session, at, invitation_id)
        assert invitation.organisation_id is not None  # noqa: S101  # else there is nothing to join
        account = _account(at, chosen, invitation.organisation_id)
        account.unit_id = invitation.unit_id
        _add(session, account, frozenset(map(Role, invitation.roles)))
        actor = Actor(account.organisation_id, account.id)
        record(
            session, actor, at.clock.now(), "invitation_used", invitation=invitation_id, account=account.id
        )
        return account.id


def renew(at: Services, invitation_id: UUID, password_hash: str) -> UUID:
    """Give the account of a link its new password and end its sessions; its id. Raises LinkError."""
    with at.store.writing() as session:
        invitation = _use(session, at, invitation_id)
        account = session.get_one(Account, invitation.account_id)
        if not account.active:
            raise LinkError("expired")
        account.password, account.fs_uniquifier = password_hash, new_uniquifier()
        actor = Actor(account.organisation_id, account.id)
        record(
            session, actor, at.clock.now(), "invitation_used", invitation=invitation_id, account=account.id
        )
        return account.id


def _use(session: Session, at: Services, invitation_id: UUID) -> Invitation:
    """Of several who come at once, one: the others' update finds nothing left to change."""
    used: Invitation | None = session.scalar(
        update(Invitation)
        .where(Invitation.id == invitation_id, *open_invitations(at))
        .values(used_at=at.clock.now())
        .returning(Invitation)
    )
    if used is None:
        raise LinkError("used")
    return used


def _account(at: Services, chosen: Credentials, organisation_id: UUID) -> Account:
    return Account(
        organisation_id=organisation_id,
        email=chosen.email,
        name=chosen.name,
        password=chosen.password_hash,
        fs_uniquifier=new_uniquifier(),
        created_at=at.clock.now(),
    )


def _add(session: Session, account: Account, roles: frozenset[Role]) -> None:
    """Ids and pseudonyms are random: what the database refuses to have twice is the address."""
    try:
        add_account(session, account, roles)
    except IntegrityError:
        raise EmailTakenError from None


def _purpose(invitation: Invitation) -> Purpose:
    if invitation.organisation_id is None:
        return Purpose.BEGIN
    return Purpose.JOIN if invitation.account_id is None else Purpose.PASSWORD


def _hash(at: Services, token: str) -> str:
    return at.keyed_hash("invitation", token)
