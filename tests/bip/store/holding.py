"""The database's lock held from outside, so that what waits for it is known to wait."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, create_engine, text
from sqlalchemy.engine import make_url

from bip.store.session import SQLITE, Store

# SQLite has one lock for the file; PostgreSQL's of this mode lets readers through and writers wait.
TAKE = {"sqlite": "BEGIN IMMEDIATE", "postgresql": "LOCK TABLE {table} IN SHARE ROW EXCLUSIVE MODE"}
# A thread of a test that does not come back is a fault, not something to wait for.
PATIENCE_S = 60


@contextmanager
def outsider(store: Store) -> Iterator[Connection]:
    """A connection that shares nothing with the store and waits for nobody."""
    url = make_url(store.engine.url)
    if url.get_backend_name() == "sqlite":
        engine = create_engine(url, module=SQLITE, connect_args={"timeout": 0, "isolation_level": None})
    else:
        engine = create_engine(url)
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()


@contextmanager
def held(store: Store, table: str) -> Iterator[Connection]:
    """Nobody else writes to the table until the connection given commits or the block ends."""
    with outsider(store) as connection:
        connection.execute(text(TAKE[connection.dialect.name].format(table=table)))
        yield connection
        if connection.in_transaction():
            connection.commit()
