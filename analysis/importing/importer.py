"""The import itself: a foreign table, a mapping and an instrument become a study dataset."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from analysis.dataset.instrument import Instrument
from analysis.dataset.study import StudyDataset
from analysis.importing.agreement import instrument_problems
from analysis.importing.columns import column_problems
from analysis.importing.fields import fields_of
from analysis.importing.mapping import Mapping
from analysis.importing.placement import Placement
from analysis.importing.problems import ImportRefused, refuse
from analysis.importing.records import Record, open_table
from analysis.importing.rejected import RejectedRow, Unplaced
from analysis.importing.rows import RowReader
from analysis.importing.tables import dataset_of


@dataclass(frozen=True)
class ImportResult:
    """What became of a table: `rows_read` = `rows_placed` + the number of `rejected`, always."""

    dataset: StudyDataset
    rows_read: int
    rows_placed: int
    rejected: tuple[RejectedRow, ...]


def import_table(table: Path, mapping: Mapping, instrument: Instrument) -> ImportResult:
    """The study dataset of the rows that can be placed, and the others with line and reason.

    Raises ImportRefused before any row is read where the mapping does not fit the table or the instrument,
    and where the file cannot be read as a table or has no rows. The dataset passes
    `analysis.dataset.write.write`.
    """
    foreign = open_table(table, mapping.table)
    fields = fields_of(mapping, foreign.decimal)
    problems = instrument_problems(mapping, fields, instrument)
    problems += column_problems(mapping, fields, str(table), foreign.columns)
    if problems:
        raise ImportRefused(problems)
    reader = RowReader(foreign.columns, mapping, instrument, fields)
    placement, rejected, read = Placement(), [], 0
    for record in foreign.records:
        read += 1
        fault = _place(reader, placement, record)
        if fault is not None:
            rejected.append(fault)
    if read == 0:
        remedy = "name a table with rows, or export it again"
        raise refuse(str(table), "", "the table has a header but no rows", remedy)
    dataset = dataset_of(placement, mapping, instrument)
    return ImportResult(dataset, read, read - len(rejected), tuple(rejected))


def _place(reader: RowReader, placement: Placement, record: Record) -> RejectedRow | None:
    try:
        placement.place(reader.read(record))
    except Unplaced as fault:
        if slot := reader.slot(record):
            placement.lost.add(slot)
        return RejectedRow(record.line, fault.column, fault.value, fault.reason, fault.detail)
    return None
