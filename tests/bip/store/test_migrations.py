"""Migrations five ways: models equal head; up; down; up and down with data."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text
from sqlalchemy.engine.reflection import Inspector

from bip.store.schema import configuration, current_revision, downgrade, newest_revision, upgrade
from bip.store.session import Store
from bip.store.tables import METADATA
from tests.bip.store.filled import FILLED, Rows

BASE = "base"
ALEMBIC = "alembic_version"
# PostgreSQL makes an index for its exclusion constraint, which no model can say.
EXCLUSION = "index ex_assignment_spells_overlap"
REVISIONS = {
    script.revision: script.down_revision or BASE
    for script in ScriptDirectory.from_config(configuration()).walk_revisions()
}
each_revision = pytest.mark.parametrize(("revision", "below"), REVISIONS.items())


def test_every_revision_brings_data_to_try_it_with() -> None:
    assert FILLED.keys() == REVISIONS.keys(), "add the data of the new revision to filled.py"


def test_the_models_are_what_the_migrations_make(store: Store) -> None:
    with store.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, METADATA) == []


def test_the_constraints_are_what_the_migrations_make(store: Store) -> None:
    """Checks, keys and indexes to the letter: Alembic compares no check and no partial index's condition."""
    migrated = described(store)
    downgrade(store, BASE)
    METADATA.create_all(store.engine)
    assert described(store) == {
        table: [line for line in lines if not line.startswith(EXCLUSION)] for table, lines in migrated.items()
    }
    assert any("check ck_responses_who_rated" in line for line in migrated["responses"])


def test_what_no_model_can_say_is_there(store: Store) -> None:
    found = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger' ORDER BY name",
        "postgresql": "SELECT conname FROM pg_constraint WHERE contype = 'x'",
    }
    expected = {
        "sqlite": ["assignment_spells_overlap_insert", "assignment_spells_overlap_update"],
        "postgresql": ["ex_assignment_spells_overlap"],
    }
    with store.engine.connect() as connection:
        engine = connection.dialect.name
        assert connection.scalars(text(found[engine])).all() == expected[engine]


def test_up_from_nothing(empty_store: Store) -> None:
    assert current_revision(empty_store) is None
    upgrade(empty_store)
    assert current_revision(empty_store) == newest_revision()
    assert tables(empty_store) == METADATA.tables.keys()
    upgrade(empty_store)
    assert current_revision(empty_store) == newest_revision()


def test_down_to_nothing_and_up_again(store: Store) -> None:
    downgrade(store, BASE)
    assert current_revision(store) is None
    assert left(store) <= {ALEMBIC, f"{ALEMBIC}_pkc", f"sqlite_autoindex_{ALEMBIC}_1"}
    upgrade(store)
    assert tables(store) == METADATA.tables.keys()


@each_revision
def test_the_data_fill_every_table(empty_store: Store, revision: str, below: str) -> None:
    upgrade(empty_store, revision)
    assert FILLED[revision].keys() == tables(empty_store), below
    assert all(FILLED[revision].values())


@each_revision
def test_up_with_data(empty_store: Store, revision: str, below: str) -> None:
    if below != BASE:
        upgrade(empty_store, below)
        fill(empty_store, FILLED[below])
    upgrade(empty_store, revision)
    kept = counted(empty_store)
    for table, rows in FILLED.get(below, {}).items():
        assert kept.get(table, len(rows)) == len(rows)


@each_revision
def test_down_with_data(empty_store: Store, revision: str, below: str) -> None:
    upgrade(empty_store, revision)
    fill(empty_store, FILLED[revision])
    downgrade(empty_store, below)
    kept = counted(empty_store)
    assert kept.keys() == FILLED.get(below, {}).keys()
    for table, count in kept.items():
        assert count == len(FILLED[revision].get(table, ())), table
    upgrade(empty_store, revision)


def fill(store: Store, data: Mapping[str, Rows]) -> None:
    with store.writing() as session:
        for table, rows in data.items():
            for row in rows:
                values = ", ".join(f":{column}" for column in row)
                session.execute(text(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({values})"), row)  # noqa: S608


def counted(store: Store) -> dict[str, int]:
    with store.reading() as session:
        return {
            table: session.scalars(text(f"SELECT count(*) FROM {table}")).one()  # noqa: S608
            for table in tables(store)
        }


def tables(store: Store) -> set[str]:
    with store.engine.connect() as connection:
        return set(inspect(connection).get_table_names()) - {ALEMBIC}


def left(store: Store) -> set[str]:
    """Everything with a name in the database: tables, indexes, triggers, sequences, types."""
    with store.engine.connect() as connection:
        return set(connection.scalars(text(_NAMED[connection.dialect.name])))


_NAMED = {
    "sqlite": "SELECT name FROM sqlite_master",
    # Types of an extension stay with it: others in the database may use the extension.
    "postgresql": """
        SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace
        UNION ALL
        SELECT typname FROM pg_type
        WHERE typnamespace = 'public'::regnamespace AND typname NOT LIKE '%alembic_version'
          AND NOT EXISTS (SELECT 1 FROM pg_depend WHERE objid = pg_type.oid AND deptype = 'e')
          AND (typelem = 0 OR NOT EXISTS (SELECT 1 FROM pg_depend WHERE objid = typelem AND deptype = 'e'))
    """,
}


def described(store: Store) -> dict[str, list[str]]:
    """Every constraint and index by table, in words that two databases of one engine share."""
    with store.engine.connect() as connection:
        return {table: _described(connection, table) for table in sorted(tables(store))}


def _described(connection: Connection, table: str) -> list[str]:
    inspector: Inspector = inspect(connection)
    checks = (f"check {check['name']} {check['sqltext']}" for check in inspector.get_check_constraints(table))
    unique = (
        f"unique {key['name']} {sorted(key['column_names'])}"
        for key in inspector.get_unique_constraints(table)
    )
    foreign = (
        f"foreign {key['name']} {key['constrained_columns']} to {key['referred_table']}"
        f" {key['referred_columns']} {key.get('options')}"
        for key in inspector.get_foreign_keys(table)
    )
    indexes = (
        f"index {index['name']} {index['column_names']} {index['unique']} {_condition(index)}"
        for index in inspector.get_indexes(table)
    )
    columns = (
        f"column {column['name']} {column['type']} {column['nullable']} {column['default']}"
        for column in inspector.get_columns(table)
    )
    return sorted([*checks, *unique, *foreign, *indexes, *columns])


def _condition(index: Mapping[str, object]) -> list[str]:
    options = index.get("dialect_options", {})
    assert isinstance(options, Mapping)
    return [str(value) for name, value in options.items() if name.endswith("_where")]
