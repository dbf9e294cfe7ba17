"""Participants by rounds, and the rates below it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import event

from bip.auth.staff import Staff
from bip.clock import SettableClock
from bip.rounds.matrix import read_matrix
from bip.store.lists import Rater, Role
from tests.bip.house import House
from tests.bip.participants.people import enrol, round_ids, submit_response


@pytest.fixture
def two(house: House, clock: SettableClock) -> None:
    """Ada answers and is rated; Bo, of another intake, does neither; the first window has closed."""
    ada, bo = enrol(house), enrol(house, name="Bo Ek", intake="April")
    for rater in Rater:
        submit_response(house, round_ids(house, ada)[0], rater)
    assert bo != ada
    clock.moment += timedelta(days=30)


def test_each_cell_says_in_words_who_has_answered(house: House, two: None) -> None:
    page = house.enter("coordinator").get("/matrix")
    rows = {
        "".join(row[0].itertext()).strip(): " ".join("".join(row[1].itertext()).split())
        for row in page.only("table", class_="matrix").iter("tr")
        if len(row) > 1
    }
    assert rows["Ada Lind"] == "Participant has answered Caseworker has rated"
    assert rows["Bo Ek"] == "Participant did not answer Caseworker did not rate"


def test_rates_have_their_base_and_open_rounds_count_for_nobody(house: House, two: None) -> None:
    page = house.enter("coordinator").get("/matrix")
    assert "1/2 50 % 1/2 50 %" in " ".join(page.text.split())
    assert "1/1 100 %" in " ".join(page.text.split())
    assert "Response rates" not in house.enter("caseworker").get("/matrix").text


def test_an_empty_unit_is_told_so(house: House) -> None:
    assert "There are no participants yet." in house.enter("coordinator").get("/matrix").text


def test_reading_asks_no_more_of_the_database_for_more_people(house: House, two: None) -> None:
    def asked() -> int:
        seen: list[str] = []
        engine = house.installed.store.engine

        def note(*arguments: object) -> None:
            seen.append(str(arguments[2]))

        event.listen(engine, "before_cursor_execute", note)
        with house.app.test_request_context():
            read_matrix(house.installed, _staff(house))
        event.remove(engine, "before_cursor_execute", note)
        return len(seen)

    few = asked()
    for number in range(4):
        enrol(house, name=f"One More {number}", enrolled_on=str(house.installed.clock.today()))
    asked()  # plans their rounds
    assert asked() == few


def _staff(house: House) -> Staff:
    roles = frozenset({Role.COORDINATOR})
    return Staff(house.accounts[Role.COORDINATOR], house.organisation_id, house.unit_id, "Kim Berg", roles)
