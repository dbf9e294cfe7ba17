"""A simulated study put into the database comes out again as it went in: only the names are others."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator

import pyarrow as pa
import pytest

from analysis.dataset.instrument import Instrument
from analysis.dataset.study import StudyDataset
from analysis.simulate.generate import simulate
from analysis.simulate.scenarios import SCENARIOS
from bip.demo.history import load_history
from bip.research.export import export_study
from surveys.load import load_builtin
from tests.bip.house import House

# What the database calls by names of its own, and what it does not keep: a round declined is a round missed.
NAMES = {"organisation", "person", "enrolment", "caseworker", "unit", "response"}
NOT_KEPT = {"participant_status", "caseworker_status", "missed_reason"}
OF_ENROLMENTS = ("assignments", "rounds", "activities", "steps", "events", "exits", "followups")


@pytest.fixture(scope="module")
def simulated() -> StudyDataset:
    instrument = Instrument.model_validate(load_builtin("bip-11").to_json())
    return simulate(SCENARIOS["published"], persons=60, rounds=5, seed=4, instrument=instrument)


@pytest.fixture
def exported(house: House, simulated: StudyDataset) -> StudyDataset:
    installed = house.installed
    with installed.store.writing() as session:
        study = load_history(session, house.organisation_id, simulated, "History", installed.clock.now())
    with installed.store.reading() as session:
        export = export_study(session, study, installed.clock.today(), installed.settings.timezone, "1")
    assert export.account.remarks == ()
    return export.dataset


def plain(row: dict[str, object]) -> tuple[tuple[str, object], ...]:
    return tuple((name, value) for name, value in row.items() if name not in NAMES | NOT_KEPT)


def lives(dataset: StudyDataset) -> Counter[frozenset[tuple[object, ...]]]:
    """All that is known of each enrolment, without a name; how many there are of each."""
    persons = {row["person"]: row for row in dataset.tables["persons"].to_pylist()}
    known: dict[str, list[tuple[object, ...]]] = defaultdict(list)
    for row in dataset.tables["enrolments"].to_pylist():
        known[row["enrolment"]] += [plain(row), plain(persons[row["person"]])]
    for name in OF_ENROLMENTS:
        for row in dataset.tables[name].to_pylist():
            known[row["enrolment"]].append((name, plain(row)))
    for enrolment, answer in answers(dataset.tables):
        known[enrolment].append(answer)
    return Counter(frozenset(Counter(rows).items()) for rows in known.values())


def answers(tables: dict[str, pa.Table]) -> Iterator[tuple[str, tuple[object, ...]]]:
    responses = {row["response"]: row for row in tables["responses"].to_pylist()}
    for row in tables["answers"].to_pylist():
        of = responses[row["response"]]
        yield of["enrolment"], (plain(of), row["item"], row["value"])


def test_every_life_comes_out_as_it_went_in(simulated: StudyDataset, exported: StudyDataset) -> None:
    went_in, came_out = lives(simulated), lives(exported)
    assert sum(went_in.values()) == 60
    assert came_out == went_in


def test_the_caseworkers_have_the_same_caseloads(simulated: StudyDataset, exported: StudyDataset) -> None:
    def caseloads(dataset: StudyDataset) -> list[int]:
        held = Counter(row["caseworker"] for row in dataset.tables["assignments"].to_pylist())
        return sorted(held.values())

    assert caseloads(exported) == caseloads(simulated)


def test_the_two_datasets_have_the_same_columns(simulated: StudyDataset, exported: StudyDataset) -> None:
    for name, table in exported.tables.items():
        assert table.schema == simulated.tables[name].schema
