"""On a shared tablet nothing but participants' pages opens, whoever uses it."""

from typing import Final

from flask import Flask, abort, redirect, request, url_for
from flask.typing import ResponseReturnValue

from bip.headers import SAFE_METHODS
from bip.kiosk.device import this_kiosk

PARTICIPANTS: Final = frozenset({"aside", "assets", "collect", "files", "inbox"})
BESIDE: Final = frozenset({"kiosk.leave", "site.language", "static"})


def keep_to_participants(app: Flask) -> None:
    """Lead every other page of a shared tablet back to where a code is written."""
    app.before_request(_turn_back)


def _turn_back() -> ResponseReturnValue | None:
    # Browsers ask for icons and the like of their own accord. A redirect from an address that does not exist
    # would end the visit of the person who is answering.
    if request.endpoint is None or request.blueprint in PARTICIPANTS or request.endpoint in BESIDE:
        return None
    if this_kiosk() is None:
        return None
    if request.method not in SAFE_METHODS:
        abort(403)
    return redirect(url_for("collect.enter"))
