"""What is wrong with a mapping is said before any row is read: file, field and remedy."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from analysis.dataset.instrument import Instrument
from analysis.importing.importer import ImportResult
from analysis.importing.load import load_mapping
from analysis.importing.problems import ImportRefused, Problem

HEADER = "id,sex,age,energy,search,job"
# Were a row read, this one would be rejected, not refused.
TABLE = f"{HEADER}\n,9,x,x,x,x\n"
REMOVED = object()
WIDE = {
    "rounds": {
        "shape": "wide",
        "occasions": [
            {"round": 0, "day": {"constant": 0}, "columns": {"energy": "energy", "search": "search"}}
        ],
    },
    "indicators": {"energy": {}, "search": {}},
}


def _change(parts: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    for path, value in changes.items():
        *outer, last = path.split(".")
        target: Any = parts
        for name in outer:
            target = target[int(name)] if isinstance(target, list) else target[name]
        if value is REMOVED:
            del target[last]
        else:
            target[last] = value
    return parts


CASES: dict[str, tuple[dict[str, Any], str, str]] = {
    # what is changed, the field that is named, what the message says
    "an unknown key": ({"persons": {}}, "persons", "there is no such field"),
    "an unknown key within": ({"table": {"seperator": "tab"}}, "table.seperator", "there is no such field"),
    "a missing field": ({"person.country": REMOVED}, "person.country", "the field is missing"),
    "column and constant": ({"person.unit": {"column": "age", "constant": "x"}}, "person.unit", "either"),
    "neither": ({"person.unit": {}}, "person.unit", "either"),
    "codes without a column": ({"person.unit": {"constant": "x", "codes": {1: 2}}}, "person.unit", "codes"),
    "bands without a column": (
        {"person.age_band": {"constant": "x", "bands": [9]}},
        "person.age_band",
        "bands",
    ),
    "bands in disorder": ({"person.age_band.bands": [30, 18]}, "person.age_band", "ascend"),
    "a code twice": ({"person.sex.codes": {1: "man", "1": "woman"}}, "person.sex.codes", "same text"),
    "no such encoding": ({"table": {"encoding": "ascii"}}, "table.encoding", "utf-8"),
    "no such shape": ({"rounds.shape": "tall"}, "rounds", "'tall' is not one of"),
    "no shape": ({"rounds.shape": REMOVED}, "rounds", "shape"),
    "no such missing code": ({"missing": {"": -7}}, "missing.", "-9"),
    "no such event": ({"outcome.events": {"yes": "hired"}}, "outcome.events.yes", "job_regular"),
    "no interval": ({"study.interval_days": 0}, "study.interval_days", "greater than 0"),
    "a key with blanks": ({"study.key": "My study"}, "study.key", "wrong form"),
    "a covariate's name": ({"covariates": {"Age 1": {}}}, "covariates.Age 1.[key]", "wrong form"),
    "a name of the contract": (
        {"covariates": {"sex": {"column": "age", "type": "number", "label": "x"}}},
        "covariates.sex",
        "column of the contract",
    ),
    "a name of the panel": (
        {"covariates": {"has_previous": {"column": "age", "type": "number", "label": "x"}}},
        "covariates.has_previous",
        "of the analysis",
    ),
    "a constant that is no code": (
        {"responses.mode": {"constant": "phone"}},
        "responses.mode.constant",
        "own_device",
    ),
    "a code for nothing": ({"person.sex.codes": {1: "male"}}, "person.sex.codes.1", "'male'"),
    "a day that is none": ({"outcome.day": {"constant": "soon"}}, "outcome.day.constant", "not a number"),
    "a quarter that is none": (
        {"person.enrolled_quarter": {"constant": "2024"}},
        "person.enrolled_quarter.constant",
        "2026Q1",
    ),
    "a column that is not there": (
        {"indicators.energy.column": "enrgy"},
        "indicators.energy.column",
        "'enrgy'",
    ),
    "no column for the id": ({"person.id": "pnr"}, "person.id", "'pnr'"),
    "an unused column that is not there": ({"unused": {"zip": "x"}}, "unused.zip", "'zip'"),
    "unused and used": ({"unused": {"age": "x"}}, "unused.age", "used all the same"),
    "a column forgotten": ({"outcome": REMOVED}, "unused", "'job'"),
    "an id as covariate": (
        {"covariates.who": {"column": "id", "type": "string", "label": "x"}},
        "covariates.who.column",
        "never written",
    ),
    "one column for two answers": (
        {"indicators.search.column": "energy"},
        "indicators.search.column",
        "more than one",
    ),
    "no such item": ({"indicators.mood": {"column": "age"}}, "indicators.mood", "no item 'mood'"),
    "an item forgotten": (
        {"indicators.search": REMOVED, "unused": {"search": "x"}},
        "indicators",
        "'search'",
    ),
    "an item without column": (
        {"indicators.search.column": REMOVED},
        "indicators.search.column",
        "no column",
    ),
    "another lowest": ({"indicators.search.lowest": 0}, "indicators.search.lowest", "says 1"),
    "another highest": ({"indicators.energy.highest": 7}, "indicators.energy.highest", "says 10"),
    "an answer as missing": ({"missing": {"3": -9}}, "missing.3", "scale of energy"),
    "an answer as missing here": (
        {"indicators.search.missing": {"5": -1}},
        "indicators.search.missing.5",
        "scale of search",
    ),
    "a word off the scale": (
        {"indicators.search.codes": {"often": 6}},
        "indicators.search.codes.often",
        "1 to 5",
    ),
    "a word between steps": (
        {"indicators.search.codes": {"so": 2.5}},
        "indicators.search.codes.so",
        "1 to 5",
    ),
    "not asked of this rater": (
        {"rounds.rater": "caseworker"},
        "indicators.energy",
        "does not ask the caseworker",
    ),
    "wide with a column": (
        {**WIDE, "indicators": {"energy": {"column": "age"}, "search": {}}},
        "indicators.energy.column",
        "wide",
    ),
    "wide without the indicator": (
        {**WIDE, "indicators": {"energy": {}}},
        "rounds.occasions.0.columns.search",
        "among",
    ),
    "wide without an item": (
        {**WIDE, "rounds.occasions.0.columns": {"energy": "energy"}},
        "rounds.occasions.0.columns",
        "'search'",
    ),
    "an occasion twice": (
        {
            "rounds": {"shape": "wide", "occasions": WIDE["rounds"]["occasions"] * 2},
            "indicators": WIDE["indicators"],
        },
        "rounds.occasions.1",
        "twice",
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_a_wrong_mapping_is_refused_with_field_and_remedy(
    case: tuple[dict[str, Any], str, str],
    run: Callable[..., ImportResult],
    parts: dict[str, Any],
    tmp_path: Path,
) -> None:
    changes, field, message = case
    with pytest.raises(ImportRefused) as refused:
        run(TABLE, _change(parts, changes))
    found = [problem for problem in refused.value.problems if problem.field == field]
    assert found, str(refused.value)
    assert found[0].file == str(tmp_path / "mapping.yaml")
    assert message in f"{found[0].message} {found[0].remedy}"
    assert found[0].remedy


def test_the_instruments_own_scale_may_not_hold_missing_codes(
    run: Callable[..., ImportResult], parts: dict[str, Any], scales: Instrument
) -> None:
    content = scales.model_dump()
    content["items"][0]["scale"]["lowest"] = -5
    with pytest.raises(ImportRefused, match=r"missing code -1 lies on the instrument's scale, -5 to 10"):
        run(TABLE, parts, instrument=Instrument.model_validate(content))


def test_a_column_close_by_is_suggested(run: Callable[..., ImportResult], parts: dict[str, Any]) -> None:
    with pytest.raises(ImportRefused, match="did you mean 'energy'"):
        run(TABLE, _change(parts, {"indicators.energy.column": "enrgy"}))


def test_another_separator_is_suspected(run: Callable[..., ImportResult], parts: dict[str, Any]) -> None:
    with pytest.raises(ImportRefused, match=r"is `table\.separator` right"):
        run(TABLE.replace(",", ";"), parts)


@pytest.mark.parametrize(
    ("content", "field", "message"),
    [
        (b"", "", "holds no fields"),
        (b"- a\n- b\n", "", "holds no fields"),
        (b"study: {key: a}\nstudy: {key: b}\n", "line 2", "duplicate key"),
        (b"study: [\n", "line 2", "not YAML"),
        (b"study: \xff\xfe\n", "", "not UTF-8"),
        (b"study: a\x00b\n", "", "not YAML"),
        (b"? [a]\n: b\n", "line 1", ""),
    ],
)
def test_a_mapping_that_is_no_mapping(content: bytes, field: str, message: str, tmp_path: Path) -> None:
    path = tmp_path / "mapping.yaml"
    path.write_bytes(content)
    with pytest.raises(ImportRefused) as refused:
        load_mapping(path)
    problem = refused.value.problems[0]
    assert problem.file == str(path)
    if message:
        assert message in problem.message
        assert problem.field == field


def test_a_mapping_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ImportRefused, match="cannot be read"):
        load_mapping(tmp_path / "none.yaml")


def test_a_problem_reads_as_a_paragraph() -> None:
    problem = Problem("m.yaml", "person.id", "no column", "name one")
    assert str(problem) == "m.yaml: person.id: no column\n    remedy: name one"
