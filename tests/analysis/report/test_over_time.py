"""Curves and contrasts as parts of a page: every number of the estimates, nothing that is hidden."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from analysis.dataset.instrument import Instrument
from analysis.dataset.open import open_study
from analysis.dataset.schema import OUTCOME_KINDS
from analysis.estimates.analysis import Question
from analysis.estimates.horizons import horizons
from analysis.estimates.multiplicity import corrected
from analysis.estimates.results import Estimate, Results
from analysis.panel.build import build_panel
from analysis.report.names import Names
from analysis.report.over_time import curve_groups, lost_sentences
from analysis.report.over_time_evidence import OverTime, over_time
from analysis.report.over_time_tables import contrast_tables
from analysis.report.parts import Table
from analysis.report.words import LANGUAGES, Words
from analysis.simulate.generate import simulate
from analysis.simulate.scenarios import SCENARIOS
from surveys.load import load_builtin
from tests.analysis.report.examples import results


@pytest.fixture(scope="module")
def instrument() -> Instrument:
    return Instrument.model_validate(load_builtin("bip-11").to_json())


@pytest.fixture(scope="module")
def estimated(instrument: Instrument) -> Results:
    dataset = simulate(SCENARIOS["dropout"], persons=900, rounds=6, seed=3, instrument=instrument)
    with open_study(dataset) as study:
        panel = build_panel(study, "participant")
        question = Question(study, (panel,), OUTCOME_KINDS, "job_next_interval")
        found = horizons(question, lambda what, done, total: None)
    return results(list(corrected(found.estimates)))


@pytest.fixture(params=LANGUAGES)
def words(request: pytest.FixtureRequest) -> Words:
    return Words(request.param)


@pytest.fixture
def names(words: Words, instrument: Instrument) -> Names:
    return Names(words, (instrument,))


def only(found: Results) -> OverTime:
    [one] = over_time(found)
    return one


def check_shape(table: Table) -> None:
    assert table.rows
    assert {len(row) for row in table.rows} == {len(table.columns)}


def test_the_curve_of_all_is_drawn_and_told(estimated: Results, words: Words, names: Names) -> None:
    steps = [e for e in only(estimated).curve() if e.refused is None]
    group = curve_groups(words, names, over_time(estimated))[0]
    [figure] = group.figures
    assert not group.folded
    [trace] = json.loads(figure.plotly)["data"]
    assert trace["x"] == [0, *(e.key.horizon_days for e in steps)]
    assert trace["y"] == [0.0, *(e.estimate for e in steps)]
    assert trace["error_y"]["array"][1:] == pytest.approx(
        [number(e.ci_high) - number(e.estimate) for e in steps]
    )
    of_all = [row for row in figure.table.rows if row[1] == words("over_time.all")]
    assert [row[2] for row in of_all if row[-1] == ""] == [
        words("number.percent", value=words.decimal(number(e.estimate), 1)) for e in steps
    ]
    for term in ("same_caseworker", "same_organisation"):
        assert len([row for row in figure.table.rows if row[1] == words(f"over_time.{term}")]) == 3
    assert len(of_all) + 6 == len(figure.table.rows)
    for table in (figure.table, *figure.folded):
        check_shape(table)


def number(value: float | None) -> float:
    assert value is not None
    return value


def test_groups_are_folded_and_told_apart_by_more_than_colour(
    estimated: Results, words: Words, names: Names
) -> None:
    folded = curve_groups(words, names, over_time(estimated))[1]
    assert folded.folded
    assert folded.figures
    for figure in folded.figures:
        upper, lower = json.loads(figure.plotly)["data"]
        assert upper["line"]["dash"] != lower["line"]["dash"]
        assert upper["marker"]["symbol"] != lower["marker"]["symbol"]
        check_shape(figure.table)
    missing = len(only(estimated).indicators) - len(folded.figures)
    assert (folded.note is not None) == (missing > 0)


def test_every_contrast_has_its_row_or_its_reason(estimated: Results, words: Words, names: Names) -> None:
    [table] = contrast_tables(words, names, over_time(estimated))
    check_shape(table)
    assert len(table.rows) == 3 * len(only(estimated).indicators)
    refused = [
        e for e in estimated.estimates if e.key.scale == "risk_difference_pp" and e.refused is not None
    ]
    assert sum(row[-1] != "" for row in table.rows) == len(refused)
    assert {row[-1] for row in table.rows} - {""} == {words.reason(e.refused) for e in refused if e.refused}


def test_the_range_stands_beside_the_share(estimated: Results, words: Words, names: Names) -> None:
    [sentence] = lost_sentences(words, names, over_time(estimated))
    one = only(estimated)
    for term in ("lost_none", "lost_ratio_0.5", "lost_ratio_2", "lost_all"):
        share = one.at(365, term)
        assert share is not None
        assert words("number.percent", value=words.decimal(number(share.estimate), 1)) in sentence


@pytest.mark.parametrize("times", [0.9, 1.1])
@pytest.mark.parametrize("column", ["caseworker", "organisation"])
def test_a_wider_interval_is_told_of(
    column: str, times: float, estimated: Results, words: Words, names: Names
) -> None:
    share = next(e for e in only(estimated).curve() if e.key.horizon_days == 365)
    error = number(share.std_error) * times
    made = [replace(e, std_error=error) if e.key.term == f"same_{column}" else e for e in estimated.estimates]
    shown = replace(estimated, estimates=tuple(made))
    [sentence] = lost_sentences(words, names, over_time(shown))
    alike = only(shown).at(365, f"same_{column}")
    assert alike is not None
    interval = words.interval(number(alike.ci_low), number(alike.ci_high), 1)
    assert (words(f"over_time.more_of_{column}", interval=interval) in sentence) == (times > 1)


def test_nothing_estimated_is_said_and_not_drawn(estimated: Results, words: Words, names: Names) -> None:
    reason = next(e.refused for e in estimated.estimates if e.refused is not None)
    none = [_refused(e, reason) for e in estimated.estimates]
    shown = over_time(replace(estimated, estimates=tuple(none)))
    first, folded = curve_groups(words, names, shown)
    assert (first.figures, folded.figures) == ((), ())
    assert first.note
    assert folded.note
    assert lost_sentences(words, names, shown) == ()
    [table] = contrast_tables(words, names, shown)
    assert all(row[-1] for row in table.rows)
    assert over_time(replace(estimated, estimates=())) == ()


def _refused(one: Estimate, reason: object) -> Estimate:
    empty = dict.fromkeys(("estimate", "std_error", "ci_low", "ci_high", "p_value", "p_holm", "p_bh"))
    return replace(one, **empty, refused=reason)  # type: ignore[arg-type]


def test_a_number_at_risk_under_the_limit_is_not_told(estimated: Results, words: Words, names: Names) -> None:
    step = next(e for e in only(estimated).curve() if e.refused is None)
    shown = over_time(replace(estimated, estimates=(replace(step, n_rows=0),)))
    [figure] = curve_groups(words, names, shown)[0].figures
    assert words("number.fewer", limit="5") in figure.table.rows[0]
