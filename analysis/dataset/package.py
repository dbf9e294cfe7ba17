"""`datapackage.json`: the Frictionless description of a study dataset, made and read back."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from analysis.dataset.findings import DatasetError, Finding
from analysis.dataset.instrument import Instrument
from analysis.dataset.schema import FORMAT_VERSION, MISSING_CODES, TABLES, Column, Table
from analysis.dataset.study import Covariate, Study

PACKAGE_FILE = "datapackage.json"
_CHUNK = 1 << 20


@dataclass(frozen=True)
class Description:
    """What the package says: the study, its covariates, the files of each table and instrument."""

    study: Study
    covariates: tuple[Covariate, ...]
    resources: tuple[Resource, ...]
    sha256: str

    def files(self, table: str) -> tuple[str, ...]:
        """Paths of a table's Parquet files, relative to the dataset's folder."""
        return next(r.paths for r in self.resources if r.name == table)


class _Field(BaseModel):
    model_config = ConfigDict(extra="ignore", populate_by_name=True)
    name: str
    type: Literal["string", "integer", "number", "boolean"]
    title: str = ""
    role: str | None = Field(default=None, alias="bip:role")


class _Schema(BaseModel):
    fields: list[_Field] = []


class Resource(BaseModel):
    """One table or instrument: its files and their SHA-256.

    A table in several files has one hash over their bytes in the order of `path`, and one for each file.
    """

    model_config = ConfigDict(extra="ignore", populate_by_name=True)
    name: str
    path: str | list[str]
    hash: str
    hashes: list[str] | None = Field(default=None, alias="bip:hashes")
    table_schema: _Schema = Field(default_factory=_Schema, alias="schema")

    @property
    def paths(self) -> tuple[str, ...]:
        """The files, relative to the dataset's folder."""
        return (self.path,) if isinstance(self.path, str) else tuple(self.path)

    @property
    def file_hashes(self) -> tuple[str, ...]:
        """One `sha256:<hex>` for each file of `paths`."""
        return tuple(self.hashes) if self.hashes else (self.hash,)


class _StudyKeys(BaseModel):
    key: str
    title: str


class _Package(BaseModel):
    model_config = ConfigDict(extra="ignore")
    format_version: Literal[1] = Field(alias="bip:format_version")
    study: _StudyKeys = Field(alias="bip:study")
    interval_days: int = Field(alias="bip:interval_days", gt=0)
    release: str = Field(alias="bip:release")
    disclosure: str = Field(alias="bip:disclosure")
    created_by: str = Field(alias="bip:created_by")
    resources: list[Resource]


def sha256_of(path: Path) -> str:
    """`sha256:<hex>` of a file's bytes."""
    with path.open("rb") as file:
        return "sha256:" + hashlib.file_digest(file, "sha256").hexdigest()


def _joint_hash(paths: Sequence[Path]) -> str:
    digest = hashlib.sha256()
    for path in paths:
        with path.open("rb") as file:
            while block := file.read(_CHUNK):
                digest.update(block)
    return "sha256:" + digest.hexdigest()


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
    return f"instruments/{instrument.key}-{instrument.version}.json"


def _file_keys(paths: list[str], folder: Path) -> dict[str, Any]:
    whole = [folder / path for path in paths]
    if len(paths) == 1:
        return {"path": paths[0], "hash": sha256_of(whole[0])}
    return {"path": paths, "hash": _joint_hash(whole), "bip:hashes": [sha256_of(path) for path in whole]}


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


def read_description(folder: Path) -> Description:
    """Read `datapackage.json`; DatasetError names what is missing or wrong in it."""
    path = folder / PACKAGE_FILE
    try:
        text = path.read_bytes()
    except OSError:
        raise DatasetError([_no_package(folder)]) from None
    try:
        package = _Package.model_validate_json(text)
    except ValidationError as error:
        raise DatasetError([_package_finding(e["loc"], e["msg"]) for e in error.errors()]) from None
    found = {resource.name: resource for resource in package.resources}
    absent = [name for name in TABLES if name not in found]
    if absent:
        raise DatasetError([_package_finding(("resources",), f"no resource for table {n!r}") for n in absent])
    persons = found["persons"].table_schema.fields
    covariates = tuple(Covariate(f.name, f.type, f.title) for f in persons if f.role == "covariate")
    study = Study(
        package.study.key,
        package.study.title,
        package.interval_days,
        package.release,
        package.disclosure,
        package.created_by,
    )
    return Description(study, covariates, tuple(package.resources), hashlib.sha256(text).hexdigest())


def _no_package(folder: Path) -> Finding:
    state = "has no readable datapackage.json" if folder.is_dir() else "is not a folder"
    return Finding(
        "package",
        PACKAGE_FILE,
        f"{folder} {state}",
        "give the folder that an export, `bip simulate` or `bip import` wrote",
    )


def _package_finding(location: tuple[int | str, ...], message: str) -> Finding:
    field = ".".join(str(part) for part in location) or "the file"
    return Finding(
        "package",
        PACKAGE_FILE,
        f"{field}: {message}",
        "write the dataset again with the program that made it; do not edit datapackage.json by hand",
    )
