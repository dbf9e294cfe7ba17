"""The coordinator's page of a unit."""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

from bip.store.lists import Role
from tests.bip import rows
from tests.bip.house import House, build_house
from tests.bip.overview.town import Town, busy, fact, table

EMPTY = "Figures are shown when at least 5 persons have been enrolled here."

Fill = Callable[[Callable[[Town], None]], None]


def test_the_figures_of_a_unit(house: House, fill: Fill) -> None:
    fill(busy)
    page = house.enter("coordinator").get("/overview")
    assert page.status == 200
    assert table(page, "Persons by what is known of their first year")[1:] == [
        ["Reached it within a year", "18"],
        ["Did not reach it within a year", "28"],
        ["Not known for the whole year", "14"],
        ["All", "60"],
    ]
    flow = table(page, "Enrolled, left and in care")
    assert flow[0] == ["Group", "Enrolled", "Left", "In care today"]
    assert flow[5:] == [
        ["Sex: woman", "32", "12", "20"],
        ["Sex: man", "28", "0", "28"],
        ["Origin: born in the country", "32", "12", "20"],
        ["Origin: born abroad", "28", "0", "28"],
        ["All", "60", "12", "48"],
    ]
    assert table(page, "How people left")[-1] == ["All", "12", "0", "0", "0", "0", "12"]
    assert "Resources today: 1 caseworker." in page.text
    assert fact(page, "Of them in work but kept on") == "6 of 48 (13%)"
    assert "That is above the unit's ceiling." in page.text


def test_the_estimate_uses_everybody_comes_first_and_has_its_table(house: House, fill: Fill) -> None:
    fill(busy)
    page = house.enter("coordinator").get("/overview")
    # By hand: 6 of 60 at day 50, the 14 others of the autumn are lost at day 100, where 12 of 54 reach it:
    # 0.1 + 0.9 * 12 / 54 = 0.3.
    assert "About 30% reach work, study or labour-market training" in page.text
    assert (
        "At least 18 of 60 (30%) and at most 32 of 60 (53%) reach work, study or training within a year."
        in page.text
    )
    curve = table(page, "Share that has reached work or study, by months since enrolment")
    assert curve[1][:2] == ["1", "0%"]
    assert curve[2][:2] == ["2", "10%"]
    assert curve[-1][:2] == ["12.2", "30%"]


def test_the_register_tells_of_those_who_left(house: House, fill: Fill) -> None:
    def left(town: Town) -> None:
        town.enrol(10, ago=400, left=50, seen=400)
        town.enrol(12, ago=400, left=50)
        town.enrol(5, ago=400, left=50, event=80, seen=90)

    fill(left)
    page = house.enter("coordinator").get("/overview")
    assert [row[1] for row in table(page, "Persons by what is known of their first year")[1:]] == [
        "5",
        "10",
        "12",
        "27",
    ]


def test_without_an_estimate_there_is_a_range(house: House, fill: Fill) -> None:
    def young(town: Town) -> None:
        town.enrol(6, ago=100, event=50)
        town.enrol(6, ago=400)
        town.enrol(8, ago=100)

    fill(young)
    page = house.enter("coordinator").get("/overview")
    assert (
        "At least 6 of 20 (30%) and at most 14 of 20 (70%) reach work, study or training within a year."
        in page.text
    )
    assert page.all("div", class_="plot") == []
    assert "confidence interval" not in page.text


def test_only_intakes_with_enough_exits_have_a_row(house: House, fill: Fill) -> None:
    fill(busy)
    rows_ = table(house.enter("coordinator").get("/overview"), "Time to exit by intake")
    assert rows_[1:] == [
        ["Spring", "40", "not reached yet", "–"],
        ["All others", "20", "–", "–"],
        ["All", "60", "not reached yet", "–"],
    ]


def test_small_figures_are_not_shown(house: House, fill: Fill) -> None:
    def few(town: Town) -> None:
        town.enrol(3, ago=400, event=10)
        town.enrol(20, ago=400)

    fill(few)
    page = house.enter("coordinator").get("/overview")
    assert "fewer than 5 persons" in page.text
    assert "Too few have reached it, or are known not to have" in page.text
    assert len(page.all("table")) == 2
    assert "within a year." not in page.text
    assert page.all("div", class_="plot") == []
    assert fact(page, "Of them in work but kept on") == "hidden of 23"


def test_few_in_care_are_not_told_by_the_average(house: House, fill: Fill) -> None:
    def few(town: Town) -> None:
        town.enrol(3, ago=400)
        town.enrol(20, ago=400, left=100)

    fill(few)
    page = house.enter("coordinator").get("/overview")
    assert fact(page, "Participants in care") == "hidden"
    assert fact(page, "Of them in work but kept on") == "hidden"
    assert fact(page, "Participants for each caseworker") == "hidden"
    assert table(page, "Enrolled, left and in care")[-1] == ["All", "23", "hidden", "hidden"]


def test_fewer_than_five_persons_have_no_figures(house: House, fill: Fill) -> None:
    fill(lambda town: town.enrol(4, ago=400))
    page = house.enter("coordinator").get("/overview")
    assert EMPTY in page.text
    assert page.all("table") == []


def test_a_unit_without_anybody_says_so(house: House) -> None:
    page = house.enter("coordinator").get("/overview")
    assert page.status == 200
    assert EMPTY in page.text


def test_another_unit_is_answered_like_one_that_does_not_exist(house: House, fill: Fill) -> None:
    with house.installed.store.writing() as session:
        town = Town(house, session)
        other = rows.unit(session, town.organisation)
        town.enrol(7, ago=400, unit=other)
        other_id = other.id
    foreign = build_house(house.app)
    visitor = house.enter("coordinator")
    for unknown in (other_id, foreign.unit_id, uuid4(), "x"):
        visitor.get(f"/overview?unit={unknown}", expect=404)
    assert EMPTY in visitor.get(f"/overview?unit={house.unit_id}").text


def test_without_a_unit_all_of_the_organisation_can_be_chosen_one_at_a_time(house: House, fill: Fill) -> None:
    with house.installed.store.writing() as session:
        town = Town(house, session)
        town.session.get_one(type(town.caseworker), house.accounts[Role.COORDINATOR]).unit_id = None
        other = rows.unit(session, town.organisation, name="Zinnia")
        town.enrol(7, ago=400, unit=other)
        town.enrol(9, ago=400)
    visitor = house.enter("coordinator")
    first = visitor.get("/overview")
    assert table(first, "Enrolled, left and in care")[-1][1] == "9"
    second = visitor.get(first.link("Zinnia"))
    assert second.heading == "Overview: Zinnia"
    assert table(second, "Enrolled, left and in care")[-1][1] == "7"


def test_no_caseworker_is_named_or_counted_alone(house: House, fill: Fill) -> None:
    with house.installed.store.writing() as session:
        town = Town(house, session)
        for name, active in (("Anna Ask", True), ("Bo Bok", True), ("Cia Cask", False)):
            rows.account(session, town.organisation, unit=town.unit, name=name, active=active)
        town.enrol(30, ago=400, mine=True)
    page = house.enter("coordinator").get("/overview")
    assert "Resources today: 3 caseworkers." in page.text
    assert fact(page, "Participants for each caseworker") == "10"
    assert "within the unit's ceiling" in page.text
    assert not any(name in page.text for name in ("Anna Ask", "Bo Bok", "Cia Cask"))


def test_a_unit_without_caseworkers_has_no_average(house: House, fill: Fill) -> None:
    with house.installed.store.writing() as session:
        town = Town(house, session)
        town.caseworker.active = False
        town.enrol(30, ago=400)
    page = house.enter("coordinator").get("/overview")
    assert "Resources today: 0 caseworkers." in page.text
    assert "ceiling." not in page.text


def test_only_coordinators_see_a_unit(house: House) -> None:
    for role in (Role.CASEWORKER, Role.RESEARCHER, Role.ADMINISTRATOR):
        house.enter(role).get("/overview", expect=403)
