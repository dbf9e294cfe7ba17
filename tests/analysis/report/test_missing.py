"""Missing answers as parts of a page: every number of the estimates, nothing that is hidden."""

from __future__ import annotations

from dataclasses import replace

import pytest

from analysis.dataset.instrument import Instrument
from analysis.dataset.open import open_study
from analysis.dataset.schema import OUTCOME_KINDS
from analysis.estimates import missing_imputed
from analysis.estimates.analysis import Question
from analysis.estimates.job_hazard import job_hazard
from analysis.estimates.missing import missing
from analysis.estimates.multiplicity import corrected
from analysis.estimates.results import Estimate
from analysis.panel.build import build_panel
from analysis.panel.columns import choose_covariates
from analysis.report.missing import missing_parts
from analysis.report.names import Names
from analysis.report.parts import Part, Table
from analysis.report.words import LANGUAGES, Words
from analysis.simulate.generate import simulate
from analysis.simulate.scenarios import SCENARIOS
from surveys.load import load_builtin

PUBLISHED = SCENARIOS["published"]


@pytest.fixture(scope="module")
def instrument() -> Instrument:
    return Instrument.model_validate(load_builtin("bip-11").to_json())


@pytest.fixture(scope="module")
def estimates(instrument: Instrument) -> tuple[Estimate, ...]:
    many_jobs = replace(PUBLISHED, intercept=PUBLISHED.intercept + 3.0, participant_answers=1.0)
    dataset = simulate(many_jobs, persons=1200, rounds=6, seed=9, instrument=instrument)
    with open_study(dataset) as study:
        covariates = choose_covariates(study, ["sex", "organisation", "round"])
        panel = build_panel(study, "participant", covariates)
        question = Question(study, (panel,), OUTCOME_KINDS, "job_next_interval")
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(missing_imputed, "DRAWS", 2)
            found = [job_hazard(question, tell), missing(question, tell)]
    return corrected(one for each in found for one in each.estimates)


def tell(what: str, done: int, total: int) -> None:
    """Nobody listens."""


@pytest.fixture(params=LANGUAGES)
def words(request: pytest.FixtureRequest) -> Words:
    return Words(request.param)


def parts_of(words: Words, instrument: Instrument, estimates: tuple[Estimate, ...]) -> dict[str, Part]:
    order = {item.key: item.number for item in instrument.items}
    made = missing_parts(words, Names(words, (instrument,)), order, estimates)
    return {part.name: part for part in made}


def table(part: Part, name: str) -> Table:
    return next(one for one in part.tables if one.name == f"missing-{name}")


def test_every_part_is_told_with_full_tables(
    words: Words, instrument: Instrument, estimates: tuple[Estimate, ...]
) -> None:
    parts = parts_of(words, instrument, estimates)
    assert list(parts) == ["patterns", "leaving", "ways", "bounds"]
    names = [one.name for part in parts.values() for one in part.tables]
    assert len(set(names)) == len(names)
    for part in parts.values():
        assert part.heading
        assert all(part.sentences)
        for one in part.tables:
            assert one.rows
            assert {len(row) for row in one.rows} == {len(one.columns)}


def test_patterns_have_their_base(
    words: Words, instrument: Instrument, estimates: tuple[Estimate, ...]
) -> None:
    part = parts_of(words, instrument, estimates)["patterns"]
    complete = next(one for one in estimates if one.key.quantity == "complete")
    assert complete.estimate is not None
    share = words("number.percent", value=words.decimal(complete.estimate, 1))
    cell = table(part, "patterns").rows[0][1]
    assert words.whole(complete.n_events) in cell
    assert words.whole(complete.n_rows) in cell
    assert share in cell
    assert share in part.lead[0]
    rounds = [one for one in estimates if one.key.quantity == "missed"]
    shown = table(part, "rounds").rows
    assert [row[0] for row in shown] == [str(k) for k in range(len(rounds))]
    hidden = sum(one.refused is not None for one in rounds)
    assert sum(row[1] == words("number.hidden") for row in shown) == hidden
    questions = table(part, "questions-participant")
    assert len(questions.rows) == len(instrument.items_of("participant"))
    codes = [e for e in estimates if e.key.analysis == "missing_patterns" and e.key.indicator is not None]
    hidden = sum(one.refused is not None for one in codes)
    assert hidden > 0
    assert sum(row.count(words("number.hidden")) for row in questions.rows) == hidden


def test_who_leaves_alone_and_adjusted_side_by_side(
    words: Words, instrument: Instrument, estimates: tuple[Estimate, ...]
) -> None:
    part = parts_of(words, instrument, estimates)["leaving"]
    rows = table(part, "leaving-participant").rows
    for row, item in zip(rows, instrument.items_of("participant"), strict=True):
        for place, model in ((1, "alone"), (3, "adjusted")):
            (one,) = (
                e
                for e in estimates
                if (e.key.analysis, e.key.indicator, e.key.model) == ("missing_next_round", item.key, model)
            )
            assert one.estimate is not None
            assert row[place].startswith(words.decimal(one.estimate, 2))
            assert row[place + 1] == words.p_value(one.p_holm)
    background = [row[0] for row in table(part, "background-participant").rows]
    assert words("missing.covariate.rounds_missed") in background
    assert not any("organisation" in name.lower() for name in background)


def test_ways_stand_beside_the_estimate_as_it_was(
    words: Words, instrument: Instrument, estimates: tuple[Estimate, ...]
) -> None:
    part = parts_of(words, instrument, estimates)["ways"]
    rows = table(part, "ways-participant").rows
    assert len(rows) == 22
    analyses = ("job_hazard", "job_hazard_weighted", "job_hazard_imputed", "", "job_hazard_bounds")
    first = instrument.items_of("participant")[0].key
    by_quantity = {words("quantity.level"): "level", words("quantity.change"): "change"}
    for row in rows[:2]:
        for cell, analysis in zip(row[2:], analyses, strict=True):
            found = [
                e
                for e in estimates
                if (e.key.analysis, e.key.indicator, e.key.quantity) == (analysis, first, by_quantity[row[1]])
                and (e.key.model, e.key.scale) == ("adjusted", "ame_pp")
            ]
            for one in found:
                assert one.estimate is not None
                assert cell.startswith(words.decimal(one.estimate, 2))
    farthest = next(e for e in estimates if e.key.term == "job_hazard_weighted")
    assert farthest.estimate is not None
    assert words.decimal(farthest.estimate, 2) in " ".join(part.lead)


def test_bounds_are_called_bounds(
    words: Words, instrument: Instrument, estimates: tuple[Estimate, ...]
) -> None:
    [row] = table(parts_of(words, instrument, estimates)["bounds"], "bounds").rows
    told = {e.key.term: e for e in estimates if e.key.analysis == "job_share_bounds"}
    for cell, term in zip(row[1:], ("known", "lowest", "highest"), strict=True):
        one = told[term]
        assert one.estimate is not None
        percent = words("number.percent", value=words.decimal(one.estimate, 1))
        assert cell == percent if term != "known" else cell.startswith(percent)


def test_without_estimates_there_is_nothing(words: Words, instrument: Instrument) -> None:
    assert parts_of(words, instrument, ()) == {}


def test_refused_throughout_leaves_no_empty_tables(
    words: Words, instrument: Instrument, estimates: tuple[Estimate, ...]
) -> None:
    hidden = next(e.refused for e in estimates if e.refused is not None)
    bare = {"std_error": None, "ci_low": None, "ci_high": None, "p_value": None, "p_holm": None, "p_bh": None}
    none = tuple(replace(e, estimate=None, refused=hidden, **bare) for e in estimates)  # type: ignore[arg-type]
    parts = parts_of(words, instrument, none)
    assert "ways" not in parts
    assert "bounds" not in parts
    assert all(one.rows for part in parts.values() for one in part.tables)
