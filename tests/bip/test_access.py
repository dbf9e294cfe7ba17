"""Who may open what: every route, every method, every role, one's own organisation and another's.

A route without a row fails. `allowed` are the roles that get in; the others are turned away before anything
is looked up. What belongs to another organisation is answered like what does not exist.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from uuid import UUID, uuid4

import pytest
from flask import Flask
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from bip.store.lists import Role
from bip.store.tables import METADATA
from tests.bip.house import House, build_house
from tests.bip.pages import Visitor
from tests.bip.scene import build_scene

EVERYBODY = frozenset(Role)
NOBODY_SIGNED_IN = "public"
CASEWORKER, COORDINATOR = Role.CASEWORKER, Role.COORDINATOR
RESEARCHER, ADMINISTRATOR = Role.RESEARCHER, Role.ADMINISTRATOR
CARE = frozenset({CASEWORKER, COORDINATOR})


def only(*roles: Role) -> frozenset[Role]:
    return frozenset(roles)


# (endpoint, method): the roles that get in, or "public" where nobody has to sign in.
ACCESS: Mapping[tuple[str, str], frozenset[Role] | str] = {
    ("static", "GET"): NOBODY_SIGNED_IN,
    ("assets.plotly_js", "GET"): NOBODY_SIGNED_IN,
    ("assets.plotly_css", "GET"): NOBODY_SIGNED_IN,
    ("assets.report_css", "GET"): NOBODY_SIGNED_IN,
    ("site.language", "GET"): NOBODY_SIGNED_IN,
    # Signing in and the links that lead to it.
    ("security.login", "GET"): NOBODY_SIGNED_IN,
    ("security.login", "POST"): NOBODY_SIGNED_IN,
    ("auth.sign_out", "POST"): NOBODY_SIGNED_IN,
    ("auth.welcome", "GET"): NOBODY_SIGNED_IN,
    ("auth.welcome", "POST"): NOBODY_SIGNED_IN,
    ("auth.start", "GET"): EVERYBODY,
    ("auth.password", "GET"): EVERYBODY,
    ("auth.password", "POST"): EVERYBODY,
    # A participant's code or token is the right to be there; who is signed in does not matter.
    ("collect.enter", "GET"): NOBODY_SIGNED_IN,
    ("collect.open_code", "POST"): NOBODY_SIGNED_IN,
    ("collect.open_link", "GET"): NOBODY_SIGNED_IN,
    ("collect.begin", "GET"): NOBODY_SIGNED_IN,
    ("collect.language", "GET"): NOBODY_SIGNED_IN,
    ("collect.question", "GET"): NOBODY_SIGNED_IN,
    ("collect.save", "POST"): NOBODY_SIGNED_IN,
    ("files.worker", "GET"): NOBODY_SIGNED_IN,
    ("files.recording", "GET"): NOBODY_SIGNED_IN,
    ("collect.summary", "GET"): NOBODY_SIGNED_IN,
    ("collect.submit", "POST"): NOBODY_SIGNED_IN,
    ("aside.about", "GET"): NOBODY_SIGNED_IN,
    ("aside.stop", "GET"): NOBODY_SIGNED_IN,
    ("aside.leave", "POST"): NOBODY_SIGNED_IN,
    ("aside.withdrawal", "GET"): NOBODY_SIGNED_IN,
    ("aside.withdraw", "POST"): NOBODY_SIGNED_IN,
    ("aside.mine", "GET"): NOBODY_SIGNED_IN,
    ("aside.fault", "GET"): NOBODY_SIGNED_IN,
    ("aside.report", "POST"): NOBODY_SIGNED_IN,
    ("aside.accessibility", "GET"): NOBODY_SIGNED_IN,
    # The write token in the message is the right to write; nobody has to be there in person.
    ("inbox.answers", "POST"): NOBODY_SIGNED_IN,
    ("admin.organisation", "GET"): only(ADMINISTRATOR),
    ("admin.organisation", "POST"): only(ADMINISTRATOR),
    ("admin.units", "GET"): only(ADMINISTRATOR),
    ("admin.units", "POST"): only(ADMINISTRATOR),
    ("admin.unit", "GET"): only(ADMINISTRATOR),
    ("admin.unit", "POST"): only(ADMINISTRATOR),
    ("admin.people", "GET"): only(ADMINISTRATOR),
    ("admin.person", "GET"): only(ADMINISTRATOR),
    ("admin.person", "POST"): only(ADMINISTRATOR),
    ("admin.invite", "GET"): only(ADMINISTRATOR),
    ("admin.invite", "POST"): only(ADMINISTRATOR),
    ("admin.withdraw", "POST"): only(ADMINISTRATOR),
    ("admin.password_link", "POST"): only(ADMINISTRATOR),
    ("admin.studies", "GET"): only(ADMINISTRATOR),
    ("admin.new_study", "GET"): only(ADMINISTRATOR),
    ("admin.new_study", "POST"): only(ADMINISTRATOR),
    ("admin.study", "GET"): only(ADMINISTRATOR),
    ("admin.study", "POST"): only(ADMINISTRATOR),
    ("participants.index", "GET"): CARE,
    ("participants.index", "POST"): CARE,
    ("participants.show", "GET"): CARE,
    ("participants.new", "GET"): only(COORDINATOR),
    ("participants.new", "POST"): only(COORDINATOR),
    ("participants.edit", "GET"): only(COORDINATOR),
    ("participants.edit", "POST"): only(COORDINATOR),
    ("participants.assignment", "GET"): only(COORDINATOR),
    ("participants.assignment", "POST"): only(COORDINATOR),
    ("participants.withdrawal", "GET"): only(COORDINATOR),
    ("participants.withdrawal", "POST"): only(COORDINATOR),
    ("participants.letter", "POST"): CARE,
    ("participants.paper", "GET"): CARE,
    ("casework.rate", "GET"): only(CASEWORKER),
    ("casework.rate", "POST"): only(CASEWORKER),
    ("casework.draft", "POST"): only(CASEWORKER),
    ("worklist.index", "GET"): CARE,
    ("followup.course", "GET"): CARE,
    ("followup.step", "POST"): CARE,
    ("followup.step_removal", "POST"): CARE,
    ("followup.new_activity", "GET"): CARE,
    ("followup.new_activity", "POST"): CARE,
    ("followup.activity", "GET"): CARE,
    ("followup.activity", "POST"): CARE,
    ("followup.activity_removal", "POST"): CARE,
    ("followup.new_event", "GET"): CARE,
    ("followup.new_event", "POST"): CARE,
    ("followup.event", "GET"): CARE,
    ("followup.event", "POST"): CARE,
    ("followup.event_removal", "POST"): CARE,
    ("followup.leaving", "GET"): CARE,
    ("followup.leaving", "POST"): CARE,
    ("followup.follow_up", "GET"): CARE,
    ("followup.follow_up", "POST"): CARE,
    ("followup.reconciliation", "GET"): CARE,
    ("followup.leaving_removal", "POST"): only(COORDINATOR),
    ("conversation.show", "GET"): CARE,
    ("conversation.show", "POST"): CARE,
    ("conversation.printed", "GET"): CARE,
    ("conversation.done", "POST"): CARE,
    ("conversation.take_back", "POST"): CARE,
    ("overview.unit", "GET"): only(COORDINATOR),
    ("overview.mine", "GET"): only(CASEWORKER),
    ("bulk.files", "GET"): only(COORDINATOR),
    ("bulk.files", "POST"): only(COORDINATOR),
    ("bulk.intake", "GET"): only(COORDINATOR),
    ("bulk.intake", "POST"): only(COORDINATOR),
    ("bulk.letters", "GET"): only(COORDINATOR),
    ("bulk.letters", "POST"): only(COORDINATOR),
    ("bulk.empty_file", "GET"): only(COORDINATOR),
    ("bulk.keys", "GET"): only(COORDINATOR),
    ("bulk.look", "GET"): only(COORDINATOR),
    ("bulk.wrong", "GET"): only(COORDINATOR),
    ("bulk.take_in", "POST"): only(COORDINATOR),
    ("bulk.undone", "POST"): only(COORDINATOR),
    ("bulk.new_pause", "POST"): only(COORDINATOR),
    ("bulk.pause_ended", "POST"): only(COORDINATOR),
    ("rounds.matrix", "GET"): CARE,
    ("rounds.move", "GET"): CARE,
    ("rounds.move", "POST"): CARE,
    ("rounds.missed", "GET"): CARE,
    ("rounds.missed", "POST"): CARE,
    ("corrections.trail", "GET"): only(COORDINATOR),
    ("corrections.merge_persons", "GET"): only(COORDINATOR),
    ("corrections.merge_persons", "POST"): only(COORDINATOR),
    ("corrections.move", "GET"): only(COORDINATOR),
    ("corrections.move", "POST"): only(COORDINATOR),
    ("corrections.reopen", "GET"): only(COORDINATOR),
    ("corrections.reopen", "POST"): only(COORDINATOR),
    ("casework.entry", "GET"): CARE,
    ("casework.entry", "POST"): CARE,
    ("casework.comparison", "GET"): CARE,
    ("casework.own", "GET"): only(CASEWORKER),
    ("kiosk.index", "GET"): CARE,
    ("kiosk.index", "POST"): CARE,
    ("kiosk.end", "POST"): CARE,
    # The tablet's cookie and the PIN are the right to be there; elsewhere it leads to signing in.
    ("kiosk.leave", "GET"): NOBODY_SIGNED_IN,
    ("kiosk.leave", "POST"): NOBODY_SIGNED_IN,
    ("research.index", "GET"): only(RESEARCHER),
    ("research.study", "GET"): only(RESEARCHER),
    ("research.study", "POST"): only(RESEARCHER),
    ("research.release", "GET"): only(RESEARCHER),
    ("research.report", "GET"): only(RESEARCHER),
    ("research.report_file", "GET"): only(RESEARCHER),
    ("research.results", "GET"): only(RESEARCHER),
    ("research.dataset", "GET"): only(RESEARCHER),
}

# What stands in addresses that name nothing of an organisation.
COMMON = {
    "tag": "en",
    "filename": "css/tokens.css",
    "version": "0",
    "number": "1",
    "token": "forged",
    "code": "AAAAAAAA",
    "key": "bip-11",
    "language": "sv",
    "name": "job_search.mp3",
    "rater": "participant",
    "months": "6",
    "kind": "outcomes",
    "ending": "csv",
}
Way = tuple[str, str]


@dataclass(frozen=True)
class Town:
    """An installation with two organisations, and the ids of each one's rows."""

    app: Flask
    house: House
    own: Mapping[str, str]
    foreign: Mapping[str, str]


@pytest.fixture(scope="module")
def town(module_app: Flask) -> Town:
    house, other = build_house(module_app), build_house(module_app)
    return Town(
        module_app,
        house,
        build_scene(house.installed, house),
        build_scene(other.installed, other),
    )


def ways(app: Flask) -> Iterator[tuple[Way, Rule]]:
    """Every endpoint with every method that does something of its own."""
    for rule in app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield (rule.endpoint, method), rule


def test_every_route_has_its_row_and_every_row_its_route(town: Town) -> None:
    assert {way for way, _ in ways(town.app)} == set(ACCESS)


def addresses(town: Town, way: Way, ids: Mapping[str, str]) -> list[str]:
    """The addresses of a way, filled in; an id the table does not know of is an error."""
    adapter = town.app.url_map.bind("localhost")
    found = []
    for known, rule in ways(town.app):
        if known == way:
            values = {name: (COMMON | ids)[name] for name in rule.arguments}
            converted = {name: _as_needed(name, value) for name, value in values.items()}
            found.append(adapter.build(rule.endpoint, converted, method=way[1]))
    return sorted(set(found))


def _as_needed(name: str, value: str) -> str | int | UUID:
    if name.endswith("_id"):
        return UUID(value)
    return int(value) if value.isdigit() else value


GUARDED = [way for way, allowed in ACCESS.items() if allowed != NOBODY_SIGNED_IN]


@pytest.mark.parametrize("way", GUARDED, ids=" ".join)
def test_without_signing_in_nobody_gets_in(town: Town, way: Way) -> None:
    for address in addresses(town, way, town.own):
        answer = Visitor(town.app).raw(way[1], address)
        if way[1] == "GET":
            assert (answer.status_code, "/sign-in" in answer.headers["Location"]) == (302, True)
        else:
            assert answer.status_code == 401


@pytest.mark.parametrize("way", GUARDED, ids=" ".join)
def test_a_role_gets_into_its_pages_and_no_others(town: Town, way: Way) -> None:
    allowed = ACCESS[way]
    before = contents(town)
    for address in addresses(town, way, town.own):
        for role in Role:
            status = town.house.enter(role).raw(way[1], address).status_code
            if role in allowed:
                assert status not in {401, 403, 404, 405, 500}, (role, address, status)
            else:
                assert status == 403, (role, address)
    if way[1] == "POST":
        assert contents(town) == before, "a form without its token changes nothing"


@pytest.mark.parametrize("way", GUARDED, ids=" ".join)
def test_another_organisations_row_is_answered_like_one_that_does_not_exist(town: Town, way: Way) -> None:
    own = addresses(town, way, town.own)
    for at, address in enumerate(own):
        foreign = addresses(town, way, town.foreign)[at]
        if foreign == address:
            continue
        absent = addresses(town, way, {name: str(uuid4()) for name in town.own})[at]
        for role in Role:
            visitor = town.house.enter(role)
            answers = [visitor.raw(way[1], there) for there in (foreign, absent)]
            expected = 404 if role in ACCESS[way] else 403
            assert [answer.status_code for answer in answers] == [expected, expected], (role, address)
            assert comparable(answers[0], foreign) == comparable(answers[1], absent)


def comparable(answer: TestResponse, address: str) -> str:
    """The page without what differs by chance: nonce, token, and the address itself in the language links."""
    text = re.sub(r'(nonce|value)="[^"]*"', "", answer.text)
    return re.sub(r'href="/language/[^"]*"', "", text).replace(address, "")


def contents(town: Town) -> dict[str, int]:
    """A fingerprint of every table but the trail, where looking alone leaves its lines."""
    with town.house.installed.store.reading() as session:
        return {
            table.name: hash(str(sorted(map(str, session.execute(table.select())))))
            for table in METADATA.sorted_tables
            if table.name != "audit_events"
        }
