"""`bip demo`: what it prints opens."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import func, select

from bip.app import create_app
from bip.cli import main
from bip.services import EXTENSION, Services
from bip.settings import Settings
from bip.store.lists import Role
from bip.store.rounds import Response, Round
from tests.bip.pages import Visitor


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("demo") / "platform"


@pytest.fixture(scope="module")
def printed(folder: Path) -> str:
    before = os.umask(0o022)
    try:
        done = CliRunner().invoke(main, ["demo", str(folder), "--no-serve"])
    finally:
        os.umask(before)
    assert done.exit_code == 0, done.output
    return done.output


@pytest.fixture(scope="module")
def app(folder: Path, printed: str) -> Iterator[Flask]:
    lines = (folder / "settings.env").read_text().splitlines()
    found = dict(line.removeprefix("export ").split("=", 1) for line in lines)
    app = create_app(Settings(**{name.removeprefix("BIP_").lower(): value for name, value in found.items()}))
    yield app
    installed: Services = app.extensions[EXTENSION]
    installed.store.close()


@pytest.mark.parametrize("role", list(Role))
def test_every_role_signs_in_with_what_is_printed(app: Flask, printed: str, role: Role) -> None:
    found = re.search(rf"^{role.capitalize()}\s+\S+/sign-in\s+(\S+)\s+(\S+)$", printed, re.MULTILINE)
    assert found is not None, printed
    page = Visitor(app).sign_in(found[1], found[2])
    assert page.heading in {"Worklist", "Research", "Studies"}


def test_the_code_leads_to_the_first_question(app: Flask, printed: str) -> None:
    found = re.search(r"code (\w{4} \w{4})$", printed, re.MULTILINE)
    assert found is not None, printed
    visitor = Visitor(app)
    page = visitor.submit(visitor.get("/"), {"code": found[1]})
    page = visitor.get(page.link("Börja"))
    assert page.text.count("Fråga 1 av 11") == 1


def test_there_are_people_and_three_rounds(app: Flask) -> None:
    installed: Services = app.extensions[EXTENSION]
    with installed.store.reading() as session:
        rounds = session.execute(
            select(Round.number, func.count(Response.id))
            .join(Response, Response.round_id == Round.id)
            .where(Response.submitted_at.is_not(None))
            .group_by(Round.number)
            .order_by(Round.number)
        ).all()
    assert [tuple(row) for row in rounds] == [(0, 24), (1, 23), (2, 13)]


def test_what_it_made_is_for_its_owner_alone(folder: Path, printed: str) -> None:
    for name in ("bip.sqlite", "settings.env"):
        assert (folder / name).stat().st_mode & 0o077 == 0


def test_it_never_writes_over_a_folder(folder: Path, printed: str) -> None:
    done = CliRunner().invoke(main, ["demo", str(folder), "--no-serve"])
    assert (done.exit_code, "is not empty" in done.output) == (1, True)


def test_a_history_that_is_no_dataset_is_refused(tmp_path: Path) -> None:
    (tmp_path / "history").mkdir()
    arguments = ["demo", str(tmp_path / "demo"), "--history", str(tmp_path / "history"), "--no-serve"]
    done = CliRunner().invoke(main, arguments)
    assert done.exit_code == 1
    assert "is no study dataset" in done.output
    assert not (tmp_path / "demo").exists(), "nothing half made is left"
