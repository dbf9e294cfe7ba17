"""What every response tells the browser: whose scripts may run, and that pages about people are not kept."""

import secrets
from urllib.parse import urlsplit

from flask import Flask, Response, abort, g, request

KEPT_BY_BROWSERS = frozenset({"static", "files.recording"})
ALWAYS = (
    ("X-Content-Type-Options", "nosniff"),
    # A code or a token may stand in an address: no other site is told it. (Told nothing at all, a browser
    # would not say either that our own forms come from us.)
    ("Referrer-Policy", "same-origin"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(), geolocation=(), microphone=()"),
)
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def nonce() -> str:
    """This response's nonce for its own scripts."""
    if "nonce" not in g:
        g.nonce = secrets.token_urlsafe(16)
    return str(g.nonce)


def policy(script_nonce: str) -> str:
    """The content security policy: nothing but what the application itself serves."""
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src 'self' 'nonce-{script_nonce}'",
            "style-src 'self'",
            "img-src 'self' data: blob:",
            "font-src 'self'",
            "media-src 'self'",
            "connect-src 'self'",
            "worker-src 'self'",
            "manifest-src 'self'",
            "form-action 'self'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        )
    )


def protect(app: Flask) -> None:
    """Give every response its headers and refuse forms that another site sends."""
    app.before_request(_refuse_foreign_forms)
    app.after_request(_add_headers)


def _refuse_foreign_forms() -> None:
    """Beside the token in each form: a browser says which site a form was sent from."""
    origin = request.headers.get("Origin")
    if request.method in SAFE_METHODS or origin is None:
        return
    if urlsplit(origin).netloc != request.host:
        abort(403)


def _add_headers(response: Response) -> Response:
    headers = response.headers
    headers.add("Content-Security-Policy", policy(nonce()))
    for name, value in ALWAYS:
        headers.add(name, value)
    if request.is_secure:
        headers["Strict-Transport-Security"] = "max-age=31536000"
    if request.endpoint not in KEPT_BY_BROWSERS and request.blueprint != "assets":
        headers["Cache-Control"] = "no-store"
    return response
