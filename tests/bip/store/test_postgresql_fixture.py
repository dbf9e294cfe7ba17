"""The databases that the store's tests stand on are real, empty and gone afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Column, Connection, Integer, MetaData, Table, Text, create_engine, inspect, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError

from tests.postgresql import find_binaries, fresh_database, postgresql_server

NOTES = Table("notes", MetaData(), Column("id", Integer, primary_key=True), Column("words", Text))
WORDS = "Å, ø, العربية"


@contextmanager
def connected(url: str) -> Iterator[Connection]:
    engine = create_engine(url)
    try:
        with engine.begin() as connection:
            yield connection
    finally:
        engine.dispose()


def write_and_read(url: str) -> str | None:
    with connected(url) as connection:
        NOTES.create(connection)
        connection.execute(NOTES.insert().values(words=WORDS))
    with connected(url) as connection:
        return connection.scalar(NOTES.select().with_only_columns(NOTES.c.words))


def test_a_row_is_written_and_read(database_url: str) -> None:
    assert write_and_read(database_url) == WORDS


@pytest.mark.parametrize("_time", ["first", "second"])
def test_each_test_gets_an_empty_database(database_url: str, _time: str) -> None:
    with connected(database_url) as connection:
        assert inspect(connection).get_table_names() == []
        NOTES.create(connection)


def test_two_servers_run_beside_each_other(postgresql: str) -> None:
    with postgresql_server() as second, fresh_database(postgresql) as one, fresh_database(second) as other:
        assert write_and_read(one) == WORDS
        assert write_and_read(other) == WORDS


def test_a_server_is_gone_even_after_a_failure() -> None:
    def fail() -> None:
        with postgresql_server() as server:
            servers.append(server)
            raise ArithmeticError

    servers: list[str] = []
    with pytest.raises(ArithmeticError):
        fail()
    assert not Path(str(make_url(servers[0]).query["host"])).exists()
    with pytest.raises(OperationalError), connected(servers[0]):
        pass


def test_a_database_is_dropped_under_an_open_connection(postgresql: str) -> None:
    engine = create_engine(postgresql)
    with engine.connect() as connection:
        before = names(connection)
        with fresh_database(postgresql) as url:
            held = create_engine(url).connect()
        assert names(connection) == before
    held.invalidate()
    held.close()
    engine.dispose()


def names(connection: Connection) -> set[str]:
    return set(connection.scalars(text("SELECT datname FROM pg_database")))


def test_the_newest_of_debians_servers_is_taken(tmp_path: Path) -> None:
    for version in ("9.6", "15", "17"):
        (tmp_path / version / "bin").mkdir(parents=True)
        (tmp_path / version / "bin" / "initdb").touch()
    (tmp_path / "18" / "bin").mkdir(parents=True)  # the client alone, without a server
    assert find_binaries(tmp_path) == tmp_path / "17" / "bin"


def test_a_machine_without_it_fails_with_the_remedy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(pytest.fail.Exception, match="remedy: apt-get install postgresql"):
        find_binaries(tmp_path)
