"""Writers of several processes wait for each other, and nobody waits for one that is gone."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from bip.store.turns import Turns

HOLDER = """
import sys
from bip.store.turns import Turns
with Turns(sys.argv[1]).turn():
    print("held", flush=True)
    sys.stdin.read()
"""
PATIENCE_S = 30

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="one process answers on Windows")


@contextmanager
def holder(database: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process whose turn it is until its input ends."""
    command = [sys.executable, "-c", HOLDER, str(database)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        try:
            yield process
        finally:
            process.kill()


def take(turns: Turns) -> str:
    with turns.turn():
        return "had"


def is_locked(database: Path) -> bool:
    from fcntl import LOCK_EX, LOCK_NB, flock  # noqa: PLC0415  # not on Windows

    with Path(f"{database}-turn").open("a") as file:
        try:
            flock(file, LOCK_EX | LOCK_NB)
        except BlockingIOError:
            return True
    return False


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "bip.sqlite"


def test_a_turn_waits_for_that_of_another_process(database: Path) -> None:
    turns = Turns(str(database))
    with holder(database) as process, ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(take, turns)
        assert is_locked(database)
        assert not waiting.done()
        process.communicate()
        assert waiting.result(PATIENCE_S) == "had"
    assert not is_locked(database)
    turns.close()


def test_nobody_waits_for_a_process_that_was_killed(database: Path) -> None:
    turns = Turns(str(database))
    with holder(database) as process, ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(take, turns)
        assert not waiting.done()
        process.kill()
        assert waiting.result(PATIENCE_S) == "had"
    turns.close()


def test_an_error_gives_the_turn_back(database: Path) -> None:
    turns = Turns(str(database))
    with pytest.raises(ZeroDivisionError), turns.turn():
        raise ZeroDivisionError
    assert take(turns) == "had"
    turns.close()
    assert take(turns) == "had"
    turns.close()


def test_without_a_place_for_the_file_the_threads_still_queue(tmp_path: Path) -> None:
    turns = Turns(str(tmp_path / "missing" / "bip.sqlite"))
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(take, [turns] * 20)) == ["had"] * 20
