"""An application and a house made once for all tests of a process, and given to each as if they were new."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import Table, insert, select

from bip.clock import Clock
from bip.limits import Tries
from bip.services import EXTENSION, Services
from bip.settings import Settings
from bip.store.cipher import Cipher
from bip.store.session import Store
from bip.store.tables import METADATA
from tests.bip.house import House, build_house


@dataclass(frozen=True)
class Pattern:
    """An application, a house that was built in its database, and the rows that this wrote."""

    app: Flask
    services: Services
    house: House
    rows: dict[Table, list[dict[str, Any]]]

    @classmethod
    def of(cls, app: Flask) -> Pattern:
        """Of a running application with an empty database."""
        house = build_house(app)
        with house.installed.store.reading() as session:
            rows = {
                table: [dict(row) for row in session.execute(select(table)).mappings()]
                for table in METADATA.sorted_tables
            }
        return cls(app, house.installed, house, {table: some for table, some in rows.items() if some})

    def settings(self, folder: Path, empty_database: Path) -> Settings:
        """The application's, with an empty database in the place of the one before, and another folder."""
        self.services.store.close()
        database = Path(str(self.services.store.engine.url.database))
        # Made anew, not written over: what a test has left open goes on with its own.
        for left in database.parent.glob(f"{database.name}*"):
            left.unlink()
        shutil.copyfile(empty_database, database)
        return self.services.settings.model_copy(update={"data_dir": folder})

    def installed_with(self, settings: Settings, clock: Clock) -> Iterator[Flask]:
        """The application with services of its own, as `create_app` gives it them.

        What an application holds besides comes from its code and from the two settings that are compared:
        its addresses, its templates, the statements that it has put together. To make them anew for each
        test proves nothing and costs more than most tests do.
        """
        app, store = self.app, self._store(settings.database_url)
        config = dict(app.config)
        assert config["SECRET_KEY"] == settings.secret_key.get_secret_value()
        assert config["SESSION_COOKIE_SECURE"] == settings.served_securely
        app.extensions[EXTENSION] = Services(
            settings, store, clock, Cipher(settings.identity_key_bytes), Tries()
        )
        yield app
        store.close()
        assert app.config == config, "a test that changes the application has to make one of its own"

    def _store(self, database_url: str) -> Store:
        same = database_url == self.services.settings.database_url
        return self.services.store if same else Store(database_url)

    def build_house(self, app: Flask) -> House:
        """The house as `build_house` makes it, in an application with another database."""
        house = replace(self.house, app=app, visitors={})
        with house.installed.store.writing_rows() as connection:
            for table, rows in self.rows.items():
                connection.execute(insert(table), rows)
        return house
