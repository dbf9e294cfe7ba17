"""Writing a study dataset: checked first, whole or not at all, same content same bytes."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from analysis.dataset.check import check_study
from analysis.dataset.declared import declared_findings
from analysis.dataset.findings import DatasetError, Finding
from analysis.dataset.instrument import to_json
from analysis.dataset.open import open_study
from analysis.dataset.package import INSTRUMENTS, PACKAGE_FILE, TRUTH_FILE, describe, instrument_path
from analysis.dataset.schema import TABLES
from analysis.dataset.shape import name_findings
from analysis.dataset.study import StudyDataset, table_schema
from analysis.dataset.target import check_target, not_written

# The place of an answer's response among all.
_PLACE = "place"
# So many rows' ids fit into the dictionary that Parquet allows a row group; beyond it, texts are spelt out.
_ROW_GROUP = 1 << 18


def write(
    dataset: StudyDataset, folder: Path, *, partitioned: bool = False, truth: str | None = None
) -> None:
    """Write `dataset` to `folder`, which must not exist or be empty.

    `partitioned` gives a folder a table with one file an organisation, for large studies. `truth` is the
    text of a simulated study's `truth.json`. Raises DatasetError, and leaves nothing behind, where the
    dataset breaks a rule of the contract or the disk does not take it.
    """
    check_target(folder)
    try:
        checked = _checked(dataset)
        _place(checked, folder, partitioned, truth)
    except OSError as error:
        raise DatasetError([not_written(folder, error)]) from None


def _checked(dataset: StudyDataset) -> StudyDataset:
    """The dataset as it will be written; DatasetError where it breaks a rule."""
    _raise_if(declared_findings(dataset.study, dataset.covariates, dataset.instruments))
    conform = _conform(dataset)
    with open_study(conform) as study:
        _raise_if(check_study(study))
    return conform


def _place(dataset: StudyDataset, folder: Path, partitioned: bool, truth: str | None = None) -> None:
    """Write beside `folder` and move there at the end, so that nobody sees half a dataset."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".writing-") as temporary:
        part = Path(temporary) / "dataset"
        _write_files(dataset, part, partitioned)
        if truth is not None:
            (part / TRUTH_FILE).write_bytes(truth.encode())
        part.replace(folder)


def _raise_if(findings: list[Finding]) -> None:
    if findings:
        raise DatasetError(findings)


def _conform(dataset: StudyDataset) -> StudyDataset:
    """The same dataset with columns in the contract's order and types, rows sorted."""
    absent = [name for name in TABLES if name not in dataset.tables]
    remedy = "give the table, with no rows if there are none"
    _raise_if([Finding("columns", name, "the table is missing", remedy) for name in absent])
    tables: dict[str, pa.Table] = {}
    for name in TABLES:
        table = _conform_table(name, dataset.tables[name], table_schema(name, dataset.covariates))
        tables[name] = _in_order(name, table, tables)
    return StudyDataset(dataset.study, dataset.instruments, tables, dataset.covariates)


def _conform_table(name: str, table: pa.Table, schema: pa.Schema) -> pa.Table:
    _raise_if(name_findings(name, table.schema, schema))
    try:
        table = table.select(schema.names).cast(schema)
    except pa.ArrowException as error:
        remedy = "give each column the type that the contract names"
        raise DatasetError([Finding("types", name, str(error), remedy)]) from None
    for index, column in enumerate(schema):
        if column.type == pa.float64():
            # -0.0 becomes 0.0: the two are equal, so rows that differ in it would have no order.
            table = table.set_column(index, column, pc.add(table[column.name], 0.0))
    return table


def _in_order(name: str, table: pa.Table, others: Mapping[str, pa.Table]) -> pa.Table:
    """The rows sorted; answers first of all as their responses are: what is read together lies together."""
    columns = list(TABLES[name].sort_columns)
    keyed = table
    if name == "answers":
        place = pc.index_in(table["response"], value_set=others["responses"]["response"].combine_chunks())
        columns, keyed = [_PLACE, *columns], table.append_column(_PLACE, place)
    order = pc.sort_indices(keyed, sort_keys=[(column, "ascending") for column in columns])
    return table.take(order).combine_chunks()


def _write_files(dataset: StudyDataset, folder: Path, partitioned: bool) -> None:
    (folder / INSTRUMENTS).mkdir(parents=True)
    for instrument in dataset.instruments:
        (folder / instrument_path(instrument)).write_bytes(to_json(instrument).encode())
    organisations = dataset.tables["organisations"]["organisation"].to_pylist()
    files: dict[str, list[str]] = {}
    if partitioned and organisations:
        located = _locate(dataset.tables)
        for name in TABLES:
            files[name] = _write_partitions(name, dataset.tables[name], located[name], organisations, folder)
    else:
        for name in TABLES:
            files[name] = [f"{name}.parquet"]
            _write_parquet(name, dataset.tables[name], folder / files[name][0])
    text = describe(dataset.study, dataset.covariates, dataset.instruments, files, folder)
    (folder / PACKAGE_FILE).write_bytes(text.encode())


def _write_parquet(name: str, table: pa.Table, path: Path) -> None:
    pq.write_table(_required(name, table), path, compression="zstd", row_group_size=_ROW_GROUP)


def _required(name: str, table: pa.Table) -> pa.Table:
    """With what the contract requires, and what is there, required in the file too: that is read faster."""
    nullable = {column.name: column.nullable for column in TABLES[name].columns}
    fields = [
        field.with_nullable(nullable.get(field.name, True) or table[field.name].null_count > 0)
        for field in table.schema
    ]
    return table.cast(pa.schema(fields))


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
        _write_parquet(name, table.filter(pc.equal(located, organisation)), folder / path)
        paths.append(path)
    return paths
