from __future__ import annotations

import json
from typing import Any

import pytest

from analysis.dataset.instrument import Instrument
from analysis.dataset.open import open_study
from analysis.estimates.results import Estimate
from analysis.report.distributions import distributions
from analysis.report.evidence import evidence
from analysis.report.figures import forest_figure, spread_figure
from analysis.report.names import Names
from analysis.report.plotting import plain, wrapped
from analysis.report.words import Words
from tests.analysis.report.examples import HOSTILE, INDICATORS, continuous, eleven, estimates, results, study

SV = Words("sv")


def hostile(instrument: Instrument) -> Instrument:
    items = [item.model_copy(update={"label": {"sv": HOSTILE, "en": HOSTILE}}) for item in instrument.items]
    return instrument.model_copy(update={"items": items})


def forest(made: list[Estimate] | None = None, instrument: Instrument | None = None) -> dict[str, Any]:
    instruments = (instrument or eleven(),)
    found = evidence(results(made or estimates(INDICATORS)), (), instruments)
    shown = found.forest("participant", "level")
    assert shown is not None
    figure: dict[str, Any] = json.loads(forest_figure(SV, Names(SV, instruments), shown, (-1.0, 1.0)))
    return figure


def spreads(instrument: Instrument, persons: int = 60, rounds: int = 2) -> list[dict[str, Any]]:
    with open_study(study(instrument, persons=persons, rounds=rounds)) as opened:
        return [json.loads(spread_figure(SV, one)) for one in distributions(opened)]


def test_models_differ_by_shape_and_place_and_stand_in_the_legend() -> None:
    alone, adjusted = forest()["data"]
    assert alone["marker"]["symbol"] != adjusted["marker"]["symbol"]
    assert not set(alone["y"]) & set(adjusted["y"])
    assert alone["name"] == "För sig (ring)"
    assert adjusted["showlegend"]


def test_points_are_the_estimates_and_their_intervals() -> None:
    adjusted = forest(estimates(INDICATORS, found={("participant", "level", "job_search"): 0.5}))["data"][1]
    assert adjusted["x"][0] == 0.5
    assert adjusted["error_x"]["array"][0] == pytest.approx(1.96 * 0.14)
    assert adjusted["error_x"]["arrayminus"][0] == pytest.approx(1.96 * 0.14)
    assert "+0,50 (0,23\N{NO-BREAK SPACE}till\N{NO-BREAK SPACE}0,77)" in adjusted["hovertext"][0]


def test_refused_estimates_have_no_point_and_keep_their_line() -> None:
    figure = forest(estimates(INDICATORS, refused=("adjusted",)))
    assert figure["data"][1]["x"] == []
    assert len(figure["layout"]["yaxis"]["ticktext"]) == 11


def test_zero_is_marked() -> None:
    assert forest()["layout"]["xaxis"]["zeroline"]


def test_bars_fill_the_base_and_hidden_counts_are_one_field() -> None:
    figures = spreads(eleven(), persons=40)
    assert any(len(figure["data"]) == 7 for figure in figures)
    for figure in figures:
        for k, _ in enumerate(figure["data"][0]["x"]):
            assert sum(bar["x"][k] for bar in figure["data"]) == pytest.approx(100)


def test_steps_carry_their_number_and_the_rest_a_pattern() -> None:
    for figure in spreads(eleven(), persons=40):
        *steps, last = [bar for bar in figure["data"] if not bar["marker"]["pattern"]["shape"]]
        assert [bar["name"] for bar in (*steps, last)] == ["1", "2", "3", "4", "5"]
        patterns = [b["marker"]["pattern"]["shape"] for b in figure["data"]]
        assert len(set(patterns[5:])) == len(patterns[5:])
        assert not figure["layout"]["showlegend"]


def test_parts_of_a_continuous_scale_stand_in_a_legend() -> None:
    figure = spreads(continuous())[0]
    assert figure["layout"]["showlegend"]
    assert figure["data"][0]["name"] == "1,0 till under 1,8"
    # The last part holds the end of the scale.
    assert figure["data"][4]["name"] == "4,2 till 5,0"


def test_axis_numbers_follow_the_language() -> None:
    assert forest()["layout"]["separators"].startswith(",")


def test_labels_of_the_data_cannot_be_markup() -> None:
    figure = forest(instrument=hostile(eleven()))
    shown = [*figure["layout"]["yaxis"]["ticktext"]]
    shown += [text for trace in figure["data"] for text in trace["hovertext"]]
    for text in shown:
        assert "<" not in text.replace("<br>", "")
        assert "&lt;script" in text


def test_figures_cannot_end_their_script_element() -> None:
    instruments = (hostile(eleven()),)
    found = evidence(results(estimates(INDICATORS)), (), instruments)
    for shown in found.forests:
        assert "<" not in forest_figure(SV, Names(SV, instruments), shown, (-1.0, 1.0))


def test_plain_and_wrapped_text() -> None:
    assert plain("a < b & <b>c</b>") == "a &lt; b &amp; &lt;b&gt;c&lt;/b&gt;"
    assert wrapped("") == ""
    assert wrapped("Stöd från familj och vänner") == "Stöd från familj<br>och vänner"
