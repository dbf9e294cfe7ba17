"""The member of staff a request comes from, and the guards in front of staff pages."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import ParamSpec, TypeVar, cast
from uuid import UUID

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_security import current_user

from bip.collect.visits import end_visit
from bip.headers import SAFE_METHODS
from bip.store.audit import Actor
from bip.store.lists import Role
from bip.store.organisations import Account

P = ParamSpec("P")
R = TypeVar("R", bound=ResponseReturnValue)


@dataclass(frozen=True, slots=True)
class Staff:
    """A signed-in member of staff. Without a unit, all units of the organisation are theirs to see."""

    account_id: UUID
    organisation_id: UUID
    unit_id: UUID | None
    name: str
    roles: frozenset[Role]

    @property
    def actor(self) -> Actor:
        """On whose behalf the trail is written."""
        return Actor(self.organisation_id, self.account_id)

    def has(self, *roles: Role) -> bool:
        """Whether any of the roles is theirs."""
        return not self.roles.isdisjoint(roles)


def signed_in() -> Staff | None:
    """The member of staff, or None where nobody has signed in."""
    if not current_user.is_authenticated:
        return None
    account = cast("Account", current_user)
    return Staff(
        account.id,
        account.organisation_id,
        account.unit_id,
        account.name,
        frozenset(role.name for role in account.roles),
    )


def staff() -> Staff:
    """The member of staff behind a guarded page."""
    found = signed_in()
    if found is None:
        abort(401)
    return found


def requires(*roles: Role) -> Callable[[Callable[P, R]], Callable[P, ResponseReturnValue]]:
    """Let in only who has signed in and has one of the roles; no role named: whoever has signed in."""

    def guard(view: Callable[P, R]) -> Callable[P, ResponseReturnValue]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
            found = signed_in()
            if found is None:
                abort(401)
            # Whoever answered in this browser before is shown nothing to the staff who use it now.
            end_visit()
            if roles and not found.has(*roles):
                abort(403)
            return view(*args, **kwargs)

        return guarded

    return guard


def unsent_form() -> tuple[str, int]:
    """For a form that arrives after its sender was signed out: what was written stays, to be sent again."""
    fields = [
        (name, value)
        for name, values in request.form.lists()
        for value in values
        if name not in {"csrf_token", "current", "pin", "again"} and "password" not in name
    ]
    return render_template("auth/unsent.html", fields=fields), 401


def is_form() -> bool:
    """Whether the request carries something that a person has written."""
    return request.method not in SAFE_METHODS
