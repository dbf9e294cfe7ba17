"""Flask-Security, set up: argon2id, the same answer whether the address or the password was wrong."""

import secrets
from datetime import timedelta
from typing import Any

from flask import Flask, g, request
from flask_security import Security, SQLAlchemyUserDatastore, user_authenticated
from sqlalchemy.orm import Session

from bip.services import Services, close_reader, reader, services
from bip.store.audit import Actor, record
from bip.store.lists import Role
from bip.store.organisations import Account, AccountRole

PASSWORD_MIN = 12
SESSION_HOURS = 8


class RequestDatabase:
    """What the library takes for its database: the request's reader, or a writer where a password changes."""

    @property
    def session(self) -> Session:
        """The session of this request."""
        if request.endpoint != "security.change_password":
            return reader()
        if "password_writer" not in g:
            g.password_writer = services().store.writer_session()
        session = g.password_writer
        assert isinstance(session, Session)  # noqa: S101  # nobody else writes the name
        return session


def secure(app: Flask, installed: Services) -> None:
    """Add sign-in, sign-out and changing one's password to the application."""
    app.config.update(_options(installed))
    datastore = SQLAlchemyUserDatastore(RequestDatabase(), Account, AccountRole)
    Security(app, datastore)
    user_authenticated.connect(_record_sign_in, app)
    app.teardown_appcontext(_close_writer)
    app.teardown_appcontext(close_reader)


def _options(installed: Services) -> dict[str, object]:
    return {
        "SECRET_KEY": installed.settings.secret_key.get_secret_value(),
        "SESSION_COOKIE_SECURE": installed.settings.served_securely,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "PERMANENT_SESSION_LIFETIME": timedelta(hours=SESSION_HOURS),
        # A form may lie open over a long conversation; it ends with the session, not before.
        "WTF_CSRF_TIME_LIMIT": None,
        "SECURITY_PASSWORD_HASH": "argon2",
        # argon2 salts each password itself: a common salt would tie all passwords to a key that may rotate.
        "SECURITY_PASSWORD_SINGLE_HASH": ["argon2"],
        "SECURITY_PASSWORD_SALT": "unused",
        "SECURITY_PASSWORD_LENGTH_MIN": PASSWORD_MIN,
        "SECURITY_RETURN_GENERIC_RESPONSES": True,
        "SECURITY_EMAIL_VALIDATOR_ARGS": {"check_deliverability": False},
        "SECURITY_LOGIN_URL": "/sign-in",
        "SECURITY_LOGOUT_URL": "/leave",
        "SECURITY_LOGOUT_METHODS": None,
        "SECURITY_CHANGEABLE": True,
        "SECURITY_CHANGE_URL": "/account/password",
        "SECURITY_SEND_PASSWORD_CHANGE_EMAIL": False,
        "SECURITY_POST_LOGIN_VIEW": "/start",
        "SECURITY_POST_CHANGE_VIEW": "/start",
        "SECURITY_LOGIN_USER_TEMPLATE": "auth/sign_in.html",
        "SECURITY_CHANGE_PASSWORD_TEMPLATE": "auth/change_password.html",
        "SECURITY_DEFAULT_REMEMBER_ME": False,
        "SECURITY_FLASH_MESSAGES": True,
    }


def _record_sign_in(_app: Flask, user: Account, **_more: Any) -> None:  # noqa: ANN401  # the signal's extras
    at = services()
    with at.store.writing() as session:
        actor = Actor(user.organisation_id, user.id)
        record(session, actor, at.clock.now(), "signed_in", account=user.id)


def _close_writer(_error: BaseException | None) -> None:
    session = g.pop("password_writer", None)
    if session is not None:
        session.close()


def new_uniquifier() -> str:
    """What the sessions of an account hold from now on; those with an older one end."""
    return secrets.token_hex(32)


def add_account(session: Session, account: Account, roles: frozenset[Role]) -> None:
    """Save an account with its roles."""
    session.add(account)
    session.flush()
    session.add_all(
        AccountRole(organisation_id=account.organisation_id, account_id=account.id, name=role)
        for role in sorted(roles)
    )
