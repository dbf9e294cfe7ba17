"""The same application on PostgreSQL: half a year of an organisation's life, and every role's first page."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from bip.clock import SettableClock
from bip.demo.people import Demo, found_demo
from bip.services import services
from bip.settings import Settings
from tests.bip.conftest import NOON, running
from tests.bip.pages import Visitor
from tests.postgresql import fresh_database


@pytest.fixture(scope="module")
def app(postgresql: str, newest_postgresql: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    with fresh_database(postgresql, like=newest_postgresql) as url:
        settings = Settings(
            secret_key=secrets.token_urlsafe(32),
            identity_key=secrets.token_urlsafe(32),
            database_url=url,
            data_dir=tmp_path_factory.mktemp("data"),
        )
        yield from running(settings, SettableClock(NOON))


@pytest.fixture(scope="module")
def demo(app: Flask) -> Demo:
    """Enrolled, answered and rated through the services that the pages use."""
    with app.app_context():
        return found_demo(services())


def test_every_role_has_its_pages(app: Flask, demo: Demo) -> None:
    for one in demo.sign_ins:
        visitor = Visitor(app)
        page = visitor.sign_in(one.email, one.password)
        links = [a.attrib["href"] for a in page.all("a") if Path(a.attrib["href"]).parts[:1] == ("/",)]
        own = [link for link in links if not link.startswith("/language")]
        assert own, one.role
        for link in own:
            visitor.get(link)


def test_a_participant_answers_and_submits(app: Flask, demo: Demo) -> None:
    visitor = Visitor(app)
    page = visitor.submit(visitor.get("/"), {"code": demo.code})
    page = visitor.get(page.link("Börja"))
    while "/summary" not in page.response.request.path:
        page = visitor.submit(page, {"answer": "4"})
    assert visitor.submit(page).heading == "Vi har fått dina svar"
