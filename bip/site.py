"""What belongs to the site as a whole: the words around every page, the languages, the pages of errors."""

import traceback
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from types import TracebackType
from typing import TypeAlias
from urllib.parse import urlencode

from flask import (
    Blueprint,
    Flask,
    abort,
    g,
    has_request_context,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import generate_csrf
from sqlalchemy import select
from werkzeug.exceptions import HTTPException, InternalServerError

from bip.addresses import fixed_address, static
from bip.auth.staff import is_form, signed_in, unsent_form
from bip.headers import nonce
from bip.kiosk.device import this_kiosk
from bip.localisation import (
    LANGUAGES,
    PARTICIPANT_LANGUAGES,
    PARTICIPANT_PAGES,
    direction,
    own_name,
    page_language,
)
from bip.navigation import menu
from bip.services import reader
from bip.store.organisations import Organisation

site = Blueprint("site", __name__)
ExcInfo: TypeAlias = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


@dataclass(frozen=True, slots=True)
class LanguageLink:
    """A language the page can be read in."""

    tag: str
    name: str
    href: str
    current: bool


@site.get("/language/<tag>")
def language(tag: str) -> ResponseReturnValue:
    """Read the pages in another language from here on."""
    if tag not in PARTICIPANT_LANGUAGES:
        abort(404)
    session["language"] = tag
    return redirect(_local(request.args.get("next", "/")))


def _local(address: str) -> str:
    """An address of this site; anything else becomes the first page."""
    # Browsers and servers drop tabs and line ends: "/\t/elsewhere" would become "//elsewhere".
    printable = all("!" <= sign <= "~" and sign != "\\" for sign in address)
    return address if printable and address.startswith("/") and not address.startswith("//") else "/"


def furnish(app: Flask) -> None:
    """Give every template what the layout shows, and every error a page."""
    app.context_processor(_surroundings)
    app.jinja_env.globals["csrf_token"] = generate_csrf
    app.jinja_env.globals["static"] = static
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = timedelta(days=365)
    app.register_error_handler(HTTPException, _error_page)
    app.log_exception = partial(_log_exception, app)  # type: ignore[method-assign]  # Flask's own hook
    app.register_blueprint(site)


def _surroundings() -> dict[str, object]:
    spoken = page_language()
    # Pages of participants show no account, and are the ones that must be fast.
    found = None if request.endpoint is None or request.blueprint in PARTICIPANT_PAGES else signed_in()
    return {
        "language": spoken,
        "direction": direction(spoken),
        "nonce": nonce(),
        "account": found,
        "navigation": menu(found) if found else [],
        "organisation_name": _organisation_name() if found else None,
        "languages": g.get("language_links") or _language_links(spoken),
        "shared_tablet": this_kiosk() is not None,
    }


def _organisation_name() -> str | None:
    found = signed_in()
    if found is None:
        return None
    query = select(Organisation.name).where(Organisation.id == found.organisation_id)
    return reader().scalar(query)


def _language_links(spoken: str) -> list[LanguageLink]:
    """The page again in each language."""
    back = urlencode({"next": request.full_path})
    offered = PARTICIPANT_LANGUAGES if request.blueprint in PARTICIPANT_PAGES else LANGUAGES
    return [
        LanguageLink(tag, own_name(tag), f"{fixed_address('site.language', tag=tag)}?{back}", tag == spoken)
        for tag in offered
    ]


def _log_exception(app: Flask, exc_info: ExcInfo) -> None:
    """Where it went wrong and with what kind of error; neither the address, which may hold a token, nor the
    error's words, in which a database may quote the row that it refused.
    """
    kind, _, trace = exc_info
    where = f"{request.method} {request.endpoint}" if has_request_context() else "no request"
    lines = "".join(traceback.format_tb(trace))
    app.logger.error("%s in %s\n%s", kind.__name__ if kind else "error", where, lines)


def _error_page(error: HTTPException) -> ResponseReturnValue:
    """A page that says what happened and what to do; 401 leads to signing in."""
    if error.code is None or error.code < 400:
        return error
    if error.code == 401:
        if is_form():
            return unsent_form()
        return redirect(url_for("security.login", next=request.full_path.rstrip("?")))
    code = error.code if error.code in {403, 404, 405, 413, 429} else 400
    if isinstance(error, InternalServerError):
        code = 500
    return render_template("site/error.html", code=code), error.code
