"""The way to one response: a signed address that is good for answering it and for nothing else.

It shows no value to whoever holds it, so that it may stand in a tablet's history. It is not bound to who is
signed in nor to a cookie: every answer names the response it belongs to.
"""

from functools import cache
from typing import Final
from uuid import UUID

from itsdangerous import BadSignature, URLSafeSerializer

from bip.services import Services

SALT: Final = "bip.answer"


def token_of(at: Services, response_id: UUID) -> str:
    """The token that stands for a response in addresses."""
    return str(_serializer(at).dumps(response_id.hex))


def response_of(at: Services, token: str) -> UUID | None:
    """The response that a token stands for; None for a token that this installation has not made."""
    try:
        return UUID(_serializer(at).loads(token))
    except BadSignature:
        return None


def _serializer(at: Services) -> URLSafeSerializer:
    return _serializer_of(at.settings.secret_key.get_secret_value())


@cache
def _serializer_of(secret_key: str) -> URLSafeSerializer:
    return URLSafeSerializer(secret_key, SALT)
