"""A whole run: an installation in a folder, a server, tablets and all that goes wrong, the verdict."""

from __future__ import annotations

import secrets
import socket
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from uuid import UUID, uuid4

from bip.clock import SettableClock
from bip.collect.beginning import begin_response
from bip.collect.envelope import public_key
from bip.collect.tokens import Writer, write_token
from bip.services import Services
from bip.settings import Settings
from bip.store.audit import Actor
from bip.store.schema import upgrade
from bip.store.session import Store
from tests.bip import rows
from tests.faults.plan import TABLETS, Message, Plan
from tests.faults.server import Server
from tests.faults.tablet import Tablet
from tests.faults.verdict import Verdict, judge


@dataclass(frozen=True, slots=True)
class Town:
    """The settings, the key that tablets seal to, and the responses with a write token for each tablet."""

    settings: Settings
    recipient: bytes
    responses: tuple[UUID, ...]
    tokens: tuple[tuple[str, ...], ...]


def run(plan: Plan, folder: Path) -> Verdict:
    """Everything in the plan; the verdict is on the database as the last server has left it."""
    town = build(plan.responses, folder)
    server = Server(town.settings, _free_port(), folder / "server.log")
    try:
        tablets = [
            Tablet(server, town.recipient, tokens, time.monotonic(), Random(f"{plan.seed} {at}"))  # noqa: S311
            for at, tokens in enumerate(town.tokens)
        ]
        _send(tablets, plan.answers)
        # Only then: an answer that another tablet still has would come too late.
        _send(tablets, plan.submissions)
    finally:
        server.stop()
    return verdict_on(town, [one for tablet in tablets for one in tablet.acknowledged])


def verdict_on(town: Town, acknowledged: Sequence[Message]) -> Verdict:
    """What has become of the messages, in whatever order they were acknowledged."""
    store = Store(town.settings.database_url)
    try:
        return judge(store, town.responses, sorted(acknowledged, key=lambda one: -one.given_s))
    finally:
        store.close()


def _send(tablets: list[Tablet], messages: tuple[Message, ...]) -> None:
    with ThreadPoolExecutor(len(tablets)) as pool:
        sending = [
            pool.submit(tablet.send_all, [one for one in messages if one.tablet == at])
            for at, tablet in enumerate(tablets)
        ]
    for one in sending:
        one.result()


def build(responses: int, folder: Path) -> Town:
    """An installation in a folder, with so many people who have written their codes."""
    settings = Settings(
        secret_key=secrets.token_urlsafe(32),
        identity_key=secrets.token_urlsafe(32),
        database_url=f"sqlite:///{folder / 'bip.sqlite'}",
        data_dir=folder / "data",
    )
    store = Store(settings.database_url)
    upgrade(store)
    # Begun the day before: whatever is given since then lies within the response.
    yesterday = SettableClock(datetime.now(UTC) - timedelta(days=1))
    at = Services(settings, store, yesterday, rows.CIPHER)
    made = tuple(_response(at) for _ in range(responses))
    tokens = tuple(tuple(write_token(at, Writer(one, uuid4())) for one in made) for _ in range(TABLETS))
    store.close()
    return Town(settings, public_key(at), made, tokens)


def _response(at: Services) -> UUID:
    with at.store.writing() as session:
        organisation = rows.organisation(session)
        enrolment = rows.enrolment(session, organisation, enrolled_on=at.clock.today())
        window = rows.round_(session, enrolment)
        return begin_response(session.connection(), at, Actor(organisation.id), window.id)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])
