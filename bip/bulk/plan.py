"""What a file would do, line by line, before anything is written."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from bip.bulk.cells import Cells, Problem

Act = TypeVar("Act")


class Verdict(StrEnum):
    """What becomes of a line: taken in, only when ticked, nothing to do, or wrong."""

    GOOD = "good"
    DOUBTFUL = "doubtful"
    KNOWN = "known"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Line(Generic[Act]):
    """One line: its number and cells in the file, what would happen in words, and what it would do."""

    number: int
    cells: tuple[str, ...]
    verdict: Verdict
    words: str
    problems: tuple[Problem, ...] = ()
    act: Act | None = None

    @property
    def fingerprint(self) -> str:
        """The same as long as the line would do the same."""
        return hashlib.sha256(f"{self.verdict} {self.act!r}".encode()).hexdigest()


def wrong(cells: Cells) -> "Line[Act]":
    """A line with what was found wrong in it."""
    return Line(cells.row.number, cells.row.cells, Verdict.WRONG, "", tuple(cells.problems))


def right(cells: Cells, act: Act, words: str, doubt: str | None = None) -> "Line[Act]":
    """A line that can be taken in; `doubt`: why only when somebody says so."""
    verdict = Verdict.GOOD if doubt is None else Verdict.DOUBTFUL
    return Line(cells.row.number, cells.row.cells, verdict, f"{words} {doubt}" if doubt else words, (), act)


def known(cells: Cells, words: str) -> "Line[Act]":
    """A line that says what is there already."""
    return Line(cells.row.number, cells.row.cells, Verdict.KNOWN, words)


def of_verdict(lines: Sequence[Line[Act]], verdict: Verdict) -> list[Line[Act]]:
    """Those of one verdict, in the order of the file."""
    return [line for line in lines if line.verdict is verdict]
