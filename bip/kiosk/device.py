"""Whether the browser of a request is a shared tablet: a signed cookie, which outlives the browser."""

from typing import Final
from uuid import UUID

from flask import Response, request
from itsdangerous import BadSignature, URLSafeSerializer

from bip.services import services

COOKIE: Final = "bip_kiosk"
KEPT_S: Final = 400 * 24 * 3600  # the longest that browsers keep a cookie


def this_kiosk() -> UUID | None:
    """The shared tablet that sends this request, or None. Costs nothing where there is no cookie."""
    kept = request.cookies.get(COOKIE)
    if kept is None:
        return None
    try:
        return UUID(_signer().loads(kept))
    except BadSignature:
        return None


def mark(response: Response, kiosk_id: UUID) -> None:
    """Make the browser that gets this response a shared tablet."""
    response.set_cookie(
        COOKIE,
        str(_signer().dumps(kiosk_id.hex)),
        max_age=KEPT_S,
        secure=services().settings.served_securely,
        httponly=True,
        samesite="Lax",
    )


def unmark(response: Response) -> None:
    """Make it an ordinary browser again."""
    response.delete_cookie(COOKIE)


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(services().settings.secret_key.get_secret_value(), "bip.kiosk")
