"""A site of two pages under the application's own headers: a comparison, and a report in each language."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from flask import Flask, render_template
from flask_babel import Babel
from jinja2 import ChoiceLoader, DictLoader, FileSystemLoader

from bip.addresses import static
from bip.assets import assets
from bip.casework.comparison import line_charts, spider_chart
from bip.headers import nonce, protect
from tests.bip.casework.examples import COMPARISON, WORDS

ROOT = Path(__file__).resolve().parents[3]
FRAME = """{% from "parts/charts.html" import chart_head with context %}<!DOCTYPE html>
<html lang="{{ language }}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{ title }}</title>
<link rel="icon" href="data:,">
{% for sheet in ["tokens", "base", "tables"] %}
<link rel="stylesheet" href="{{ static("css/" ~ sheet ~ ".css") }}">
{% endfor %}
{{ chart_head() }}
{% block head %}{% endblock %}
</head>
<body><main><h1>{{ title }}</h1>{% block content %}{% endblock %}</main></body>
</html>
"""
COMPARED = """{% extends "frame.html" %}
{% from "parts/charts.html" import chart, folded_table with context %}
{% block content %}
{% call chart(spider.figure, spider.title, spider.alternative) %}
{{ folded_table(spider.title, spider.columns, spider.rows) }}
{% endcall %}
<h2>All rounds</h2>
<div class="charts">
{% for one in lines %}
{% call chart(one.figure, one.title, one.alternative) %}
{{ folded_table(one.title, one.columns, one.rows) }}
{% endcall %}
{% endfor %}
</div>
{% endblock %}
"""
REPORT = """{% extends "frame.html" %}
{% from "parts/charts.html" import report_figures with context %}
{% block head %}<link rel="stylesheet" href="{{ url_for("assets.report_css") }}">{% endblock %}
{% block content %}{{ body | safe }}{{ report_figures(figures) }}{% endblock %}
"""


def make_site(report: Path | None = None) -> Flask:
    """The site; `report` is a `page.json`."""
    app = Flask(__name__, static_folder=str(ROOT / "bip" / "static"))
    Babel(app)
    own = DictLoader({"frame.html": FRAME, "comparison.html": COMPARED, "report.html": REPORT})
    app.jinja_loader = ChoiceLoader([own, FileSystemLoader(ROOT / "templates")])
    app.register_blueprint(assets)
    app.jinja_env.globals["static"] = static
    app.context_processor(lambda: {"nonce": nonce()})
    protect(app)

    @app.get("/comparison")
    def comparison() -> str:
        shown: dict[str, Any] = {
            "lines": line_charts(COMPARISON, WORDS),
            "spider": spider_chart(COMPARISON, WORDS),
        }
        return render_template("comparison.html", language="en", title="Comparison", **shown)

    if report is not None:
        fragments = json.loads(report.read_text(encoding="utf-8"))

        @app.get("/report/<language>")
        def shown_report(language: str) -> str:
            return render_template("report.html", language=language, **fragments[language])

    return app
