"""`bip serve` as a process of its own."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from bip.limits import SIGN_INS
from bip.settings import Settings

BIP = [sys.executable, "-c", "from bip.cli import main; main(prog_name='bip')"]
# What only analyses need, and what takes seconds to import.
HEAVY = ("statsmodels", "pandas", "scipy", "duckdb", "pyarrow", "weasyprint")


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


@contextmanager
def serving(settings: Settings, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    environment = {**os.environ, **settings.as_environment()}
    process = subprocess.Popen(
        [*BIP, "serve", *arguments],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with process:
        try:
            yield process
        finally:
            process.terminate()


def test_serve_prints_the_address_and_answers_there(settings: Settings) -> None:
    with serving(settings, "--port", str(free_port())) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        found = re.match(r"BIP runs on (http://127\.0\.0\.1:\d+)\.", line)
        assert found is not None, line
        with urlopen(f"{found.group(1)}/sign-in") as answer:  # noqa: S310  # our own server
            assert answer.status == 200
            assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]


def test_a_port_that_is_taken_is_refused_with_a_remedy(settings: Settings) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        with serving(settings, "--port", port) as process:
            _out, error = process.communicate(timeout=60)
    assert process.returncode == 1
    assert f"Error: Nothing can listen on 127.0.0.1:{port}" in error
    assert "--port" in error
    assert "Traceback" not in error


def test_a_database_that_is_not_the_newest_is_refused_with_a_remedy(
    settings: Settings, tmp_path: Path
) -> None:
    empty = settings.model_copy(update={"database_url": f"sqlite:///{tmp_path / 'empty.sqlite'}"})
    with serving(empty, "--port", str(free_port())) as process:
        _out, error = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "run bip db upgrade" in error


def test_starting_imports_nothing_that_only_analyses_need(settings: Settings) -> None:
    script = (
        "import sys, bip.serve_command\n"
        "from bip.app import create_app\n"
        "from bip.settings import Settings\n"
        "create_app(Settings.from_environment())\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        env={**os.environ, **settings.as_environment()},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "[]\n"


@pytest.mark.parametrize(("options", "spared"), [(("--trusted-proxy", "127.0.0.1"), True), ((), False)])
def test_behind_a_trusted_proxy_each_address_has_its_own_tries(
    settings: Settings, options: tuple[str, ...], spared: bool
) -> None:
    with serving(settings, "--port", str(free_port()), "--workers", "1", *options) as process:
        assert process.stdout is not None
        found = re.search(r"http://[\d.:]+\d", process.stdout.readline())
        assert found is not None

        def status(address: str) -> int:
            headers = {"X-Forwarded-For": address}
            request = Request(f"{found[0]}/sign-in", b"email=a@example.org", headers)  # noqa: S310  # our own
            try:
                with urlopen(request) as answer:  # noqa: S310
                    return int(answer.status)
            except HTTPError as error:
                with error:
                    return error.code

        assert [status("192.0.2.1") for _ in range(SIGN_INS.amount + 1)][-1] == 429
        assert status("192.0.2.2") == (200 if spared else 429)
