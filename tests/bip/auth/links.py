"""Links for tests: made through the services, or read off a page."""

from __future__ import annotations

import re
from urllib.parse import urlsplit
from uuid import UUID

from sqlalchemy import select

from bip.auth.invitations import invite
from bip.services import Services
from bip.store.audit import Actor, AuditEvent
from bip.store.lists import Role
from tests.bip.house import House
from tests.bip.pages import Page

PASSWORD = "five calm words and more"  # noqa: S105  # of accounts that live for one test


def first_link(installed: Services) -> str:
    """What `bip init` prints, without its host."""
    with installed.store.writing() as session:
        return path_of(
            invite(session, installed, Actor(None), email="", roles=frozenset({Role.ADMINISTRATOR}))
        )


def join_link(
    house: House, email: str = "new@example.org", *, roles: frozenset[Role] = frozenset({Role.CASEWORKER})
) -> str:
    actor = Actor(house.organisation_id)
    with house.installed.store.writing() as session:
        return path_of(
            invite(session, house.installed, actor, email=email, roles=roles, unit_id=house.unit_id)
        )


def password_link(house: House, role: Role) -> str:
    actor = Actor(house.organisation_id)
    with house.installed.store.writing() as session:
        account_id = house.accounts[role]
        return path_of(
            invite(session, house.installed, actor, email=house.emails[role], account_id=account_id)
        )


def shown_link(page: Page) -> str:
    """The link that a page shows, without its host."""
    found = re.search(r"https?://\S+/welcome/[\w-]+", page.text)
    assert found is not None, page.text
    return path_of(found.group())


def path_of(link: str) -> str:
    return urlsplit(link).path


def trail(installed: Services, organisation_id: UUID) -> list[tuple[str, dict[str, object]]]:
    """The organisation's events with their details, sign-ins apart."""
    query = (
        select(AuditEvent)
        .where(AuditEvent.organisation_id == organisation_id, AuditEvent.kind != "signed_in")
        .order_by(AuditEvent.at)
    )
    with installed.store.reading() as session:
        return [(event.kind, event.details) for event in session.scalars(query)]


def kinds(installed: Services, organisation_id: UUID) -> list[str]:
    return sorted(kind for kind, _details in trail(installed, organisation_id))
