"""`report.html`: one file that holds everything it needs, in both languages; same input, same bytes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from plotly.offline import get_plotlyjs

from analysis.dataset.open import open_study
from analysis.dataset.study import StudyDataset
from analysis.estimates.results import Results
from analysis.estimates.summary import FitSummary
from analysis.report.article import Material, article
from analysis.report.distributions import distributions
from analysis.report.people import people
from analysis.report.words import LANGUAGES

TEMPLATES = Path(__file__).resolve().parents[2] / "templates" / "report"


def write_report(
    source: Path | StudyDataset,
    results: Results,
    fits: Sequence[FitSummary],
    path: Path,
) -> None:
    """Write the report on `results` of the study in `source` to the file `path`.

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
    page = _environment().get_template("report.html").render(articles=articles)
    path.write_text(page, encoding="utf-8", newline="\n")


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
