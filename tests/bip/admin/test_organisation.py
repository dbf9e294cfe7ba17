"""The organisation and its units."""

from __future__ import annotations

from uuid import uuid4

import pytest

from bip.store.lists import Role
from tests.bip.auth.links import trail
from tests.bip.house import House, build_house

LATE = "This page had been open for a long time. Look it through and send it again."


def test_the_organisation_can_be_renamed(house: House) -> None:
    visitor = house.enter(Role.ADMINISTRATOR)
    page = visitor.submit(visitor.get("/organisation"), {"name": " Ny kommun ", "country": "DK"})
    assert "Saved." in page.text
    assert page.form()["name"] == "Ny kommun"
    assert page.form()["country"] == "DK"
    fields = {"fields": ["name", "country"]}
    assert trail(house.installed, house.organisation_id) == [("organisation_changed", fields)]


def test_an_organisation_saved_as_it_was_leaves_no_trace(house: House) -> None:
    visitor = house.enter(Role.ADMINISTRATOR)
    visitor.submit(visitor.get("/organisation"))
    assert trail(house.installed, house.organisation_id) == []


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("name", " ", "Write the name of the organisation."),
        ("name", "x" * 201, "Write at most 200 characters."),
        ("country", "ZZ", "Not a valid choice."),
        ("csrf_token", "old", LATE),
    ],
)
def test_a_wrong_field_of_the_organisation_is_named(
    house: House, field: str, value: str, message: str
) -> None:
    visitor = house.enter(Role.ADMINISTRATOR)
    page = visitor.submit(visitor.get("/organisation"), {"name": "Ny kommun", field: value})
    assert message in page.text
    assert trail(house.installed, house.organisation_id) == []


def test_a_unit_is_added_and_renamed(house: House) -> None:
    visitor = house.enter(Role.ADMINISTRATOR)
    page = visitor.submit(visitor.get("/units"), {"name": "North <b>"})
    assert "North <b> is added." in page.text
    page = visitor.submit(visitor.get(page.link("North <b>")), {"name": "North"})
    assert page.heading == "Units"
    assert page.link("North")
    assert [kind for kind, _ in trail(house.installed, house.organisation_id)] == [
        "unit_added",
        "unit_changed",
    ]


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("name", "", "Write the name of the unit."),
        ("name", "x" * 201, "Write at most 200 characters."),
        ("name", "South", "There is a unit with this name. Choose another one."),
        ("csrf_token", "old", LATE),
    ],
)
def test_a_wrong_unit_is_refused_when_added_and_when_renamed(
    house: House, field: str, value: str, message: str
) -> None:
    visitor = house.enter(Role.ADMINISTRATOR)
    visitor.submit(visitor.get("/units"), {"name": "South"})
    for address in ("/units", f"/units/{house.unit_id}"):
        page = visitor.submit(visitor.get(address), {"name": "North", field: value})
        assert message in page.text
        assert page.form()["name"] == ("North" if field == "csrf_token" else value)


def test_the_unit_of_another_organisation_is_answered_like_none(house: House) -> None:
    stranger = build_house(house.app)
    visitor = house.enter(Role.ADMINISTRATOR)
    foreign = visitor.get(f"/units/{stranger.unit_id}", expect=404)
    assert foreign.text == visitor.get(f"/units/{uuid4()}", expect=404).text
    token = {"name": "Taken over", "csrf_token": visitor.get("/units").form()["csrf_token"]}
    visitor.post(f"/units/{stranger.unit_id}", token, expect=404)
    assert trail(house.installed, stranger.organisation_id) == []
