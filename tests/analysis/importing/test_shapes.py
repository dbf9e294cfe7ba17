"""What becomes of what is placed: shapes, statuses, raters, directions, missing codes, outcomes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from analysis.dataset.check import check
from analysis.dataset.read import read
from analysis.dataset.write import write
from analysis.importing.importer import ImportResult

Run = Callable[..., ImportResult]
Parts = dict[str, Any]
LONG = """id,sex,age,energy,search,job,wave,day
a,1,40,5.5,3,no,1,0
a,1,40,6,4,no,2,95
b,2,31,2,99,yes,1,0
b,2,31,,,yes,2,
c,2,17,0,1,no,1,4
c,2,17,10,5,no,2,88
"""
WIDE = """id,sex,age,e1,s1,e2,s2,job,day1,day2
a,1,40,5.5,3,6,4,no,0,95
b,2,31,2,99,,,yes,0,
c,2,17,0,1,10,5,no,4,88
"""


@pytest.fixture
def long(parts: Parts) -> Parts:
    wave = {"column": "wave", "codes": {1: 0, 2: 1}}
    return parts | {"rounds": {"shape": "long", "round": wave, "day": {"column": "day"}}}


@pytest.fixture
def wide(parts: Parts) -> Parts:
    occasions = [
        {
            "round": wave - 1,
            "day": {"column": f"day{wave}"},
            "columns": {"energy": f"e{wave}", "search": f"s{wave}"},
        }
        for wave in (1, 2)
    ]
    return parts | {
        "rounds": {"shape": "wide", "occasions": occasions},
        "indicators": {"energy": {}, "search": {}},
    }


def _rows(result: ImportResult, table: str) -> list[dict[str, Any]]:
    return result.dataset.tables[table].to_pylist()


def test_long_and_wide_give_the_same_dataset(run: Run, long: Parts, wide: Parts, tmp_path: Path) -> None:
    from_long, from_wide = run(LONG, long), run(WIDE, wide)
    assert (from_long.rows_placed, from_wide.rows_placed) == (6, 3)
    write(from_long.dataset, tmp_path / "long")
    write(from_wide.dataset, tmp_path / "wide")
    assert check(tmp_path / "long") == []
    for path in sorted((tmp_path / "long").rglob("*")):
        if path.is_file():
            assert path.read_bytes() == (tmp_path / "wide" / path.relative_to(tmp_path / "long")).read_bytes()


def test_rounds_and_statuses(run: Run, long: Parts) -> None:
    rounds = _rows(run(LONG, long), "rounds")
    found = [
        (r["enrolment"], r["round"], r["opens_day"], r["closes_day"], r["participant_status"]) for r in rounds
    ]
    assert found == [
        ("e000001", 0, 0, 0, "answered"),
        ("e000001", 1, 91, 95, "answered"),
        ("e000002", 0, 0, 0, "answered"),
        ("e000002", 1, 91, 91, "missed"),
        ("e000003", 0, 0, 4, "answered"),
        ("e000003", 1, 88, 91, "answered"),
    ]  # fmt: skip
    assert {r["caseworker_status"] for r in rounds} == {"not_due"}
    assert {r["due_day"] for r in rounds} == {0, 91}
    assert {r["missed_reason"] for r in rounds} == {None}


def test_a_round_that_a_person_has_no_row_for_is_missed(run: Run, long: Parts) -> None:
    table = LONG.replace("c,2,17,10,5,no,2,88\n", "")
    assert _rows(run(table, long), "rounds")[-1]["participant_status"] == "missed"


def test_both_raters_in_one_long_table(run: Run, long: Parts, tmp_path: Path) -> None:
    long["rounds"]["rater"] = {"column": "who", "codes": {"K": "participant", "H": "caseworker"}}
    long["responses"]["caseworker"] = "boss"
    table = (
        "id,sex,age,energy,search,job,wave,day,who,boss\n"
        "a,1,40,5,3,no,1,0,K,EVA-7\na,1,40,,2,no,1,3,H,EVA-7\nb,1,40,5,,no,1,0,K,\nb,1,40,,1,no,1,2,H,BO-9\n"
    )
    result = run(table, long)
    assert result.rejected == ()
    assert [r["caseworker"] for r in _rows(result, "responses")] == [None, "c000001", None, "c000002"]
    assert [(c["caseworker"], c["organisation"]) for c in _rows(result, "caseworkers")] == [
        ("c000001", "north"),
        ("c000002", "north"),
    ]
    (first, second) = _rows(result, "rounds")
    assert (first["participant_status"], first["caseworker_status"]) == ("answered", "answered")
    assert (second["participant_status"], second["caseworker_status"]) == ("partly", "answered")
    answers = {(a["response"], a["item"]): a["value"] for a in _rows(result, "answers")}
    assert answers["e000001-0-caseworker", "search"] == 2
    assert ("e000001-0-caseworker", "energy") not in answers
    write(result.dataset, tmp_path / "dataset")
    assert check(tmp_path / "dataset") == []


def test_reversed_values_stay_within_the_bounds(run: Run, parts: Parts) -> None:
    parts["indicators"]["search"]["reverse"] = True
    parts["indicators"]["energy"] |= {"reverse": True, "lowest": 0, "highest": 10}
    result = run("id,sex,age,energy,search,job\na,1,40,0,5,no\nb,1,40,2.5,2,no\nc,1,40,99,,no", parts)
    assert [a["value"] for a in _rows(result, "answers")] == [10, 1, 7.5, 4, -1, -9]


def test_words_and_missing_codes_of_one_indicator(run: Run, parts: Parts) -> None:
    parts["indicators"]["search"] |= {"codes": {"never": 1, "often": 5}, "missing": {"": -2, "?": -1}}
    result = run("id,sex,age,energy,search,job\na,1,40,,never,no\nb,1,40,1,,no\nc,1,40,1,?,no", parts)
    assert [a["value"] for a in _rows(result, "answers")] == [-9, 1, 1, -2, 1, -1]


def test_persons_and_enrolments(run: Run, parts: Parts) -> None:
    result = run("id,sex,age,energy,search,job\nx9,1,17.9,1,1,no\nx7,2,18,1,1,no\nx8,2,72,1,1,no", parts)
    persons = _rows(result, "persons")
    assert [p["person"] for p in persons] == ["p000001", "p000002", "p000003"]
    assert [p["sex"] for p in persons] == ["man", "woman", "woman"]
    assert [p["age_band"] for p in persons] == ["0-17", "18-29", "50+"]
    assert [p["age"] for p in persons] == [17.9, 18.0, 72.0]
    assert {(p["origin"], p["education"], p["language"]) for p in persons} == {("unknown", "unknown", "sv")}
    assert [e["observed_to_day"] for e in _rows(result, "enrolments")] == [365] * 3


def test_covariates_of_every_type(run: Run, parts: Parts, tmp_path: Path) -> None:
    parts["covariates"] = {
        "age": {"column": "age", "type": "integer", "label": "Age"},
        "income": {"column": "inc", "type": "number", "label": "Income", "codes": {"none": 0}},
        "town": {"column": "town", "type": "string", "label": "Town", "codes": {1: "Borås", 2: "Ystad"}},
        "car": {"column": "car", "type": "boolean", "label": "Car", "codes": {"j": True, "n": False}},
    }
    header = "id,sex,age,energy,search,job,inc,town,car"
    result = run(f"{header}\na,1,40,1,1,no,none,1,j\nb,1,41,1,1,no,12.5,2,n\nc,1,42,1,1,no,,,", parts)
    write(result.dataset, tmp_path / "dataset")
    back = read(tmp_path / "dataset")
    assert {(c.name, c.type, c.label) for c in back.covariates} == {
        ("age", "integer", "Age"),
        ("income", "number", "Income"),
        ("town", "string", "Town"),
        ("car", "boolean", "Car"),
    }
    found = [[p[name] for name in parts["covariates"]] for p in back.tables["persons"].to_pylist()]
    assert found == [[40, 0.0, "Borås", True], [41, 12.5, "Ystad", False], [42, None, None, None]]


def test_outcomes_of_each_sort(run: Run, parts: Parts) -> None:
    parts["outcome"] |= {
        "events": {"job": "job_regular", "uni": "study", "no": "none", "": "unknown"},
        "day": {"column": "hired", "codes": {"?": 120}},
        "source": "register",
    }
    header = "id,sex,age,energy,search,job,hired"
    lines = [
        "a,1,40,1,1,job,30",
        "b,1,40,1,1,uni,?",
        "c,1,40,1,1,no,",
        "d,1,40,1,1,,",
        "e,1,40,1,1,job,365",
    ]
    result = run("\n".join([header, *lines]), parts)
    events = [(e["enrolment"], e["kind"], e["day"], e["source"]) for e in _rows(result, "events")]
    assert events == [
        ("e000001", "job_regular", 30, "register"),
        ("e000002", "study", 120, "register"),
        ("e000005", "job_regular", 365, "register"),
    ]
    assert [e["observed_to_day"] for e in _rows(result, "enrolments")] == [365, 365, 365, 0, 365]


def test_a_study_without_outcome(run: Run, parts: Parts, tmp_path: Path) -> None:
    del parts["outcome"]
    parts["unused"] = {"job": "not comparable"}
    result = run("id,sex,age,energy,search,job\na,1,40,1,1,?", parts)
    assert _rows(result, "events") == []
    write(result.dataset, tmp_path / "dataset")
