"""What is wrong with an instrument's files: where, what, and what to do about it."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path


class Severity(StrEnum):
    """An error keeps an instrument from being used; a warning does not."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault of one file. `field` is a dotted path, or empty for the whole file; lines count from 1."""

    severity: Severity
    file: Path
    field: str
    message: str
    remedy: str
    line: int | None = None

    @property
    def place(self) -> str:
        """The file with its line, as editors and terminals link it."""
        return f"{self.file}:{self.line}" if self.line else str(self.file)

    def __str__(self) -> str:
        where = f"{self.place}: {self.field}" if self.field else self.place
        return f"{self.severity}: {where}: {self.message}. Remedy: {self.remedy}"


class InstrumentError(Exception):
    """An instrument that cannot be used, with every finding that says why."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings = tuple(findings)
        super().__init__("\n".join(str(finding) for finding in self.findings))


def errors_of(findings: Iterable[Finding]) -> list[Finding]:
    """Only the findings that keep the instrument from being used."""
    return [finding for finding in findings if finding.severity is Severity.ERROR]


def refuse(file: Path, field: str, message: str, remedy: str, line: int | None = None) -> InstrumentError:
    """The exception for one single error."""
    return InstrumentError([Finding(Severity.ERROR, file, field, message, remedy, line)])
