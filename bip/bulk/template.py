"""Empty files with the right columns, to be filled in."""

import io
from typing import Final

from bip.bulk.sheet import csv_bytes
from bip.bulk.words import COLUMNS
from bip.store.lists import ImportKind

CSV: Final = "csv"
XLSX: Final = "xlsx"
MIME_TYPES: Final = {
    CSV: "text/csv; charset=utf-8",
    XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def template(kind: ImportKind, ending: str, language: str) -> bytes:
    """A file that holds the names of the columns, in one of the pages' languages."""
    header = [column.name(language) for column in COLUMNS[kind]]
    return csv_bytes([header]) if ending == CSV else _workbook(header)


def _workbook(header: list[str]) -> bytes:
    # Loaded only where somebody asks for a workbook.
    from openpyxl import Workbook  # type: ignore[import-untyped]  # noqa: PLC0415

    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.append(header)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()
