"""`docs/study-dataset.md` says what the schema says, and its examples run."""

from __future__ import annotations

import re
import runpy
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from analysis.dataset.schema import MISSING_CODES, TABLES, Column, Table

PAGE = Path(__file__).parents[3] / "docs" / "study-dataset.md"


def described(table: Table) -> str:
    """A table as the page has it: heading, label, one line a column."""
    head = f"### {table.name}\n\n{table.label}.\n\n| column | type | what it holds |\n|---|---|---|\n"
    return head + "".join(map(line, table.columns))


def line(column: Column) -> str:
    kind = column.type + (", may be empty" if column.nullable else "")
    codes = "; ".join(f"`{value}` {label}" for value, label in (column.values or {}).items())
    return f"| `{column.name}` | {kind} | {column.label}{': ' if codes else ''}{codes} |\n"


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)


def test_every_table_and_column_is_described() -> None:
    expected = "\n".join(described(table) for table in TABLES.values())
    assert PAGE.read_text(encoding="utf-8").endswith(expected)


def test_every_missing_code_is_described() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert all(f"| {code} | {meaning} |" in page for code, meaning in MISSING_CODES.items())


def test_the_examples_for_python_run(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    for number, code in enumerate(blocks("python")):
        (folder / f"example{number}.py").write_text(code)
        made = runpy.run_path(f"example{number}.py")
        assert len(made["answers"]) == 24
    assert len(pd.read_stata("answers.dta")) == 24


def test_the_example_for_duckdb_runs(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    (query,) = blocks("sql")
    assert len(duckdb.sql(query).fetchall()) == 2 * 2 * 3


@pytest.mark.parametrize("folder", [True], indirect=True)
def test_a_partitioned_table_opens_as_the_page_says(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    assert 'pd.read_parquet("answers", partitioning=None)' in PAGE.read_text(encoding="utf-8")
    assert len(pd.read_parquet("answers", partitioning=None)) == 24
    assert len(pd.read_parquet("persons", partitioning=None)) == 2
