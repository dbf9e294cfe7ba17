"""The seal, proved: two databases that differ only in sealed answers give the same pages and the same files.

Both applications run on copies of one database with the same keys. In the second, every sealed answer has
another value. Then everybody but the rater opens every address there is, and the study is exported.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import not_, select, update
from werkzeug.routing import Rule

from analysis.dataset.write import write
from bip.app import create_app
from bip.clock import SettableClock
from bip.collect.tokens import token_of
from bip.research.export import export_study
from bip.rounds.seal import opened
from bip.rounds.upkeep import keep_planned
from bip.services import EXTENSION, Services
from bip.settings import Settings
from bip.store.lists import Rater, Role
from bip.store.people import Enrolment
from bip.store.rounds import Answer, HeldAnswer, Response, Round
from bip.store.session import SQLITE, Store
from tests.bip.conftest import NOON, installation, running
from tests.bip.house import PASSWORD, House, build_house
from tests.bip.pages import Visitor
from tests.bip.sealed_town import Town, build_sealed_town

# Another step for every step, and for some a missing code: neither a value nor completeness may show.
CHANGED = {1: 5, 2: -9, 3: 1, 4: -9, 5: 2}
# A participant under way is told on any device which questions are answered, so those stay answered.
CHANGED_UNDER_WAY = {1: 5, 2: -1, 3: 1, 4: -2, 5: 2}
# Every role that is nobody's rater, and the caseworker, who is left out where it is the own rating.
OTHERS = (Role.COORDINATOR, Role.RESEARCHER, Role.ADMINISTRATOR)


@dataclass(frozen=True)
class Pair:
    """Two installations that differ in sealed answers only."""

    first: Flask
    second: Flask
    house: House
    town: Town

    @property
    def both(self) -> tuple[Flask, Flask]:
        return self.first, self.second


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory, empty_database: Path) -> Iterator[Pair]:
    settings = installation(tmp_path_factory.mktemp("first"), empty_database)
    clock = SettableClock(NOON)
    for first in running(settings, clock):
        house = build_house(first)
        town = build_sealed_town(house.installed, house)
        # Before the copy is made: rounds that each plans by itself have ids of their own.
        keep_planned(house.installed.store, clock.today(), Enrolment.id.is_not(None))
        second = create_app(changed_copy(settings, tmp_path_factory.mktemp("second")), clock)
        yield Pair(first, second, house, town)
        services_of(second).store.close()


def services_of(app: Flask) -> Services:
    found: Services = app.extensions[EXTENSION]
    return found


def changed_copy(settings: Settings, folder: Path) -> Settings:
    """The same installation elsewhere, with every sealed answer changed."""
    source, target = (
        SQLITE.connect(path.removeprefix("sqlite:///"))
        for path in (settings.database_url, str(folder / "bip.sqlite"))
    )
    source.backup(target)
    source.close()
    target.close()
    copy = settings.model_copy(
        update={"database_url": f"sqlite:///{folder / 'bip.sqlite'}", "data_dir": folder / "data"}
    )
    other = Store(copy.database_url)
    with other.writing() as session:
        sealed = (
            select(Answer, Response)
            .join(Response, Response.id == Answer.response_id)
            .join(Round, Round.id == Response.round_id)
            .where(not_(opened(NOON.date())))
        )
        for answer, response in session.execute(sealed).all():
            own = response.rater is Rater.PARTICIPANT and response.submitted_at is None
            answer.value = (CHANGED_UNDER_WAY if own else CHANGED)[answer.value]
        held = (
            select(HeldAnswer)
            .join(Response, Response.id == HeldAnswer.response_id)
            .join(Round, Round.id == Response.round_id)
            .where(not_(opened(NOON.date())))
        )
        for one in session.scalars(held).all():
            one.value = CHANGED[one.value]
    other.close()
    return copy


def test_the_two_databases_do_differ(pair: Pair) -> None:
    def differing(kept: type[Answer | HeldAnswer]) -> int:
        values = []
        for app in pair.both:
            with services_of(app).store.reading() as session:
                values.append(session.scalars(select(kept.value).order_by(kept.id)).all())
        return sum(a != b for a, b in zip(*values, strict=True))

    assert differing(Answer) == 11 * 6, "four rounds sealed, six responses in them"
    assert differing(HeldAnswer) == 11 * 3, "three of the responses are participants'"


def signed_in(pair: Pair, app: Flask, role: Role) -> Visitor:
    visitor = Visitor(app)
    visitor.sign_in(pair.house.emails[role], PASSWORD)
    return visitor


def every_address(pair: Pair) -> list[str]:
    """Every page of every participant, and every page without one."""
    adapter = pair.first.url_map.bind("localhost")
    found = []
    for rule in pair.first.url_map.iter_rules():
        if "GET" in (rule.methods or ()) and rule.endpoint != "static":
            found += [adapter.build(rule.endpoint, values) for values in arguments(pair, rule)]
    return sorted(set(found))


def arguments(pair: Pair, rule: Rule) -> list[dict[str, object]]:
    """What can stand in a rule: each participant's enrolment, round and token in turn."""
    common = {
        "tag": "en",
        "version": "0",
        "key": "bip-11",
        "language": "sv",
        "name": "job_search.mp3",
        "rater": "participant",
        "months": 6,
        "kind": "outcomes",
        "ending": "csv",
        "upload_id": UUID(int=0),
        "code": "AAAAAAAA",
        "study_id": pair.house.study_id,
        "unit_id": pair.house.unit_id,
        "account_id": pair.house.accounts[Role.CASEWORKER],
        "release_id": pair.town.release,
        "invitation_id": UUID(int=0),
        "activity_id": UUID(int=0),
        "event_id": UUID(int=0),
        "step_id": UUID(int=0),
    }
    cases: list[dict[str, object]] = []
    for state, enrolment in pair.town.enrolments.items():
        response = pair.town.responses.get((state, Rater.PARTICIPANT), UUID(int=0))
        token = token_of(pair.house.installed, response)
        values = common | {
            "enrolment_id": enrolment,
            "round_id": pair.town.open_rounds[state],
            "token": token,
        }
        for number in range(1, 12) if "number" in rule.arguments else (1,):
            every = values | {"number": number}
            cases.append({name: every[name] for name in rule.arguments})
    return cases


def comparable(text: str) -> str:
    """Without what differs by chance: nonces, and the tokens and keys of forms, made anew for every page."""
    text = re.sub(r"nonce=\"[^\"]*\"", "", text)
    # What a device may write with names a sitting, which is made anew where the browser has none.
    text = re.sub(r'"token": "[^"]*"', "", text)
    return re.sub(r'<input[^>]*name="(pause-)?(csrf_token|key|sitting)"[^>]*>', "", text)


@pytest.mark.parametrize("role", OTHERS)
def test_no_page_shows_what_is_sealed(pair: Pair, role: Role) -> None:
    visitors = [signed_in(pair, app, role) for app in pair.both]
    opened_pages = 0
    for address in every_address(pair):
        first, second = (visitor.raw("GET", address) for visitor in visitors)
        assert (first.status_code, comparable(first.text)) == (second.status_code, comparable(second.text))
        opened_pages += first.status_code == 200
    assert opened_pages > 5


def test_the_caseworker_does_not_see_what_the_participant_answered(pair: Pair) -> None:
    """Where the caseworker has not begun a rating of one's own, which is theirs to see."""
    visitors = [signed_in(pair, app, Role.CASEWORKER) for app in pair.both]
    own = {str(pair.town.open_rounds[s]) for (s, rater) in pair.town.responses if rater is Rater.CASEWORKER}
    pages = 0
    for address in every_address(pair):
        if address.endswith("/rate") and any(window in address for window in own):
            continue
        first, second = (visitor.raw("GET", address) for visitor in visitors)
        assert (first.status_code, comparable(first.text)) == (second.status_code, comparable(second.text))
        pages += first.status_code == 200
    assert pages > 20


def test_the_participants_address_shows_another_browser_nothing(pair: Pair) -> None:
    visitors = [Visitor(app) for app in pair.both]
    pages = 0
    for address in every_address(pair):
        first, second = (visitor.raw("GET", address) for visitor in visitors)
        assert (first.status_code, comparable(first.text)) == (second.status_code, comparable(second.text))
        pages += first.status_code == 200 and "/answer/" in address
    assert pages > 11


def test_the_exported_files_are_the_same(pair: Pair, tmp_path: Path) -> None:
    for name, app in zip(("first", "second"), pair.both, strict=True):
        installed = services_of(app)
        with installed.store.reading() as session:
            day = installed.clock.today()
            export = export_study(session, pair.house.study_id, day, installed.settings.timezone, "1")
        write(export.dataset, tmp_path / name)
    files = {
        path.relative_to(tmp_path / "first") for path in (tmp_path / "first").rglob("*") if path.is_file()
    }
    assert len(files) > 10
    for file in files:
        assert (tmp_path / "first" / file).read_bytes() == (tmp_path / "second" / file).read_bytes()


def test_a_changed_answer_of_an_opened_round_does_show(pair: Pair) -> None:
    """The proof can fail: the same comparison finds a difference that may be seen."""
    address = f"/enrolments/{pair.town.enrolments['both in']}/comparison"
    before = comparable(signed_in(pair, pair.first, Role.CASEWORKER).raw("GET", address).text)
    installed = services_of(pair.second)
    response = pair.town.responses["both in", Rater.PARTICIPANT]
    with installed.store.writing() as session:
        session.execute(update(Answer).where(Answer.response_id == response).values(value=1))
    after = comparable(signed_in(pair, pair.second, Role.CASEWORKER).raw("GET", address).text)
    assert before != after


def test_a_changed_held_answer_of_an_opened_round_does_show(pair: Pair) -> None:
    address = f"/participants/{pair.town.enrolments['both in']}"
    before = comparable(signed_in(pair, pair.first, Role.COORDINATOR).raw("GET", address).text)
    installed = services_of(pair.second)
    response = pair.town.responses["both in", Rater.PARTICIPANT]
    with installed.store.writing() as session:
        session.execute(update(HeldAnswer).where(HeldAnswer.response_id == response).values(value=-1))
    after = comparable(signed_in(pair, pair.second, Role.COORDINATOR).raw("GET", address).text)
    assert before != after
