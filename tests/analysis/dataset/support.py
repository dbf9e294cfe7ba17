"""What the tests of the dataset share: findings of a dataset in memory, the place of a row."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from analysis.dataset.check import check_study
from analysis.dataset.findings import DatasetError, Finding
from analysis.dataset.open import open_study
from analysis.dataset.schema import TABLES
from analysis.dataset.study import StudyDataset

Rows = dict[str, list[dict[str, Any]]]
Make = Callable[..., StudyDataset]
Edit = Callable[[Rows], object]
Where = dict[str, object]


def findings_in(dataset: StudyDataset) -> list[Finding]:
    try:
        with open_study(dataset) as study:
            return check_study(study)
    except DatasetError as error:
        return error.findings


def place(table: str, row: dict[str, Any]) -> str:
    """How a finding names a row: by its key, or by the columns that order it."""
    columns = TABLES[table].primary_key or TABLES[table].order
    return ", ".join(f"{c} {'null' if row[c] is None else row[c]}" for c in columns)


def put(table: str, where: Where, **values: object) -> Edit:
    """Sets values in the first row of `table` that has those of `where`."""

    def edit(rows: Rows) -> None:
        row = next(r for r in rows[table] if all(r.get(k) == v for k, v in where.items()))
        row.update(values)

    return edit


def add(table: str, **values: object) -> Edit:
    """A further row: the first of the table, but for `values`."""
    return lambda rows: rows[table].append({**rows[table][0], **values})


def drop(table: str, **where: object) -> Edit:
    """Without the rows that have the values of `where`."""

    def edit(rows: Rows) -> None:
        rows[table] = [r for r in rows[table] if not all(r.get(k) == v for k, v in where.items())]

    return edit


def both(*edits: Edit) -> Edit:
    """One edit after the other."""
    return lambda rows: [edit(rows) for edit in edits]


def withdrawn(day: int) -> Edit:
    """The first person withdraws; nothing is known of them afterwards."""
    return put("enrolments", {"enrolment": "e1"}, withdrawn_day=day, observed_to_day=day)
