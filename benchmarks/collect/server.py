"""`bip serve` on a fresh database in which participants wait for the questions of today."""

from __future__ import annotations

import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

from sqlalchemy import func, select

from bip.app import create_app
from bip.collect.envelope import public_key
from bip.demo.people import INTERVAL_DAYS, TOLERANCE_DAYS, found_demo
from bip.rounds.codes import ALPHABET, LENGTH
from bip.rounds.plan import windows
from bip.services import Services, services
from bip.settings import Settings
from bip.store.people import Enrolment, Participant
from bip.store.rounds import Answer, EntryCode, Round
from bip.store.schema import upgrade
from bip.store.session import Store

_START_S: Final = 60.0


@dataclass(frozen=True, slots=True)
class Installation:
    """A running platform: where it is, the codes of participants who have not answered yet, its key."""

    host: str
    port: int
    codes: Iterator[str]
    key: bytes
    store: Store

    def answers(self) -> int:
        """How many answers that a device has sent are in the database."""
        with self.store.reading() as session:
            query = select(func.count()).select_from(Answer).where(Answer.content_hash.is_not(None))
            return session.scalars(query).one()


@contextmanager
def installation(folder: Path, people: int) -> Iterator[Installation]:
    """Found one in a folder with so many participants and serve it until the end."""
    host, port = "127.0.0.1", free_port()
    settings = Settings(
        secret_key=secrets.token_urlsafe(32),
        identity_key=secrets.token_urlsafe(32),
        database_url=f"sqlite:///{folder / 'bip.sqlite'}",
        data_dir=folder / "data",
        base_url=f"http://{host}:{port}",
    )
    store = Store(settings.database_url)
    upgrade(store)
    with create_app(settings).app_context():
        at = services()
        codes, key = _enrolled(at, people), public_key(at)
        at.store.close()
    command = [
        sys.executable,
        "-c",
        "from bip.cli import main; main()",
        "serve",
        "--host",
        host,
        "--port",
        str(port),
    ]
    with running(command, folder, settings.as_environment(), (host, port)):
        yield Installation(host, port, iter(codes), key, store)
    store.close()


def _enrolled(at: Services, people: int) -> list[str]:
    """Codes of as many participants, enrolled today: each has a round that is open."""
    organisation, now, today = found_demo(at).organisation_id, at.clock.now(), at.clock.today()
    codes = {uuid4(): "".join(secrets.choice(ALPHABET) for _ in range(LENGTH)) for _ in range(people)}
    first = asdict(next(windows(today, INTERVAL_DAYS, TOLERANCE_DAYS)))
    of: dict[str, Any] = {"organisation_id": organisation}
    with at.store.writing() as session:
        study, unit = session.execute(select(Enrolment.study_id, Enrolment.unit_id).limit(1)).one()
        placed = of | {"study_id": study, "unit_id": unit, "enrolled_on": today}
        # A table at a time, for thousands: rows as enrolling and issuing a letter leave them.
        for rows in (
            (Participant(id=each, language="sv", created_at=now, **of) for each in codes),
            (Enrolment(id=each, participant_id=each, **placed) for each in codes),
            (Round(id=each, enrolment_id=each, **first, **of) for each in codes),
            (
                EntryCode(round_id=each, code_hash=at.keyed_hash("entry-code", code), created_at=now, **of)
                for each, code in codes.items()
            ),
        ):
            session.add_all(rows)
            session.flush()
    return list(codes.values())


@contextmanager
def running(
    command: list[str], folder: Path, environment: dict[str, str], address: tuple[str, int]
) -> Iterator[None]:
    """A server's process, from when it answers until the end; what it says goes into `server.log`."""
    with (folder / "server.log").open("wb") as log:
        process = subprocess.Popen(  # noqa: S603  # our own command
            command,
            cwd=folder,
            env=os.environ | environment,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            _wait_for(process, address, folder)
            yield
        finally:
            # With the processes that it has started itself.
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGTERM)
            process.wait()


def _wait_for(process: subprocess.Popen[bytes], address: tuple[str, int], folder: Path) -> None:
    end = time.monotonic() + _START_S
    while time.monotonic() < end and process.poll() is None:
        try:
            socket.create_connection(address, timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    said = (folder / "server.log").read_text(encoding="utf-8", errors="replace")
    raise RuntimeError(f"the server did not start:\n{said}")


def free_port() -> int:
    """One that nothing listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])
