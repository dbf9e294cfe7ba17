"""`datapackage.json` as it is read: what a dataset says of itself, or what is wrong with the file."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from analysis.dataset.findings import DatasetError, Finding
from analysis.dataset.package import PACKAGE_FILE
from analysis.dataset.plain_words import in_plain_words
from analysis.dataset.schema import FORMAT_VERSION, TABLES, Table
from analysis.dataset.study import Covariate, Study

Sha256 = Annotated[str, Field(pattern="^sha256:[0-9a-fA-F]{64}$")]


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

    `hash` is that of the file, or of the bytes of all files in the order of `path`; a table in several
    files has besides one for each, so that a damaged file can be named.
    """

    model_config = ConfigDict(extra="ignore", populate_by_name=True)
    name: str
    path: str | list[str]
    hash: Sha256
    hashes: list[Sha256] | None = Field(default=None, alias="bip:hashes")
    table_schema: _Schema = Field(default_factory=_Schema, alias="schema")

    @property
    def paths(self) -> tuple[str, ...]:
        """The files, relative to the dataset's folder."""
        return (self.path,) if isinstance(self.path, str) else tuple(self.path)

    @model_validator(mode="after")
    def _one_hash_a_file(self) -> Self:
        if not self.paths:
            raise ValueError("path names no file")
        if self.hashes is not None and len(self.hashes) != len(self.paths):
            raise ValueError(f"bip:hashes has {len(self.hashes)} entries for {len(self.paths)} files")
        return self


class _StudyKeys(BaseModel):
    key: str
    title: str


class _Version(BaseModel):
    format_version: int = Field(alias="bip:format_version")


class _Package(BaseModel):
    model_config = ConfigDict(extra="ignore")
    study: _StudyKeys = Field(alias="bip:study")
    interval_days: int = Field(alias="bip:interval_days", gt=0)
    release: str = Field(alias="bip:release")
    disclosure: str = Field(alias="bip:disclosure")
    created_by: str = Field(alias="bip:created_by")
    resources: list[Resource]


def read_description(folder: Path) -> Description:
    """Read `datapackage.json`; DatasetError names what is missing or wrong in it."""
    try:
        content = (folder / PACKAGE_FILE).read_bytes()
    except OSError:
        raise DatasetError([_no_package(folder)]) from None
    package = _parse(content)
    found = {resource.name: resource for resource in package.resources}
    _raise_if(_resource_findings(package.resources))
    _raise_if([f for table in TABLES.values() for f in _field_findings(table, found[table.name])])
    persons = found["persons"].table_schema.fields
    further = [field for field in persons if field.name not in _names(TABLES["persons"])]
    covariates = tuple(Covariate(f.name, f.type, f.title) for f in further if f.role == "covariate")
    study = Study(
        package.study.key,
        package.study.title,
        package.interval_days,
        package.release,
        package.disclosure,
        package.created_by,
    )
    return Description(study, covariates, tuple(package.resources), hashlib.sha256(content).hexdigest())


def _parse(content: bytes) -> _Package:
    try:
        content.decode()
        # The version first: what else a later version says, this program cannot judge.
        version = _Version.model_validate_json(content).format_version
        if version != FORMAT_VERSION:
            raise DatasetError([_wrong_version(version)])
        return _Package.model_validate_json(content)
    except UnicodeDecodeError:
        raise DatasetError([_package_finding((), "not UTF-8 text")]) from None
    except ValidationError as error:
        raise DatasetError([_package_finding(e["loc"], in_plain_words(e)) for e in error.errors()]) from None


def _raise_if(findings: list[Finding]) -> None:
    if findings:
        raise DatasetError(findings)


def _names(table: Table) -> list[str]:
    return [column.name for column in table.columns]


def _resource_findings(resources: list[Resource]) -> list[Finding]:
    names = [resource.name for resource in resources]
    messages = [f"no resource for the table {name!r}" for name in TABLES if name not in names]
    twice = [name for name in dict.fromkeys(names) if names.count(name) > 1]
    messages += [f"the resource {name!r} is there more than once" for name in twice]
    return [_package_finding(("resources",), message) for message in messages]


def _field_findings(table: Table, resource: Resource) -> list[Finding]:
    """Columns of the contract that the description leaves out or gives another type."""
    described = {field.name: field.type for field in resource.table_schema.fields}
    location = ("resources", table.name, "schema", "fields")
    return [
        _package_finding(location, f"{column.name} must be described, as {column.type}")
        for column in table.columns
        if described.get(column.name) != column.type
    ]


def _wrong_version(version: int) -> Finding:
    return Finding(
        "format-version",
        PACKAGE_FILE,
        f"bip:format_version is {version}; this program reads version {FORMAT_VERSION}",
        "use the release of this program that wrote the dataset, or have the dataset written again",
    )


def _no_package(folder: Path) -> Finding:
    # Path.is_dir raises where no such path can be; this says no.
    state = f"has no {PACKAGE_FILE} that can be read" if os.path.isdir(folder) else "is not a folder"  # noqa: PTH112
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
