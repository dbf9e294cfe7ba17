"""Reading a study dataset whole into memory."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from analysis.dataset.open import file_findings, raise_if, read_instruments
from analysis.dataset.package import read_description
from analysis.dataset.schema import TABLES
from analysis.dataset.study import StudyDataset


def read(folder: Path) -> StudyDataset:
    """The dataset in `folder`, unchanged.

    Raises DatasetError where a file is missing or not the one described. Rules on rows are `check`'s.
    """
    description = read_description(folder)
    raise_if(file_findings(folder, description))
    tables = {
        name: pa.concat_tables(
            [pq.ParquetFile(folder / path).read() for path in description.files(name)]
        ).combine_chunks()
        for name in TABLES
    }
    return StudyDataset(
        description.study, read_instruments(folder, description), tables, description.covariates
    )
