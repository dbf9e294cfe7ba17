"""One-time links: beginning an organisation, joining one, choosing a new password."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import select

from bip.auth import invitations
from bip.auth.invitations import Credentials, LinkError
from bip.clock import SettableClock
from bip.services import Services
from bip.store.lists import Role
from bip.store.organisations import Account, Invitation, Organisation
from tests.bip.auth.links import PASSWORD, first_link, join_link, kinds, password_link, trail
from tests.bip.house import PASSWORD as OLD_PASSWORD
from tests.bip.house import House
from tests.bip.pages import Visitor

Visit = Callable[[], Visitor]
BEGINNING = {
    "organisation": "Vadköping",
    "country": "SE",
    "name": "Åsa Öberg",
    "email": "Asa.Oberg@Example.org ",
    "password": PASSWORD,
    "again": PASSWORD,
}
JOINING = {"name": "Bo Ek", "password": PASSWORD, "again": PASSWORD}


def test_the_first_administrator_begins_an_organisation_and_is_signed_in(
    installed: Services, visit: Visit
) -> None:
    visitor = visit()
    page = visitor.submit(visitor.get(first_link(installed)), BEGINNING)
    assert page.heading == "Studies"
    assert "Vadköping" in page.text
    with installed.store.reading() as session:
        account = session.scalars(select(Account)).one()
        organisation = session.scalars(select(Organisation)).one()
        assert (organisation.name, organisation.country) == ("Vadköping", "SE")
        assert (account.email, account.name, account.unit_id) == ("asa.oberg@example.org", "Åsa Öberg", None)
        assert [role.name for role in account.roles] == [Role.ADMINISTRATOR]
        assert account.password is not None
        assert account.password.startswith("$argon2id$")
    assert kinds(installed, organisation.id) == ["invitation_used", "organisation_begun"]


def test_an_address_is_the_same_in_capitals_at_sign_in(installed: Services, visit: Visit) -> None:
    visitor = visit()
    visitor.submit(visitor.get(first_link(installed)), BEGINNING)
    assert visit().sign_in(" ASA.Oberg@EXAMPLE.org", PASSWORD).heading == "Studies"


def test_signs_composed_in_two_ways_are_one_password(installed: Services, visit: Visit) -> None:
    visitor = visit()
    composed, decomposed = "sj\u00e4lvst\u00e4ndig", "sja\u0308lvsta\u0308ndig"
    chosen = {**BEGINNING, "password": composed, "again": composed}
    visitor.submit(visitor.get(first_link(installed)), chosen)
    assert visit().sign_in("asa.oberg@example.org", decomposed).heading == "Studies"


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("organisation", " ", "Write the name of the organisation."),
        ("organisation", "x" * 201, "Write at most 200 characters."),
        ("country", "XX", "Not a valid choice."),
        ("name", "", "Write your name."),
        ("email", "", "Write the e-mail address."),
        ("email", "nobody", "This is not an e-mail address. An address looks like name@example.org."),
        ("password", "", "Choose a password."),
        ("password", "elevensigns", "The password is too short. It needs at least 12 characters."),
        ("again", "something else", "The two passwords are not the same. Write both again."),
    ],
)
def test_a_wrong_field_is_named_and_the_rest_stays(
    installed: Services, visit: Visit, field: str, value: str, message: str
) -> None:
    visitor = visit()
    page = visitor.submit(visitor.get(first_link(installed)), {**BEGINNING, field: value})
    assert message in page.text
    written = page.form()
    for name in {"organisation", "name"} - {field}:
        assert written[name] == BEGINNING[name]
    assert written["password"] == ""
    with installed.store.reading() as session:
        assert session.scalars(select(Organisation)).all() == []


def test_the_errors_stand_in_the_order_of_the_page(installed: Services, visit: Visit) -> None:
    visitor = visit()
    page = visitor.submit(visitor.get(first_link(installed)))
    named = [a.attrib["href"] for a in page.all("a") if a.get("href", "").startswith("#")]
    assert named == ["#main", "#organisation", "#name", "#email", "#password"]


def test_an_address_that_has_an_account_is_refused(house: House, visit: Visit) -> None:
    visitor = visit()
    taken = house.emails[Role.CASEWORKER].upper()
    link = first_link(house.installed)
    page = visitor.submit(visitor.get(link), {**BEGINNING, "email": taken})
    assert "There is already an account with this e-mail address." in page.text
    # Nothing of the attempt is left, and the link is still good.
    assert visitor.submit(page, {**BEGINNING, "email": "free@example.org"}).heading == "Studies"


def test_invited_staff_join_with_the_roles_and_the_unit_of_the_invitation(house: House, visit: Visit) -> None:
    visitor = visit()
    page = visitor.get(join_link(house, roles=frozenset({Role.COORDINATOR, Role.CASEWORKER})))
    assert "new@example.org" in page.text
    assert visitor.submit(page, JOINING).status == 200
    with house.installed.store.reading() as session:
        account = session.scalars(select(Account).filter_by(email="new@example.org")).one()
        assert (account.name, account.unit_id, account.organisation_id) == (
            "Bo Ek",
            house.unit_id,
            house.organisation_id,
        )
        assert {role.name for role in account.roles} == {Role.COORDINATOR, Role.CASEWORKER}
    assert "invitation_used" in kinds(house.installed, house.organisation_id)
    assert visit().sign_in("new@example.org", PASSWORD).heading != "Sign in"


def test_somebody_who_got_an_account_meanwhile_is_told_to_sign_in(house: House, visit: Visit) -> None:
    first, second = join_link(house), join_link(house)
    visitor = visit()
    visitor.submit(visitor.get(first), JOINING)
    page = visitor.submit(visitor.get(second), JOINING)
    assert "There is already an account with this e-mail address. Sign in with it instead." in page.text


def test_a_new_password_ends_the_other_sessions(house: House, visit: Visit) -> None:
    before = house.enter(Role.RESEARCHER)
    visitor = visit()
    page = visitor.get(password_link(house, Role.RESEARCHER))
    assert house.emails[Role.RESEARCHER] in page.text
    visitor.submit(page, {"password": PASSWORD, "again": PASSWORD})
    assert visitor.raw("GET", "/start").status_code == 302
    assert "/sign-in" in before.raw("GET", "/start").headers["Location"]
    assert visit().sign_in(house.emails[Role.RESEARCHER], OLD_PASSWORD).heading == "Sign in"
    assert visit().sign_in(house.emails[Role.RESEARCHER], PASSWORD).heading != "Sign in"
    account = str(house.accounts[Role.RESEARCHER])
    used = [d for kind, d in trail(house.installed, house.organisation_id) if kind == "invitation_used"]
    assert [details["account"] for details in used] == [account]


def test_a_link_for_an_account_that_was_closed_meanwhile_lets_nobody_in(house: House, visit: Visit) -> None:
    visitor = visit()
    link = password_link(house, Role.RESEARCHER)
    with house.installed.store.writing() as session:
        session.get_one(Account, house.accounts[Role.RESEARCHER]).active = False
    page = visitor.submit(visitor.get(link), {"password": PASSWORD, "again": PASSWORD}, expect=410)
    assert page.heading == "This link is no longer good"
    assert "/sign-in" in visitor.raw("GET", "/start").headers["Location"]


def test_a_link_is_good_once(installed: Services, visit: Visit) -> None:
    link = first_link(installed)
    visitor = visit()
    stale = visit()
    form = stale.get(link)
    visitor.submit(visitor.get(link), BEGINNING)
    assert visit().get(link, expect=410).heading == "This link has been used"
    late = stale.submit(form, {**BEGINNING, "email": "second@example.org"}, expect=410)
    assert "If it was you who used it, sign in." in late.text


def test_of_many_who_come_at_once_one_joins(house: House) -> None:
    at = house.installed
    join_link(house)
    with at.store.reading() as session:
        invitation_id = session.scalars(select(Invitation.id)).one()
    ready = Barrier(4)

    def come(number: int) -> str:
        ready.wait()
        try:
            invitations.join(at, invitation_id, Credentials("Bo Ek", f"bo-{number}@example.org", "hash"))
        except LinkError as error:
            return error.reason
        return "joined"

    with ThreadPoolExecutor(4) as crowd:
        assert sorted(crowd.map(come, range(4))) == ["joined", "used", "used", "used"]
    with at.store.reading() as session:
        assert len(session.scalars(select(Account).filter_by(name="Bo Ek")).all()) == 1


def test_a_link_is_good_for_seven_days(installed: Services, clock: SettableClock, visit: Visit) -> None:
    link = first_link(installed)
    clock.advance(6)
    assert visit().get(link).heading == "Begin your organisation"
    clock.advance(1)
    page = visit().get(link, expect=410)
    assert page.heading == "This link is no longer good"
    assert "Ask whoever gave it to you for a new one." in page.text


def test_a_link_that_was_never_made_leads_nowhere(visit: Visit) -> None:
    page = visit().get("/welcome/not-a-token", expect=404)
    assert page.heading == "This link leads nowhere"


def test_the_token_itself_is_not_kept(installed: Services) -> None:
    token = first_link(installed).rpartition("/")[2]
    with installed.store.reading() as session:
        kept = session.scalars(select(Invitation)).one()
        assert kept.token_hash == installed.keyed_hash("invitation", token)


def test_a_form_with_an_old_token_comes_back_filled_in(installed: Services, visit: Visit) -> None:
    visitor = visit()
    page = visitor.submit(visitor.get(first_link(installed)), {**BEGINNING, "csrf_token": "old"})
    assert "This page had been open for a long time. Look it through and send it again." in page.text
    assert page.form()["organisation"] == "Vadköping"


@pytest.mark.parametrize(("language", "country"), [("sv", "SE"), ("da", "DK"), ("en", "SE")])
def test_the_country_is_guessed_from_the_language(
    installed: Services, visit: Visit, language: str, country: str
) -> None:
    visitor = visit()
    visitor.language = language
    assert visitor.get(first_link(installed)).form()["country"] == country
