from __future__ import annotations

from collections import Counter
from typing import Any

import pyarrow as pa
import pytest

from analysis.dataset.open import open_study
from analysis.dataset.study import StudyDataset, build_tables
from analysis.report.distributions import Distribution, distributions
from analysis.report.people import people
from analysis.report.suppression import suppress
from tests.analysis.report.examples import continuous, eleven, study


def spread(dataset: StudyDataset, limit: int = 5) -> tuple[Distribution, ...]:
    with open_study(dataset) as opened:
        return distributions(opened, limit)


def with_rows(dataset: StudyDataset, **changed: list[dict[str, Any]]) -> StudyDataset:
    tables = {name: table.to_pylist() for name, table in dataset.tables.items()}
    return StudyDataset(dataset.study, dataset.instruments, build_tables({**tables, **changed}))


def counted(dataset: StudyDataset, rater: str, item: str, number: int) -> Counter[float]:
    """Values of an item in a round, counted without SQL; missing codes are all -1."""
    own = {
        row["response"]
        for row in dataset.tables["responses"].to_pylist()
        if (row["rater"], row["round"], row["independent"]) == (rater, number, True)
    }
    return Counter(
        max(row["value"], -1.0)
        for row in dataset.tables["answers"].to_pylist()
        if row["response"] in own and row["item"] == item
    )


def test_counts_are_those_of_the_answers() -> None:
    dataset = study(eleven(), persons=80, rounds=2)
    for shown in spread(dataset, limit=1):
        for row in shown.rows:
            expected = counted(dataset, shown.rater, shown.item.key, row.round)
            assert row.persons.cells == tuple(expected[value] for value in (1, 2, 3, 4, 5, -1))
            answered = sum(n for value, n in expected.items() if value > 0)
            total = sum(value * n for value, n in expected.items() if value > 0)
            assert row.mean == pytest.approx(total / answered)


def test_every_indicator_of_both_raters_is_there_in_order() -> None:
    found = [(one.rater, one.item.number) for one in spread(study(eleven()))]
    assert found == [(rater, k) for rater in ("participant", "caseworker") for k in range(1, 12)]


def test_small_counts_are_hidden_and_no_mean_stands_beside_them() -> None:
    dataset = study(eleven(), persons=40, rounds=1)
    rows = [(one, row) for one in spread(dataset) for row in one.rows]
    assert any(row.persons.hidden for _, row in rows)
    for one, row in rows:
        expected = counted(dataset, one.rater, one.item.key, row.round)
        assert row.persons == suppress([expected[value] for value in (1, 2, 3, 4, 5, -1)])
        assert (row.mean is None) == row.persons.hidden


def test_answers_that_are_not_independent_are_left_out() -> None:
    dataset = study(eleven(), persons=30, rounds=1)
    responses = dataset.tables["responses"].to_pylist()
    for row in responses[:10]:
        row["independent"] = False
    changed = with_rows(dataset, responses=responses)
    assert {row.persons.total for one in spread(changed) for row in one.rows} == {25}


def test_a_person_enrolled_twice_counts_once_by_the_later_enrolment() -> None:
    dataset = study(eleven(), persons=30, rounds=1)
    enrolments = dataset.tables["enrolments"].to_pylist()
    enrolments[1] |= {"person": "p0", "enrolled_quarter": "2027Q1"}
    changed = with_rows(dataset, enrolments=enrolments)
    assert {row.persons.total for one in spread(changed) for row in one.rows} == {29}
    later = {
        a["response"]: a["value"] for a in dataset.tables["answers"].to_pylist() if a["item"] == "job_search"
    }
    expected = counted(dataset, "participant", "job_search", 0)
    expected[max(later["e0-0-participant"], -1.0)] -= 1
    first = spread(changed, limit=1)[0].rows[0]
    assert first.persons.cells == tuple(expected[value] for value in (1, 2, 3, 4, 5, -1))


def few_in_later_rounds(answered: dict[int, int]) -> StudyDataset:
    """Round k is answered by the first `answered[k]` persons."""
    dataset = study(eleven(), persons=30, rounds=1)
    changed: dict[str, list[dict[str, Any]]] = {"rounds": [], "responses": [], "answers": []}
    for k, persons in answered.items():
        keep = {f"e{number}" for number in range(persons)}
        for name in ("rounds", "responses"):
            rows = dataset.tables[name].to_pylist()
            changed[name] += [{**row, "round": k} for row in rows if row["enrolment"] in keep]
        for row in changed["responses"]:
            if row["round"] == k:
                row["response"] = row["response"].replace("-0-", f"-{k}-")
        answers = dataset.tables["answers"].to_pylist()
        changed["answers"] += [
            {**row, "response": row["response"].replace("-0-", f"-{k}-")}
            for row in answers
            if row["response"].split("-")[0] in keep
        ]
    return with_rows(dataset, **changed)


@pytest.mark.parametrize(
    ("answered", "shown"),
    [
        ({0: 30, 1: 20, 2: 5}, [0, 1, 2]),
        ({0: 30, 1: 20, 2: 4, 3: 3}, [0, 1]),
        # Left out alone, the last round's four could be had from the total; the next smallest goes too.
        ({0: 30, 1: 20, 2: 4}, [0]),
        ({0: 30, 1: 4}, [0]),
        ({0: 4}, []),
    ],
)
def test_rounds_with_few_answers_are_left_out(answered: dict[int, int], shown: list[int]) -> None:
    for one in spread(few_in_later_rounds(answered)):
        assert [row.round for row in one.rows] == shown
        assert one.left_out == len(answered) - len(shown)


def test_continuous_scales_are_shown_in_equal_parts() -> None:
    dataset = study(continuous(), persons=200, rounds=1)
    first = spread(dataset)[0]
    assert [part.low for part in first.bins] == pytest.approx([1.0, 1.8, 2.6, 3.4, 4.2])
    assert [part.high for part in first.bins] == pytest.approx([1.8, 2.6, 3.4, 4.2, 5.0])
    assert first.rows[0].persons.total == 200
    assert first.rows[0].mean is None


def test_the_ends_of_a_continuous_scale_lie_in_its_first_and_last_part() -> None:
    dataset = study(continuous(), persons=20, rounds=1)
    answers = [
        {**row, "value": 0.0 if k % 2 and row["item"] == "depress1" else 5.0}
        for k, row in enumerate(dataset.tables["answers"].to_pylist())
    ]
    last = spread(with_rows(dataset, answers=answers), limit=1)[2]
    assert last.rows[0].persons.cells == (10, 0, 0, 0, 10, 0)


def test_nobody_answered() -> None:
    found = spread(with_rows(study(eleven()), responses=[], answers=[]))
    assert len(found) == 22
    assert all(one.rows == () for one in found)


def test_people_are_counted_and_small_groups_hidden() -> None:
    dataset = study(eleven(), persons=60)
    with open_study(dataset) as opened:
        asked = people(opened)
    assert (asked.persons, asked.enrolments, asked.organisations, asked.rounds) == (60, 60, 2, 3)
    persons = dataset.tables["persons"]
    for one in asked.characteristics:
        expected = Counter(persons.column(one.name).to_pylist())
        assert set(one.values) == set(expected)
        assert one.persons == suppress([expected[value] for value in one.values])


def test_people_of_an_empty_study() -> None:
    dataset = study(eleven())
    empty = {name: table.slice(0, 0) for name, table in dataset.tables.items()}
    assert all(isinstance(table, pa.Table) for table in empty.values())
    with open_study(StudyDataset(dataset.study, dataset.instruments, empty)) as opened:
        asked = people(opened)
    assert (asked.persons, asked.rounds) == (0, 0)
    assert asked.characteristics == ()


@pytest.mark.parametrize(("persons", "told"), [(4, 0), (5, 5)])
def test_of_very_few_people_not_even_the_categories_are_named(persons: int, told: int) -> None:
    with open_study(study(eleven(), persons=persons)) as opened:
        assert len(people(opened).characteristics) == told


def test_versions_with_a_turned_scale_are_not_added_together() -> None:
    dataset = study(eleven(), persons=40, rounds=1)
    first = dataset.instruments[0]
    turned = first.items[0].scale.model_copy(update={"direction": "lower_is_closer"})
    items = [first.items[0].model_copy(update={"scale": turned}), *first.items[1:]]
    second = first.model_copy(update={"version": "2", "items": items})
    responses = dataset.tables["responses"].to_pylist()
    for row in responses:
        row["instrument_version"] = "2" if int(row["enrolment"][1:]) >= 25 else "1"
    changed = with_rows(dataset, responses=responses)
    found = spread(StudyDataset(changed.study, (first, second), changed.tables))
    own = [one for one in found if one.rater == "participant"]
    assert [one.rows[0].persons.total for one in own if one.item.key == "job_search"] == [25, 15]
    # Where nothing is turned the versions are one.
    assert [one.rows[0].persons.total for one in own if one.item.key == "work_belief"] == [40]
