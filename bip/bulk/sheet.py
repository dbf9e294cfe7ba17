"""An uploaded file as lines of text: CSV as it comes from any program, or the first sheet of a workbook.

Nothing is guessed about what the cells mean, and nothing in them is run: a formula is the text it is.
"""

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from flask_babel import gettext

from bip.bulk.words import COLUMNS, Column, plain
from bip.localisation import page_language
from bip.store.lists import ImportKind

MAX_LINES: Final = 5_000
# Enrolling takes some ten milliseconds a person, while whoever answers questions waits to be saved.
MAX_PARTICIPANTS: Final = 1_000
MAX_COLUMNS: Final = 60
MAX_CELL: Final = 1_000
# A workbook of 5,000 lines unpacks to some 3 MB; one that claims much more is no list of people.
MAX_UNPACKED: Final = 30_000_000
_LAST_ROW_OF_EXCEL: Final = 1_048_576
_DELIMITERS: Final = ";,\t"
_WORKBOOK, _OLD_WORKBOOK = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
# What a spreadsheet would run; a file from here has an apostrophe before it.
_RUN: Final = re.compile(r"[=+@\t\r-]")
_DISARMED: Final = re.compile(r"'(?=[=+@-])")


class FileError(Exception):
    """A file that cannot be read; the message says what to do about it, in the page's language."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line with something in it; `number`: where it stands in the file, the header being 1."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """The lines of a file. `places`: where each known column stands, by its key."""

    header: tuple[str, ...]
    places: dict[str, int]
    rows: tuple[Row, ...]

    @property
    def unused(self) -> list[str]:
        """The columns that say nothing to the import."""
        used = set(self.places.values())
        return [name for place, name in enumerate(self.header) if name and place not in used]

    def title(self, key: str) -> str:
        """A column's name as the file has it."""
        return self.header[self.places[key]]


def read_sheet(kind: ImportKind, content: bytes) -> Sheet:
    """The lines of a file of this kind. Raises FileError, whose words say what to do."""
    if content.startswith(_OLD_WORKBOOK):
        raise FileError(gettext("This is an old Excel file. Save it as .xlsx or CSV and choose it again."))
    rows = _workbook_rows(content) if content.startswith(_WORKBOOK) else _csv_rows(kind, content)
    found = list(_filled(rows, MAX_PARTICIPANTS if kind is ImportKind.PARTICIPANTS else MAX_LINES))
    if not found:
        raise FileError(gettext("The file is empty. Fill in the template and choose it again."))
    return make_sheet(kind, found[0].cells, found[1:])


def make_sheet(kind: ImportKind, header: Sequence[str], rows: Iterable[Row]) -> Sheet:
    """Lines under a header. Raises FileError where columns are missing or stand twice."""
    lines = tuple(rows)
    places = _places(kind, header)
    if not lines:
        raise FileError(gettext("There is no line under the names of the columns. Fill in the lines."))
    return Sheet(tuple(header), places, lines)


def _filled(rows: Iterable[Sequence[str]], most: int) -> Iterator[Row]:
    """The lines that hold something, the header among them."""
    filled = 0
    for number, cells in enumerate(rows, 1):
        if number > _LAST_ROW_OF_EXCEL or filled > most + 1:
            raise FileError(_too_many(most))
        if any(cells):
            filled += 1
            yield Row(number, tuple(cells))
    if filled > most + 1:
        raise FileError(_too_many(most))


def _too_many(most: int) -> str:
    return str(
        gettext("The file has more than %(max)s lines. Divide it into several files.", max=f"{most:,}")
    )


def _places(kind: ImportKind, header: Sequence[str]) -> dict[str, int]:
    names = [plain(name) for name in header]
    places: dict[str, int] = {}
    for column in COLUMNS[kind]:
        found = [place for place, name in enumerate(names) if name in column.understood]
        if len(found) > 1:
            twice = ", ".join(header[place] for place in found)
            raise FileError(gettext("These columns say the same: %(names)s. Keep one of them.", names=twice))
        if found:
            places[column.key] = found[0]
    if not places:
        raise FileError(
            gettext(
                "The first line must hold the names of the columns: %(names)s. Begin from the template.",
                names=_names(COLUMNS[kind]),
            )
        )
    missing = [column for column in COLUMNS[kind] if column.required and column.key not in places]
    if missing:
        raise FileError(gettext("These columns are missing: %(names)s. Add them.", names=_names(missing)))
    return places


def _names(columns: Iterable[Column]) -> str:
    return ", ".join(column.name(page_language()) for column in columns)


def _csv_rows(kind: ImportKind, content: bytes) -> Iterator[list[str]]:
    text = _decoded(content)
    delimiter = max(_DELIMITERS, key=lambda sign: _columns_known(kind, text, sign))
    try:
        for cells in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True):
            yield [_cell(cell) for cell in cells]
    except csv.Error:
        raise FileError(
            gettext("The file cannot be read as CSV: a quotation mark is open. Save it anew as CSV.")
        ) from None


def _decoded(content: bytes) -> str:
    """UTF-8, else the encoding of Windows, which older Excels write."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    if "\0" in text or "\ufffd" in text:
        raise FileError(gettext("The file is no text that can be read. Save it as CSV UTF-8 or as .xlsx."))
    return text


def _columns_known(kind: ImportKind, text: str, delimiter: str) -> tuple[int, int]:
    """How many columns of the first line are known when it is parted by this sign, and how many there are."""
    first = next((line for line in text.splitlines() if line.strip(" ;,\t")), "")
    names = [plain(name.strip('"')) for name in first.split(delimiter)]
    known = sum(any(name in column.understood for column in COLUMNS[kind]) for name in names)
    return known, len(names)


def _workbook_rows(content: bytes) -> Iterator[list[str]]:
    # Loaded only where somebody sends a workbook.
    from openpyxl import load_workbook  # type: ignore[import-untyped]  # noqa: PLC0415

    try:
        _require_small(content)
        book = load_workbook(io.BytesIO(content), read_only=True, keep_links=False)
        sheet = book.worksheets[0]
        for values in sheet.iter_rows(max_col=MAX_COLUMNS, values_only=True):
            yield [_cell(_as_text(value)) for value in values]
    except FileError:
        raise
    except Exception:  # whatever a broken workbook makes the library stumble over
        raise FileError(
            gettext("The workbook cannot be read. Open it in a spreadsheet program and save it as .xlsx.")
        ) from None


def _require_small(content: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        unpacked = sum(part.file_size for part in archive.infolist())
        if unpacked > MAX_UNPACKED:
            raise FileError(
                gettext(
                    "The workbook is much larger inside than a list of lines is. Copy the lines to a new one."
                )
            )
        # A document type can define names that unfold into gigabytes; no spreadsheet program writes one.
        if any(b"<!DOCTYPE" in archive.read(part) for part in archive.infolist()):
            raise zipfile.BadZipFile


def _as_text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _cell(text: str) -> str:
    """One line without needless space; without the apostrophe that a file from here has before a sign."""
    line = " ".join(text.replace("\0", " ").split())[:MAX_CELL]
    return _DISARMED.sub("", line, count=1) if line.startswith("'") else line


def disarmed(cell: str) -> str:
    """A cell that no spreadsheet program runs."""
    return f"'{cell}" if _RUN.match(cell) else cell


def csv_bytes(rows: Iterable[Sequence[str]]) -> bytes:
    """Lines as the Excel of this part of the world opens them: semicolons, and UTF-8 that says so."""
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=";").writerows([disarmed(cell) for cell in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")
