"""Every reason for which a row is not placed, each with an example; the other rows stay."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from analysis.dataset.write import write
from analysis.importing.importer import ImportResult
from analysis.importing.rejected import Reason

Run = Callable[..., ImportResult]
GOOD = "a,1,40,5,3,no"


@dataclass(frozen=True)
class Case:
    """A line below a good one, why it is not placed, and what the mapping says otherwise than usual."""

    reason: Reason
    line: str
    column: str
    value: str
    changes: dict[str, Any] = field(default_factory=dict)
    header: str = "id,sex,age,energy,search,job"
    good: str = GOOD


def _long(rater: dict[str, Any] | None = None) -> dict[str, Any]:
    rounds = {"shape": "long", "round": {"column": "wave"}, "day": {"column": "day"}}
    return {"rounds": {**rounds, "rater": rater} if rater else rounds}


LONG = "id,sex,age,energy,search,job,wave,day"
RATED = LONG + ",rater"
BY_COLUMN = _long({"column": "rater"})
OUTCOME_DAY = {"outcome.day": {"column": "hired"}}
UNIT = {"person.unit": {"column": "place"}, "responses.caseworker": "who"}

CASES = {
    "too few cells": Case(Reason.FIELDS, "b,1,40,5,3", "", ""),
    "too many cells": Case(Reason.FIELDS, "b,1,40,5,3,no,more", "", ""),
    "no id": Case(Reason.NO_PERSON, " ,1,40,5,3,no", "id", ""),
    "no age": Case(Reason.EMPTY, "b,1,,5,3,no", "age", ""),
    "no answer, no code": Case(Reason.EMPTY, "b,1,40,,3,no", "energy", "", {"missing": {}}),
    "unknown sex": Case(Reason.UNKNOWN_CODE, "b,3,40,5,3,no", "sex", "3"),
    "unknown outcome": Case(Reason.UNKNOWN_CODE, "b,1,40,5,3,maybe", "job", "maybe"),
    "not in the closed list": Case(
        Reason.UNKNOWN_CODE,
        "b,male,40,5,3,no",
        "sex",
        "male",
        {"person.sex": {"column": "sex"}},
        good="a,man,40,5,3,no",
    ),
    "a word for a number": Case(Reason.NOT_A_NUMBER, "b,1,40,high,3,no", "energy", "high"),
    "not finite": Case(Reason.NOT_A_NUMBER, "b,1,40,1e999,3,no", "energy", "1e999"),
    "nan": Case(Reason.NOT_A_NUMBER, "b,1,nan,5,3,no", "age", "nan"),
    "other decimals": Case(Reason.NOT_A_NUMBER, 'b,1,40,"5,5",3,no', "energy", "5,5"),
    "a point is no decimal": Case(
        Reason.NOT_A_NUMBER, "b,1,40,1.234,3,no", "energy", "1.234", {"table": {"decimal": "comma"}}
    ),
    "between steps": Case(Reason.NOT_WHOLE, "b,1,40,5,3.5,no", "search", "3.5"),
    "half a day": Case(Reason.NOT_WHOLE, "b,1,40,5,3,no,1,7.5", "day", "7.5", _long(), LONG, GOOD + ",0,0"),
    "no quarter": Case(
        Reason.WRONG_FORM,
        "b,1,40,5,3,no,2024-1",
        "start",
        "2024-1",
        {"person.enrolled_quarter": {"column": "start"}},
        "id,sex,age,energy,search,job,start",
        GOOD + ",2024Q1",
    ),
    "above the scale": Case(Reason.OFF_SCALE, "b,1,40,10.0000001,3,no", "energy", "10.0000001"),
    "below the scale": Case(Reason.OFF_SCALE, "b,1,40,5,0,no", "search", "0"),
    "no age of man": Case(Reason.OFF_SCALE, "b,1,400,5,3,no", "age", "400"),
    "a round before the first": Case(
        Reason.OFF_SCALE, "b,1,40,5,3,no,-1,0", "wave", "-1", _long(), LONG, GOOD + ",0,0"
    ),
    "a round without code": Case(
        Reason.UNKNOWN_CODE,
        "b,1,40,5,3,no,3,0",
        "wave",
        "3",
        {"rounds": {"shape": "long", "round": {"column": "wave", "codes": {1: 0}}, "day": {"column": "day"}}},
        LONG,
        GOOD + ",1,0",
    ),
    "not asked": Case(
        Reason.NOT_ASKED,
        "b,1,40,5,3,no,0,0,caseworker",
        "energy",
        "5",
        BY_COLUMN,
        RATED,
        GOOD + ",0,0,participant",
    ),
    "no such rater": Case(
        Reason.UNKNOWN_CODE,
        "b,1,40,5,3,no,0,0,boss",
        "rater",
        "boss",
        BY_COLUMN,
        RATED,
        GOOD + ",0,0,participant",
    ),
    "no day": Case(Reason.NO_DAY, "b,1,40,5,3,no,0,", "day", "", _long(), LONG, GOOD + ",0,0"),
    "no day of the event": Case(
        Reason.NO_DAY,
        "b,1,40,5,3,yes,",
        "hired",
        "",
        OUTCOME_DAY,
        "id,sex,age,energy,search,job,hired",
        GOOD + ",",
    ),
    "answered before the start": Case(
        Reason.BEFORE_START, "b,1,40,5,3,no,0,-3", "day", "-3", _long(), LONG, GOOD + ",0,0"
    ),
    "hired before the start": Case(
        Reason.BEFORE_START,
        "b,1,40,5,3,yes,-3",
        "hired",
        "-3",
        OUTCOME_DAY,
        "id,sex,age,energy,search,job,hired",
        GOOD + ",",
    ),
    "hired unobserved": Case(
        Reason.EVENT_UNOBSERVED,
        "b,1,40,5,3,yes,366",
        "hired",
        "366",
        OUTCOME_DAY,
        "id,sex,age,energy,search,job,hired",
        GOOD + ",",
    ),
    "the same person twice": Case(Reason.DUPLICATE, GOOD, "", ""),
    "the same round twice": Case(Reason.DUPLICATE, GOOD + ",0,7", "day", "7", _long(), LONG, GOOD + ",0,0"),
    "a later round earlier": Case(
        Reason.DAY_ORDER, GOOD + ",1,50", "day", "50", _long(), LONG, GOOD + ",0,60"
    ),
    "an earlier round later": Case(
        Reason.DAY_ORDER, GOOD + ",0,70", "day", "70", _long(), LONG, GOOD + ",1,60"
    ),
    "another sex": Case(Reason.DISAGREES, "a,2,40,5,3,no,1,91", "sex", "2", _long(), LONG, GOOD + ",0,0"),
    "another covariate": Case(
        Reason.DISAGREES,
        "a,1,,5,3,no,1,91",
        "age",
        "",
        {**_long(), "person.age_band": {"constant": "unknown"}},
        LONG,
        GOOD + ",0,0",
    ),
    "another outcome": Case(
        Reason.DISAGREES, "a,1,40,5,3,yes,1,91", "job", "yes", _long(), LONG, GOOD + ",0,0"
    ),
    "another country": Case(
        Reason.DISAGREES,
        "b,1,40,5,3,no,DK",
        "land",
        "DK",
        {"person.country": {"column": "land"}},
        "id,sex,age,energy,search,job,land",
        GOOD + ",SE",
    ),
    "another unit of the caseworker": Case(
        Reason.DISAGREES,
        "b,1,40,,3,no,0,0,caseworker,u2,eva",
        "place",
        "u2",
        {**BY_COLUMN, **UNIT},
        RATED + ",place,who",
        "a,1,40,,3,no,0,0,caseworker,u1,eva",
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_a_row_that_cannot_be_placed_is_named(
    case: Case, run: Run, parts: dict[str, Any], tmp_path: Path
) -> None:
    for path, value in case.changes.items():
        *outer, last = path.split(".")
        target = parts
        for name in outer:
            target = target[name]
        target[last] = value
    result = run("\n".join([case.header, case.good, case.line, ""]), parts)
    assert [(r.line, r.reason, r.column, r.value) for r in result.rejected] == [
        (3, case.reason, case.column, case.value)
    ]
    assert result.rejected[0].detail
    assert (result.rows_read, result.rows_placed) == (2, 1)
    assert result.dataset.tables["persons"].num_rows == 1
    write(result.dataset, tmp_path / "dataset")


def test_every_reason_has_an_example() -> None:
    assert {case.reason for case in CASES.values()} == set(Reason)


def test_the_documentation_lists_every_reason() -> None:
    text = (Path(__file__).parents[3] / "docs" / "importing.md").read_text(encoding="utf-8")
    assert [reason for reason in Reason if f"| `{reason}` |" not in text] == []


def test_a_disagreement_says_where_the_earlier_row_stands(run: Run, parts: dict[str, Any]) -> None:
    parts |= _long()
    table = "\n".join([LONG, GOOD + ",0,0", "b,1,30,5,3,no,0,0", "a,2,40,5,3,no,1,91"])
    (rejected,) = run(table, parts).rejected
    assert rejected.detail == "disagrees with line 2 on this person's sex: there 'man', here 'woman'"


def test_a_rejected_row_changes_nothing_of_what_is_placed(run: Run, parts: dict[str, Any]) -> None:
    parts |= _long()
    lines = [LONG, GOOD + ",0,0", "a,1,40,11,3,no,1,91", "b,2,30,4,2,no,0,0", "b,2,30,5,3,no,1,80"]
    rounds = run("\n".join(lines), parts).dataset.tables["rounds"].to_pylist()
    found = [(r["enrolment"], r["round"], r["participant_status"], r["missed_reason"]) for r in rounds]
    assert found == [
        ("e000001", 0, "answered", None),
        ("e000001", 1, "missed", "row not placed by the import"),
        ("e000002", 0, "answered", None),
        ("e000002", 1, "answered", None),
    ]
