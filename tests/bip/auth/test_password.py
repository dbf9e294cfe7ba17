"""Signing in and changing one's own password."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable

import pytest
from argon2 import Type, extract_parameters

from bip.services import reader
from bip.settings import Settings
from bip.store.lists import Role
from bip.store.organisations import Account
from tests.bip.auth.links import PASSWORD, trail
from tests.bip.house import PASSWORD as OLD_PASSWORD
from tests.bip.house import House
from tests.bip.pages import Visitor

Visit = Callable[[], Visitor]
CHANGE = {"current": OLD_PASSWORD, "password": PASSWORD, "again": PASSWORD}
HASH = """
from flask_security import hash_password
from bip.app import create_app
from bip.services import reader
from bip.settings import Settings

with create_app(Settings.from_environment()).app_context():
    print(hash_password("four calm words here"), end="")
"""
WRONG = "The e-mail address or the password is wrong. Look at both and try again."


@pytest.mark.parametrize(
    ("email", "password"),
    [("", ""), ("", PASSWORD), ("nobody", PASSWORD), ("nobody@example.org", PASSWORD), ("a@example.org", "")],
)
def test_whatever_is_wrong_at_sign_in_gets_one_answer(visit: Visit, email: str, password: str) -> None:
    page = visit().sign_in(email, password)
    assert page.text.count(WRONG) == 1
    assert page.form()["email"] == email


def test_a_password_costs_what_is_recommended(settings: Settings) -> None:
    """In a process of its own, since these hash at the least cost.

    Source: OWASP, Password Storage Cheat Sheet: Argon2id with 19 MiB and 2 rounds, or more.
    """
    done = subprocess.run(
        [sys.executable, "-c", HASH],
        env=settings.as_environment(),
        capture_output=True,
        text=True,
        check=True,
    )
    cost = extract_parameters(done.stdout)
    assert (cost.type, cost.memory_cost >= 19_456, cost.time_cost >= 2) == (Type.ID, True, True)


def test_a_hash_made_anew_at_sign_in_is_saved_while_others_write(house: House) -> None:
    account_id = house.accounts[Role.RESEARCHER]
    accounts = house.app.extensions["security"].datastore
    with house.app.test_request_context():
        account = reader().get_one(Account, account_id)
        with house.installed.store.writing() as session:
            session.get_one(Account, account_id).name = "Changed since"
        account.password = "made anew"  # noqa: S105
        accounts.put(account)
        accounts.commit()
    with house.installed.store.reading() as session:
        kept = session.get_one(Account, account_id)
    assert (kept.password, kept.name) == ("made anew", "Changed since")


def test_a_closed_account_is_answered_like_a_wrong_password(house: House, visit: Visit) -> None:
    closed = house.emails[Role.RESEARCHER]
    with house.installed.store.writing() as session:
        session.get_one(Account, house.accounts[Role.RESEARCHER]).active = False
    assert WRONG in visit().sign_in(closed, OLD_PASSWORD).text


def test_an_old_token_at_sign_in_leaves_the_address(visit: Visit) -> None:
    visitor = visit()
    page = visitor.submit(visitor.get("/sign-in"), {"email": "a@example.org", "csrf_token": "old"})
    assert "This page had been open for a long time." in page.text
    assert page.form()["email"] == "a@example.org"


def test_a_sign_in_that_would_lead_off_the_site_leads_to_the_first_page(house: House, visit: Visit) -> None:
    visitor = visit()
    page = visitor.get("/sign-in?next=https://elsewhere.example/")
    signed_in = visitor.submit(page, {"email": house.emails[Role.ADMINISTRATOR], "password": OLD_PASSWORD})
    assert signed_in.heading == "Studies"


def test_a_changed_password_ends_the_other_sessions_and_not_this_one(house: House, visit: Visit) -> None:
    email = house.emails[Role.ADMINISTRATOR]
    visitor = house.enter(Role.ADMINISTRATOR)
    other = visit()
    other.sign_in(email, OLD_PASSWORD)
    page = visitor.submit(visitor.get("/account/password"), CHANGE)
    assert "Your password is changed. Other devices are signed out." in page.text
    assert "/sign-in" in other.raw("GET", "/start").headers["Location"]
    assert visit().sign_in(email, OLD_PASSWORD).heading == "Sign in"
    assert visit().sign_in(email, PASSWORD).heading == "Studies"
    changed = ("password_changed", {"account": str(house.accounts[Role.ADMINISTRATOR])})
    assert changed in trail(house.installed, house.organisation_id)


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("current", "", "Write the password you have now."),
        ("current", "not the right one", "This is not your password now."),
        ("password", "short", "The password is too short. It needs at least 12 characters."),
        ("again", "something else", "The two passwords are not the same. Write both again."),
        ("csrf_token", "old", "This page had been open for a long time."),
    ],
)
def test_a_wrong_field_changes_nothing(
    house: House, visit: Visit, field: str, value: str, message: str
) -> None:
    visitor = house.enter(Role.CASEWORKER)
    assert message in visitor.submit(visitor.get("/account/password"), {**CHANGE, field: value}).text
    assert visit().sign_in(house.emails[Role.CASEWORKER], OLD_PASSWORD).heading != "Sign in"


def test_who_is_not_signed_in_is_asked_to(visit: Visit) -> None:
    assert visit().get("/account/password").heading == "Sign in"
