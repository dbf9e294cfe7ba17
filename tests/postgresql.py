"""A PostgreSQL server of the tests' own, from the binaries of Debian's package, gone when they are done."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from sqlalchemy import NullPool, create_engine, text

DEBIAN = Path("/usr/lib/postgresql")
_REMEDY = "there is no PostgreSQL server on this machine; remedy: apt-get install postgresql"
# The server refuses to run as root, so root's tests run it as the user who owns nothing else.
_ORDINARY_USER = "nobody"


@contextmanager
def postgresql_server() -> Iterator[str]:
    """Starts a server that only a socket of its own reaches; gives the address of its first database."""
    binaries = find_binaries()
    # pytest's own folders are closed to other users, and a socket's path may have no more than 107 bytes.
    with TemporaryDirectory(prefix="bip-postgresql-", dir="/tmp") as name:
        folder = Path(name)
        if _is_root():
            shutil.chown(folder, _ORDINARY_USER)
        _make_cluster(binaries, folder)
        _start(binaries, folder)
        try:
            yield f"postgresql+psycopg://bip@/postgres?host={folder}"
        finally:
            _run(folder, binaries / "pg_ctl", "stop", "--pgdata=data", "--mode=immediate")


@contextmanager
def fresh_database(server: str, like: str = "") -> Iterator[str]:
    """Makes a database on a server, gives its address and drops it afterwards.

    It is empty, or a copy of the one at the address `like`, to which nobody may be connected.
    """
    name = f"test_{uuid4().hex}"
    pattern = f" TEMPLATE {urlsplit(like).path[1:]}" if like else ""
    _command(server, f"CREATE DATABASE {name}{pattern}")
    try:
        yield urlsplit(server)._replace(path=f"/{name}").geturl()
    finally:
        # A test that fails may still hold connections: they go too, so that its own message is the one seen.
        _command(server, f"DROP DATABASE {name} WITH (FORCE)")


def find_binaries(debian: Path = DEBIAN) -> Path:
    """The folder of the newest server that Debian installed, else of the one on the PATH."""
    installed = [initdb.parent for initdb in debian.glob("*/bin/initdb")]
    if installed:
        return max(installed, key=lambda binaries: float(binaries.parent.name))
    on_path = shutil.which("initdb")
    if on_path is None:
        pytest.fail(_REMEDY, pytrace=False)
    return Path(on_path).resolve().parent


def _make_cluster(binaries: Path, folder: Path) -> None:
    """The folder is its user's alone, so whoever reaches the socket may be trusted."""
    locale = ("--encoding=UTF8", "--locale=C.UTF-8")
    _run(folder, binaries / "initdb", "--pgdata=data", "--username=bip", "--auth=trust", "--no-sync", *locale)


def _start(binaries: Path, folder: Path) -> None:
    options = f"-c fsync=off -c listen_addresses='' -c unix_socket_directories={folder}"
    _run(folder, binaries / "pg_ctl", "start", "--pgdata=data", "--log=log", f"--options={options}")


def _run(folder: Path, *command: str | Path) -> None:
    ordinary = ("runuser", "-u", _ORDINARY_USER, "--") if _is_root() else ()
    done = subprocess.run(
        [*ordinary, *command], cwd=folder, capture_output=True, encoding="utf-8", check=False
    )
    if done.returncode:
        log = folder / "log"
        said = done.stdout + done.stderr + (log.read_text(encoding="utf-8") if log.exists() else "")
        pytest.fail(f"PostgreSQL did not do {' '.join(map(str, command))}:\n{said}", pytrace=False)


def _is_root() -> bool:
    return os.geteuid() == 0


def _command(server: str, statement: str) -> None:
    engine = create_engine(server, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with engine.connect() as connection:
        connection.execute(text(statement))
