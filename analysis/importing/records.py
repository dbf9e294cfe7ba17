"""A foreign table from its file: column names, and one record at a time with the line it begins on."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from analysis.importing.mapping import TablePart
from analysis.importing.problems import refuse

_CODECS = {"utf-8": "utf-8-sig", "latin-1": "latin-1", "windows-1252": "cp1252"}
_SEPARATORS = {"comma": ",", "semicolon": ";", "tab": "\t"}
_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True)
class Record:
    """One row as it stands in the file. `cells` has as many entries as were found, not as were wanted."""

    line: int
    cells: tuple[str, ...]


@dataclass(frozen=True)
class ForeignTable:
    """Column names, the records (read once, in the file's order), and the character of decimals."""

    columns: tuple[str, ...]
    records: Iterator[Record]
    decimal: str


def open_table(path: Path, layout: TablePart) -> ForeignTable:
    """The table in `path`: Parquet by its ending, else text as `layout` says.

    Raises ImportRefused where the file is empty, not text, in another encoding, without column names or with
    the same name twice; while records are read, where a quotation mark is never closed.
    """
    try:
        table = _parquet(path) if path.suffix == ".parquet" else _delimited(path, layout)
    except OSError as error:
        message = f"the table cannot be read: {error.strerror or error}"
        raise refuse(str(path), "", message, "name a file that can be read") from None
    repeated = sorted({name for name in table.columns if table.columns.count(name) > 1})
    if repeated:
        names = ", ".join(repr(name) for name in repeated)
        message = f"columns with the same name: {names}"
        raise refuse(str(path), "line 1", message, "give each column a name of its own")
    empty = frozenset(layout.empty)
    records = (Record(r.line, tuple("" if c in empty else c for c in r.cells)) for r in table.records)
    return ForeignTable(table.columns, records, table.decimal)


def _delimited(path: Path, layout: TablePart) -> ForeignTable:
    text = _decode(path, layout.encoding)
    records = _read(path, text, _SEPARATORS[layout.separator])
    header = next(records, None)
    if header is None:
        message = "the table is empty"
        raise refuse(str(path), "", message, "give a file whose first line holds the column names")
    return ForeignTable(header.cells, records, "," if layout.decimal == "comma" else ".")


def _read(path: Path, text: str, separator: str) -> Iterator[Record]:
    # newline="" leaves line ends inside quotation marks as they are, and the reader counts physical lines.
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    line = 1
    try:
        for cells in reader:
            if cells:
                yield Record(line, tuple(cell.strip() for cell in cells))
            line = reader.line_num + 1
    except csv.Error as error:
        remedy = "look there for a quotation mark that is never closed, or stands inside a cell undoubled"
        raise refuse(str(path), f"line {line}", f"the row cannot be read: {error}", remedy) from None


def _decode(path: Path, encoding: str) -> str:
    content = path.read_bytes()
    if b"\0" in content:
        remedy = "save the table as CSV (UTF-8) in the program that made it"
        raise refuse(str(path), "", "this is not a text file, or one in UTF-16", remedy)
    if encoding != "utf-8" and content.startswith(_BOM):
        message = f"the file begins with the mark of UTF-8, but the mapping says {encoding}"
        raise refuse(str(path), "", message, "say `encoding: utf-8` under `table` in the mapping")
    try:
        return content.decode(_CODECS[encoding])
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        others = [name for name in _CODECS if name != encoding]
        remedy = f"say `encoding: {others[-1]}` (or {others[0]}) under `table` in the mapping"
        raise refuse(str(path), f"line {line}", f"the text is not {encoding}", remedy) from None


def _parquet(path: Path) -> ForeignTable:
    try:
        table = pq.ParquetFile(path).read()
    except pa.ArrowException as error:
        message = f"the file is not Parquet: {str(error).splitlines()[0]}"
        raise refuse(str(path), "", message, "give the file again, or a CSV of it") from None
    return ForeignTable(tuple(table.column_names), _parquet_records(table), ".")


def _parquet_records(table: pa.Table) -> Iterator[Record]:
    line = 0
    for batch in table.to_batches():
        for cells in zip(*(column.to_pylist() for column in batch.columns), strict=True):
            line += 1
            yield Record(line, tuple(_as_text(cell) for cell in cells))


def _as_text(cell: object) -> str:
    if cell is None or (isinstance(cell, float) and math.isnan(cell)):
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()
