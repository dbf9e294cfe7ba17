"""A change of the schema happens whole or not at all, and the database is at the revision the code needs."""

from __future__ import annotations

from pathlib import Path
from shutil import copytree, ignore_patterns

import pytest
from sqlalchemy import inspect, text
from sqlalchemy.exc import DatabaseError

from bip.store import schema
from bip.store.organisations import Unit
from bip.store.schema import current_revision, downgrade, newest_revision, require_newest, upgrade
from bip.store.session import Store, StoreError
from tests.bip import rows

NEXT = '''"""One more."""

import sqlalchemy as sa
from alembic import op

revision = "next"
down_revision = "{newest}"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """A table made, then: {body}"""
    op.create_table("half", sa.Column("id", sa.Integer(), primary_key=True))
    {body}


def downgrade() -> None:
    """Nothing to go back to."""
'''


def add_revision(folder: Path, monkeypatch: pytest.MonkeyPatch, body: str) -> None:
    """The migrations with one more, in a folder of the test's own."""
    newest = newest_revision()
    copytree(schema.MIGRATIONS, folder / "migrations", ignore=ignore_patterns("__pycache__"))
    (folder / "migrations" / "versions" / "next.py").write_text(NEXT.format(newest=newest, body=body))
    monkeypatch.setattr(schema, "MIGRATIONS", folder / "migrations")


def tables(store: Store) -> list[str]:
    with store.engine.connect() as connection:
        return inspect(connection).get_table_names()


def test_a_migration_that_fails_leaves_nothing_of_itself(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = current_revision(store)
    add_revision(tmp_path, monkeypatch, 'op.execute("DELETE FROM no_such_table")')
    with pytest.raises(DatabaseError, match="no_such_table"):
        upgrade(store)
    assert "half" not in tables(store)
    assert current_revision(store) == before


def test_a_migration_does_not_leave_rows_without_their_parents(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with store.writing() as session:
        rows.unit(session, rows.organisation(session))
    add_revision(tmp_path, monkeypatch, 'op.execute("DELETE FROM organisations")')
    with pytest.raises((StoreError, DatabaseError), match=r"refer to|foreign key"):
        upgrade(store)
    assert "half" not in tables(store)
    with store.reading() as session:
        assert session.query(Unit).count() == 1


def test_foreign_keys_are_on_again_after_a_migration(store: Store) -> None:
    """Also in the connection that the migration used."""
    with store.engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            assert connection.scalar(text("PRAGMA foreign_keys")) == 1
    with pytest.raises(DatabaseError, match=r"(?i)foreign key"), store.writing() as session:
        session.execute(text("INSERT INTO exits VALUES (:id, '2026-01-01', 'work', :id)"), {"id": "0" * 32})


def test_a_migrated_database_is_the_one_needed(store: Store) -> None:
    require_newest(store)


def test_an_empty_database_is_sent_to_the_upgrade(empty_store: Store) -> None:
    with pytest.raises(StoreError, match=r"revision none, and this version needs \w+.*bip db upgrade"):
        require_newest(empty_store)
    assert tables(empty_store) == []


def test_an_older_database_is_sent_to_the_upgrade(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = current_revision(store)
    add_revision(tmp_path, monkeypatch, "")
    with pytest.raises(StoreError, match=f"revision {before}, .*needs next"):
        require_newest(store)
    upgrade(store)
    require_newest(store)
    downgrade(store, str(before))
    assert current_revision(store) == before


def test_a_path_with_a_percent_sign_is_a_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Alembic's settings take `%` for something to fill in."""
    folder = tmp_path / "100%"
    folder.mkdir()
    add_revision(folder, monkeypatch, "")
    assert newest_revision() == "next"
