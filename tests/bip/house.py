"""An organisation with one of each role, ready to be visited."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from types import CodeType
from uuid import UUID

from flask import Flask
from flask_security import hash_password
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from passlib.hash import argon2

from bip.services import EXTENSION, Services
from bip.store.lists import Role
from tests.bip import rows
from tests.bip.pages import Visitor

PASSWORD = "four calm words here"  # noqa: S105  # of accounts that live for one test


@dataclass
class House:
    """Ids of an organisation's rows; `enter` gives a signed-in visitor of a role."""

    app: Flask
    organisation_id: UUID
    unit_id: UUID
    study_id: UUID
    accounts: dict[Role, UUID]
    emails: dict[Role, str]
    visitors: dict[Role, Visitor] = field(default_factory=dict)

    @property
    def installed(self) -> Services:
        found: Services = self.app.extensions[EXTENSION]
        return found

    def enter(self, role: Role | str) -> Visitor:
        """A visitor signed in with this role, the same one each time."""
        role = Role(role)
        if role not in self.visitors:
            visitor = Visitor(self.app)
            visitor.pass_door(self.emails[role], PASSWORD)
            self.visitors[role] = visitor
        return self.visitors[role]


class _CompiledOnce(BytecodeCache):
    """What templates were compiled to, for all applications of this process."""

    def __init__(self) -> None:
        self.known: dict[tuple[str, str], CodeType | None] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self.known.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.known[bucket.key, bucket.checksum] = bucket.code


_COMPILED = _CompiledOnce()


# Every test signs somebody in. Passwords are hashed and compared as ever, at the least cost, by all
# applications of this process: one that asked for more would hash anew what another has hashed.
argon2.time_cost, argon2.memory_cost, argon2.parallelism = 1, 8, 1


def make_quick(app: Flask) -> None:
    """Templates are compiled once for all tests, each of which has an application of its own."""
    app.jinja_env.bytecode_cache = _COMPILED


@cache
def hashed_password() -> str:
    """Once a session. Needs an application context."""
    return str(hash_password(PASSWORD))


def build_house(app: Flask, **study: object) -> House:
    """An organisation with a unit, a study, and one account a role (the coordinator of the unit)."""
    installed: Services = app.extensions[EXTENSION]
    with app.app_context(), installed.store.writing() as session:
        organisation = rows.organisation(session)
        unit = rows.unit(session, organisation)
        made = rows.study(session, organisation, **study)
        accounts = {
            role: rows.account(
                session,
                organisation,
                roles=(role,),
                unit=unit if role in {Role.CASEWORKER, Role.COORDINATOR} else None,
                password=hashed_password(),
            )
            for role in Role
        }
        return House(
            app,
            organisation.id,
            unit.id,
            made.id,
            {role: account.id for role, account in accounts.items()},
            {role: account.email for role, account in accounts.items()},
        )
