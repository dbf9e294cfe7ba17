"""A study dataset opened for queries: DuckDB with one view a table, from a folder or from memory."""

from __future__ import annotations

import glob
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import pyarrow as pa
import pyarrow.dataset as ds

from analysis.dataset.declared import declared_findings
from analysis.dataset.files import unreadable, verified
from analysis.dataset.findings import DatasetError, Finding
from analysis.dataset.instrument import Instrument
from analysis.dataset.schema import MISSING_CODES, TABLES
from analysis.dataset.shape import shape_findings
from analysis.dataset.study import Covariate, Study, StudyDataset

_INSTRUMENT = [("instrument", pa.string()), ("instrument_version", pa.string())]
_ITEM = [
    ("rater", pa.string()),
    ("item", pa.string()),
    ("kind", pa.string()),
    ("lowest", pa.float64()),
    ("highest", pa.float64()),
]


@dataclass(frozen=True)
class OpenStudy:
    """A dataset ready for SQL.

    `connection` has a view for every table of the contract, and the tables `instruments` (one row a
    version), `items` (one row for every item that a rater is asked in a version) and `missing_codes`
    (`code`). `sources` are the same tables in memory, or the paths of their files. `sha256` is that of
    `datapackage.json`, and None for a dataset in memory.
    """

    connection: duckdb.DuckDBPyConnection
    study: Study
    instruments: tuple[Instrument, ...]
    covariates: tuple[Covariate, ...]
    sources: Mapping[str, pa.Table | tuple[str, ...]]
    sha256: str | None

    def arrow(self, table: str, encoded: Sequence[str] = ()) -> ds.Dataset:
        """A table in the order of its rows, for what SQL is the wrong tool for.

        Texts in the columns `encoded` come dictionary-encoded if they come from files.
        """
        source = self.sources[table]
        if isinstance(source, pa.Table):
            return ds.dataset(source)
        options = ds.ParquetReadOptions(dictionary_columns=list(encoded))
        return ds.dataset(list(source), format=ds.ParquetFileFormat(read_options=options))


@contextmanager
def open_study(source: Path | StudyDataset) -> Iterator[OpenStudy]:
    """Open a folder, or a dataset in memory, for queries.

    Raises DatasetError where a file is missing, has been changed since it was described or cannot be
    read, where a table has other columns than the contract's, or an instrument contradicts itself. Rules
    on the rows are `check`'s.
    """
    # What does not fit into memory goes to disk: into a folder that nobody else reads, and not for long.
    with TemporaryDirectory(prefix="bip-") as spilled, closing(duckdb.connect(":memory:")) as connection:
        connection.execute("SET enable_progress_bar = false")
        connection.execute(f"SET temp_directory = '{spilled.replace(chr(39), 2 * chr(39))}'")
        yield (
            _from_memory(connection, source)
            if isinstance(source, StudyDataset)
            else _from_folder(connection, source)
        )


def _from_memory(connection: duckdb.DuckDBPyConnection, dataset: StudyDataset) -> OpenStudy:
    findings = declared_findings(dataset.study, dataset.covariates, dataset.instruments)
    if not findings:
        findings = [f for name in TABLES for f in _memory_findings(dataset, name)]
    if findings:
        raise DatasetError(findings)
    for name in TABLES:
        connection.register(name, dataset.tables[name])
    _register_instruments(connection, dataset.instruments)
    return OpenStudy(connection, dataset.study, dataset.instruments, dataset.covariates, dataset.tables, None)


def _memory_findings(dataset: StudyDataset, name: str) -> list[Finding]:
    if name not in dataset.tables:
        return [Finding("columns", name, "the table is missing", "give it, with no rows if there are none")]
    return shape_findings(name, dataset.tables[name].schema, dataset.covariates)


def _from_folder(connection: duckdb.DuckDBPyConnection, folder: Path) -> OpenStudy:
    description, instruments = verified(folder)
    sources = {name: tuple(str(folder / path) for path in description.files(name)) for name in TABLES}
    for name in TABLES:
        paths = parquet_paths(folder, description.files(name))
        try:
            connection.read_parquet(paths, hive_partitioning=False).create_view(name)
        except duckdb.Error as error:
            raise DatasetError([unreadable(name, str(error))]) from None
    _register_instruments(connection, instruments)
    return OpenStudy(
        connection, description.study, instruments, description.covariates, sources, description.sha256
    )


def parquet_paths(folder: Path, paths: tuple[str, ...]) -> list[str]:
    """The files as DuckDB takes them: it would read [, * and ? in a folder's name as a pattern."""
    return [glob.escape(str(folder / path)) for path in paths]


def _register_instruments(connection: duckdb.DuckDBPyConnection, used: tuple[Instrument, ...]) -> None:
    versions = [{"instrument": i.key, "instrument_version": i.version} for i in used]
    items = [
        {
            **version,
            "rater": rater,
            "item": item.key,
            "kind": item.scale.kind,
            "lowest": float(item.scale.lowest),
            "highest": float(item.scale.highest),
        }
        for version, instrument in zip(versions, used, strict=True)
        for item in instrument.items
        for rater in item.raters
    ]
    connection.register("instruments", pa.Table.from_pylist(versions, schema=pa.schema(_INSTRUMENT)))
    connection.register("items", pa.Table.from_pylist(items, schema=pa.schema(_INSTRUMENT + _ITEM)))
    connection.register("missing_codes", pa.table({"code": pa.array(list(MISSING_CODES), pa.float64())}))
