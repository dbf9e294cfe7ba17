"""The report in both languages, same input, same bytes.

`report.html` is one file that holds everything it needs; `page.json` is what a site's own page shows.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from plotly.offline import get_plotlyjs

from analysis.dataset.open import open_study
from analysis.dataset.study import StudyDataset
from analysis.estimates.results import Results
from analysis.estimates.summary import FitSummary
from analysis.report.article import Article, Material, article
from analysis.report.distributions import distributions
from analysis.report.people import people
from analysis.report.words import LANGUAGES

TEMPLATES = Path(__file__).resolve().parents[2] / "templates" / "report"


def write_report(
    source: Path | StudyDataset,
    results: Results,
    fits: Sequence[FitSummary],
    path: Path,
    *,
    page: Path | None = None,
) -> None:
    """Write the report on `results` of the study in `source` to the file `path`.

    `page`: also write there, as JSON, the title, body and figures of each language for a page of the
    site: `{"sv": {"title": ..., "body": ..., "figures": {id: figure}}, "en": ...}`. The body is HTML
    without h1, scripts and styles; its looks are `templates/report/report.css`.

    Raises DatasetError where the study cannot be read.
    """
    with open_study(source) as study:
        material = Material(
            study.study,
            study.instruments,
            study.covariates,
            people(study),
            distributions(study),
            results,
            fits,
        )
    articles = [article(language, material) for language in LANGUAGES]
    environment = _environment()
    text = environment.get_template("report.html").render(articles=articles, standalone=True)
    path.write_text(text, encoding="utf-8", newline="\n")
    if page is not None:
        fragments = {one.words.language: _fragment(environment, one) for one in articles}
        text = json.dumps(fragments, ensure_ascii=False, separators=(",", ":"))
        page.write_text(text, encoding="utf-8", newline="\n")


def _fragment(environment: Environment, one: Article) -> dict[str, Any]:
    body = environment.get_template("fragment.html").render(article=one, standalone=False)
    figures = {
        f"{one.words.language}-{figure.name}-data": json.loads(figure.plotly) for figure in one.figures
    }
    return {"title": one.title, "body": body, "figures": figures}


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["inline"] = _inline
    environment.globals["plotly_js"] = Markup(get_plotlyjs())  # noqa: S704 - the installed package
    # Made by `figure_json`, which leaves no "<" in it.
    environment.filters["json_script"] = Markup
    return environment


def _inline(name: str) -> Markup:
    return Markup((TEMPLATES / name).read_text(encoding="utf-8"))  # noqa: S704 - our own files
