"""A mail server on this machine that keeps what it is sent, and misbehaves where a test asks it to."""

from __future__ import annotations

import base64
import socket
import socketserver
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from io import BufferedIOBase
from threading import Thread
from typing import cast


@dataclass
class Kept:
    """The mails by the address they were for, in the order of their coming, and how the server behaves.

    `refused`, `dropped`: addresses whose mail it refuses, or breaks off at. `tls`: offers STARTTLS with it.
    """

    refused: set[str] = field(default_factory=set)
    dropped: set[str] = field(default_factory=set)
    tls: ssl.SSLContext | None = None
    signed_in: set[str] = field(default_factory=set)
    mails: list[tuple[str, EmailMessage]] = field(default_factory=list)
    encrypted: list[bool] = field(default_factory=list)
    port: int = 0

    @property
    def to(self) -> list[str]:
        return [address for address, _ in self.mails]


class _Session(socketserver.StreamRequestHandler):
    """One conversation: a line from the client, an answer from here."""

    def setup(self) -> None:
        super().setup()
        self.kept = cast("_Server", self.server).kept
        self.recipient = ""
        self.encrypted: ssl.SSLSocket | None = None

    def handle(self) -> None:
        self._say("220 here")
        answers = {
            "EHLO": self._greet,
            "STARTTLS": self._encrypt,
            "AUTH": self._let_in,
            "RCPT": self._to,
            "DATA": self._keep,
        }
        while line := self.rfile.readline().decode().strip():
            word = line.partition(" ")[0].upper()
            if word == "QUIT":
                self._say("221 bye")
                return
            if word in answers:
                answers[word](line)
            else:
                self._say("250 good")

    def finish(self) -> None:
        super().finish()
        if self.encrypted is not None:
            self.encrypted.close()

    def _greet(self, _line: str) -> None:
        offered = ["250-STARTTLS"] if self.kept.tls and not self.encrypted else []
        self._say("250-here", *offered, "250 AUTH PLAIN")

    def _encrypt(self, _line: str) -> None:
        assert self.kept.tls is not None
        self._say("220 go on")
        with suppress(ssl.SSLError):
            self.encrypted = self.kept.tls.wrap_socket(self.request, server_side=True)
            self.rfile = self.encrypted.makefile("rb")
            self.wfile = cast("BufferedIOBase", self.encrypted.makefile("wb", 0))

    def _let_in(self, line: str) -> None:
        said = base64.b64decode(line.rsplit(" ", 1)[1]).decode()
        self.kept.signed_in.add(said)
        self._say("235 welcome" if said == "\0bip\0s:cret" else "535 who are you")

    def _to(self, line: str) -> None:
        self.recipient = line.partition("<")[2].partition(">")[0]
        refused = self.recipient in self.kept.refused
        self._say(f"550 no {self.recipient} here" if refused else "250 good")

    def _keep(self, _line: str) -> None:
        self._say("354 go on")
        text = b"".join(iter(self.rfile.readline, b".\r\n"))
        if self.recipient in self.kept.dropped:
            self.request.shutdown(socket.SHUT_RDWR)
            return
        self.kept.mails.append((self.recipient, message_from_bytes(text, policy=SMTP)))
        self.kept.encrypted.append(self.encrypted is not None)
        self._say("250 kept")

    def _say(self, *lines: str) -> None:
        self.wfile.write("".join(f"{line}\r\n" for line in lines).encode())


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True

    def __init__(self, kept: Kept) -> None:
        super().__init__(("127.0.0.1", 0), _Session)
        self.kept = kept


@contextmanager
def mail_server(kept: Kept) -> Iterator[Kept]:
    """Listening on a free port, said in `port`."""
    with _Server(kept) as server:
        kept.port = server.server_address[1]
        thread = Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield kept
        finally:
            server.shutdown()
            thread.join()
