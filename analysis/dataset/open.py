"""A study dataset opened for queries: DuckDB with one view a table, from a folder or from memory."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa
from pydantic import ValidationError

from analysis.dataset.findings import DatasetError, Finding
from analysis.dataset.instrument import Instrument
from analysis.dataset.package import PACKAGE_FILE, Description, Resource, read_description, sha256_of
from analysis.dataset.schema import MISSING_CODES, TABLES
from analysis.dataset.study import Covariate, Study, StudyDataset

_ITEMS = pa.schema(
    [
        ("instrument", pa.string()),
        ("instrument_version", pa.string()),
        ("rater", pa.string()),
        ("item", pa.string()),
        ("kind", pa.string()),
        ("lowest", pa.float64()),
        ("highest", pa.float64()),
    ]
)


@dataclass(frozen=True)
class OpenStudy:
    """A dataset ready for SQL.

    `connection` has a view for every table of the contract and a table `items` (one row for every item
    that a rater is asked in an instrument version) and `missing_codes` (`code`).
    """

    connection: duckdb.DuckDBPyConnection
    study: Study
    instruments: tuple[Instrument, ...]
    covariates: tuple[Covariate, ...]
    sha256: str | None


@contextmanager
def open_study(source: Path | StudyDataset) -> Iterator[OpenStudy]:
    """Open a folder, or a dataset in memory, for queries.

    Raises DatasetError where a file is missing, has been changed since it was described, or cannot be
    read. Rules on the rows themselves are `check`'s.
    """
    connection = duckdb.connect(":memory:")
    try:
        connection.execute("SET enable_progress_bar = false")
        yield (
            _from_memory(connection, source)
            if isinstance(source, StudyDataset)
            else _from_folder(connection, source)
        )
    finally:
        connection.close()


def _from_memory(connection: duckdb.DuckDBPyConnection, dataset: StudyDataset) -> OpenStudy:
    for name in TABLES:
        connection.register(name, dataset.tables[name])
    _register_items(connection, dataset.instruments)
    return OpenStudy(connection, dataset.study, dataset.instruments, dataset.covariates, None)


def _from_folder(connection: duckdb.DuckDBPyConnection, folder: Path) -> OpenStudy:
    description = read_description(folder)
    raise_if(file_findings(folder, description))
    instruments = read_instruments(folder, description)
    try:
        for name in TABLES:
            paths = [str(folder / path) for path in description.files(name)]
            relation = connection.read_parquet(paths, hive_partitioning=False)
            relation.create_view(name)
    except duckdb.Error as error:
        raise DatasetError([_unreadable(name, error)]) from None
    _register_items(connection, instruments)
    return OpenStudy(connection, description.study, instruments, description.covariates, description.sha256)


def raise_if(findings: list[Finding]) -> None:
    """Raise DatasetError if there are findings."""
    if findings:
        raise DatasetError(findings)


def file_findings(folder: Path, description: Description) -> list[Finding]:
    """Files that are absent, lie outside the folder, or differ from their recorded hash."""
    return [
        finding
        for resource in description.resources
        for path, digest in zip(resource.paths, resource.file_hashes, strict=True)
        if (finding := _file_finding(folder, resource, path, digest))
    ]


def _file_finding(folder: Path, resource: Resource, path: str, digest: str) -> Finding | None:
    again = "take the folder again from where it was made; do not change files by hand"
    if not (folder / path).resolve().is_relative_to(folder.resolve()):
        return Finding("file-path", resource.name, f"{path} lies outside the dataset's folder", again)
    if not (folder / path).is_file():
        return Finding("file-missing", resource.name, f"the file {path} is missing", again)
    if sha256_of(folder / path) != digest:
        return Finding(
            "file-changed",
            resource.name,
            f"the file {path} is not the one that {PACKAGE_FILE} describes: its SHA-256 differs",
            again,
        )
    return None


def read_instruments(folder: Path, description: Description) -> tuple[Instrument, ...]:
    """The instruments as used; DatasetError where one cannot be read."""
    found = []
    for resource in description.resources:
        if resource.name in TABLES:
            continue
        try:
            found.append(Instrument.model_validate_json((folder / resource.paths[0]).read_bytes()))
        except ValidationError as error:
            first = error.errors()[0]
            field = ".".join(str(part) for part in first["loc"])
            raise DatasetError(
                [
                    Finding(
                        "instrument",
                        resource.name,
                        f"{resource.paths[0]}: {field}: {first['msg']}",
                        "hand over the instrument as `bip instrument` resolves it",
                    )
                ]
            ) from None
    return tuple(found)


def _unreadable(name: str, error: Exception) -> Finding:
    return Finding(
        "file-unreadable",
        name,
        f"the table cannot be read as Parquet: {str(error).splitlines()[0]}",
        "take the folder again from where it was made",
    )


def _register_items(connection: duckdb.DuckDBPyConnection, instruments: tuple[Instrument, ...]) -> None:
    rows = [
        {
            "instrument": instrument.key,
            "instrument_version": instrument.version,
            "rater": rater,
            "item": item.key,
            "kind": item.scale.kind,
            "lowest": float(item.scale.lowest),
            "highest": float(item.scale.highest),
        }
        for instrument in instruments
        for item in instrument.items
        for rater in item.raters
    ]
    connection.register("items", pa.Table.from_pylist(rows, schema=_ITEMS))
    connection.register("missing_codes", pa.table({"code": pa.array(list(MISSING_CODES), pa.float64())}))
