"""A tablet that sends what waits, in order, each until it is acknowledged, over connections of its own."""

from __future__ import annotations

import http.client
import json
import select
import socket
import struct
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from random import Random
from typing import TypeVar

from bip.collect.envelope import seal
from bip.collect.inbox import SEALED
from tests.faults.plan import Kind, Message
from tests.faults.server import PATIENCE_S, FaultError, Server

T = TypeVar("T")
SAVED, UNREADABLE, AGAIN = 200, 400, 503
# Longer than saving takes, so that the server is killed before, during and after it.
SAVING_S = 0.01
# The pages of one saved answer need more: writing them fails at any of them.
ROOM_LEFT = 12_000
JUMPS_MS = (-(10**13), -86_400_000, -1, 86_400_000, 10**13, 10**30)
# Between two tries where the server answers but cannot save.
PAUSE_S = 0.02
# A message that is not taken by then never will be.
GIVE_UP_S = 300.0


@dataclass
class Tablet:
    """`tokens` are the write tokens by response; `acknowledged` is what it need not keep any longer."""

    server: Server
    recipient: bytes
    tokens: Sequence[str]
    online_since: float
    chance: Random
    acknowledged: list[Message] = field(default_factory=list)
    give_up_at: float = 0.0

    def send_all(self, messages: Sequence[Message]) -> None:
        """In order."""
        for message in messages:
            self.give_up_at = time.monotonic() + GIVE_UP_S
            envelope = seal(self.recipient, json.dumps(self._content(message)).encode())
            if message.fault is not None:
                self._until_done(partial(self._go_wrong, message, envelope))
            age = self.chance.choice(JUMPS_MS) if message.fault is Kind.CLOCK_WRONG else None
            self._deliver(message, envelope, age)
            if message.fault is Kind.TWICE:
                self._deliver(message, envelope, age)
            self.acknowledged.append(message)

    def _content(self, message: Message) -> dict[str, object]:
        token = self.tokens[message.response]
        if message.item is None:
            return {"kind": "submit", "token": token}
        return {
            "kind": "answer",
            "token": token,
            "id": str(message.sent_id),
            "item": message.item,
            "value": message.value,
        }

    def _deliver(self, message: Message, envelope: bytes, age: int | None = None) -> None:
        """The same bytes until the server says that it has them."""
        while (status := self._until_done(partial(self._send, message, envelope, age))) != SAVED:
            if status != AGAIN:
                raise FaultError(f"{status} for {message}")
            self._pause()

    def _until_done(self, act: Callable[[], T]) -> T:
        """Try until the server is there from first to last."""
        while True:
            try:
                return act()
            except (OSError, http.client.HTTPException):
                self.server.wait_until_up()
                self._pause()

    def _pause(self) -> None:
        if time.monotonic() > self.give_up_at:
            raise FaultError("a message that the server does not take, however often it comes")
        time.sleep(PAUSE_S)

    def _go_wrong(self, message: Message, envelope: bytes) -> None:
        if message.fault in (Kind.KILLED, Kind.RESTARTED, Kind.DISK_FULL):
            with self.server.alone:
                self._harm_server(message, envelope)
        elif message.fault is Kind.TWICE_AT_ONCE:
            self._send_twice_at_once(self._request(message, envelope))
        elif message.fault is Kind.DAMAGED:
            at = self.chance.randrange(len(envelope))
            damaged = envelope[:at] + bytes([envelope[at] ^ 1]) + envelope[at + 1 :]
            if (status := self._send(message, damaged)) != UNREADABLE:
                raise FaultError(f"{status} for a damaged envelope")
        elif message.fault not in (Kind.CLOCK_WRONG, Kind.TWICE):
            self._cut(message, envelope)

    def _harm_server(self, message: Message, envelope: bytes) -> None:
        if message.fault is Kind.DISK_FULL:
            with self.server.no_file_beyond(self.chance.randrange(ROOM_LEFT)):
                if (status := self._send(message, envelope)) != AGAIN:
                    raise FaultError(f"{status} while the disk is full")
            return
        with self._connected() as connection:
            connection.sendall(self._request(message, envelope))
            time.sleep(self.chance.uniform(0, SAVING_S))
            if message.fault is Kind.KILLED:
                self.server.kill()
            else:
                self.server.stop()
        self.server.start()

    def _cut(self, message: Message, envelope: bytes) -> None:
        """The connection is gone at one step of the protocol; so is a reply, if there was one."""
        request = self._request(message, envelope)
        line, head = request.index(b"\r\n") + 2, request.index(b"\r\n\r\n") + 4
        upto = {
            Kind.CUT_AFTER_REQUEST_LINE: line,
            Kind.CUT_IN_HEADERS: self.chance.randrange(line, head),
            Kind.CUT_IN_BODY: self.chance.randrange(head, len(request)),
        }
        with self._connected() as connection:
            connection.sendall(request[: upto.get(message.fault or Kind.REPLY_LOST, len(request))])
            if message.fault is Kind.REPLY_LOST:
                # It answers when it has committed.
                select.select([connection], [], [], PATIENCE_S)
            # Reset, not closed: the server can send nothing any more.
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    def _send_twice_at_once(self, request: bytes) -> None:
        with self._connected() as one, self._connected() as other:
            for connection in (one, other):
                connection.sendall(request)
            statuses = [_status(connection) for connection in (one, other)]
        if not {SAVED, AGAIN}.issuperset(statuses):
            raise FaultError(f"{statuses} for the same twice at once")

    def _send(self, message: Message, envelope: bytes, age: int | None = None) -> int:
        with self._connected() as connection:
            connection.sendall(self._request(message, envelope, age))
            return _status(connection)

    @contextmanager
    def _connected(self) -> Iterator[socket.socket]:
        with socket.create_connection(("127.0.0.1", self.server.port), PATIENCE_S) as connection:
            yield connection

    def _request(self, message: Message, envelope: bytes, age: int | None = None) -> bytes:
        if age is None:
            age = round((time.monotonic() - self.online_since + message.given_s) * 1000)
        head = (
            f"POST /answers?age={age} HTTP/1.1",
            f"Host: 127.0.0.1:{self.server.port}",
            f"Content-Type: {SEALED}",
            f"Content-Length: {len(envelope)}",
            "Connection: close",
        )
        return "\r\n".join((*head, "", "")).encode() + envelope


def _status(connection: socket.socket) -> int:
    """Read the whole reply: half of one acknowledges nothing."""
    reply = http.client.HTTPResponse(connection)
    try:
        reply.begin()
        if json.loads(reply.read()).keys() != {"result"}:
            raise FaultError("a reply that no tablet understands")
        return reply.status
    finally:
        reply.close()
