"""Who writes next into an SQLite database: a queue of this process' threads, then one of the processes."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Lock

try:
    from fcntl import LOCK_EX, LOCK_UN, flock
except ImportError:  # not on Windows, where one process answers
    flock = None  # type: ignore[assignment]

BUSY_TIMEOUT_S = 15


class Turns:
    """A queue in front of the write lock of the database in `path`.

    SQLite lets those who wait sleep and try again, longer each time: under load some sleep while the lock is
    free, and who comes next goes before them. The system wakes who waits for a locked file as soon as it is
    free, also when its holder was killed. Whoever has waited too long for the own process' other threads goes
    on, and is told by SQLite.
    """

    def __init__(self, path: str) -> None:
        self._path = f"{path}-turn"
        self._threads = Lock()
        self._file: int | None = None

    @contextmanager
    def turn(self) -> Iterator[None]:
        """While this is held, other writers of the platform wait."""
        if not self._threads.acquire(timeout=BUSY_TIMEOUT_S):
            yield
            return
        try:
            with self._between_processes():
                yield
        finally:
            self._threads.release()

    def close(self) -> None:
        """Let the file go."""
        if self._file is not None:
            os.close(self._file)
            self._file = None

    @contextmanager
    def _between_processes(self) -> Iterator[None]:
        # A disk that is full or may not be written to is SQLite's to complain about.
        with suppress(OSError):
            if self._file is None and flock is not None:
                self._file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        if self._file is None:
            yield
            return
        flock(self._file, LOCK_EX)
        try:
            yield
        finally:
            flock(self._file, LOCK_UN)
