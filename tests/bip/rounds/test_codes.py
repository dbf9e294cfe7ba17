"""Codes: not to be guessed, kept as a hash, good for one round and only in its time."""

from __future__ import annotations

import math
import re

import pytest
from sqlalchemy import select

from bip.clock import SettableClock
from bip.rounds.codes import ALPHABET, LENGTH, CodeError, issue_code, normalised, round_of_code, spaced
from bip.store.audit import Actor
from bip.store.organisations import Organisation
from bip.store.rounds import EntryCode, Round
from tests.bip import rows
from tests.bip.house import House


@pytest.fixture
def window(house: House) -> Round:
    """A round that opens two weeks from now and closes two weeks after that."""
    with house.installed.store.writing() as session:
        organisation = session.get_one(Organisation, house.organisation_id)
        enrolment = rows.enrolment(session, organisation)
        due = enrolment.enrolled_on.replace(day=30)
        return rows.round_(session, enrolment, due_on=due)


def issue(house: House, window: Round) -> str:
    with house.installed.store.writing() as session:
        return issue_code(session, house.installed, Actor(house.organisation_id), window)


def reason(house: House, written: str) -> str:
    with house.installed.store.reading() as session, pytest.raises(CodeError) as refused:
        round_of_code(session.connection(), house.installed, written)
    return refused.value.reason


def leads_to(house: House, written: str) -> object:
    with house.installed.store.reading() as session:
        return round_of_code(session.connection(), house.installed, written).id


def test_the_alphabet_has_no_look_alikes_and_enough_codes() -> None:
    assert len(set(ALPHABET)) == len(ALPHABET) == 30
    assert not set(ALPHABET) & set("0O1IL8")
    assert LENGTH * math.log2(len(ALPHABET)) > 39


def test_only_a_keyed_hash_is_kept(house: House, window: Round) -> None:
    codes = {issue(house, window) for _ in range(20)}
    assert len(codes) == 20
    with house.installed.store.reading() as session:
        kept = session.scalars(select(EntryCode.code_hash)).all()
    for code in codes:
        assert re.fullmatch(f"[{ALPHABET}]{{{LENGTH}}}", code)
        assert house.installed.keyed_hash("entry-code", code) in kept
        assert house.installed.keyed_hash("another purpose", code) not in kept
    assert all(re.fullmatch("[0-9a-f]{64}", one) for one in kept)


def test_a_code_is_understood_however_it_is_written(
    house: House, clock: SettableClock, window: Round
) -> None:
    code = issue(house, window)
    clock.advance(20)
    assert spaced("ABCDEFGH") == "ABCD EFGH"
    for written in (code, code.lower(), spaced(code), f" {code[:3]}-{code[3:]}\n"):
        assert normalised(written) == code
        assert leads_to(house, written) == window.id


@pytest.mark.parametrize(
    ("written", "code"),
    [("٢٣٤٥ABCD", "2345ABCD"), ("۶۷۹Z EFGH", "679ZEFGH"), ("АВСЕ нкмр", "ABCEHKMP"), ("ＡＢ２", "AB2")],
)
def test_a_code_from_another_keyboard_is_the_same(written: str, code: str) -> None:
    assert normalised(written) == code


def test_a_code_is_good_from_the_first_day_of_the_window_to_the_last(
    house: House, clock: SettableClock, window: Round
) -> None:
    code = issue(house, window)
    to_opening = (window.opens_on - clock.today()).days
    clock.advance(to_opening - 1)
    assert reason(house, code) == "early"
    clock.advance(1)
    assert leads_to(house, code) == window.id
    clock.advance((window.closes_on - window.opens_on).days)
    assert leads_to(house, code) == window.id
    clock.advance(1)
    assert reason(house, code) == "closed"


def test_a_new_code_takes_the_place_of_the_old(house: House, clock: SettableClock, window: Round) -> None:
    clock.advance(20)
    old, new = issue(house, window), issue(house, window)
    assert reason(house, old) == "replaced"
    assert leads_to(house, new) == window.id


def test_after_submitting_the_code_is_spent(house: House, clock: SettableClock, window: Round) -> None:
    clock.advance(20)
    replaced, code = issue(house, window), issue(house, window)
    with house.installed.store.writing() as session:
        response = rows.response(session, window)
    assert leads_to(house, code) == window.id
    with house.installed.store.writing() as session:
        session.get_one(type(response), response.id).submitted_at = clock.now()
    assert reason(house, code) == "spent"
    assert reason(house, replaced) == "replaced", "whoever finds a lost letter learns nothing"


@pytest.mark.parametrize("written", ["", "ABCD EFGH", "' OR 1=1 --", "Å" * 8, "\0", "x" * 10_000])
def test_what_is_no_code_is_unknown(house: House, window: Round, written: str) -> None:
    issue(house, window)
    assert reason(house, written) == "unknown"
