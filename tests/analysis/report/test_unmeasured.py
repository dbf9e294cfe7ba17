"""The curve of what could explain the strongest association away, with its table and its sentence."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from analysis.estimates.results import Estimate
from analysis.estimates.unmeasured import e_value, partner
from analysis.report.closer import closer
from analysis.report.names import Names
from analysis.report.parts import Part
from analysis.report.words import LANGUAGES, Words
from analysis.report.write import write_report
from tests.analysis.report.examples import INDICATORS, eleven, fits, results, risk_ratios, study

LEAST, LARGEST, STANDS = INDICATORS[:3]
# Risk ratio, its interval, p after Holm.
WORTH = {
    LEAST: (1.05, 0.90, 1.22, 1.0),
    LARGEST: (1.80, 0.95, 3.41, 0.4),
    STANDS: (1.40, 1.16, 1.70, 0.01),
}


@pytest.fixture(params=LANGUAGES)
def words(request: pytest.FixtureRequest) -> Words:
    return Words(request.param)


def part_of(words: Words, found: list[Estimate]) -> Part:
    order = {key: place for place, key in enumerate(INDICATORS)}
    [part] = closer(words, Names(words, (eleven(),)), order, found)
    return part


def drawn(part: Part) -> dict[str, Any]:
    [figure] = part.figures
    content: dict[str, Any] = json.loads(figure.plotly)
    return content


def test_every_point_makes_up_just_the_estimate_or_its_limit(words: Words) -> None:
    content = drawn(part_of(words, risk_ratios(WORTH)))
    traces = content["data"]
    for trace, ratio in zip(traces, (1.40, 1.16), strict=True):
        pairs = list(zip(trace["x"], trace["y"], strict=True))
        assert trace["x"] == sorted(trace["x"])
        for a, b in pairs:
            assert a * b / (a + b - 1) == pytest.approx(ratio)
        middle = e_value(ratio)
        [marked] = [pair for pair, size in zip(pairs, trace["marker"]["size"], strict=True) if size]
        assert marked == pytest.approx((middle, middle))
        assert words.decimal(ratio, 2) in trace["name"]
    first, second = traces
    assert first["line"]["dash"] != second["line"]["dash"]
    assert first["marker"]["symbol"] != second["marker"]["symbol"]


def test_the_axes_hold_the_whole_curve(words: Words) -> None:
    for ratio in (1.01, 1.4, 6.0):
        content = drawn(part_of(words, risk_ratios({STANDS: (ratio, 0.9, 9.0, 0.01)})))
        low, high = content["layout"]["xaxis"]["range"]
        assert content["layout"]["yaxis"]["range"] == [low, high]
        [trace] = content["data"]
        assert low < 1 < e_value(ratio) < high
        assert max(trace["x"]) == pytest.approx(high)
        assert max(trace["y"]) == pytest.approx(high)


def test_what_stands_goes_before_what_is_merely_large(words: Words) -> None:
    names = Names(words, (eleven(),))
    part = part_of(words, risk_ratios(WORTH))
    [figure] = part.figures
    assert names.indicator(STANDS) in figure.caption
    assert part.lead[-1].startswith(
        words(
            "closer.unmeasured.stands",
            rater=names.rater("participant"),
            question=names.indicator(STANDS, quoted=True),
            quantity=words("quantity.level").lower(),
            ratio=words.with_interval(words.decimal(1.4, 2), 1.16, 1.7, 2),
            size=words.decimal(e_value(1.4), 2),
        )
    )
    assert words("closer.unmeasured.limit", size=words.decimal(e_value(1.16), 2)) in part.lead[-1]
    nothing = {key: (*numbers[:3], 1.0) for key, numbers in WORTH.items()}
    part = part_of(words, risk_ratios(nothing))
    assert names.indicator(LARGEST) in part.figures[0].caption
    assert words("closer.unmeasured.holds_one") in part.lead[-1]
    assert len(drawn(part)["data"]) == 1


def test_the_table_says_what_the_picture_shows(words: Words) -> None:
    [figure] = part_of(words, risk_ratios(WORTH)).figures
    table = figure.table
    assert {len(row) for row in table.rows} == {len(table.columns)} == {3}
    by_step = {row[0]: row[1:] for row in table.rows}
    assert by_step[words.decimal(1.25, 2)][0] == words("number.none")
    needed = [partner(ratio, 2.0) for ratio in (1.4, 1.16)]
    assert by_step[words.decimal(2.0, 2)] == tuple(words.decimal(b or 0.0, 2) for b in needed)
    same = words.decimal(e_value(1.4), 2)
    assert by_step[same][0] == same


def test_a_ratio_under_one_has_the_curve_of_its_inverse(words: Words) -> None:
    below, above = (
        drawn(part_of(words, risk_ratios({STANDS: numbers})))["data"]
        for numbers in ((1 / 1.6, 1 / 2.0, 1 / 1.25, 0.01), (1.6, 1.25, 2.0, 0.01))
    )
    for one, other in zip(below, above, strict=True):
        assert one["x"] == pytest.approx(other["x"])
        assert one["y"] == pytest.approx(other["y"])


def test_the_page_of_the_site_has_the_picture_too(tmp_path: Path) -> None:
    page = tmp_path / "page.json"
    write_report(study(eleven()), results(risk_ratios(WORTH)), fits(), tmp_path / "report.html", page=page)
    for language, part in json.loads(page.read_text(encoding="utf-8")).items():
        name = f"{language}-closer-curve-participant"
        assert f'data-plot="{name}-data"' in part["body"]
        assert f"{name}-data" in part["figures"]
        assert f'<figure id="{name}">' in (tmp_path / "report.html").read_text(encoding="utf-8")


def test_refused_estimates_have_no_curve(words: Words) -> None:
    names = Names(words, (eleven(),))
    only = [one for one in risk_ratios(WORTH) if one.key.scale == "risk_ratio"]
    assert closer(words, names, {}, only) == ()
