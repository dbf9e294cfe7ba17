"""`datapackage.json` as it is written: the Frictionless description of a study dataset."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Protocol

from analysis.dataset.instrument import Instrument
from analysis.dataset.schema import FORMAT_VERSION, MISSING_CODES, TABLES, Column, Table
from analysis.dataset.study import Covariate, Study

PACKAGE_FILE = "datapackage.json"
INSTRUMENTS = "instruments"
TRUTH_FILE = "truth.json"
_CHUNK = 1 << 20


class _Digest(Protocol):
    def update(self, data: bytes, /) -> None: ...

    def hexdigest(self) -> str: ...


def read_into(digests: Iterable[_Digest], path: Path) -> None:
    """Add a file's bytes to each of these digests."""
    with path.open("rb") as file:
        while block := file.read(_CHUNK):
            for digest in digests:
                digest.update(block)


def hash_text(sha256: _Digest) -> str:
    """A digest as the description writes it: `sha256:<hex>`."""
    return f"sha256:{sha256.hexdigest()}"


def describe(
    study: Study,
    covariates: Iterable[Covariate],
    instruments: Iterable[Instrument],
    files: dict[str, list[str]],
    folder: Path,
) -> str:
    """The text of `datapackage.json` for files already written in `folder`; same input, same bytes."""
    covariates = tuple(covariates)
    tables = [
        {
            "name": table.name,
            "title": table.label,
            "format": "parquet",
            "mediatype": "application/vnd.apache.parquet",
            **_file_keys(files[table.name], folder),
            "schema": _table_schema(table, covariates if table.name == "persons" else ()),
        }
        for table in TABLES.values()
    ]
    used = [
        {
            "name": f"instrument-{instrument.key}-{instrument.version}",
            "title": instrument.text(instrument.title, "en"),
            "format": "json",
            "mediatype": "application/json",
            **_file_keys([instrument_path(instrument)], folder),
        }
        for instrument in instruments
    ]
    package = {
        "profile": "data-package",
        "name": study.key,
        "title": study.title,
        "bip:format_version": FORMAT_VERSION,
        "bip:study": {"key": study.key, "title": study.title},
        "bip:interval_days": study.interval_days,
        "bip:release": study.release,
        "bip:disclosure": study.disclosure,
        "bip:created_by": study.created_by,
        "resources": tables + used,
    }
    return json.dumps(package, ensure_ascii=False, indent=1) + "\n"


def instrument_path(instrument: Instrument) -> str:
    """Where an instrument lies in the dataset's folder."""
    return f"{INSTRUMENTS}/{instrument.key}-{instrument.version}.json"


def _file_keys(paths: list[str], folder: Path) -> dict[str, Any]:
    joint, own = hashlib.sha256(), [hashlib.sha256() for _ in paths]
    for path, digest in zip(paths, own, strict=True):
        read_into((joint, digest), folder / path)
    if len(paths) == 1:
        return {"path": paths[0], "hash": hash_text(joint)}
    return {"path": paths, "hash": hash_text(joint), "bip:hashes": [hash_text(digest) for digest in own]}


def _table_schema(table: Table, covariates: Iterable[Covariate]) -> dict[str, Any]:
    schema: dict[str, Any] = {
        "fields": [_field(table, column) for column in table.columns]
        + [{"name": c.name, "type": c.type, "title": c.label, "bip:role": "covariate"} for c in covariates]
    }
    if table.primary_key:
        schema["primaryKey"] = list(table.primary_key)
    if table.foreign_keys:
        schema["foreignKeys"] = [
            {
                "fields": list(key.columns),
                "reference": {"resource": key.table, "fields": list(key.references)},
            }
            for key in table.foreign_keys
        ]
    return schema


def _field(table: Table, column: Column) -> dict[str, Any]:
    field: dict[str, Any] = {"name": column.name, "type": column.type, "title": column.label}
    constraints: dict[str, Any] = {} if column.nullable else {"required": True}
    if column.values:
        field["categories"] = [{"value": value, "label": label} for value, label in column.values.items()]
        constraints["enum"] = list(column.values)
    if column.minimum is not None:
        constraints["minimum"] = column.minimum
    if column.pattern:
        constraints["pattern"] = column.pattern
    if (table.name, column.name) == ("answers", "value"):
        field["bip:missing_codes"] = [{"value": code, "label": text} for code, text in MISSING_CODES.items()]
    if constraints:
        field["constraints"] = constraints
    return field
