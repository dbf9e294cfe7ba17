"""E8 as a whole: closed lists, the same twice, reasons instead of numbers, small counts hidden."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

import pyarrow as pa
import pytest

from analysis.dataset.instrument import Instrument
from analysis.dataset.open import open_study
from analysis.dataset.schema import OUTCOME_KINDS
from analysis.dataset.study import StudyDataset
from analysis.estimates import missing_imputed
from analysis.estimates.analysis import Found, Question
from analysis.estimates.hazard import fit_model
from analysis.estimates.hazard_model import models
from analysis.estimates.job_hazard import JOB_HAZARD
from analysis.estimates.missing import missing
from analysis.estimates.reasons import REFUSALS, WARNINGS
from analysis.estimates.results import QUANTITIES, SCALES, Estimate
from analysis.panel.build import build_panel
from analysis.panel.columns import choose_covariates
from analysis.simulate.generate import simulate
from analysis.simulate.scenarios import SCENARIOS
from surveys.load import load_builtin
from tests.analysis.conftest import Rows

PUBLISHED = SCENARIOS["published"]
MANY_JOBS = replace(PUBLISHED, intercept=PUBLISHED.intercept + 3.0, participant_answers=1.0)


def made(scenario: object, persons: int, rounds: int) -> StudyDataset:
    instrument = Instrument.model_validate(load_builtin("bip-11").to_json())
    return simulate(scenario, persons=persons, rounds=rounds, seed=9, instrument=instrument)  # type: ignore[arg-type]


@contextmanager
def question(dataset: StudyDataset) -> Iterator[Question]:
    with open_study(dataset) as study:
        covariates = choose_covariates(study, ["sex", "round"])
        panels = tuple(build_panel(study, rater, covariates) for rater in ("participant", "caseworker"))
        yield Question(study, panels, OUTCOME_KINDS, "job_next_interval")


def ask(dataset: StudyDataset) -> Found:
    with question(dataset) as asked:
        return missing(asked, lambda what, done, total: None)


@pytest.fixture(scope="module", autouse=True)
def _few_draws() -> Iterator[None]:
    """What is imputed is tested elsewhere."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(missing_imputed, "DRAWS", 2)
        yield


@pytest.fixture(scope="module")
def dataset() -> StudyDataset:
    return made(MANY_JOBS, 1200, 6)


@pytest.fixture(scope="module")
def found(dataset: StudyDataset) -> Found:
    return ask(dataset)


def of(found: Found, analysis: str) -> list[Estimate]:
    return [one for one in found.estimates if one.key.analysis == analysis]


def check(found: Found) -> None:
    """What must hold of any study, however small."""
    assert len({one.key for one in found.estimates}) == len(found.estimates)
    for one in found.estimates:
        assert one.key.quantity in QUANTITIES[one.key.analysis]
        assert one.key.scale in SCALES[one.key.analysis]
        assert (one.estimate is None) == (one.refused is not None)
        assert one.refused is None or one.refused.key in REFUSALS
        if one.key.analysis in ("missing_patterns", "job_share_bounds"):
            assert one.n_persons == 0 or one.n_persons >= 5
    assert all(notice.reason.key in WARNINGS for notice in found.notices)


def test_everything_is_there_and_in_the_closed_lists(found: Found) -> None:
    check(found)
    for analysis in ("missing_next_round", "job_hazard_weighted", "job_hazard_imputed", "job_share_bounds"):
        numbers = [one for one in of(found, analysis) if one.estimate is not None]
        assert {one.key.rater for one in numbers} == {"participant", "caseworker"}
    assert {one.key.term for one in of(found, "missing_compared")} >= {
        "job_hazard_weighted",
        "job_hazard_imputed",
    }


def test_the_same_twice_and_each_step_told(found: Found, dataset: StudyDataset) -> None:
    told: list[tuple[int, int]] = []
    with question(dataset) as asked:
        one_rater = replace(asked, panels=asked.panels[:1])
        again = missing(one_rater, lambda what, done, total: told.append((done, total)))
    assert again.estimates == tuple(one for one in found.estimates if one.key.rater == "participant")
    assert told == [(step, 5) for step in range(6)]


def test_how_far_is_the_farthest(found: Found, dataset: StudyDataset) -> None:
    """From the estimates themselves, with E1 as it is asked for everywhere else."""
    with question(dataset) as asked:
        adjusted = [
            one for one in models(asked.panels[1], JOB_HAZARD, asked.outcome) if one.name == "adjusted"
        ]
    before = {
        (e.key.indicator, e.key.quantity): e
        for e in fit_model(adjusted[0]).estimates
        if e.key.scale == "ame_pp"
    }
    told = {one.key.term: one for one in of(found, "missing_compared") if one.key.rater == "caseworker"}
    assert set(told) == {"job_hazard_weighted", "job_hazard_imputed", "job_hazard_bounds"}
    for analysis, one in told.items():
        distances = [
            abs((other.estimate or 0.0) - (first.estimate or 0.0)) / (first.std_error or 1.0)
            for other in of(found, analysis or "")
            if (other.key.rater, other.key.scale) == ("caseworker", "ame_pp")
            for first in [before[other.key.indicator, other.key.quantity]]
        ]
        assert len(distances) == 20
        assert one.estimate == pytest.approx(max(distances))


def test_nobody_misses_a_round() -> None:
    dataset = made(PUBLISHED, 60, 3)
    table = dataset.tables["rounds"]
    for name in ("participant_status", "caseworker_status"):
        table = table.set_column(table.column_names.index(name), name, pa.array(["answered"] * len(table)))
    found = ask(replace(dataset, tables={**dataset.tables, "rounds": table}))
    check(found)
    complete = next(one for one in found.estimates if one.key.quantity == "complete")
    assert complete.estimate == 100.0
    refused = {one.refused.key for one in of(found, "missing_next_round") if one.refused}
    assert refused == {"nobody_missing"}


def test_everybody_misses_every_round() -> None:
    found = ask(made(replace(PUBLISHED, participant_answers=-60.0, caseworker_answers=-60.0), 60, 3))
    check(found)
    never = next(one for one in found.estimates if one.key.quantity == "never")
    assert never.estimate == 100.0
    refused = {one.refused.key for one in of(found, "missing_next_round") if one.refused}
    assert refused == {"no_next_round"}


@pytest.mark.parametrize(("persons", "rounds"), [(30, 6), (4, 3), (200, 1)])
def test_small_studies_are_refused_in_words(persons: int, rounds: int) -> None:
    found = ask(made(PUBLISHED, persons, rounds))
    check(found)
    assert all(one.estimate is None for one in of(found, "job_hazard_weighted"))
    assert all(one.estimate is None for one in of(found, "job_hazard_imputed"))


def test_two_persons_tell_nothing(rows: Rows, make_dataset: Callable[..., StudyDataset]) -> None:
    found = ask(make_dataset(rows))
    check(found)
    assert {one.estimate for one in found.estimates} == {None}


def test_no_rounds_and_no_answers(rows: Rows, make_dataset: Callable[..., StudyDataset]) -> None:
    rows.update(rounds=[], responses=[], answers=[])
    check(ask(make_dataset(rows)))
