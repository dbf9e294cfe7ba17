from __future__ import annotations

import json
from dataclasses import replace

import pytest

from bip.casework.comparison import Comparison, Indicator, line_charts, spider_chart
from surveys.model import Scale
from tests.bip.casework.examples import ANSWERS, COMPARISON, INDICATORS, ROUNDS, SCALE, WORDS


def test_every_indicator_has_a_chart_over_all_rounds() -> None:
    charts = line_charts(COMPARISON, WORDS)
    assert [chart.title for chart in charts[:2]] == [
        "1. Looking for work",
        "2. Knowledge of the labour market",
    ]
    assert len(charts) == 11
    for chart in charts:
        assert [trace["x"] for trace in chart.figure["data"]] == [["0", "1", "2", "3"]] * 2
        assert len(chart.rows) == len(ROUNDS)


def test_raters_differ_by_shape_and_dash_and_not_by_colour_alone() -> None:
    participant, caseworker = line_charts(COMPARISON, WORDS)[0].figure["data"]
    assert participant["marker"]["symbol"] != caseworker["marker"]["symbol"]
    assert participant["line"]["dash"] != caseworker["line"]["dash"]
    assert participant["line"]["color"] != caseworker["line"]["color"]


def test_what_is_missing_is_a_gap_in_the_line_and_words_in_the_table() -> None:
    first = line_charts(COMPARISON, WORDS)[0]
    assert first.figure["data"][0]["y"] == [4.0, None, 1.0, None]
    assert first.columns == ("Round", "Due", "Participant", "Caseworker")
    assert first.rows[0] == ("0", "1 March 2026", "4: Step 4 in words", "5: Step 5 in words")
    assert first.rows[1][2] == "don't know"
    assert first.rows[3] == ("3", "4 March 2026", "–", "–")
    assert "Participant: 4: Step 4 in words; don't know; 1: Step 1 in words; –. Casew" in first.alternative


def test_the_steps_are_the_axis() -> None:
    axis = line_charts(COMPARISON, WORDS)[0].figure["layout"]["yaxis"]
    low, high = axis["range"]
    assert 0 < low < 1
    assert 5 < high < 6
    assert axis["tickvals"] == [1, 2, 3, 4, 5]


def test_a_rater_who_never_answered_has_no_line() -> None:
    alone = {key: value for key, value in ANSWERS.items() if key[0] == "participant"}
    answers = {**alone, ("caseworker", 0, "item_1"): -8.0}
    first = line_charts(replace(COMPARISON, answers=answers), WORDS)[0]
    assert [trace["name"] for trace in first.figure["data"]] == ["Participant"]
    assert [row[3] for row in first.rows] == ["not asked", "–", "–", "–"]


def test_the_spider_shows_the_latest_answers_and_those_before() -> None:
    chart = spider_chart(COMPARISON, WORDS)
    assert chart is not None
    assert chart.columns == (
        "Indicator",
        "Participant, before: 2 March 2026",
        "Participant, now: 3 March 2026",
        "Caseworker, before: 2 March 2026",
        "Caseworker, now: 3 March 2026",
    )
    assert [trace["name"] for trace in chart.figure["data"]] == list(chart.columns[1:])
    assert len({json.dumps((trace["line"], trace["marker"])) for trace in chart.figure["data"]}) == 4
    for trace in chart.figure["data"]:
        assert len(trace["theta"]) == 12
        assert (trace["theta"][0], trace["r"][0]) == (trace["theta"][-1], trace["r"][-1])
    assert chart.rows[0][1:3] == ("don't know", "1: Step 1 in words")
    assert chart.rows[1][4] == "could not observe"
    before = chart.figure["data"][0]
    assert before["r"][0] is None


def test_a_round_without_answers_is_not_the_one_before() -> None:
    skipped = {key: value for key, value in ANSWERS.items() if key[1] != 1}
    chart = spider_chart(replace(COMPARISON, answers=skipped), WORDS)
    assert chart is not None
    assert chart.columns[1] == "Participant, before: 1 March 2026"


def test_the_first_round_has_no_before() -> None:
    first = {key: value for key, value in ANSWERS.items() if key[1] == 0}
    chart = spider_chart(replace(COMPARISON, answers=first), WORDS)
    assert chart is not None
    assert chart.columns[1:] == ("Participant, now: 1 March 2026", "Caseworker, now: 1 March 2026")


def test_without_answers_there_is_no_spider_and_empty_charts() -> None:
    nothing = replace(COMPARISON, answers={})
    assert spider_chart(nothing, WORDS) is None
    assert all(chart.figure["data"] == [] for chart in line_charts(nothing, WORDS))


def test_missing_codes_alone_break_nothing() -> None:
    chart = spider_chart(replace(COMPARISON, answers=dict.fromkeys(ANSWERS, -1.0)), WORDS)
    assert chart is not None
    assert chart.figure["data"] == []
    assert {cell for row in chart.rows for cell in row[1:]} == {"don't know"}


def test_indicators_on_different_scales_make_no_spider() -> None:
    wide = Indicator("wide", 12, "Wide", Scale("continuous", 0, 100, "higher_is_closer"), {})
    mixed = replace(COMPARISON, indicators=(*INDICATORS, wide), answers={("participant", 0, "wide"): 62.5})
    assert spider_chart(mixed, WORDS) is None
    last = line_charts(mixed, WORDS)[-1]
    assert last.rows[0][2] == "62.5"
    assert last.figure["layout"]["yaxis"]["tickvals"] == [0, 20, 40, 60, 80, 100]
    turned = replace(INDICATORS[0], scale=replace(SCALE, direction="lower_is_closer"))
    assert spider_chart(replace(COMPARISON, indicators=(*INDICATORS, turned)), WORDS) is None


def test_a_short_continuous_scale_has_its_ends_and_what_lies_between() -> None:
    short = replace(INDICATORS[0], scale=Scale("continuous", 0, 1, "higher_is_closer"))
    (chart,) = line_charts(replace(COMPARISON, indicators=(short,), answers={}), WORDS)
    assert chart.figure["layout"]["yaxis"]["tickvals"] == pytest.approx([0, 0.2, 0.4, 0.6, 0.8, 1])


@pytest.mark.parametrize("text", ["<b>bold</b>", "a & b", "</script>"])
def test_labels_are_text_and_never_markup(text: str) -> None:
    hostile = replace(INDICATORS[0], label=text)
    words = replace(WORDS, raters={"participant": text, "caseworker": text})
    comparison = Comparison((hostile,), ROUNDS, ANSWERS)
    spider = spider_chart(comparison, words)
    assert spider is not None
    drawn = json.dumps([line_charts(comparison, words)[0].figure, spider.figure])
    assert "<b>" not in drawn
    assert "</script>" not in drawn
    assert " & " not in drawn
    assert spider.rows[0][0] == f"1. {text}"
