"""Pages that belong to no concern: signing in, languages, errors."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bip.app import create_app
from bip.services import EXTENSION
from bip.settings import Settings
from bip.store.lists import Role
from tests.bip.house import PASSWORD, House
from tests.bip.pages import Visitor

Visit = Callable[[], Visitor]


@pytest.mark.parametrize(("tag", "lang"), [("sv", "sv"), ("da", "da"), ("en", "en")])
def test_a_chosen_language_stays(visit: Visit, tag: str, lang: str) -> None:
    visitor = visit()
    page = visitor.get(f"/language/{tag}?next=/sign-in")
    assert page.tree.get("lang") == lang
    assert visitor.get("/sign-in").tree.get("lang") == lang


def test_a_language_link_never_leads_off_the_site(visit: Visit) -> None:
    for address in ("https://elsewhere.example", "//elsewhere.example", "/\\elsewhere.example"):
        answer = visit().raw("GET", "/language/en", query_string={"next": address})
        assert answer.headers["Location"] == "/"


def test_an_address_that_does_not_exist_has_a_page(visit: Visit) -> None:
    assert "mistyped" in visit().get("/nowhere", expect=404).text


def test_a_form_from_another_site_is_refused(visit: Visit) -> None:
    visitor = visit()
    form = visitor.get("/sign-in").form()
    own = visitor.client.post("/sign-in", data=form, headers={"Origin": "http://localhost"})
    foreign = visitor.client.post("/sign-in", data=form, headers={"Origin": "https://elsewhere.example"})
    assert (own.status_code, foreign.status_code) == (200, 403)


@pytest.mark.parametrize("role", list(Role))
def test_everybody_gets_past_the_door(house: House, visit: Visit, role: Role) -> None:
    visitor = visit()
    assert visitor.sign_in(house.emails[role], PASSWORD).heading != "Sign in"
    page = visitor.get("/language/en?next=/sign-in")
    assert page.status == 200


def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(house: House, visit: Visit) -> None:
    wrong = visit().sign_in(house.emails[Role.COORDINATOR], "not this one at all")
    unknown = visit().sign_in("nobody@example.org", "not this one at all")
    assert wrong.text == unknown.text
    assert wrong.heading == "Sign in"


def test_a_fault_is_logged_without_the_address_and_without_its_words(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    app = create_app(settings)

    quoted = "a row of the database"

    @app.get("/broken/<token>")
    def broken(token: str) -> str:
        raise ValueError(quoted)

    page = Visitor(app).get("/broken/secret-token", expect=500)
    assert page.heading == "Something went wrong here"
    assert "ValueError in GET broken" in caplog.text
    assert "secret-token" not in caplog.text
    assert quoted not in caplog.text
    app.extensions[EXTENSION].store.close()
