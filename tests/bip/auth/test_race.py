"""On PostgreSQL writers run side by side, so what must happen once is put to the proof there."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier
from uuid import UUID

import pytest
from sqlalchemy import select

from bip.admin.people import Decision, LastAdministratorError, Position, change_person
from bip.auth import invitations
from bip.auth.invitations import Credentials, LinkError
from bip.auth.staff import Staff
from bip.clock import SettableClock
from bip.services import Services
from bip.settings import Settings
from bip.store.audit import Actor
from bip.store.cipher import Cipher
from bip.store.lists import Role
from bip.store.organisations import Account, Invitation
from bip.store.session import Store
from tests.bip import rows

CROWD = 4


@pytest.fixture
def at(on_postgresql: str) -> Iterator[Services]:
    """An installation with nothing in its database."""
    settings = Settings(
        secret_key=secrets.token_urlsafe(32),
        identity_key=secrets.token_urlsafe(32),
        database_url=on_postgresql,
    )
    store = Store(on_postgresql)
    clock = SettableClock(datetime(2026, 3, 2, 11, 0, tzinfo=UTC))
    yield Services(settings, store, clock, Cipher(settings.identity_key_bytes))
    store.close()


def at_once(act: Callable[[int], str]) -> list[str]:
    """What comes of it when several do it at the same moment."""
    ready = Barrier(CROWD)

    def wait_and_act(number: int) -> str:
        ready.wait()
        return act(number)

    with ThreadPoolExecutor(CROWD) as crowd:
        return sorted(crowd.map(wait_and_act, range(CROWD)))


def test_of_many_who_open_one_link_one_joins(at: Services) -> None:
    with at.store.writing() as session:
        organisation = rows.organisation(session)
        invitations.invite(session, at, Actor(organisation.id), email="", roles={Role.CASEWORKER})
    with at.store.reading() as session:
        invitation_id = session.scalars(select(Invitation.id)).one()

    def come(number: int) -> str:
        try:
            invitations.join(at, invitation_id, Credentials("Bo Ek", f"bo-{number}@example.org", "hash"))
        except LinkError as error:
            return error.reason
        return "joined"

    assert at_once(come) == ["joined", "used", "used", "used"]
    with at.store.reading() as session:
        assert len(session.scalars(select(Account)).all()) == 1


def test_administrators_who_all_give_up_at_once_leave_one(at: Services) -> None:
    with at.store.writing() as session:
        organisation = rows.organisation(session)
        staff = [
            member(organisation.id, rows.account(session, organisation, roles=(Role.ADMINISTRATOR,)).id)
            for _ in range(CROWD)
        ]

    def give_up(number: int) -> str:
        decided = Decision("Kim Berg", True, Position(frozenset({Role.RESEARCHER}), None))
        try:
            change_person(at, staff[number], staff[number].account_id, decided)
        except LastAdministratorError:
            return "stays"
        return "gone"

    assert at_once(give_up) == ["gone", "gone", "gone", "stays"]


def member(organisation_id: UUID, account_id: UUID) -> Staff:
    return Staff(account_id, organisation_id, None, "Kim Berg", frozenset({Role.ADMINISTRATOR}))
