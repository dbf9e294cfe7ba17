"""`datapackage.json` as Frictionless readers and this program's own need it."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from analysis.dataset.open import open_study
from analysis.dataset.schema import MISSING_CODES, TABLES
from analysis.dataset.study import Covariate
from analysis.dataset.write import write
from tests.analysis.dataset.support import Make, Rows


def package_of(folder: Path) -> dict[str, Any]:
    made: dict[str, Any] = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    return made


@pytest.mark.parametrize("folder", [False, True], indirect=True)
def test_every_resource_has_a_name_files_and_their_hash(folder: Path) -> None:
    resources = package_of(folder)["resources"]
    names = [resource["name"] for resource in resources]
    assert names == [*TABLES, "instrument-tiny-1"]
    described = set()
    for resource in resources:
        paths = [resource["path"]] if isinstance(resource["path"], str) else resource["path"]
        content = b"".join((folder / path).read_bytes() for path in paths)
        assert resource["hash"] == "sha256:" + hashlib.sha256(content).hexdigest()
        assert resource["title"]
        described |= set(paths)
    there = {str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file()}
    assert there == described | {"datapackage.json"}


def test_every_column_is_described_as_the_contract_has_it(folder: Path) -> None:
    for resource in package_of(folder)["resources"][: len(TABLES)]:
        table = TABLES[resource["name"]]
        fields = resource["schema"]["fields"]
        assert [(f["name"], f["type"]) for f in fields] == [(c.name, c.type) for c in table.columns]
        assert all(f["title"] for f in fields)
        for field, column in zip(fields, table.columns, strict=True):
            labels = {c["value"]: c["label"] for c in field.get("categories", [])}
            assert labels == (column.values or {})
            assert field.get("constraints", {}).get("required", False) is not column.nullable
        assert resource["schema"].get("primaryKey", []) == list(table.primary_key)


def test_keys_point_to_keys_that_are_there(folder: Path) -> None:
    for resource in package_of(folder)["resources"][: len(TABLES)]:
        for key in resource["schema"].get("foreignKeys", []):
            target = TABLES[key["reference"]["resource"]]
            assert len(key["fields"]) == len(key["reference"]["fields"])
            assert all(target.column(name) for name in key["reference"]["fields"])


def test_missing_codes_stand_beside_the_values(folder: Path) -> None:
    answers = next(r for r in package_of(folder)["resources"] if r["name"] == "answers")
    value = next(f for f in answers["schema"]["fields"] if f["name"] == "value")
    assert {c["value"]: c["label"] for c in value["bip:missing_codes"]} == MISSING_CODES


def test_a_covariate_is_marked_as_one(make_dataset: Make, rows: Rows, tmp_path: Path) -> None:
    covariate = Covariate("treat", "boolean", "Was offered the course")
    write(make_dataset(rows, covariates=(covariate,)), tmp_path / "study")
    persons = package_of(tmp_path / "study")["resources"][1]["schema"]["fields"]
    assert persons[-1] == {
        "name": "treat",
        "type": "boolean",
        "title": "Was offered the course",
        "bip:role": "covariate",
    }


def test_the_dataset_is_known_by_the_hash_of_its_description(folder: Path) -> None:
    with open_study(folder) as study:
        assert study.sha256 == hashlib.sha256((folder / "datapackage.json").read_bytes()).hexdigest()
