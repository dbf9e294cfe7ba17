"""The comparison page: what opens when, and what stays the rater's own."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from bip.store.audit import AuditEvent
from bip.store.lists import Role
from tests.bip.house import House
from tests.bip.pages import Page
from tests.bip.sealed_town import ITEMS, Town, build_sealed_town


@pytest.fixture
def town(house: House) -> Town:
    return build_sealed_town(house.installed, house)


def address(town: Town, state: str) -> str:
    return f"/enrolments/{town.enrolments[state]}/comparison"


def cells(page: Page, column: int) -> list[str]:
    """A column of the spider's table, by indicator."""
    table = page.all("table")[0]
    return ["".join(row[column].itertext()).strip() for row in table.iter("tr")][1:]


def test_an_open_round_with_one_rater_in_is_sealed(house: House, town: Town) -> None:
    for state in ("participant in", "caseworker in", "both begun", "nobody"):
        page = house.enter(Role.CASEWORKER).get(address(town, state))
        assert "Round 2 is sealed" in page.text
    assert "sealed" not in house.enter(Role.CASEWORKER).get(address(town, "both in")).text


def test_every_indicator_has_its_picture_and_its_table(house: House, town: Town) -> None:
    page = house.enter(Role.COORDINATOR).get(address(town, "both in"))
    assert len(page.all("figure")) == len(page.all("table")) == 1 + len(ITEMS)


def test_the_private_belief_is_shown_to_its_own_rater_only(house: House, town: Town) -> None:
    own = house.enter(Role.CASEWORKER).get(address(town, "both in"))
    other = house.enter(Role.COORDINATOR).get(address(town, "both in"))
    belief = ITEMS.index("job_belief")
    now = 4  # indicator, participant before and now, caseworker before and now
    assert cells(own, now)[belief] != "–"
    assert cells(other, now)[belief] == "–"
    assert cells(own, now)[:belief] == cells(other, now)[:belief]
    assert "Private to the caseworker" in other.text
    assert "Private to the caseworker" not in own.text


def test_a_look_at_a_comparison_is_in_the_trail(house: House, town: Town) -> None:
    house.enter(Role.COORDINATOR).get(address(town, "nobody"))
    with house.installed.store.reading() as session:
        (event,) = session.scalars(select(AuditEvent).filter_by(kind="comparison_viewed"))
    assert event.actor_id == house.accounts[Role.COORDINATOR]
    assert event.details == {"enrolment": str(town.enrolments["nobody"])}
