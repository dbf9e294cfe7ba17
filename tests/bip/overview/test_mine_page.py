"""A caseworker's own participants in figures."""

from __future__ import annotations

from collections.abc import Callable

from bip.store.lists import Role
from tests.bip.house import House
from tests.bip.overview.town import Town, busy, fact

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
    assert "5 of 13 (38%) reached work" in page.text
    assert "ceiling" not in page.text
    assert page.all("div", class_="plot") == []


def test_the_share_needs_ten_enrolled_a_year_ago(house: House, fill: Fill) -> None:
    def whom(town: Town) -> None:
        town.enrol(9, ago=400, mine=True)
        town.enrol(6, ago=100, mine=True)

    fill(whom)
    page = house.enter("caseworker").get("/overview/mine")
    assert fact(page, "Participants in care") == "15"
    assert "Shown when at least 10 of your participants were enrolled a year ago or more." in page.text


def test_only_caseworkers_have_such_a_page(house: House) -> None:
    for role in (Role.COORDINATOR, Role.RESEARCHER, Role.ADMINISTRATOR):
        house.enter(role).get("/overview/mine", expect=403)
