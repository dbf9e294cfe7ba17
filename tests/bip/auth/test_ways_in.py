"""The session is the only way in, and guessing at an account is slow however its address is written."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from limits import parse

from bip.limits import SIGN_INS
from bip.store.lists import Role
from tests.bip.house import PASSWORD, House
from tests.bip.pages import Visitor

Visit = Callable[[], Visitor]


def test_no_token_is_given_and_none_is_taken(house: House, visit: Visit) -> None:
    visitor = visit()
    form = visitor.get("/sign-in").form()
    sent = {"email": house.emails[Role.RESEARCHER], "password": PASSWORD, **form}
    assert visitor.client.post("/sign-in?include_auth_token", json=sent).status_code == 415
    with house.app.app_context():
        user = house.app.extensions["security"].datastore.find_user(email=house.emails[Role.RESEARCHER])
        token = user.get_auth_token()
    stranger = visit()
    assert stranger.raw("GET", "/research", query_string={"auth_token": token}).status_code == 302
    answer = stranger.client.get("/research", headers={"Authentication-Token": token})
    assert answer.status_code == 302


def statuses(visitor: Visitor, emails: list[str]) -> list[int]:
    form = visitor.get("/sign-in").form()
    return [
        visitor.raw("POST", "/sign-in", data={**form, "email": email, "password": "not this one"}).status_code
        for email in emails
    ]


def test_the_same_account_written_differently_has_the_same_tries(house: House, visit: Visit) -> None:
    local, _, domain = house.emails[Role.RESEARCHER].partition("@")
    wide = chr(ord(domain[0]) + 0xFEE0) + domain[1:]
    written = [f"{local}@{domain}", f" {local}@{domain.upper()} ", f"{local}@{wide}"]
    tried = statuses(visit(), [written[at % 3] for at in range(SIGN_INS.amount + 3)])
    assert tried[: SIGN_INS.amount] == [200] * SIGN_INS.amount
    assert tried[SIGN_INS.amount :] == [429] * 3


def test_one_address_cannot_try_its_way_through_all_accounts(
    visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Each try takes long on purpose; the true number would take a minute.
    monkeypatch.setattr("bip.auth.security.SIGN_INS_OF_ADDRESS", parse("5 per 10 minutes"))
    tried = statuses(visit(), [f"{at}@example.org" for at in range(6)])
    assert tried == [200] * 5 + [429]


@pytest.mark.parametrize("address", ["/%09/elsewhere.example", "/%0ax", "/%0d%0ax", "/a b"])
def test_an_address_with_signs_that_browsers_drop_leads_nowhere(visit: Visit, address: str) -> None:
    answer = visit().client.get(f"/language/en?next={address}")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/")
