"""The same questionnaire on oTree (otree.org): its own production server, on SQLite, eleven pages of radios.

oTree is installed into a virtual environment of its own, kept in the user's cache folder between runs; the
platform's own environment and its lock know nothing of it.
"""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import venv
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from benchmarks.collect.browser import Browser, NotServedError, place_of
from benchmarks.collect.server import free_port, running
from benchmarks.collect.tablets import Journey, Pace

REQUIREMENT: Final = "otree==6.0.15"
PAGES: Final = 11
_SETTINGS: Final = """
SESSION_CONFIGS = [dict(name="eleven", app_sequence=["eleven"], num_demo_participants=1)]
SESSION_CONFIG_DEFAULTS = dict(real_world_currency_per_point=1.00, participation_fee=0.00, doc="")
LANGUAGE_CODE = "en"
REAL_WORLD_CURRENCY_CODE = "USD"
ADMIN_USERNAME, ADMIN_PASSWORD, SECRET_KEY = "admin", "nobody", "nothing secret"
"""
_APP: Final = """
from otree.api import *

class C(BaseConstants):
    NAME_IN_URL, PLAYERS_PER_GROUP, NUM_ROUNDS = "eleven", None, 1

class Subsession(BaseSubsession):
    pass

class Group(BaseGroup):
    pass

STEPS = [[1, "Not at all"], [2, "A little"], [3, "Partly"], [4, "Mostly"], [5, "Completely"]]

class Player(BasePlayer):
{fields}
{pages}
page_sequence = [{names}]
"""
_FIELD: Final = (
    '    q{0} = models.IntegerField(label="Question {0}?", choices=STEPS, widget=widgets.RadioSelect)\n'
)
_PAGE: Final = (
    "class Q{0}(Page):\n"
    '    form_model, form_fields, template_name = "player", ["q{0}"], "eleven/Question.html"\n'
)
_TEMPLATE: Final = """{{ block title }}Question{{ endblock }}
{{ block content }}{{ formfields }}{{ next_button }}{{ endblock }}
"""


class NotInstalledError(Exception):
    """oTree cannot be had here; the words say what to do."""


@dataclass(frozen=True, slots=True)
class Peer:
    """oTree at work, with participants who have not begun."""

    host: str
    port: int
    codes: Iterator[str]

    def journeys(self) -> Iterator[Journey]:
        """A journey for each of them."""
        for code in self.codes:
            yield partial(_answer_all, code=code)


@contextmanager
def peer(folder: Path, people: int) -> Iterator[Peer]:
    """Serve the questionnaire to so many participants until the end. Raises NotInstalledError."""
    python = _installed()
    _write_project(folder)
    host, port = "127.0.0.1", free_port()
    # Its server starts a second process, for pages with a time limit, by its name.
    path = f"{python.parent}{os.pathsep}{os.environ.get('PATH', '')}"
    environment = {"OTREE_PRODUCTION": "1", "PATH": path, "PYTHONPATH": ""}
    otree = [str(python.with_name("otree"))]
    for arguments in (["resetdb", "--noinput"], ["create_session", "eleven", str(people)]):
        subprocess.run(  # noqa: S603  # oTree's own command
            otree + arguments, cwd=folder, env=os.environ | environment, check=True, capture_output=True
        )
    with closing(sqlite3.connect(folder / "db.sqlite3")) as database:
        codes = [code for (code,) in database.execute("SELECT code FROM otree_participant ORDER BY id")]
    with running([*otree, "prodserver", f"{host}:{port}"], folder, environment, (host, port)):
        yield Peer(host, port, iter(codes))


def _installed() -> Path:
    """The Python that has oTree, made if there is none yet."""
    cache = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache"))
    home = cache / "bip-benchmarks" / REQUIREMENT.replace("==", "-")
    python = home / "bin" / "python"
    if (home / "bin" / "otree").exists():
        return python
    venv.create(home, clear=True, with_pip=True)
    command = [str(python), "-m", "pip", "install", "--quiet", REQUIREMENT]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603  # pip
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["pip said nothing"])[-1]
        raise NotInstalledError(
            f"{REQUIREMENT} cannot be installed: {last}\nRemedy: let pip reach a package index that has it "
            f"(PIP_INDEX_URL), or run {' '.join(command)} where it can, on {sys.platform}"
        )
    return python


def _write_project(folder: Path) -> None:
    app = folder / "eleven"
    app.mkdir()
    (folder / "_static").mkdir()
    numbers = range(1, PAGES + 1)
    (folder / "settings.py").write_text(_SETTINGS, encoding="utf-8")
    (app / "Question.html").write_text(_TEMPLATE, encoding="utf-8")
    (app / "__init__.py").write_text(
        _APP.format(
            fields="".join(_FIELD.format(number) for number in numbers),
            pages="".join(_PAGE.format(number) for number in numbers),
            names=", ".join(f"Q{number}" for number in numbers),
        ),
        encoding="utf-8",
    )


async def _answer_all(browser: Browser, pace: Pace, code: str) -> None:
    """One participant's journey: an answer is saved when the next page may be asked for."""
    place = place_of(await browser.get(f"/InitializeParticipant/{code}", expected=307))
    for number in range(1, PAGES + 1):
        page = await browser.get(place)
        await browser.fetch_files(page)
        await pace.think()
        answer = f"q{number}={pace.random.randint(1, 5)}".encode()
        place = await pace.saved(_post(browser, place, answer))
    if f"Q{PAGES}" in place:
        raise NotServedError("the last answer was not taken")
    await browser.get(place)


async def _post(browser: Browser, place: str, answer: bytes) -> str:
    return place_of(await browser.post(place, answer, expected=302))
