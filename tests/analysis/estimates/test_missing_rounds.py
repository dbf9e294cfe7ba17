"""Patterns of missing answers and what was known before each round, against loops over the tables."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.dataset.instrument import Instrument
from analysis.dataset.open import OpenStudy, open_study
from analysis.dataset.schema import OUTCOME_KINDS
from analysis.dataset.study import StudyDataset
from analysis.estimates.measurement_hidden import told
from analysis.estimates.missing_patterns import PATTERNS, pattern_of, patterns
from analysis.estimates.missing_rounds import DueRounds, due_rounds, last_before, missed_in_a_row
from analysis.estimates.results import Estimate
from analysis.panel.columns import choose_covariates
from analysis.simulate.generate import simulate
from analysis.simulate.scenarios import SCENARIOS
from surveys.load import load_builtin

RATERS = ("participant", "caseworker")


@pytest.fixture(scope="module")
def dataset() -> StudyDataset:
    instrument = Instrument.model_validate(load_builtin("bip-11").to_json())
    scenario = replace(SCENARIOS["published"], participant_answers=0.8, answers_by_coping=1.0)
    return with_codes(simulate(scenario, persons=260, rounds=6, seed=5, instrument=instrument))


def with_codes(made: StudyDataset) -> StudyDataset:
    """More questions left unanswered than usual, some so seldom that they may not be told."""
    responses, answers = made.tables["responses"].to_pandas(), made.tables["answers"].to_pandas()
    rater = answers["response"].map(responses.set_index("response")["rater"])
    drawn = np.random.default_rng(7).random(len(answers))
    seldom = np.where(rater == "participant", -2.0, -8.0)
    usual = np.where(rater == "participant", -1.0, -3.0)
    value = np.select([drawn < 0.004, drawn < 0.04, drawn < 0.06], [seldom, usual, -9.0], answers["value"])
    table = made.tables["answers"].set_column(2, "value", pa.array(value))
    return replace(made, tables={**made.tables, "answers": table})


@dataclass(frozen=True)
class Seen:
    study: OpenStudy
    tables: dict[str, list[dict[str, Any]]]
    due: dict[str, DueRounds]


def rounds_of(study: OpenStudy, rater: str) -> DueRounds:
    return due_rounds(study, rater, choose_covariates(study, None), OUTCOME_KINDS)


@pytest.fixture(scope="module")
def seen(dataset: StudyDataset) -> Iterator[Seen]:
    names = ("rounds", "responses", "answers", "enrolments", "events", "exits")
    with open_study(dataset) as study:
        due = {rater: rounds_of(study, rater) for rater in RATERS}
        yield Seen(study, {name: dataset.tables[name].to_pylist() for name in names}, due)


def told_of(seen: Seen, rater: str) -> list[Estimate]:
    return list(patterns(seen.study, seen.due[rater]))


def statuses(seen: Seen, rater: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for row in sorted(seen.tables["rounds"], key=lambda row: (row["enrolment"], row["round"])):
        if row[f"{rater}_status"] != "not_due":
            found.setdefault(row["enrolment"], []).append(row[f"{rater}_status"])
    return found


def named(given: list[bool]) -> str:
    if all(given):
        return "complete"
    if not any(given):
        return "never"
    first_missed = given.index(False)
    return "gaps" if any(given[first_missed:]) else "stopped"


@pytest.mark.parametrize("rater", RATERS)
def test_patterns_are_those_of_a_loop(seen: Seen, rater: str) -> None:
    expected = {
        enrolment: named([status in ("answered", "partly") for status in found])
        for enrolment, found in statuses(seen, rater).items()
    }
    found = pattern_of(seen.due[rater].rows)
    assert dict(zip(found["enrolment"], found["pattern"], strict=True)) == expected
    by_name = {one.key.quantity: one for one in told_of(seen, rater)}
    counts = {name: list(expected.values()).count(name) for name in PATTERNS}
    for name, count in counts.items():
        one = by_name[name]
        assert (one.refused is None) == told(count, list(counts.values()))
        if one.refused is None:
            assert one.estimate == pytest.approx(100 * count / len(expected))
            assert (one.n_events, one.n_rows) == (count, len(expected))
        else:
            assert (one.n_rows, one.n_persons, one.n_events) == (0, 0, 0)
    assert rater != "participant" or all(counts.values())


@given(st.lists(st.lists(st.booleans(), min_size=1, max_size=7), min_size=1, max_size=12))
@settings(max_examples=60, deadline=None)
def test_any_pattern(given_rounds: list[list[bool]]) -> None:
    rows = pd.DataFrame(
        [
            {"person": f"p{e:02}", "enrolment": f"e{e:02}", "round": k, "answered": one}
            for e, rounds in enumerate(given_rounds)
            for k, one in enumerate(rounds)
        ]
    )
    found = pattern_of(rows)
    assert found["pattern"].tolist() == [named(rounds) for rounds in given_rounds]
    place = np.repeat(np.arange(len(given_rounds)), [len(rounds) for rounds in given_rounds])
    expected = [
        next((back for back, one in enumerate(reversed(rounds[:k])) if one), k)
        for rounds in given_rounds
        for k in range(len(rounds))
    ]
    assert missed_in_a_row(rows["answered"].to_numpy(bool), place).tolist() == expected


def test_wilson_interval_of_persons_counted_once(seen: Seen) -> None:
    """By hand: (p + z2/2n -+ z sqrt(p(1-p)/n + z2/4n2)) / (1 + z2/n)."""
    one = next(e for e in told_of(seen, "participant") if e.key.quantity == "stopped")
    n, p, z = one.n_persons, one.n_events / one.n_rows, 1.959963984540054
    middle, half = p + z**2 / (2 * n), z * np.sqrt(p * (1 - p) / n + z**2 / (4 * n**2))
    assert one.ci_low == pytest.approx(100 * (middle - half) / (1 + z**2 / n))
    assert one.ci_high == pytest.approx(100 * (middle + half) / (1 + z**2 / n))


@pytest.mark.parametrize("rater", RATERS)
def test_rounds_missed_by_round(seen: Seen, rater: str) -> None:
    found = {e.key.group: e for e in told_of(seen, rater) if e.key.quantity == "missed"}
    rows = [row for row in seen.tables["rounds"] if row[f"{rater}_status"] != "not_due"]
    assert set(found) == {f"round:{row['round']}" for row in rows}
    for number in {row["round"] for row in rows}:
        here = [row[f"{rater}_status"] in ("answered", "partly") for row in rows if row["round"] == number]
        missed, one = here.count(False), found[f"round:{number}"]
        if len(here) < 5 or 0 < missed < 5 or 0 < len(here) - missed < 5:
            assert one.refused is not None
            assert (one.refused.key, one.n_persons) == ("hidden_group", 0)
        else:
            assert one.estimate == pytest.approx(100 * missed / len(here))


@pytest.mark.parametrize("rater", RATERS)
def test_unanswered_questions(seen: Seen, rater: str) -> None:
    enrolment_of = {row["enrolment"]: row["person"] for row in seen.tables["enrolments"]}
    person = {
        row["response"]: enrolment_of[row["enrolment"]]
        for row in seen.tables["responses"]
        if row["rater"] == rater and row["independent"]
    }
    codes = {"dont_know": -1.0, "prefer_not": -2.0, "could_not_observe": -3.0, "skipped": -9.0}
    items = [e for e in told_of(seen, rater) if e.key.indicator is not None]
    assert {e.key.quantity for e in items} == set(codes) - (
        {"could_not_observe"} if rater == "participant" else {"dont_know", "prefer_not"}
    )
    shown = hidden = 0
    by_item: dict[str, list[tuple[str, float]]] = {}
    for row in seen.tables["answers"]:
        if row["response"] in person and row["value"] != -8.0:
            by_item.setdefault(row["item"], []).append((person[row["response"]], row["value"]))
    for one in items:
        assert one.key.indicator is not None
        rows = by_item[one.key.indicator]
        hidden += one.refused is not None
        if one.refused is None:
            code = codes[one.key.quantity]
            assert one.n_rows == len(rows)
            assert one.estimate == pytest.approx(100 * sum(value == code for _, value in rows) / len(rows))
            people = {who for who, value in rows if value == code}
            assert not 0 < len(people) < 5
            shown += 1
    assert shown > 10
    assert rater != "participant" or hidden > 3


def test_what_was_known_before_each_round(seen: Seen) -> None:
    due = seen.due["participant"]
    response = {
        (row["enrolment"], row["round"]): row["response"]
        for row in seen.tables["responses"]
        if row["rater"] == "participant" and row["independent"]
    }
    key = due.indicators[0].key
    value = {row["response"]: row["value"] for row in seen.tables["answers"] if row["item"] == key}
    for row in due.rows.to_dict("records"):
        expected = np.nan
        for earlier in range(row["round"]):
            said = value.get(response.get((row["enrolment"], earlier), ""), -9.0)
            expected = said if said > 0 else expected
        assert row[f"last:{key}"] == expected or (np.isnan(expected) and np.isnan(row[f"last:{key}"]))


def test_due_while_still_at_risk(seen: Seen) -> None:
    """Before any job, studies, exit or withdrawal."""
    ends: dict[str, list[int]] = {}
    for row in (*seen.tables["events"], *seen.tables["exits"], *seen.tables["enrolments"]):
        if row.get("kind", "study") in (*OUTCOME_KINDS, "study"):
            day = row["day"] if "day" in row else row["withdrawn_day"]
            ends.setdefault(row["enrolment"], []).extend([] if day is None else [day])
    due_day = {(row["enrolment"], row["round"]): row["due_day"] for row in seen.tables["rounds"]}
    rows = seen.due["participant"].rows
    expected = [
        all(due_day[where] < day for day in ends[where[0]])
        for where in zip(rows["enrolment"], rows["round"], strict=True)
    ]
    assert rows["at_risk"].tolist() == expected
    assert not all(expected)


def test_nothing_looks_ahead(dataset: StudyDataset, seen: Seen) -> None:
    """All answers of round 2 and later turned round: what is known up to round 2 stays, byte by byte."""
    later = {row["response"] for row in seen.tables["responses"] if row["round"] >= 2}
    answers = dataset.tables["answers"]
    changed = [
        6.0 - row["value"] if row["response"] in later and row["value"] > 0 else row["value"]
        for row in seen.tables["answers"]
    ]
    table = answers.set_column(2, "value", pa.array(changed))
    assert answers.column_names[2] == "value"
    with open_study(replace(dataset, tables={**dataset.tables, "answers": table})) as study:
        after = rounds_of(study, "participant").rows
    before = seen.due["participant"].rows
    known = [name for name in before.columns.tolist() if name.startswith("last:")]
    early = before["round"] <= 2
    assert before[early].to_csv() == after[early].to_csv()
    assert not before[~early][known].equals(after[~early][known])


def test_no_rounds_at_all() -> None:
    empty = np.empty((0, 2))
    assert last_before(empty, np.empty(0, dtype=np.int64)).shape == (0, 2)
    assert missed_in_a_row(np.empty(0, dtype=bool), np.empty(0, dtype=np.int64)).shape == (0,)
