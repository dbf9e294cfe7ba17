"""Flask-Security, set up: argon2id, the same answer whether the address or the password was wrong."""

import secrets
from datetime import timedelta
from typing import Any, cast

from flask import Blueprint, Flask, abort, current_app, request
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext
from flask_principal import Principal
from flask_security import Security, SQLAlchemyUserDatastore, hash_password, user_authenticated
from flask_security import verify_password as verify
from flask_security.views import login
from sqlalchemy import update
from sqlalchemy.orm import Session

from bip.auth.forms import PASSWORD_MIN, SignInForm
from bip.limits import SIGN_INS, SIGN_INS_OF_ADDRESS
from bip.services import Services, close_reader, reader, services
from bip.store.audit import Actor, record
from bip.store.lists import Role
from bip.store.organisations import Account, AccountRole

SESSION_HOURS = 8


class RequestDatabase:
    """What the library takes for its database: it only reads; whatever writes goes through a service."""

    @property
    def session(self) -> Session:
        """The session of this request."""
        return reader()


class Accounts(SQLAlchemyUserDatastore):
    """The library's store, which at sign-in makes a hash anew where the way of hashing has changed."""

    def put(self, model: Account) -> Account:
        """Save the new hash in a transaction of its own: the request's session only reads."""
        new = model.password
        reader().expire(model, ["password"])
        with services().store.writing() as session:
            session.execute(update(Account).where(Account.id == model.id).values(password=new))
        return model

    def commit(self) -> None:
        """Nothing is left to commit."""


def secure(app: Flask, installed: Services) -> None:
    """Add signing in and out to the application."""
    app.config.update(_options(installed))
    datastore = Accounts(RequestDatabase(), Account, AccountRole)
    Security(app, datastore, login_form=SignInForm, register_blueprint=False)
    app.register_blueprint(_pages())
    _forget_principal(app)
    # The session is the only way in: no token that would outlive it, in a header or an address.
    app.login_manager.request_loader(lambda _request: None)  # type: ignore[attr-defined]  # Flask-Login's
    user_authenticated.connect(_record_sign_in, app)
    app.teardown_appcontext(close_reader)


def _forget_principal(app: Flask) -> None:
    """Our guards ask the account for its roles; the library would look them up before every request too."""
    hooks = app.before_request_funcs[None]
    hooks[:] = [hook for hook in hooks if not isinstance(getattr(hook, "__self__", None), Principal)]


def _pages() -> Blueprint:
    """Of the library's pages only signing in, under the name that it looks for."""
    pages = Blueprint("security", __name__)
    pages.add_url_rule("/sign-in", "login", _sign_in, methods=["GET", "POST"])
    return pages


def _sign_in() -> ResponseReturnValue:
    if request.is_json:
        abort(415)
    if request.method == "POST":
        account, tries = _named_account(), services().tries
        for limit, what in ((SIGN_INS, account), (SIGN_INS_OF_ADDRESS, "")):
            tries.require_left(limit, what)
            tries.count(limit, what)
    return cast("ResponseReturnValue", login())


def _named_account() -> str:
    """The account that is meant, however its address is written."""
    written = request.form.get("email", "").strip()
    try:
        return str(current_app.extensions["security"].mail_util.normalize(written)).lower()
    except ValueError:
        return written


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
        "SECURITY_POST_LOGIN_VIEW": "/start",
        "SECURITY_LOGIN_USER_TEMPLATE": "auth/sign_in.html",
        "SECURITY_DEFAULT_REMEMBER_ME": False,
        "SECURITY_MSG_GENERIC_AUTHN_FAILED": (
            lazy_gettext("The e-mail address or the password is wrong. Look at both and try again."),
            "error",
        ),
        "SECURITY_MSG_INVALID_EMAIL_ADDRESS": (
            lazy_gettext("This is not an e-mail address. An address looks like name@example.org."),
            "error",
        ),
    }


def _record_sign_in(_app: Flask, user: Account, **_more: Any) -> None:  # noqa: ANN401  # the signal's extras
    at = services()
    with at.store.writing() as session:
        actor = Actor(user.organisation_id, user.id)
        record(session, actor, at.clock.now(), "signed_in", account=user.id)


def hashed(password: str) -> str:
    """What is kept of a password; takes long on purpose, so never while holding the database."""
    return str(hash_password(_normalised(password)))


def is_password_of(account: Account, password: str) -> bool:
    """Whether it is this account's password."""
    return account.password is not None and bool(verify(_normalised(password), account.password))


def _normalised(password: str) -> str:
    """As the library does at sign-in: the same signs, however a keyboard composed them."""
    return str(current_app.extensions["security"].password_util.normalize(password))


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
