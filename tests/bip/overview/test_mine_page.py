"""A caseworker's own participants in figures."""

from __future__ import annotations

from collections.abc import Callable

from bip.store.lists import Role
from tests.bip.house import House
from tests.bip.overview.town import Town, busy, fact, table

Fill = Callable[[Callable[[Town], None]], None]


def test_nine_are_too_few(house: House, fill: Fill) -> None:
    fill(lambda town: town.enrol(9, ago=400, event=10, mine=True))
    page = house.enter("caseworker").get("/overview/mine")
    assert "Figures are shown when you have at least 10 participants in care." in page.text
    assert page.all("table") == []


def test_only_ones_own_are_counted(house: House, fill: Fill) -> None:
    def whom(town: Town) -> None:
        busy(town)
        town.enrol(5, ago=400, event=100, mine=True)
        town.enrol(8, ago=400, mine=True)
        # Has left, so is not in care any more.
        town.enrol(4, ago=400, left=100, mine=True)

    fill(whom)
    page = house.enter("caseworker").get("/overview/mine")
    assert fact(page, "Participants in care") == "13"
    assert fact(page, "Of them in work but kept on") == "5 of 13 (38%)"
    assert "5 of 13 (38%) reach work, study or training within a year." in page.text
    assert "These are the participants in your care today." in page.text
    assert "ceiling" not in page.text
    assert page.all("div", class_="plot") == []


def test_those_whose_year_is_not_over_are_counted_apart(house: House, fill: Fill) -> None:
    def whom(town: Town) -> None:
        town.enrol(5, ago=100, event=50, mine=True)
        town.enrol(9, ago=400, mine=True)
        town.enrol(6, ago=100, mine=True)

    fill(whom)
    page = house.enter("caseworker").get("/overview/mine")
    assert (
        "At least 5 of 20 (25%) and at most 11 of 20 (55%) reach work, study or training within a year."
        in page.text
    )
    assert table(page, "Persons by what is known of their first year")[1:] == [
        ["Reached it within a year", "5"],
        ["Did not reach it within a year", "9"],
        ["Not known for the whole year", "6"],
        ["All", "20"],
    ]


def test_only_caseworkers_have_such_a_page(house: House) -> None:
    for role in (Role.COORDINATOR, Role.RESEARCHER, Role.ADMINISTRATOR):
        house.enter(role).get("/overview/mine", expect=403)
