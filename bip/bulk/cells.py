"""The cells of one line, read as what they mean; what is wrong is collected with its remedy."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

from flask_babel import format_date, gettext

from bip.bulk.sheet import Row, Sheet
from bip.bulk.words import NO, YES, Code, code_of, plain, said

# Day 0 of the numbers that Excel shows where a cell has lost its format.
_EXCEL_DAY_0: Final = date(1899, 12, 30)
_EXCEL_DAY: Final = re.compile(r"[2-7]\d{4}")
_DIGITS: Final = re.compile(r"\d{8}")


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong in a line: in which column, with which value, and what to do; no column: in the line."""

    column: str | None
    value: str
    remedy: str


@dataclass(slots=True)
class Cells:
    """One line of a sheet under inspection."""

    sheet: Sheet
    row: Row
    today: date
    problems: list[Problem] = field(default_factory=list)

    def __post_init__(self) -> None:
        if any(self.row.cells[len(self.sheet.header) :]):
            remedy = gettext("The line has more cells than the first line has names. Look for a stray sign.")
            self.problems.append(Problem(None, "", str(remedy)))

    def text(self, key: str) -> str:
        """The cell as written; empty where the file has no such column."""
        place = self.sheet.places.get(key)
        return "" if place is None or place >= len(self.row.cells) else self.row.cells[place]

    def wrong(self, key: str, remedy: str) -> None:
        """Note that the cell cannot be as it is."""
        column = self.sheet.title(key) if key in self.sheet.places else key
        self.problems.append(Problem(column, self.text(key), str(remedy)))

    def short(self, key: str, length: int) -> str | None:
        """A text that fits; None where the cell is empty."""
        text = self.text(key)
        if len(text) > length:
            self.wrong(key, gettext("Write at most %(max)s characters.", max=length))
        return text or None

    def day(self, key: str, missing: str | None = None, *, ahead: bool = False) -> date | None:
        """A day; `missing`: the remedy where there must be one, `ahead`: whether it may be in the future."""
        text = self.text(key)
        if not text:
            if missing is not None:
                self.wrong(key, missing)
            return None
        found = day_of(text)
        if found is None:
            self.wrong(key, gettext("Write a day as year-month-day, such as 2026-03-02."))
        elif found > self.today and not ahead:
            self.wrong(key, gettext("The day must not be after today."))
        return found

    def not_before(self, key: str, day: date | None, first: date) -> None:
        """Note that a day lies before the first that is possible."""
        if day is not None and day < first:
            self.wrong(key, gettext("The day must not be before %(day)s.", day=format_date(first)))

    def not_after(self, key: str, day: date | None, last: date | None) -> None:
        """Note that a day lies after the participant's last."""
        if day is not None and last is not None and day > last:
            remedy = gettext(
                "The participant left the study on %(day)s. Write no later day.", day=format_date(last)
            )
            self.wrong(key, remedy)

    def code(self, key: str, words: Mapping[Code, tuple[str, ...]]) -> Code | None:
        """A code of a closed list; None where the cell is empty or holds none."""
        text = self.text(key)
        found = code_of(text, words) if text else None
        if text and found is None:
            self.wrong(key, gettext("Write one of: %(words)s.", words=said(words)))
        return found

    def yes_or_no(self, key: str) -> bool | None:
        """Yes, no, or nothing said."""
        text = plain(self.text(key))
        if text and text not in (*YES, *NO):
            self.wrong(key, gettext("Write yes or no, or leave it empty."))
        return None if not text else text in YES

    def number(self, key: str, first: float, last: float) -> float | None:
        """A number within bounds, with comma or point."""
        text = self.text(key).replace(",", ".")
        if not text:
            return None
        number = float(text) if re.fullmatch(r"\d{1,6}(\.\d{1,6})?", text) else None
        if number is None or not first <= number <= last:
            remedy = gettext(
                "Write a number from %(first)s to %(last)s.", first=f"{first:g}", last=f"{last:g}"
            )
            self.wrong(key, remedy)
        return number


def day_of(text: str) -> date | None:
    """A day as 2026-03-02, as 20260302, with a time of day after it, or as Excel counts days."""
    if _EXCEL_DAY.fullmatch(text):
        return _EXCEL_DAY_0 + timedelta(days=int(text))
    if not _DIGITS.fullmatch(text) and not re.fullmatch(r"\d{4}-\d\d-\d\d([ T].*)?", text):
        return None
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None
