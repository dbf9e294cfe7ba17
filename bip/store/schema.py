"""The database brought to the newest schema, and asked how it is."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from bip.store.session import WRITING, Store, StoreError

MIGRATIONS = Path(__file__).with_name("migrations")


def configuration(connection: Connection | None = None) -> Config:
    """Alembic's configuration; its migrations run on this connection."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def upgrade(store: Store, revision: str = "head") -> None:
    """Bring the database up to a revision, in one transaction."""
    with _changing(store) as connection:
        command.upgrade(configuration(connection), revision)


def downgrade(store: Store, revision: str) -> None:
    """Bring the database down to a revision, in one transaction."""
    with _changing(store) as connection:
        command.downgrade(configuration(connection), revision)


def current_revision(store: Store) -> str | None:
    """The database's revision; None before the first migration."""
    with store.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def newest_revision() -> str:
    """The revision this code needs."""
    head = ScriptDirectory.from_config(configuration()).get_current_head()
    assert head is not None  # noqa: S101  # there is at least the first migration
    return head


def require_newest(store: Store) -> None:
    """Raises StoreError where the database is not at the revision that this code needs."""
    found = current_revision(store)
    if found != newest_revision():
        raise StoreError(
            f"The database is at revision {found or 'none'}, and this version needs {newest_revision()}. "
            "Remedy: take a backup, then run bip db upgrade"
        )


@contextmanager
def _changing(store: Store) -> Iterator[Connection]:
    """One transaction to change the schema in.

    SQLite changes a table by making it anew, which foreign keys would take for deleting what refers to it;
    they are off meanwhile and checked before the commit.
    """
    with store.engine.connect().execution_options(**{WRITING: True}) as connection:
        sqlite = connection.dialect.name == "sqlite"
        if sqlite:
            _pragma(connection, "foreign_keys=OFF")
        try:
            with connection.begin():
                yield connection
                if sqlite and connection.exec_driver_sql("PRAGMA foreign_key_check").first():
                    raise StoreError("The migration would leave rows without the rows they refer to")
        finally:
            if sqlite:
                _pragma(connection, "foreign_keys=ON")


def _pragma(connection: Connection, setting: str) -> None:
    """Set it outside a transaction: inside one SQLite ignores it without a word."""
    driver = connection.connection.dbapi_connection
    assert driver is not None  # noqa: S101  # the connection is open
    driver.execute(f"PRAGMA {setting}")
