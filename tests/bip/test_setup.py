"""From nothing: `bip init`, and the commands that look after the database."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import text

from bip.app import create_app
from bip.cli import main
from bip.database_check import sqlite_library
from bip.services import EXTENSION, Services
from bip.settings import Settings
from bip.store.cipher import Cipher
from bip.store.schema import newest_revision, upgrade
from bip.store.session import Store
from tests.bip import rows
from tests.bip.auth.links import PASSWORD, path_of, shown_link
from tests.bip.pages import Page, Visitor


@pytest.fixture
def installation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Settings in the environment, and no database yet."""
    settings = Settings(
        secret_key=secrets.token_urlsafe(32),
        identity_key=secrets.token_urlsafe(32),
        database_url=f"sqlite:///{tmp_path / 'new.sqlite'}",
        data_dir=tmp_path / "data",
    )
    for name, value in settings.as_environment().items():
        monkeypatch.setenv(name, value)
    return settings


@pytest.fixture
def store(installation: Settings) -> Iterator[Store]:
    """The installation's database, without tables."""
    store = Store(installation.database_url)
    yield store
    store.close()


@pytest.fixture
def running(installation: Settings) -> Iterator[Flask]:
    """The application on the database that `bip init` has made."""
    assert "its tables are made" in bip("init")
    app = create_app(installation)
    yield app
    installed: Services = app.extensions[EXTENSION]
    installed.store.close()


def bip(*arguments: str, expect: int = 0) -> str:
    done = CliRunner().invoke(main, arguments)
    assert done.exit_code == expect, done.output
    return done.output


def begun(app: Flask, organisation: str, email: str) -> Visitor:
    """The administrator who has opened the link that `bip init` prints."""
    found = re.search(r"http://127\.0\.0\.1:8000/welcome/\S+", bip("init"))
    assert found is not None
    visitor = Visitor(app)
    told = {"organisation": organisation, "country": "SE", "name": "Åsa Öberg", "email": email}
    page = visitor.get(path_of(found.group()))
    visitor.submit(page, {**told, "password": PASSWORD, "again": PASSWORD})
    return visitor


def hired(app: Flask, administrator: Visitor, email: str, role: str) -> Page:
    """The first page of a member of staff who was invited and came."""
    invitation = administrator.submit(
        administrator.get("/staff/invite"), {"email": email, "roles": [role], "unit": ""}
    )
    newcomer = Visitor(app)
    joining = {"name": f"Kim {role}", "password": PASSWORD, "again": PASSWORD}
    newcomer.submit(newcomer.get(shown_link(invitation)), joining)
    return Visitor(app).sign_in(email, PASSWORD)


def test_an_organisation_is_set_up_from_nothing(running: Flask) -> None:
    administrator = begun(running, "Vadköping", "asa@example.org")
    assert "Three steps to the first participant" in administrator.get("/studies").text
    assert "There is no unit yet." in administrator.get("/units").text
    administrator.submit(administrator.get("/units"), {"name": "Nordhamn"})
    for role in ("caseworker", "coordinator", "researcher"):
        page = hired(running, administrator, f"{role}@example.org", role)
        assert page.heading != "Sign in"
        assert "Vadköping" in page.text
    page = administrator.submit(administrator.get("/studies/new"), {"name": "On the way"})
    assert "On the way is created." in page.text


def test_a_second_organisation_sees_nothing_of_the_first(running: Flask) -> None:
    first = begun(running, "Vadköping", "asa@example.org")
    first.submit(first.get("/units"), {"name": "Nordhamn"})
    hired(running, first, "kim@example.org", "caseworker")
    first.submit(first.get("/studies/new"), {"name": "On the way"})
    second = begun(running, "Grönköping", "siri@example.org")
    for address in ("/studies", "/units", "/staff", "/staff/invite", "/organisation", "/studies/new"):
        text = second.get(address).text
        assert "Grönköping" in text
        for theirs in ("Vadköping", "Nordhamn", "kim@example.org", "asa@example.org", "On the way"):
            assert theirs not in text, address


@pytest.mark.usefixtures("installation")
def test_init_needs_no_second_preparation() -> None:
    assert "its tables are made" in bip("init")
    again = bip("init")
    assert "its tables are made" not in again
    assert again.count("/welcome/") == 1
    assert "good once, within 7 days" in again


def test_init_leaves_a_database_of_something_else_alone(store: Store) -> None:
    with store.engine.begin() as connection:
        connection.execute(text("CREATE TABLE somebody_elses (id INTEGER)"))
    assert "name an empty database in BIP_DATABASE_URL" in bip("init", expect=1)


def test_init_asks_for_an_upgrade_where_the_schema_is_another(store: Store) -> None:
    upgrade(store)
    with store.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = 'older'"))
    assert "run bip db upgrade" in bip("init", expect=1)


@pytest.mark.parametrize("command", [("init",), ("db", "upgrade"), ("db", "check"), ("serve",)])
def test_without_settings_a_command_says_how_to_make_them(
    monkeypatch: pytest.MonkeyPatch, installation: Settings, command: tuple[str, ...]
) -> None:
    monkeypatch.delenv("BIP_SECRET_KEY")
    answer = bip(*command, expect=1)
    assert "BIP_SECRET_KEY: is not set." in answer
    assert "export BIP_SECRET_KEY=" in answer
    assert installation.identity_key.get_secret_value() not in answer


@pytest.mark.parametrize("command", [("init",), ("db", "upgrade"), ("db", "check"), ("serve",)])
def test_a_database_that_does_not_open_is_no_traceback(
    monkeypatch: pytest.MonkeyPatch, installation: Settings, tmp_path: Path, command: tuple[str, ...]
) -> None:
    assert installation.database_url != ""
    monkeypatch.setenv("BIP_DATABASE_URL", f"sqlite:///{tmp_path / 'nowhere' / 'bip.sqlite'}")
    answer = bip(*command, expect=1)
    assert answer.startswith("Error: The database does not answer: unable to open database file")
    assert "Remedy: look at BIP_DATABASE_URL" in answer


@pytest.mark.usefixtures("installation")
def test_upgrade_says_from_where_to_where() -> None:
    newest = newest_revision()
    assert bip("db", "upgrade") == f"The database is now at revision {newest} (before: empty)\n"
    assert bip("db", "upgrade") == f"The database was at the newest revision already: {newest}\n"


def test_a_database_in_order_is_all_ok(store: Store, installation: Settings) -> None:
    upgrade(store)
    assert "no names are kept yet" in bip("db", "check")
    add_name(store, Cipher(installation.identity_key_bytes))
    lines = bip("db", "check").splitlines()
    assert [line for line in lines if line.startswith("problem")] == []
    assert f"ok: revision {newest_revision()}, the newest" in lines
    assert "ok: the file is whole, and every reference leads somewhere" in lines
    assert "ok: BIP_IDENTITY_KEY opens the names" in lines


def test_an_empty_database_is_a_problem(store: Store) -> None:
    assert store.engine.url.database is not None
    answer = bip("db", "check", expect=1)
    assert "problem: The database is at revision none" in answer
    assert "run bip db upgrade" in answer


def test_another_identity_key_is_a_problem(store: Store) -> None:
    upgrade(store)
    add_name(store, Cipher(secrets.token_bytes(32)))
    assert "start with the key that the database was begun with" in bip("db", "check", expect=1)


def test_a_row_that_refers_to_nothing_is_a_problem(store: Store) -> None:
    upgrade(store)
    with store.engine.connect() as connection:
        driver = connection.connection.dbapi_connection
        assert driver is not None
        driver.execute("PRAGMA foreign_keys=OFF")
        connection.execute(
            text(
                "INSERT INTO units (id, organisation_id, pseudonym, name, caseload_ceiling) "
                "VALUES ('a', 'b', 'c', 'd', 30)"
            )
        )
        connection.commit()
        driver.execute("PRAGMA foreign_keys=ON")
    answer = bip("db", "check", expect=1)
    assert "1 rows refer to rows that are not there (in units)" in answer


def test_a_damaged_file_is_a_problem(store: Store) -> None:
    upgrade(store)
    database = Path(str(store.engine.url.database))
    store.close()
    page = 4096
    with database.open("r+b") as file:
        # In the middle lie tables and indices; the first and the last pages hold the schema.
        file.seek(database.stat().st_size // page // 2 * page)
        file.write(b"\xff" * page)
    assert "the file is damaged: " in bip("db", "check", expect=1)


def test_a_file_that_is_no_database_is_no_traceback(store: Store) -> None:
    Path(str(store.engine.url.database)).write_bytes(b"a letter to somebody" * 1000)
    assert "Error: The database does not answer: file is not a database" in bip("db", "check", expect=1)


@pytest.mark.parametrize(
    ("version", "severity"), [((3, 40, 1), "warning"), ((3, 51, 2), "warning"), ((3, 51, 3), "ok")]
)
def test_a_sqlite_that_can_lose_data_is_warned_of(version: tuple[int, int, int], severity: str) -> None:
    finding = sqlite_library(version)
    assert finding.severity == severity
    assert ("pip install pysqlite3" in finding.text) == (severity == "warning")


def add_name(store: Store, cipher: Cipher) -> None:
    with store.writing() as session:
        organisation = rows.organisation(session)
        rows.identity(session, rows.participant(session, organisation), cipher=cipher)
