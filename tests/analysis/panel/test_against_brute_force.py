"""The panel equals a plain reading of the contract, row by row, on studies full of odd cases."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analysis.dataset.instrument import Instrument
from analysis.dataset.open import open_study
from analysis.dataset.schema import OUTCOME_KINDS, TABLES
from analysis.dataset.study import StudyDataset
from analysis.dataset.write import write
from analysis.panel import build
from analysis.panel.build import Panel, build_panel
from analysis.panel.columns import choose_covariates
from analysis.simulate.generate import simulate
from analysis.simulate.scenarios import SCENARIOS
from surveys.load import load_builtin
from tests.analysis.panel.plain_reading import read
from tests.analysis.panel.studies import Rows, odd_study, with_continuous_item

EXAMPLES = settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
SEEDS = st.integers(0, 2**32)
KINDS = st.sampled_from([OUTCOME_KINDS, ("study",), ("job_regular", "study"), ("placement",)])


def panel_of(dataset: StudyDataset, rater: str, kinds: tuple[str, ...], *, censored: bool) -> Panel:
    with open_study(dataset) as study:
        return build_panel(study, rater, (), kinds, censored=censored)


def plainly(panel: Panel) -> list[dict[str, Any]]:
    return panel.rows.astype(object).where(panel.rows.notna(), None).to_dict("records")


@EXAMPLES
@given(seed=SEEDS, rater=st.sampled_from(["participant", "caseworker"]), kinds=KINDS, censored=st.booleans())
def test_panel_equals_a_plain_reading_of_the_contract(
    make_dataset: Callable[..., StudyDataset],
    instrument: Instrument,
    rows: Rows,
    *,
    seed: int,
    rater: str,
    kinds: tuple[str, ...],
    censored: bool,
) -> None:
    made = odd_study(rows, seed, enrolments=40)
    dataset = make_dataset(made, instruments=(with_continuous_item(instrument),))
    panel = panel_of(dataset, rater, kinds, censored=censored)
    wanted = read(made, rater, kinds, censored=censored)
    assert plainly(panel) == wanted.rows
    assert {step.step: (step.persons, step.rows) for step in panel.flow} == {
        f"{rater}:{name}": counts for name, counts in wanted.flow.items()
    }


def test_the_odd_studies_hold_every_case(rows: Rows) -> None:
    """Else the comparison above would prove less than it seems to."""
    found = pd.DataFrame(read(odd_study(rows, 1, 300), "participant", OUTCOME_KINDS, censored=True).rows)
    assert found["activity"].value_counts(dropna=False).min() > 5
    for name in (
        "outcome",
        "competing",
        "observed",
        "observed_365",
        "outcome_365",
        "new_caseworker",
        "proxy",
    ):
        assert found[name].value_counts().reindex([True, False], fill_value=0).min() > 5, name
    assert (found["days_between"] == 0).any()
    assert (found["gap_days"] > 0).any()
    assert (found["competing_day"] < found["event_day"]).any()
    assert (found["baseline:job_search"] != found["past_mean:job_search"]).any()


@pytest.mark.parametrize("at_once", [1, 7])
def test_piece_by_piece_gives_the_same_rows(
    make_dataset: Callable[..., StudyDataset], rows: Rows, monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    dataset = make_dataset(odd_study(rows, 2, enrolments=20))
    whole = panel_of(dataset, "participant", OUTCOME_KINDS, censored=True)
    monkeypatch.setattr(build, "_AT_ONCE", at_once)
    pieces = panel_of(dataset, "participant", OUTCOME_KINDS, censored=True)
    pd.testing.assert_frame_equal(whole.rows, pieces.rows, check_exact=True)


def shuffled(dataset: StudyDataset, seed: int) -> StudyDataset:
    draw = np.random.default_rng(seed)
    tables = {name: table.take(draw.permutation(len(table))) for name, table in dataset.tables.items()}
    return replace(dataset, tables=tables)


def by_id(dataset: StudyDataset) -> StudyDataset:
    tables = {name: table.sort_by(TABLES[name].columns[0].name) for name, table in dataset.tables.items()}
    return replace(dataset, tables=tables)


@pytest.mark.parametrize("batch", [None, 50])
def test_how_the_files_lie_does_not_matter(
    tmp_path: Path, batch: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As we write them, a file an organisation, by the ids, in no order at all; in whole and in batches."""
    if batch:
        monkeypatch.setattr("analysis.panel.values._BATCH", batch)
        monkeypatch.setattr("analysis.panel.given._MORE_ROWS", 5)
    bip_11 = Instrument.model_validate(load_builtin("bip-11").to_json())
    dataset = simulate(SCENARIOS["published"], persons=80, rounds=4, seed=1, instrument=bip_11)
    write(dataset, tmp_path / "one")
    write(dataset, tmp_path / "many", partitioned=True)
    found = []
    for source in (dataset, shuffled(dataset, 1), by_id(dataset), tmp_path / "one", tmp_path / "many"):
        with open_study(source) as study:
            covariates = choose_covariates(study, None)
            found.append(build_panel(study, "caseworker", covariates, censored=True).rows)
    assert len(found[0]) > 100
    for other in found[1:]:
        pd.testing.assert_frame_equal(found[0], other, check_exact=True)


def test_responses_without_answers_leave_the_others_in_their_place(
    make_dataset: Callable[..., StudyDataset], instrument: Instrument, rows: Rows
) -> None:
    made = odd_study(rows, 4, enrolments=30)
    gone = {r["response"] for r in made["responses"][::3]}
    made["answers"] = [a for a in made["answers"] if a["response"] not in gone]
    dataset = make_dataset(made, instruments=(with_continuous_item(instrument),))
    for source in (dataset, shuffled(dataset, 2), by_id(dataset)):
        panel = panel_of(source, "participant", OUTCOME_KINDS, censored=True)
        assert plainly(panel) == read(made, "participant", OUTCOME_KINDS, censored=True).rows
