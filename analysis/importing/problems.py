"""What keeps an import from starting: faults of the mapping or of the file, with field and remedy."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Problem:
    """One fault. `field` is a dotted path in the mapping or a line; empty for the whole file."""

    file: str
    field: str
    message: str
    remedy: str

    def __str__(self) -> str:
        """One paragraph: file, field, what is wrong, remedy."""
        place = f"{self.file}: {self.field}" if self.field else self.file
        return f"{place}: {self.message}\n    remedy: {self.remedy}"


class ImportRefused(Exception):
    """An import that did not start, or a table that could not be read to its end; `problems` say why."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


def refuse(file: str, field: str, message: str, remedy: str) -> ImportRefused:
    """The exception for one single problem."""
    return ImportRefused([Problem(file, field, message, remedy)])
