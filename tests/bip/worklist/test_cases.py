"""What the worklist reads of an enrolment."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from bip.auth.staff import Staff
from bip.clock import SettableClock
from bip.store.lists import Rater, Role
from bip.store.organisations import Account
from bip.store.people import Enrolment
from bip.store.rounds import Round
from bip.worklist.cases import cases_of
from bip.worklist.tasks import Case
from tests.bip import rows, rows_casework
from tests.bip.house import House
from tests.bip.participants.people import enrolled, round_ids, submit_response


def read(house: House) -> Case:
    """The only case of the house's caseworker."""
    account_id = house.accounts[Role.CASEWORKER]
    reader = Staff(account_id, house.organisation_id, house.unit_id, "Kim", frozenset({Role.CASEWORKER}))
    with house.installed.store.reading() as session:
        (case,) = cases_of(session, house.installed, reader)
    return case


def somebody(house: House, session: Session) -> Enrolment:
    return enrolled(house, session, name="Ada Lind")


@pytest.mark.parametrize(
    ("spells", "idle_since"),
    [
        ([], 0),
        ([(5, None)], None),
        ([(5, 40)], None),
        ([(5, 41)], None),
        ([(5, 39)], 39),
        ([(5, 20), (7, 12)], 20),
        ([(5, 20), (7, None)], None),
        ([(-30, -3)], 0),
        ([(41, None)], 0),
        ([(5, 20), (41, 60)], 20),
        ([(40, 40)], None),
    ],
)
def test_since_when_there_is_no_activity(
    house: House, clock: SettableClock, spells: list[tuple[int, int | None]], idle_since: int | None
) -> None:
    """On day 40; a spell has both its days, and one that has not begun is none."""
    with house.installed.store.writing() as session:
        enrolment = somebody(house, session)
        first = enrolment.enrolled_on
        for start, end in spells:
            rows.activity_spell(
                session,
                enrolment,
                start_on=first + timedelta(days=start),
                end_on=None if end is None else first + timedelta(days=end),
            )
    clock.advance(40)
    assert read(house).idle_since == (None if idle_since is None else first + timedelta(days=idle_since))


def test_a_round_opens_with_the_later_of_the_two(house: House, clock: SettableClock) -> None:
    """Late in the evening in UTC it is the next day where the people are."""
    with house.installed.store.writing() as session:
        enrolment_id = somebody(house, session).id
    first = round_ids(house, enrolment_id)[0]
    submit_response(house, first, Rater.PARTICIPANT)
    assert read(house).openings == {}
    clock.moment = datetime(2026, 3, 5, 23, 30, tzinfo=UTC)
    submit_response(house, first, Rater.CASEWORKER)
    (opening,) = read(house).openings.values()
    assert opening.moment == clock.moment
    assert opening.day == datetime(2026, 3, 6, tzinfo=UTC).date()


def test_the_caseworker_of_today_and_the_reasons(house: House, clock: SettableClock) -> None:
    with house.installed.store.writing() as session:
        enrolment = somebody(house, session)
        account = session.get_one(Account, house.accounts[Role.CASEWORKER])
        rows.follow_up(session, enrolment, months_after_exit=6)
        rows.exit_(session, enrolment)
        enrolment_id = enrolment.id
    first = round_ids(house, enrolment_id)[0]
    with house.installed.store.writing() as session:
        rows_casework.missed_round(session, session.get_one(Round, first), account)
    case = read(house)
    assert (case.own, case.caseworker, case.caseworker_since) == (True, "Kim Berg", case.enrolled_on)
    assert case.excused == {first}
    assert case.followed_up == {6}
    assert case.left_on is not None
