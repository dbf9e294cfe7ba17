"""What a request needs of the installation, typed, in one place."""

import hashlib
import hmac
from dataclasses import dataclass, field

from flask import current_app, g
from sqlalchemy.orm import Session

from bip.clock import Clock
from bip.limits import Tries
from bip.settings import Settings
from bip.store.cipher import Cipher
from bip.store.session import Store

EXTENSION = "bip"


@dataclass(frozen=True, slots=True)
class Services:
    """The settings, the database, the time, the keys and the tries counted of a running application."""

    settings: Settings
    store: Store
    clock: Clock
    cipher: Cipher
    tries: Tries = field(default_factory=Tries)

    def keyed_hash(self, purpose: str, secret: str) -> str:
        """What is kept of a secret that people hold (a code, a link): without the key it leads nowhere.

        64 hexadecimal digits, HMAC-SHA-256. `purpose` keeps one kind of secret from passing for another.
        """
        key = self.settings.secret_key.get_secret_value().encode()
        return hmac.new(key, f"{purpose}:{secret}".encode(), hashlib.sha256).hexdigest()


def services() -> Services:
    """The services of the application that handles this request."""
    found = current_app.extensions[EXTENSION]
    assert isinstance(found, Services)  # noqa: S101  # create_app put them there
    return found


def reader() -> Session:
    """The session this request reads with; it sees one state of the database from first to last."""
    if "reader" not in g:
        g.reader = services().store.reader_session()
    session = g.reader
    assert isinstance(session, Session)  # noqa: S101  # nobody else writes the name
    return session


def close_reader(_error: BaseException | None) -> None:
    """At the end of a request."""
    session = g.pop("reader", None)
    if session is not None:
        session.close()
