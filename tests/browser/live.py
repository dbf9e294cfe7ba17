"""The real application in this process, at an address that its own links name: a test sets its clock."""

from __future__ import annotations

import secrets
import shutil
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Thread

from click.testing import CliRunner
from flask import Flask
from waitress.server import create_server

from bip.app import create_app
from bip.cli import main
from bip.clock import SettableClock
from bip.services import EXTENSION, Services
from bip.settings import Settings
from tests.bip.house import make_quick

HOST = "127.0.0.1"


@dataclass(frozen=True)
class Live:
    """An installation that people can open, and the clock it goes by."""

    app: Flask
    settings: Settings
    clock: SettableClock

    @property
    def address(self) -> str:
        return self.settings.base_url

    @property
    def installed(self) -> Services:
        found: Services = self.app.extensions[EXTENSION]
        return found


def settings_of(folder: Path) -> Settings:
    """Settings of an installation in a folder that is served on this machine; no database yet."""
    return Settings(
        secret_key=secrets.token_urlsafe(32),
        identity_key=secrets.token_urlsafe(32),
        database_url=f"sqlite:///{folder / 'bip.sqlite'}",
        data_dir=folder / "data",
        base_url=f"http://{HOST}:{_free_port()}",
    )


def _free_port() -> int:
    """Known before the server starts, because links are made from it."""
    with socket.socket() as asked:
        asked.bind((HOST, 0))
        return int(asked.getsockname()[1])


def settings_with(folder: Path, database: Path) -> Settings:
    """The same with a copy of a database."""
    shutil.copyfile(database, folder / "bip.sqlite")
    return settings_of(folder)


def bip(settings: Settings, *arguments: str | Path) -> str:
    """What a command of the platform prints; one that fails fails the test."""
    done = CliRunner().invoke(main, [str(argument) for argument in arguments], env=settings.as_environment())
    assert done.exit_code == 0, done.output
    return done.output


@contextmanager
def serving(settings: Settings, clock: SettableClock) -> Iterator[Live]:
    """The application, answering until the end of the block."""
    app = create_app(settings, clock)
    make_quick(app)
    port = int(settings.base_url.rpartition(":")[2])
    server = create_server(app, host=HOST, port=port, threads=8)

    def leave() -> None:
        server.close()
        for channel in list(server.active_channels.values()):
            channel.handle_close()

    thread = Thread(target=server.run, name="server")
    thread.start()
    try:
        yield Live(app, settings, clock)
    finally:
        # In the server's own thread: a socket must not vanish while it waits for it.
        server.trigger.pull_trigger(leave)
        thread.join()
        server.task_dispatcher.shutdown()
        live: Services = app.extensions[EXTENSION]
        live.store.close()
