"""Staff: inviting, changing, new passwords, and the administrator who must not get lost."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select

from bip.store.lists import Role
from bip.store.organisations import Account, Invitation
from tests.bip.auth.links import PASSWORD, kinds, shown_link, trail
from tests.bip.house import House, build_house
from tests.bip.pages import Page, Visitor, _fields

Visit = Callable[[], Visitor]
JOINING = {"name": "Bo Ek", "password": PASSWORD, "again": PASSWORD}
NOWHERE = "00000000-0000-4000-8000-000000000000"
ONLY = "This is the only administrator. Make somebody else administrator first."


def invited(house: House, **changes: Any) -> Page:  # noqa: ANN401  # form values
    visitor = house.enter(Role.ADMINISTRATOR)
    wanted = {"email": "new@example.org", "roles": ["caseworker"], "unit": str(house.unit_id), **changes}
    return visitor.submit(visitor.get("/staff/invite"), wanted)


def changed(house: House, role: Role, changes: dict[str, Any]) -> Page:
    """What the administrator gets who changes the account with this role."""
    visitor = house.enter(Role.ADMINISTRATOR)
    address = f"/staff/{house.accounts[role]}"
    data = {**_fields(visitor.get(address).only("form", action=address)), **changes}
    return visitor.post(address, {name: value for name, value in data.items() if value is not None})


def test_an_invitation_is_shown_once_and_leads_to_an_account(house: House, visit: Visit) -> None:
    link = shown_link(invited(house, email=" New@Example.org "))
    administrator = house.enter(Role.ADMINISTRATOR)
    page = administrator.get("/staff")
    assert "new@example.org" in page.text
    assert link not in page.text
    newcomer = visit()
    assert newcomer.submit(newcomer.get(link), JOINING).heading != "Sign in"
    assert kinds(house.installed, house.organisation_id) == ["invitation_made", "invitation_used"]
    assert administrator.get("/staff").link("Bo Ek")


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("email", "", "Write the e-mail address."),
        ("email", "nobody", "This is not an e-mail address. An address looks like name@example.org."),
        ("roles", [], "Choose at least one role."),
        ("roles", ["king"], "'king' is not a valid choice for this field."),
        ("unit", NOWHERE, "Not a valid choice."),
        ("csrf_token", "old", "This page had been open for a long time."),
    ],
)
def test_a_wrong_invitation_is_refused_and_the_rest_stays(
    house: House, field: str, value: object, message: str
) -> None:
    page = invited(house, **{field: value})
    assert message in page.text
    if field != "email":
        assert page.form()["email"] == "new@example.org"
    if field not in {"roles", "unit"}:
        assert page.form()["roles"] == "caseworker"
        assert page.form()["unit"] == str(house.unit_id)
    assert trail(house.installed, house.organisation_id) == []


def test_an_address_with_an_account_cannot_be_invited(house: House) -> None:
    stranger = build_house(house.app)
    for taken in (house.emails[Role.CASEWORKER], stranger.emails[Role.CASEWORKER].upper()):
        assert "There is already an account with this e-mail address." in invited(house, email=taken).text


def test_a_second_invitation_ends_the_first(house: House, visit: Visit) -> None:
    first, second = shown_link(invited(house)), shown_link(invited(house))
    assert visit().get(first, expect=410).heading == "This link is no longer good"
    assert visit().get(second).heading.startswith("Welcome to ")
    assert kinds(house.installed, house.organisation_id) == [
        "invitation_made",
        "invitation_made",
        "invitation_withdrawn",
    ]


def test_an_invitation_can_be_withdrawn(house: House, visit: Visit) -> None:
    link = shown_link(invited(house))
    administrator = house.enter(Role.ADMINISTRATOR)
    page = administrator.get("/staff")
    late = administrator.submit(page, {"csrf_token": "old"}, action="/withdraw")
    assert "Press the button again." in late.text
    assert visit().get(link).status == 200
    page = administrator.submit(page, action="/withdraw")
    assert "new@example.org" not in page.text
    assert visit().get(link, expect=410).heading == "This link is no longer good"
    assert "invitation_withdrawn" in kinds(house.installed, house.organisation_id)


def test_only_the_own_open_invitations_can_be_withdrawn(house: House, visit: Visit) -> None:
    stranger = build_house(house.app)
    link = shown_link(invited(stranger, unit=""))
    with house.installed.store.reading() as session:
        foreign = session.scalars(select(Invitation.id)).one()
    administrator = house.enter(Role.ADMINISTRATOR)
    token = {"csrf_token": administrator.get("/units").form()["csrf_token"]}
    answers = [
        administrator.post(f"/staff/invitations/{which}/withdraw", token, expect=404).text
        for which in (foreign, uuid4())
    ]
    assert answers[0] == answers[1]
    assert visit().get(link).status == 200


def test_name_roles_unit_and_activity_can_be_changed(house: House, visit: Visit) -> None:
    house.enter(Role.CASEWORKER)
    page = changed(
        house,
        Role.CASEWORKER,
        {"name": "Eva Ny", "roles": ["coordinator", "researcher"], "unit": "", "active": None},
    )
    assert page.heading == "Staff"
    with house.installed.store.reading() as session:
        account = session.get_one(Account, house.accounts[Role.CASEWORKER])
        assert (account.name, account.unit_id, account.active) == ("Eva Ny", None, False)
        assert {role.name for role in account.roles} == {Role.COORDINATOR, Role.RESEARCHER}
    fields = ["name", "active", "unit_id", "roles"]
    details = {"account": str(house.accounts[Role.CASEWORKER]), "fields": fields}
    assert trail(house.installed, house.organisation_id) == [("account_changed", details)]


def test_a_closed_account_is_signed_out_and_its_links_end(house: House, visit: Visit) -> None:
    closed = house.enter(Role.CASEWORKER)
    administrator = house.enter(Role.ADMINISTRATOR)
    address = f"/staff/{house.accounts[Role.CASEWORKER]}"
    link = shown_link(administrator.submit(administrator.get(address), action="/link"))
    changed(house, Role.CASEWORKER, {"active": None})
    assert "/sign-in" in closed.raw("GET", "/start").headers["Location"]
    assert visit().get(link, expect=410).heading == "This link is no longer good"
    token = {"csrf_token": administrator.get("/units").form()["csrf_token"]}
    assert "may not sign in, so there is no link." in administrator.post(f"{address}/link", token).text


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("name", " ", "Write the name."),
        ("name", "x" * 201, "Write at most 200 characters."),
        ("roles", [], "Choose at least one role."),
        ("unit", NOWHERE, "Not a valid choice."),
        ("csrf_token", "old", "This page had been open for a long time."),
    ],
)
def test_a_wrong_field_of_a_member_of_staff_is_named(
    house: House, field: str, value: object, message: str
) -> None:
    page = changed(house, Role.CASEWORKER, {"name": "Eva Ny", field: value})
    assert message in page.text
    assert trail(house.installed, house.organisation_id) == []


def test_a_unit_of_another_organisation_is_answered_like_none(house: House) -> None:
    stranger = build_house(house.app)
    answers = [invited(house, unit=str(unit)).text for unit in (stranger.unit_id, uuid4())]
    assert "Not a valid choice." in answers[0]
    assert answers[0] == answers[1]


def test_staff_of_another_organisation_are_answered_like_nobody(house: House) -> None:
    stranger = build_house(house.app)
    administrator = house.enter(Role.ADMINISTRATOR)
    token = {"csrf_token": administrator.get("/units").form()["csrf_token"]}
    for ending in ("", "/link"):
        foreign = f"/staff/{stranger.accounts[Role.CASEWORKER]}{ending}"
        unknown = f"/staff/{uuid4()}{ending}"
        answers = [administrator.post(address, token, expect=404).text for address in (foreign, unknown)]
        assert answers[0] == answers[1]
    administrator.get(f"/staff/{stranger.accounts[Role.CASEWORKER]}", expect=404)
    assert stranger.emails[Role.CASEWORKER] not in administrator.get("/staff").text


@pytest.mark.parametrize("changes", [{"roles": ["researcher"]}, {"active": None}])
def test_the_last_administrator_stays(house: House, changes: dict[str, Any]) -> None:
    assert ONLY in changed(house, Role.ADMINISTRATOR, changes).text
    assert house.enter(Role.ADMINISTRATOR).get("/staff").heading == "Staff"
    assert trail(house.installed, house.organisation_id) == []


def test_a_closed_administrator_does_not_count(house: House) -> None:
    changed(house, Role.RESEARCHER, {"roles": ["administrator"], "active": None})
    assert ONLY in changed(house, Role.ADMINISTRATOR, {"active": None}).text


def test_one_of_two_administrators_can_give_up_the_role(house: House) -> None:
    changed(house, Role.RESEARCHER, {"roles": ["administrator", "researcher"]})
    page = changed(house, Role.ADMINISTRATOR, {"roles": ["coordinator"]})
    assert "Staff" not in [a.text for a in page.all("a")]
    house.enter(Role.ADMINISTRATOR).get("/staff", expect=403)


def test_a_link_to_a_new_password_is_shown_once_and_replaces_the_one_before(
    house: House, visit: Visit
) -> None:
    administrator = house.enter(Role.ADMINISTRATOR)
    address = f"/staff/{house.accounts[Role.COORDINATOR]}"
    first, second = (
        shown_link(administrator.submit(administrator.get(address), action="/link")) for _ in range(2)
    )
    assert visit().get(first, expect=410).heading == "This link is no longer good"
    visitor = visit()
    visitor.submit(visitor.get(second), {"password": PASSWORD, "again": PASSWORD})
    assert visit().sign_in(house.emails[Role.COORDINATOR], PASSWORD).heading != "Sign in"
    late = administrator.submit(administrator.get(address), {"csrf_token": "old"}, action="/link")
    assert "Press the button again." in late.text
