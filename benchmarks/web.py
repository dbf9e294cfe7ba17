"""A survey page and a saved answer, in process, against a Flask view that only says `ok`.

The database is SQLite on the disk of the machine's temporary folder, with synchronous=FULL: an answer is on
the disk before it is acknowledged.
"""

from __future__ import annotations

import itertools
import json
import secrets
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import uuid4

from flask import Flask
from werkzeug.test import EnvironBuilder, run_wsgi_app

from benchmarks.pairing import REPETITIONS, Benchmark
from bip.app import create_app
from bip.collect.beginning import enter
from bip.collect.envelope import public_key, seal
from bip.collect.tokens import Writer, response_of, token_of, write_token
from bip.demo.people import found_demo
from bip.services import services
from bip.settings import Settings
from bip.store.schema import upgrade
from bip.store.session import Store

_REQUESTS = 100
PAGE_GOAL, ANSWER_GOAL = 10, 20


@contextmanager
def benchmarks() -> Iterator[tuple[tuple[Benchmark, int], ...]]:
    """Each with its goal: at most so many times the trivial view."""
    with tempfile.TemporaryDirectory(prefix="bip-bench-") as folder:
        app, path = _questionnaire(Path(folder))
        trivial = _requests(_trivial(), "/", itertools.repeat(None))
        page = _requests(app, path, itertools.repeat(None))
        answer = _requests(app, path, itertools.cycle([b"answer=2", b"answer=4"]), status="302")
        sealed = _requests(app, "/answers", _envelopes(app, path), content_type="application/octet-stream")
        yield (
            (Benchmark("survey page", "a trivial Flask view", page, trivial), PAGE_GOAL),
            (Benchmark("saved answer (SQLite, FULL)", "a trivial Flask view", sealed, trivial), ANSWER_GOAL),
            (Benchmark("the same, scripts off", "a trivial Flask view", answer, trivial), ANSWER_GOAL),
        )
        with app.app_context():
            services().store.close()


def _envelopes(app: Flask, path: str) -> Iterator[bytes]:
    """What a tablet sends while its holder wavers between two answers: sealed, each under its own id."""
    with app.app_context():
        at = services()
        response_id = response_of(at, path.split("/")[2])
        assert response_id is not None  # noqa: S101  # the path was made with it
        token, recipient = write_token(at, Writer(response_id, uuid4())), public_key(at)
    message = {"kind": "answer", "token": token, "item": "job_search"}
    # Sealed beforehand: that is the tablet's work.
    made = [
        seal(recipient, json.dumps(message | {"id": str(uuid4()), "value": value}).encode())
        for value in itertools.islice(itertools.cycle((2, 4)), _REQUESTS * (REPETITIONS + 1))
    ]
    return iter(made)


def _questionnaire(folder: Path) -> tuple[Flask, str]:
    """An installation with a participant who has just written the code; the address of the first question."""
    settings = Settings(
        secret_key=secrets.token_urlsafe(32),
        identity_key=secrets.token_urlsafe(32),
        database_url=f"sqlite:///{folder / 'bip.sqlite'}",
    )
    store = Store(settings.database_url)
    upgrade(store)
    store.close()
    app = create_app(settings)
    with app.app_context():
        at = services()
        response_id = enter(at, found_demo(at).code)
        return app, f"/answer/{token_of(at, response_id)}/1"


def _trivial() -> Flask:
    app = Flask("trivial")
    app.add_url_rule("/", view_func=lambda: "ok", endpoint="ok")
    return app


def _requests(
    app: Flask,
    path: str,
    bodies: Iterator[bytes | None] | Iterator[bytes],
    status: str = "200",
    content_type: str = "application/x-www-form-urlencoded",
) -> Callable[[], object]:
    """A run of requests of one browser, handed to the application as a server would, read to their end."""
    cookie: dict[str, str] = {}

    def run() -> None:
        for body in itertools.islice(bodies, _REQUESTS):
            environ = _environ(path, body, content_type) | cookie
            chunks, answered, headers = run_wsgi_app(app.wsgi_app, environ, buffered=True)
            if not answered.startswith(status) or not all(chunks):
                raise RuntimeError(f"{path}: {answered}")
            if set_cookie := headers.get("Set-Cookie"):
                cookie["HTTP_COOKIE"] = set_cookie.partition(";")[0]

    return run


def _environ(path: str, body: bytes | None, content_type: str) -> dict[str, Any]:
    environ = _BASE | {"PATH_INFO": path, "wsgi.input": BytesIO(body or b"")}
    if body is None:
        return environ | {"REQUEST_METHOD": "GET"}
    return environ | {
        "REQUEST_METHOD": "POST",
        "CONTENT_TYPE": content_type,
        "CONTENT_LENGTH": str(len(body)),
    }


_BASE = EnvironBuilder().get_environ()
