"""How often something may be tried, so that neither a code nor a password is found by trying."""

from collections.abc import Callable
from typing import cast

from flask import Flask, request
from flask.typing import ResponseReturnValue
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

# Wrong codes an address may send. Right ones do not count: a room of tablets shares one address.
WRONG_CODES = "30 per 10 minutes"
SIGN_INS = "10 per 10 minutes"

limiter = Limiter(get_remote_address, storage_uri="memory://", headers_enabled=False)


def _named_account() -> str:
    """The account that a sign-in names: trying many passwords on one is what must be slow."""
    return f"{get_remote_address()}:{request.form.get('email', '').strip().lower()}"


def limit(app: Flask) -> None:
    """Slow down guessing passwords; the concerns limit their own pages."""
    limiter.init_app(app)
    slowed = limiter.limit(SIGN_INS, key_func=_named_account, methods=["POST"])
    views = cast("dict[str, Callable[..., ResponseReturnValue]]", app.view_functions)
    views["security.login"] = slowed(views["security.login"])
