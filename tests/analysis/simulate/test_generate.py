"""Every simulated study keeps the contract, and the same seed gives the same bytes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from analysis.dataset.check import check
from analysis.dataset.instrument import Instrument
from analysis.dataset.schema import COULD_NOT_OBSERVE, DONT_KNOW, PREFER_NOT_TO_ANSWER, SKIPPED
from analysis.dataset.study import StudyDataset
from analysis.dataset.write import write
from analysis.simulate.generate import simulate
from analysis.simulate.scenarios import PUBLISHED, SCENARIOS

NAMES = ("published", "null", "small", "dropout", "sorting", "clusters", "drift")


def _files(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def _values(dataset: StudyDataset, name: str, column: str) -> list[object]:
    values: list[object] = dataset.tables[name][column].to_pylist()
    return values


def _with_a_job(dataset: StudyDataset) -> int:
    events = dataset.tables["events"].to_pandas()
    return int(events.loc[events["kind"].str.startswith("job"), "enrolment"].nunique())


def test_the_named_scenarios_are_there() -> None:
    assert sorted(SCENARIOS) == sorted(NAMES)
    assert all(scenario.name == name for name, scenario in SCENARIOS.items())


@pytest.mark.parametrize("name", NAMES)
def test_every_scenario_keeps_the_contract(name: str, tmp_path: Path, bip_11: Instrument) -> None:
    write(simulate(SCENARIOS[name], persons=600, rounds=9, seed=4, instrument=bip_11), tmp_path / "study")
    assert check(tmp_path / "study") == []


@pytest.mark.parametrize(("persons", "rounds"), [(1, 1), (1, 17), (2, 2), (30, 1), (30, 3)])
@pytest.mark.parametrize("name", ["published", "dropout"])
def test_tiny_studies_keep_the_contract(
    name: str, persons: int, rounds: int, tmp_path: Path, bip_9_11: Instrument
) -> None:
    for seed in range(2):
        dataset = simulate(SCENARIOS[name], persons=persons, rounds=rounds, seed=seed, instrument=bip_9_11)
        write(dataset, tmp_path / str(seed), partitioned=seed == 1)  # which checks every rule
        assert dataset.tables["persons"].num_rows == persons
        assert max(_values(dataset, "rounds", "round")) < rounds  # type: ignore[type-var, operator]


def test_an_instrument_that_the_scenario_does_not_know(tmp_path: Path, instrument: Instrument) -> None:
    """Indicators without a model have no effect, and other scales than five steps are used in full."""
    scale = instrument.items[0].scale
    items = [
        instrument.items[0].model_copy(update={"key": "unheard_of"}),
        instrument.items[0].model_copy(
            update={"key": "slider", "scale": scale.model_copy(update={"kind": "continuous", "highest": 2.5})}
        ),
        instrument.items[0].model_copy(
            update={
                "key": "ten_steps",
                "scale": scale.model_copy(update={"highest": 10, "direction": "lower_is_closer"}),
            }
        ),
    ]
    other = instrument.model_copy(update={"items": items})
    dataset = simulate(PUBLISHED, persons=200, rounds=3, seed=1, instrument=other)
    write(dataset, tmp_path / "study")
    answers = dataset.tables["answers"].to_pandas()
    used = answers[answers["value"] >= 0].groupby("item")["value"].agg(["min", "max", "nunique"])
    assert used.loc["ten_steps"].tolist() == [1, 10, 10]
    assert used.loc["unheard_of"].tolist() == [1, 5, 5]
    assert 1 <= used.loc["slider", "min"] < used.loc["slider", "max"] <= 2.5
    assert used.loc["slider", "nunique"] > 500


def test_a_scale_that_turns_round_turns_the_answers_round(bip_11: Instrument) -> None:
    turned_items = [
        item.model_copy(update={"scale": item.scale.model_copy(update={"direction": "lower_is_closer"})})
        for item in bip_11.items
    ]
    turned = bip_11.model_copy(update={"items": turned_items})
    plain_values, turned_values = (
        np.array(_values(simulate(PUBLISHED, persons=50, rounds=3, seed=2, instrument=i), "answers", "value"))
        for i in (bip_11, turned)
    )
    given = plain_values > 0
    assert (turned_values[given] == 6 - plain_values[given]).all()  # type: ignore[operator]
    assert (turned_values[~given] == plain_values[~given]).all()


def test_the_same_seed_gives_the_same_bytes(tmp_path: Path, bip_11: Instrument) -> None:
    for folder, seed in (("a", 7), ("b", 7), ("c", 8)):
        write(simulate(PUBLISHED, persons=120, rounds=6, seed=seed, instrument=bip_11), tmp_path / folder)
    first, again, other = (_files(tmp_path / folder) for folder in "abc")
    assert first == again
    assert first["answers.parquet"] != other["answers.parquet"]
    assert first["events.parquet"] != other["events.parquet"]


@pytest.mark.parametrize(("persons", "rounds", "seed"), [(0, 3, 1), (5, 0, 1), (5, 3, -1)])
def test_bad_numbers_are_refused(persons: int, rounds: int, seed: int, bip_11: Instrument) -> None:
    with pytest.raises(ValueError, match="at least"):
        simulate(PUBLISHED, persons=persons, rounds=rounds, seed=seed, instrument=bip_11)


def test_everything_that_the_contract_can_say_is_said(bip_11: Instrument) -> None:
    """Codes, statuses, modes, reasons and kinds of event all occur, so that what reads them is tried."""
    dataset = simulate(PUBLISHED, persons=3000, rounds=17, seed=1, instrument=bip_11)
    found = {
        (table, column): set(_values(dataset, table, column))
        for table, column in (
            ("events", "kind"),
            ("exits", "reason"),
            ("followups", "status"),
            ("activities", "kind"),
            ("responses", "mode"),
            ("responses", "assistance"),
            ("responses", "independent"),
            ("responses", "proxy"),
            ("rounds", "participant_status"),
        )
    }
    assert found["events", "kind"] == {
        "job_regular", "job_subsidised", "study", "labour_market_training", "placement", "return_to_support"
    }  # fmt: skip
    assert found["exits", "reason"] == {
        "work", "study", "goal_met", "goal_not_met", "ill", "moved", "interrupted", "unknown"
    }  # fmt: skip
    assert found["followups", "status"] == {"work", "study", "seeking", "ill", "unknown"}
    assert found["activities", "kind"] == {"job_oriented", "skills", "health", "social"}
    assert found["responses", "mode"] == {"own_device", "shared_tablet", "interview", "paper"}
    assert found["responses", "assistance"] == {"none", "interpreter", "caseworker", "other"}
    assert found["responses", "independent"] == found["responses", "proxy"] == {True, False}
    assert found["rounds", "participant_status"] == {"answered", "partly", "missed", "declined"}
    codes = {value for value in _values(dataset, "answers", "value") if value < 0}  # type: ignore[operator]
    assert codes == {DONT_KNOW, PREFER_NOT_TO_ANSWER, COULD_NOT_OBSERVE, SKIPPED}


def test_days_are_early_enough_for_the_next_round_and_some_are_late(bip_11: Instrument) -> None:
    dataset = simulate(PUBLISHED, persons=1000, rounds=8, seed=3, instrument=bip_11)
    rows = dataset.tables["responses"].to_pandas()
    delay = rows["submitted_day"] - 91 * rows["round"]
    assert delay.between(0, 60).all()
    assert 0.01 < (delay > 28).mean() < 0.08
    both = rows.assign(delay=delay).pivot(index=["enrolment", "round"], columns="rater", values="delay")
    assert both.corr().iloc[0, 1] > 0.1


def test_a_job_observed_by_contact_is_known_only_for_a_while(bip_11: Instrument) -> None:
    tables = simulate(SCENARIOS["dropout"], persons=1500, rounds=17, seed=3, instrument=bip_11).tables
    enrolments = tables["enrolments"].to_pandas()
    assert set(enrolments["observed_by"]) == {"contact"}
    lost = tables["exits"].to_pandas().query("reason == 'interrupted'").merge(enrolments, on="enrolment")
    assert (lost["observed_to_day"] - lost["day"]).max() <= 45
    assert len(lost) > 0.3 * len(enrolments)


def test_a_scenario_can_be_varied_by_hand(bip_11: Instrument) -> None:
    everybody = replace(PUBLISHED, intercept=3.0)
    nobody = replace(PUBLISHED, intercept=-30.0)
    jobs = [
        _with_a_job(simulate(s, persons=100, rounds=5, seed=1, instrument=bip_11))
        for s in (everybody, nobody)
    ]
    assert jobs[0] > 90
    assert jobs[1] == 0
