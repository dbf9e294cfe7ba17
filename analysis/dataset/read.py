"""Reading a study dataset whole into memory."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from analysis.dataset.files import unreadable, verified
from analysis.dataset.findings import DatasetError
from analysis.dataset.schema import TABLES
from analysis.dataset.study import StudyDataset


def read(folder: Path) -> StudyDataset:
    """The dataset in `folder`, unchanged; a partitioned one comes back organisation after organisation.

    Raises DatasetError as `open_study` does. Rules on rows are `check`'s.
    """
    description, instruments = verified(folder)
    tables = {name: _read_table(name, folder, description.files(name)) for name in TABLES}
    return StudyDataset(description.study, instruments, tables, description.covariates)


def _read_table(name: str, folder: Path, paths: tuple[str, ...]) -> pa.Table:
    try:
        parts = [_nullable(pq.ParquetFile(folder / path).read()) for path in paths]
    except (pa.ArrowException, OSError) as error:
        raise DatasetError([unreadable(name, str(error))]) from None
    return pa.concat_tables(parts).combine_chunks()


def _nullable(table: pa.Table) -> pa.Table:
    """In memory all columns may hold nulls, which `check` then names; in files that we wrote some may not."""
    return table.cast(pa.schema([field.with_nullable(True) for field in table.schema]))
