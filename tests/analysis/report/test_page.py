"""What a page of the site shows of a report: the same article without what the site's policy refuses."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from analysis.report.write import write_report
from tests.analysis.report.examples import INDICATORS, MERGED, eleven, estimates, fits, results, study

LANGUAGES = ("sv", "en")


def written(folder: Path) -> None:
    shown = results(estimates(INDICATORS), warnings=(MERGED,))
    write_report(study(eleven()), shown, fits(), folder / "report.html", page=folder / "page.json")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("page")
    written(folder)
    return folder


@pytest.fixture(scope="module")
def page(folder: Path) -> dict[str, Any]:
    page: dict[str, Any] = json.loads((folder / "page.json").read_text(encoding="utf-8"))
    return page


def test_both_languages_have_a_title_a_body_and_figures(page: dict[str, Any]) -> None:
    assert list(page) == list(LANGUAGES)
    assert page["sv"]["title"] == "Rapport: En studie"
    assert page["en"]["title"] == "Report: En studie"
    for part in page.values():
        assert set(part) == {"title", "body", "figures"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_body_holds_nothing_that_the_policy_refuses(page: dict[str, Any], language: str) -> None:
    body = page[language]["body"]
    for element in ("html", "head", "body", "script", "style", "link", "h1"):
        assert not re.search(rf"<{element}\b", body)
    assert not re.search(r"<[^>]*\s(style|on\w+)=", body)
    assert "javascript:" not in body


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_place_for_a_picture_has_its_figure(page: dict[str, Any], language: str) -> None:
    part = page[language]
    places = re.findall(r'data-plot="([^"]+)"', part["body"])
    # Two raters x (eleven indicators + level + change).
    assert len(places) == 26
    assert sorted(places) == sorted(part["figures"])
    assert all({"data", "layout"} <= set(figure) for figure in part["figures"].values())


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_says_the_same_as_the_file(folder: Path, page: dict[str, Any], language: str) -> None:
    text = (folder / "report.html").read_text(encoding="utf-8")
    found = re.search(rf'<article id="{language}".*?</article>', text, flags=re.DOTALL)
    assert found is not None
    article = re.sub(r"<h1>.*?</h1>\n", "", found[0])
    article = re.sub(r"<script .*?</script>\n", "", article, flags=re.DOTALL)
    assert page[language]["body"].strip() == article


def test_the_same_input_gives_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    written(tmp_path)
    for name in ("report.html", "page.json"):
        assert (tmp_path / name).read_bytes() == (folder / name).read_bytes()
