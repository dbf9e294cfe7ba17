"""What participants' pages need beside pages: the service worker and recorded voices."""

import json

from flask import Blueprint, Response, abort, send_from_directory, url_for
from flask.typing import ResponseReturnValue

from bip.addresses import STATIC, static
from bip.collect.device import FILES
from surveys.languages import is_known_language
from surveys.load import builtin_instruments
from surveys.model import InstrumentId
from surveys.recordings import folder_of, recordings

files = Blueprint("files", __name__)


@files.get("/worker.js")
def worker() -> ResponseReturnValue:
    """The service worker, from the top of the site so that it may serve every page of a participant."""
    kept = {"files": [static(name) for name in FILES], "entrance": url_for("collect.enter")}
    source = (STATIC / "js" / "answer" / "worker.js").read_text(encoding="utf-8")
    return Response(f"const KEPT = {json.dumps(kept)};\n{source}", mimetype="text/javascript")


@files.get("/recorded/<key>/<version>/<language>/<name>")
def recording(key: str, version: str, language: str, name: str) -> ResponseReturnValue:
    """A recorded voice of a shipped instrument."""
    instrument = InstrumentId(key, version)
    known = instrument in builtin_instruments() and is_known_language(language)
    if not known or name not in recordings(instrument, language).values():
        abort(404)
    return send_from_directory(folder_of(instrument, language), name)
