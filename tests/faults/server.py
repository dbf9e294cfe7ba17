"""`bip serve` as a process that is killed, started again and kept from writing."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock

from bip.settings import Settings

BIP = (sys.executable, "-c", "from bip.cli import main; main(prog_name='bip')")
PATIENCE_S = 60


class FaultError(Exception):
    """The server did what no fault explains."""


class Server:
    """One server on one port, however many processes it has been."""

    def __init__(self, settings: Settings, port: int, log: Path) -> None:
        self.port = port
        # Who stops the server holds this until it runs again.
        self.alone = Lock()
        self._environment = {**os.environ, **settings.as_environment()}
        self._log = log
        self._process = self._started()

    def wait_until_up(self) -> None:
        """Until whoever has stopped it has started it. Raises FaultError where nobody has."""
        with self.alone:
            if self._process.poll() is not None:
                raise FaultError(f"the server ended by itself: {self._log.read_text()}")

    def kill(self) -> None:
        """As the power goes: every process at once, whatever it is doing."""
        os.killpg(self._process.pid, signal.SIGKILL)
        self._ended()

    def stop(self) -> None:
        """As an operator stops it."""
        self._process.terminate()
        self._ended()

    def start(self) -> None:
        """Again, as after `kill` or `stop`."""
        self._process = self._started()

    @contextmanager
    def no_file_beyond(self, size: int) -> Iterator[None]:
        """No file is written beyond so many bytes: what fits is written, the rest of it is refused."""
        before = resource.getrlimit(resource.RLIMIT_FSIZE)
        self._limit((size, before[1]))
        try:
            yield
        finally:
            self._limit(before)

    def _limit(self, size: tuple[int, int]) -> None:
        for worker in self._workers():
            resource.prlimit(worker, resource.RLIMIT_FSIZE, size)

    def _workers(self) -> list[int]:
        pid = self._process.pid
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]

    def _ended(self) -> None:
        self._process.wait(PATIENCE_S)
        if self._process.stdout is not None:
            self._process.stdout.close()

    def _started(self) -> subprocess.Popen[str]:
        with self._log.open("a") as log:
            process = subprocess.Popen(
                [*BIP, "serve", "--port", str(self.port)],
                env=self._environment,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                start_new_session=True,
            )
        assert process.stdout is not None
        # Printed when it listens.
        if not process.stdout.readline().startswith("BIP runs on"):
            raise FaultError(f"the server does not start: {self._log.read_text()}")
        return process
