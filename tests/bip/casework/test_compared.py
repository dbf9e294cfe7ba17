"""The comparison page: what opens when, and what stays the rater's own."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update

from bip.store.audit import AuditEvent
from bip.store.lists import Rater, Role
from bip.store.organisations import Organisation
from bip.store.people import AssignmentSpell, Enrolment
from bip.store.rounds import Response, Round
from tests.bip import rows
from tests.bip.house import PASSWORD, House, hashed_password
from tests.bip.pages import Page, Visitor
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
        page = house.enter(Role.COORDINATOR).get(address(town, state))
        assert "Round 2 is sealed" in page.text
    assert "sealed" not in house.enter(Role.COORDINATOR).get(address(town, "both in")).text


def test_every_indicator_has_its_picture_and_its_table(house: House, town: Town) -> None:
    page = house.enter(Role.COORDINATOR).get(address(town, "both in"))
    assert len(page.all("figure")) == len(page.all("table")) == 1 + len(ITEMS)


def test_the_private_belief_is_not_on_the_page_that_both_look_at(house: House, town: Town) -> None:
    belief = ITEMS.index("job_belief")
    now = 4  # indicator, participant before and now, caseworker before and now
    for role in (Role.CASEWORKER, Role.COORDINATOR):
        page = house.enter(role).get(address(town, "both in"))
        assert [cell == "–" for cell in cells(page, now)] == [at == belief for at in range(len(ITEMS))]
        assert "Private to the caseworker" in page.text


def test_the_private_belief_is_on_its_raters_own_page(house: House, town: Town) -> None:
    own = f"/enrolments/{town.enrolments['both in']}/own"
    (table,) = house.enter(Role.CASEWORKER).get(own).all("table")
    shown = [[("".join(cell.itertext())).strip() for cell in row] for row in table.iter("tr")][1:]
    # Rounds 0 and 2 were rated, round 1 was not; nothing of the participant's is here.
    assert [(row[2], row[3] == "–") for row in shown] == [("–", False), ("–", True), ("–", False)]


def test_what_another_caseworker_rated_is_nobody_elses(house: House, town: Town) -> None:
    with house.installed.store.writing() as session:
        organisation = session.get_one(Organisation, house.organisation_id)
        other = rows.account(session, organisation, password=hashed(house))
        session.execute(update(AssignmentSpell).values(caseworker_id=other.id))
        # The newest round is the other's own: who has rated nothing is shown nothing.
        newest = select(Round.id).where(Round.number == 2)
        session.execute(
            update(Response)
            .where(Response.rater == Rater.CASEWORKER, Response.round_id.in_(newest))
            .values(rated_by_id=other.id)
        )
        email = other.email
    visitor = Visitor(house.app)
    visitor.sign_in(email, PASSWORD)
    (table,) = visitor.get(f"/enrolments/{town.enrolments['both in']}/own").all("table")
    _, *shown = [list(row)[3].text for row in table.iter("tr")]
    assert [one == "–" for one in shown] == [True, True, False]


def hashed(house: House) -> str:
    with house.app.app_context():
        return hashed_password()


def test_a_look_at_ones_own_is_no_look_at_the_comparison(house: House, town: Town) -> None:
    enrolment_id = town.enrolments["both in"]
    house.enter(Role.CASEWORKER).get(f"/enrolments/{enrolment_id}/own")
    with house.installed.store.reading() as session:
        participant_id = session.get_one(Enrolment, enrolment_id).participant_id
        looks = select(AuditEvent).where(AuditEvent.kind.in_(["comparison_viewed", "participant_viewed"]))
        (event,) = session.scalars(looks)
    assert (event.kind, event.actor_id) == ("participant_viewed", house.accounts[Role.CASEWORKER])
    assert event.details == {"participant": str(participant_id)}


def test_a_look_at_a_comparison_is_in_the_trail(house: House, town: Town) -> None:
    house.enter(Role.COORDINATOR).get(address(town, "nobody"))
    with house.installed.store.reading() as session:
        (event,) = session.scalars(select(AuditEvent).filter_by(kind="comparison_viewed"))
    assert event.actor_id == house.accounts[Role.COORDINATOR]
    assert event.details == {"enrolment": str(town.enrolments["nobody"])}
