"""Headings say what was planned in advance and what was added afterwards, only where there was a plan."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from analysis.estimates.results import Estimate
from analysis.report.planned import mark, plan_table
from analysis.report.words import LANGUAGES, Words
from analysis.report.write import write_report
from tests.analysis.report.examples import INDICATORS, eleven, estimates, fits, results, study

PLANNED = {"en": "(planned in advance)", "sv": "(planerat i förväg)"}
ADDED = {"en": "(added afterwards)", "sv": "(tillagt i efterhand)"}


def with_plan(*planned: str) -> list[Estimate]:
    both = [*estimates(INDICATORS), *estimates(INDICATORS, analysis="job_hazard_level")]
    past = [
        replace(one, key=replace(one.key, analysis=analysis))
        for one in estimates(INDICATORS)
        for analysis in ("change_given_baseline", "job_hazard_linear")
    ]
    return [replace(one, planned=one.key.analysis in planned) for one in (*both, *past)]


def headings(made: list[Estimate], folder: Path) -> dict[str, str]:
    path = folder / "report.html"
    write_report(study(eleven()), results(made), fits(), path)
    text = path.read_text(encoding="utf-8")
    found = dict(re.findall(r'<h2 id="([\w-]+)">(.*?)</h2>', text, flags=re.DOTALL))
    found |= {
        f"fold {summary}": summary for summary in re.findall(r"<summary>(.*?)</summary>", text, re.DOTALL)
    }
    return found


def test_each_heading_says_what_was_planned(tmp_path: Path) -> None:
    found = headings(with_plan("job_hazard", "change_given_baseline"), tmp_path)
    for language in LANGUAGES:
        for section in ("answer", "detectable", "estimates"):
            assert PLANNED[language] in found[f"{language}-{section}"]
        for section in ("asked", "distributions", "method", "limits", "refusals", "manifest"):
            assert "class" not in found[f"{language}-{section}"]
        some = Words(language)("plan.some").lower()
        assert f'<span class="mark">({some})</span>' in found[f"{language}-closer"]
        folds = [text for name, text in found.items() if name.startswith("fold ")]
        for key, said in (("past", PLANNED), ("decisions", ADDED)):
            heading = Words(language)(f"closer.{key}.heading")
            [fold] = [text for text in folds if heading in text]
            assert said[language] in fold
        [other] = [
            text for text in folds if Words(language).name("analysis", "job_hazard_level").lower() in text
        ]
        assert ADDED[language] in other


def test_without_a_plan_no_heading_says_anything(tmp_path: Path) -> None:
    made = [replace(one, planned=None) for one in with_plan()]
    assert not [text for text in headings(made, tmp_path).values() if 'class="mark"' in text]


@pytest.mark.parametrize("language", LANGUAGES)
def test_marks_and_table_agree(language: str) -> None:
    words, made = Words(language), with_plan("job_hazard")
    assert f"({mark(words, made, ['job_hazard'])})" == PLANNED[language]
    assert f"({mark(words, made, ['job_hazard_level', 'job_hazard_linear'])})" == ADDED[language]
    assert mark(words, made, ["horizons"]) is None
    table = plan_table(words, made)
    assert table is not None
    said = {row[1].lower() for row in table.rows if row[0] == words.name("analysis", "job_hazard")}
    assert {f"({one})" for one in said} == {PLANNED[language]}
