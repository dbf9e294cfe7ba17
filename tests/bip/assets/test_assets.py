from __future__ import annotations

import gzip
import json
import re

import pytest
from flask import render_template_string
from flask.testing import FlaskClient
from plotly.offline import get_plotlyjs

from bip.assets import plotly_assets
from tests.bip.assets.site import make_site

SCRIPT = f"/assets/plotly-{plotly_assets.VERSION}.min.js"
HOSTILE = "</script><img src=x onerror=alert(1)>'\"&"


def test_the_script_is_that_of_the_installed_package(client: FlaskClient) -> None:
    response = client.get(SCRIPT)
    assert response.text == get_plotlyjs()
    assert response.mimetype == "text/javascript"
    assert response.headers["Vary"] == "Accept-Encoding"
    assert "Content-Encoding" not in response.headers


def test_the_script_is_compressed_for_who_takes_that(client: FlaskClient) -> None:
    response = client.get(SCRIPT, headers={"Accept-Encoding": "gzip, br"})
    assert response.headers["Content-Encoding"] == "gzip"
    assert response.headers["Vary"] == "Accept-Encoding"
    assert gzip.decompress(response.data) == get_plotlyjs().encode()
    refused = client.get(SCRIPT, headers={"Accept-Encoding": "gzip;q=0"})
    assert "Content-Encoding" not in refused.headers


@pytest.mark.parametrize("address", [SCRIPT, f"/assets/plotly-{plotly_assets.VERSION}.css"])
def test_what_has_its_version_in_the_address_is_kept(client: FlaskClient, address: str) -> None:
    kept = client.get(address).cache_control
    assert kept.public
    assert kept.immutable
    assert kept.max_age == 31_536_000


def test_the_address_of_another_version_is_not_answered(client: FlaskClient) -> None:
    assert client.get("/assets/plotly-0.1.min.js").status_code == 404


def test_a_plotly_that_keeps_its_styles_elsewhere_is_named() -> None:
    with pytest.raises(LookupError, match=r"remedy: install the version in requirements\.lock"):
        plotly_assets._found(re.compile("no such words in the script"))


def test_the_report_s_looks_touch_nothing_outside_it(client: FlaskClient) -> None:
    response = client.get("/assets/report.css")
    assert response.mimetype == "text/css"
    again = client.get("/assets/report.css", headers={"If-None-Match": response.headers["ETag"]})
    assert again.status_code == 304
    rules = re.sub(r"/\*.*?\*/", "", response.text, flags=re.DOTALL).strip()
    assert rules.startswith(".report {")
    depth = 0
    for at, letter in enumerate(rules):
        depth += {"{": 1, "}": -1}.get(letter, 0)
        assert depth > 0 or at < len(".report {") or at == len(rules) - 1


def test_what_a_figure_says_cannot_end_its_element() -> None:
    app = make_site()
    template = (
        '{% from "parts/charts.html" import chart with context %}'
        "{% call chart(figure, title, title) %}<table></table>{% endcall %}"
    )
    with app.test_request_context():
        page = render_template_string(template, figure={"data": [{"name": HOSTILE}]}, title=HOSTILE)
    assert "<img" not in page
    found = re.search(r'<script type="application/json" nonce="[^"]+">(.*?)</script>', page)
    assert found is not None
    assert json.loads(found[1]) == {"data": [{"name": HOSTILE}]}
    assert page.index("</script>") < page.index("<table>")
