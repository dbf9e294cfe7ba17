"""The little of a browser that a journey needs: one connection that stays open, cookies, files kept."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

FORM: Final = "application/x-www-form-urlencoded"
SEALED: Final = "application/octet-stream"
# As long as a tablet waits before it takes the network for lost.
PATIENCE_S: Final = 20.0
_FILES: Final = re.compile(r'"(/static/[^"]+)"')


class NotServedError(Exception):
    """An answer other than the one that was to come, or none; the words say which."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What the server answered."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        """The page."""
        return self.body.decode()


@dataclass(slots=True)
class Browser:
    """One device; `requests` counts what it has asked for. `has_files`: it was here before, and kept them."""

    host: str
    port: int
    has_files: bool = False
    requests: int = 0
    _cookies: dict[str, str] = field(default_factory=dict)
    _files: set[str] = field(default_factory=set)
    _streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def get(self, path: str, expected: int = 200) -> Reply:
        """A page."""
        return await self._ask("GET", path, b"", "", expected)

    async def post(self, path: str, body: bytes, kind: str = FORM, expected: int = 200) -> Reply:
        """What is sent, and the answer to it."""
        return await self._ask("POST", path, body, kind, expected)

    async def fetch_files(self, page: Reply) -> None:
        """The sheets, scripts and pictures that a page names and this device does not have yet."""
        named = () if self.has_files else _FILES.findall(page.text)
        for path in named:
            if path not in self._files:
                self._files.add(path)
                await self.get(path)

    async def close(self) -> None:
        """Let the connection go."""
        if self._streams is not None:
            self._streams[1].close()
            self._streams = None

    async def _ask(self, method: str, path: str, body: bytes, kind: str, expected: int) -> Reply:
        self.requests += 1
        try:
            async with asyncio.timeout(PATIENCE_S):
                reply = await self._exchange(self._head(method, path, body, kind) + body)
        except (OSError, EOFError, TimeoutError) as error:
            await self.close()
            raise NotServedError(f"{method} {_place(path)}: {type(error).__name__}") from None
        if reply.status != expected:
            raise NotServedError(f"{method} {_place(path)}: {reply.status}")
        return reply

    def _head(self, method: str, path: str, body: bytes, kind: str) -> bytes:
        lines = [f"{method} {path} HTTP/1.1", f"Host: {self.host}:{self.port}"]
        # Answers go without: their token is inside.
        if self._cookies and kind != SEALED:
            lines.append("Cookie: " + "; ".join(f"{name}={value}" for name, value in self._cookies.items()))
        if method == "POST":
            lines += [f"Content-Type: {kind}", f"Content-Length: {len(body)}"]
        return "\r\n".join([*lines, "", ""]).encode()

    async def _exchange(self, message: bytes) -> Reply:
        if self._streams is None:
            self._streams = await asyncio.open_connection(self.host, self.port)
        reader, writer = self._streams
        writer.write(message)
        first, *lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").rstrip().split("\r\n")
        headers = {}
        for line in lines:
            name, _, value = line.partition(": ")
            headers[name.lower()] = value
            if name.lower() == "set-cookie":
                key, _, kept = value.partition(";")[0].partition("=")
                self._cookies[key] = kept
        body = await _body(reader, headers)
        if headers.get("connection", "").lower() == "close":
            await self.close()
        return Reply(int(first.split()[1]), headers, body)


async def _body(reader: asyncio.StreamReader, headers: dict[str, str]) -> bytes:
    if headers.get("transfer-encoding") != "chunked":
        return await reader.readexactly(int(headers.get("content-length", "0")))
    chunks = []
    while size := int(await reader.readline(), 16):
        chunks.append(await reader.readexactly(size))
        await reader.readexactly(2)
    await reader.readexactly(2)
    return b"".join(chunks)


def place_of(reply: Reply) -> str:
    """The path that a redirect leads to."""
    return urlsplit(reply.headers["location"]).path


def _place(path: str) -> str:
    """An address without what is of one journey alone, so that faults of one kind are counted together."""
    return re.sub(r"/[^/]{9,}", "/...", path.partition("?")[0])
