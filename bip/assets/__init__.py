"""What the browser gets that is not in `bip/static`: plotly.js out of its package, the report's style sheet.

Nothing here needs an account or the store, and nothing of anybody else's lies in the repository.
"""

from __future__ import annotations

from pathlib import Path

from flask import Blueprint, Response, request

from bip.assets import plotly_assets
from bip.assets.plotly_assets import VERSION

_REPORT_CSS = Path(__file__).resolve().parents[2] / "templates" / "report" / "report.css"

assets = Blueprint("assets", __name__, url_prefix="/assets")
assets.add_app_template_global(plotly_assets.map_style_id, "plotly_map_style_id")


@assets.get(f"/plotly-{VERSION}.min.js")
def plotly_js() -> Response:
    """Serve the script, compressed where the browser takes that."""
    zipped = request.accept_encodings.quality("gzip") > 0
    response = _kept(plotly_assets.script_gzipped() if zipped else plotly_assets.script(), "text/javascript")
    response.vary.add("Accept-Encoding")
    if zipped:
        response.content_encoding = "gzip"
    return response


@assets.get(f"/plotly-{VERSION}.css")
def plotly_css() -> Response:
    """Serve the rules that plotly.js finds by the link's id and then does not write itself."""
    return _kept(plotly_assets.stylesheet(), "text/css")


@assets.get("/report.css")
def report_css() -> Response:
    """Serve the look of an analysis report, which touches nothing outside `.report`."""
    response = Response(_REPORT_CSS.read_bytes(), mimetype="text/css")
    response.cache_control.no_cache = True
    response.add_etag()
    response.make_conditional(request)
    return response


def _kept(content: bytes, mimetype: str) -> Response:
    """Serve what an address with a version in it may say for ever."""
    response = Response(content, mimetype=mimetype)
    response.cache_control.public = True
    response.cache_control.max_age = 31_536_000
    response.cache_control.immutable = True
    return response
