"""Tablets that answer the questions: the code, the pages and their files, eleven sealed answers, thanks."""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import Callable, Coroutine, Iterator
from contextlib import suppress
from dataclasses import dataclass
from random import Random
from typing import Final, TypeAlias, TypeVar
from urllib.parse import urlencode
from uuid import uuid4

from benchmarks.collect.browser import SEALED, Browser, NotServedError, place_of
from benchmarks.collect.server import Installation
from benchmarks.collect.tally import Tally
from bip.collect.envelope import unused_envelope
from bip.demo.people import INSTRUMENT
from surveys.load import load_builtin

ITEMS: Final = tuple(item.key for item in load_builtin(*INSTRUMENT).items_for("participant"))
_DEVICE: Final = re.compile(r'<script type="application/json" id="device">(.*?)</script>', re.DOTALL)

T = TypeVar("T")
Journey: TypeAlias = Callable[[Browser, "Pace"], Coroutine[None, None, None]]


@dataclass(slots=True)
class Pace:
    """How long somebody thinks before each answer, and where it is counted how long the saving took."""

    tally: Tally
    random: Random
    think_s: tuple[float, float]

    async def think(self) -> None:
        """Read the question, choose."""
        if self.think_s != (0, 0):
            await asyncio.sleep(self.random.uniform(*self.think_s))

    async def saved(self, saving: Coroutine[None, None, T]) -> T:
        """Count one save; gives what it gives."""
        start = time.perf_counter()
        acknowledged = await saving
        self.tally.saves_s.append(time.perf_counter() - start)
        return acknowledged


class Envelopes:
    """Unused envelopes to one server: making them is the tablets' own work, on processors that are not here.

    Whoever takes one where none is left makes it.
    """

    def __init__(self, key: bytes) -> None:
        self._key = key
        self._unused: list[Callable[[bytes], bytes]] = []

    def make(self, journeys: int) -> None:
        """As many as so many journeys need."""
        wanted = journeys * (len(ITEMS) + 1)
        self._unused += [unused_envelope(self._key) for _ in range(wanted - len(self._unused))]

    def seal(self, content: bytes) -> bytes:
        """The content in one of them."""
        return (self._unused.pop() if self._unused else unused_envelope(self._key))(content)


async def answer_all(browser: Browser, pace: Pace, code: str, envelopes: Envelopes) -> None:
    """One participant's journey, with the requests that the browser makes for it."""
    entrance = await browser.get("/")
    await browser.fetch_files(entrance)
    begin = place_of(await browser.post("/", urlencode({"code": code}).encode(), expected=302))
    await browser.fetch_files(await browser.get(begin))
    question = await browser.get(f"{begin}1")
    await browser.fetch_files(question)
    *answers, submission = _sealed(question.text, envelopes, pace.random)
    for envelope in answers:
        await pace.think()
        await pace.saved(browser.post("/answers?age=0", envelope, SEALED))
    await browser.post("/answers", submission, SEALED)
    await browser.get(begin)


def _sealed(page: str, envelopes: Envelopes, random: Random) -> Iterator[bytes]:
    """Every answer and the submission, all sealed before the first is sent."""
    found = _DEVICE.search(page)
    if found is None:
        raise NotServedError("the question's page names no write token")
    token = json.loads(found[1])["token"]
    for item in ITEMS:
        answer = {"kind": "answer", "token": token, "id": str(uuid4()), "item": item}
        answer["value"] = random.randint(1, 5)
        yield envelopes.seal(json.dumps(answer).encode())
    yield envelopes.seal(json.dumps({"kind": "submit", "token": token}).encode())


def journeys(at: Installation, envelopes: Envelopes) -> Iterator[Journey]:
    """A journey for each participant who still waits."""
    for code in at.codes:
        yield lambda browser, pace, code=code: answer_all(browser, pace, code, envelopes)  # type: ignore[misc]


async def crowd(
    at: tuple[str, int], walks: Iterator[Journey], tablets: int, spread_s: float, think_s: tuple[float, float]
) -> Tally:
    """So many tablets, each on one journey, which they begin one after the other within `spread_s`."""
    tally = Tally()

    async def tablet(number: int) -> None:
        await asyncio.sleep(spread_s * number / tablets)
        await _walk(Browser(*at), next(walks), Pace(tally, Random(number), think_s))  # noqa: S311  # no secret

    await asyncio.gather(*(tablet(number) for number in range(tablets)))
    return tally


async def stream(at: tuple[str, int], walks: Iterator[Journey], tablets: int, seconds: float) -> Tally:
    """So many tablets without a pause, one journey after the other, broken off when the time is over.

    They have been there before: no file is fetched, so that little but saving is measured.
    """
    tally = Tally()

    async def tablet(number: int) -> None:
        random = Random(number)  # noqa: S311  # no secret
        while True:
            await _walk(Browser(*at, has_files=True), next(walks), Pace(tally, random, (0, 0)))

    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await asyncio.gather(*(tablet(number) for number in range(tablets)))
    return tally


async def _walk(browser: Browser, journey: Journey, pace: Pace) -> None:
    pace.tally.begun += 1
    try:
        await journey(browser, pace)
        pace.tally.finished += 1
    except NotServedError as error:
        pace.tally.faults[str(error)] += 1
    finally:
        pace.tally.requests += browser.requests
        await browser.close()
