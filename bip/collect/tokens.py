"""The ways to one response: signed, each good for one thing and for nothing else.

The token in an address lets its holder answer, and shows no value, so that it may stand in a tablet's
history. The write token inside what a device sends lets it write, and read nothing. Neither is bound to who
is signed in nor to a cookie: every answer names the response it belongs to.
"""

from dataclasses import dataclass
from functools import cache
from typing import Final
from uuid import UUID

from itsdangerous import BadSignature, URLSafeSerializer

from bip.services import Services

ADDRESS: Final = "bip.answer"
SHARED_ADDRESS: Final = "bip.answer.shared"
WRITE: Final = "bip.write"
SHARED: Final = "~"


@dataclass(frozen=True, slots=True)
class Writer:
    """Which response a device writes into, and in which visit."""

    response_id: UUID
    sitting: UUID


def token_of(at: Services, response_id: UUID, *, shared: bool = False) -> str:
    """The token that stands for a response in addresses; `shared`: made on a tablet that many share."""
    if shared:
        return SHARED + str(_serializer(at, SHARED_ADDRESS).dumps(response_id.hex))
    return str(_serializer(at, ADDRESS).dumps(response_id.hex))


def response_of(at: Services, token: str) -> UUID | None:
    """The response that a token stands for; None for a token that this installation has not made."""
    purpose = SHARED_ADDRESS if is_shared(token) else ADDRESS
    try:
        return UUID(_serializer(at, purpose).loads(token.removeprefix(SHARED)))
    except BadSignature:
        return None


def is_shared(token: str) -> bool:
    """Whether the address is one of a shared tablet: it is in the tablet's history for everybody to open."""
    return token.startswith(SHARED)


def write_token(at: Services, writer: Writer) -> str:
    """The token that a device puts into everything it sends."""
    return str(_serializer(at, WRITE).dumps(writer.response_id.hex + writer.sitting.hex))


def writer_of(at: Services, token: str) -> Writer | None:
    """Whom a write token lets write; None for a token that this installation has not made."""
    try:
        ids = _serializer(at, WRITE).loads(token)
    except BadSignature:
        return None
    return Writer(UUID(ids[:32]), UUID(ids[32:]))


def _serializer(at: Services, purpose: str) -> URLSafeSerializer:
    return _serializer_of(at.settings.secret_key.get_secret_value(), purpose)


@cache
def _serializer_of(secret_key: str, purpose: str) -> URLSafeSerializer:
    return URLSafeSerializer(secret_key, purpose)
