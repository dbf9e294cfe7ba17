"""Who is told of what, as the days go by."""

from __future__ import annotations

from email.message import EmailMessage

import pytest
from flask import Flask
from sqlalchemy import select

from bip.clock import SettableClock
from bip.services import Services
from bip.settings import Settings
from bip.store.casework import Reminder
from bip.store.lists import Rater, ReminderTask, Role
from bip.store.organisations import Account, AccountRole, Organisation, Unit
from bip.worklist.post import NoServerError, UnsentError
from bip.worklist.reminding import Unsent, letters_due, send_letters
from tests.bip import rows
from tests.bip.house import House
from tests.bip.participants.people import enrolled, round_ids, submit_response

RATE, CLOSING, LATE = ReminderTask.RATE, ReminderTask.CLOSING, ReminderTask.LATE


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"mail_from": "bip@example.se"})


def add(house: House, caseworker: Account | None = None) -> None:
    """Somebody with round 0 open, in an activity."""
    with house.installed.store.writing() as session:
        rows.activity_spell(session, enrolled(house, session, caseworker=caseworker))


def take(_message: EmailMessage) -> None:
    """A server that takes everything."""


def told(app: Flask, house: House) -> dict[str, dict[ReminderTask, int]]:
    """What a run tells each address of; every mail is taken."""
    letters = letters_due(house.installed)
    assert send_letters(app, house.installed, letters, take) == []
    return {letter.to.address: dict(letter.counts) for letter in letters}


def test_each_thing_is_told_once_as_it_comes_up(app: Flask, house: House, clock: SettableClock) -> None:
    add(house)
    caseworker, coordinator = house.emails[Role.CASEWORKER], house.emails[Role.COORDINATOR]
    days = {}
    for number in range(20):
        if found := told(app, house):
            days[number] = found
        clock.advance(1)
    assert days == {
        0: {caseworker: {RATE: 1}},
        9: {caseworker: {CLOSING: 1}},
        15: {caseworker: {LATE: 1}, coordinator: {LATE: 1}},
    }


def test_what_is_done_in_time_is_not_told_of_again(app: Flask, house: House, clock: SettableClock) -> None:
    with house.installed.store.writing() as session:
        enrolment = enrolled(house, session)
        rows.activity_spell(session, enrolment)
        enrolment_id = enrolment.id
    told(app, house)
    first = round_ids(house, enrolment_id)[0]
    submit_response(house, first, Rater.CASEWORKER)
    submit_response(house, first, Rater.PARTICIPANT)
    clock.advance(1)
    assert told(app, house) == {house.emails[Role.CASEWORKER]: {ReminderTask.COMPARE: 1}}
    clock.advance(20)
    assert told(app, house) == {}


def test_one_thing_is_counted_once_in_a_mail(app: Flask, house: House, clock: SettableClock) -> None:
    """A rating that closes soon is a rating to do; but it is not told of tomorrow either."""
    with house.installed.store.writing() as session:
        enrolment = enrolled(house, session)
        rows.activity_spell(session, enrolment)
        enrolment_id = enrolment.id
    submit_response(house, round_ids(house, enrolment_id)[0], Rater.PARTICIPANT)
    clock.advance(10)
    assert told(app, house) == {house.emails[Role.CASEWORKER]: {RATE: 1}}
    assert told(app, house) == {}


def test_a_coordinator_with_own_participants_is_told_of_both(
    app: Flask, house: House, clock: SettableClock
) -> None:
    with house.installed.store.writing() as session:
        account = session.get_one(Account, house.accounts[Role.COORDINATOR])
        session.add(
            AccountRole(organisation_id=house.organisation_id, account_id=account.id, name=Role.CASEWORKER)
        )
    add(house)
    add(house, caseworker=account)
    assert told(app, house)[account.email] == {RATE: 1}
    clock.advance(15)
    assert told(app, house)[account.email] == {LATE: 2}


def test_two_runs_at_once_write_each_thing_down_once(app: Flask, house: House) -> None:
    add(house)
    first, second = letters_due(house.installed), letters_due(house.installed)
    for letters in (first, second):
        assert send_letters(app, house.installed, letters, take) == []
    with house.installed.store.reading() as session:
        assert len(session.scalars(select(Reminder)).all()) == 1


def test_once_there_is_no_server_nobody_is_tried_in_vain(app: Flask, house: House) -> None:
    with house.installed.store.writing() as session:
        unit = session.get_one(Unit, house.unit_id)
        organisation = session.get_one(Organisation, house.organisation_id)
        more = [rows.account(session, organisation, unit=unit) for _ in range(3)]
        for account in more:
            enrolled(house, session, caseworker=account)
    letters = letters_due(house.installed)
    names = [letter.to.pseudonym for letter in letters]
    assert sorted(names) == sorted(account.pseudonym for account in more)
    errors = [UnsentError("full"), NoServerError("gone")]
    tried: list[EmailMessage] = []

    def send(message: EmailMessage) -> None:
        tried.append(message)
        raise errors[len(tried) - 1]

    unsent = send_letters(app, house.installed, letters, send)
    assert unsent == [Unsent(names[0], "full"), Unsent(names[1], "gone"), Unsent(names[2], "gone")]
    assert len(tried) == 2


def test_an_address_that_is_none_does_not_stop_the_others(
    app: Flask, house: House, installed: Services
) -> None:
    add(house)
    with house.installed.store.writing() as session:
        organisation = session.get_one(Organisation, house.organisation_id)
        odd = rows.account(session, organisation, email="å b@example.org")
    add(house, caseworker=odd)
    unsent = send_letters(app, installed, letters_due(installed), take)
    assert unsent == [Unsent(odd.pseudonym, "the address is none that mail can be sent to")]
    assert [letter.to.pseudonym for letter in letters_due(installed)] == [odd.pseudonym]
