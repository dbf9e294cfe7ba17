"""Writing a study dataset: checked first, whole or not at all, same content same bytes."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from analysis.dataset.check import check_study
from analysis.dataset.findings import DatasetError, Finding
from analysis.dataset.instrument import to_json
from analysis.dataset.open import open_study, raise_if
from analysis.dataset.package import PACKAGE_FILE, describe, instrument_path
from analysis.dataset.schema import TABLES
from analysis.dataset.study import StudyDataset, table_schema


def write(dataset: StudyDataset, folder: Path, *, partitioned: bool = False) -> None:
    """Write `dataset` to `folder`, which must not exist or be empty.

    `partitioned` gives a folder a table with one file an organisation, for large studies. Raises
    DatasetError, and writes nothing, where the dataset breaks a rule of the contract.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise DatasetError([_occupied(folder)])
    dataset = _conform(dataset)
    with open_study(dataset) as study:
        raise_if(check_study(study))
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=f".{folder.name}-") as temporary:
        part = Path(temporary) / "dataset"
        _write_files(dataset, part, partitioned)
        if folder.exists():
            folder.rmdir()
        shutil.move(part, folder)


def _occupied(folder: Path) -> Finding:
    return Finding(
        "folder", str(folder), "the folder is not empty", "name a new folder, or remove this one first"
    )


def _conform(dataset: StudyDataset) -> StudyDataset:
    tables = {
        name: _conform_table(name, dataset.tables[name], table_schema(name, dataset.covariates))
        for name in TABLES
    }
    return StudyDataset(dataset.study, dataset.instruments, tables, dataset.covariates)


def _conform_table(name: str, table: pa.Table, schema: pa.Schema) -> pa.Table:
    if set(table.column_names) != set(schema.names):
        odd = sorted(set(table.column_names) ^ set(schema.names))
        raise DatasetError(
            [
                Finding(
                    "columns",
                    name,
                    f"columns missing or not known: {', '.join(odd)}",
                    f"give exactly {', '.join(schema.names)}",
                )
            ]
        )
    try:
        table = table.select(schema.names).cast(schema)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
        raise DatasetError(
            [Finding("types", name, str(error), "give each column the type that the contract names")]
        ) from None
    keys = [(column, "ascending") for column in TABLES[name].sort_columns]
    return table.take(pc.sort_indices(table, sort_keys=keys)).combine_chunks()


def _write_files(dataset: StudyDataset, folder: Path, partitioned: bool) -> None:
    (folder / "instruments").mkdir(parents=True)
    for instrument in dataset.instruments:
        (folder / instrument_path(instrument)).write_text(to_json(instrument), encoding="utf-8")
    organisations = dataset.tables["organisations"]["organisation"].to_pylist()
    files: dict[str, list[str]] = {}
    if partitioned and organisations:
        located = _locate(dataset.tables)
        for name in TABLES:
            files[name] = _write_partitions(name, dataset.tables[name], located[name], organisations, folder)
    else:
        for name in TABLES:
            files[name] = [f"{name}.parquet"]
            _write_parquet(dataset.tables[name], folder / files[name][0])
    text = describe(dataset.study, dataset.covariates, dataset.instruments, files, folder)
    (folder / PACKAGE_FILE).write_text(text, encoding="utf-8")


def _write_parquet(table: pa.Table, path: Path) -> None:
    pq.write_table(table, path, compression="zstd")


def _locate(tables: Mapping[str, pa.Table]) -> dict[str, pa.ChunkedArray]:
    """The organisation of every row of every table, in the table's order."""
    enrolments, responses = tables["enrolments"], tables["responses"]
    located: dict[str, pa.ChunkedArray] = {}
    for name, table in tables.items():
        if "organisation" in table.column_names:
            located[name] = table["organisation"]
        elif "enrolment" in table.column_names:
            located[name] = _look_up(enrolments, "enrolment", enrolments["organisation"], table["enrolment"])
    located["answers"] = _look_up(responses, "response", located["responses"], tables["answers"]["response"])
    return located


def _look_up(table: pa.Table, key: str, values: pa.ChunkedArray, wanted: pa.ChunkedArray) -> pa.ChunkedArray:
    """For each of `wanted`, the entry of `values` that stands where `table[key]` is the same."""
    return values.take(pc.index_in(wanted, value_set=table[key].combine_chunks()))


def _write_partitions(
    name: str, table: pa.Table, located: pa.ChunkedArray, organisations: list[str], folder: Path
) -> list[str]:
    paths = []
    for organisation in organisations:
        path = f"{name}/organisation={quote(organisation, safe='')}/part-0.parquet"
        (folder / path).parent.mkdir(parents=True)
        _write_parquet(table.filter(pc.equal(located, organisation)), folder / path)
        paths.append(path)
    return paths
