"""What the writer accepts the checker accepts and the reader returns; what one refuses both refuse."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analysis.dataset import write as writing
from analysis.dataset.check import check
from analysis.dataset.findings import DatasetError, Finding
from analysis.dataset.read import read
from analysis.dataset.schema import TABLES, ColumnType
from analysis.dataset.study import StudyDataset, build_tables
from analysis.dataset.write import write
from tests.analysis.dataset.strategies import datasets
from tests.analysis.dataset.support import Rows

FAST = settings(
    max_examples=15, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
CELLS: dict[ColumnType, list[Any]] = {
    "string": [None, "", "nonsense", "missed", "partly", "caseworker", "-1"],
    "integer": [None, -1, 0, 1, 399, 10_000, 10**15, -(10**15)],
    "number": [None, -9.0, -8.0, -1.5, 0.0, 2.5, float("nan"), float("inf"), 1e300],
    "boolean": [None, True, False],
}


def plain(dataset: StudyDataset) -> dict[str, list[tuple[Any, ...]]]:
    """The rows of every table as exact values, in an order of their own."""
    return {
        name: sorted((tuple(row.values()) for row in table.to_pylist()), key=repr)
        for name, table in dataset.tables.items()
    }


@FAST
@given(dataset=datasets(), partitioned=st.booleans())
def test_what_is_written_is_in_order_and_comes_back_unchanged(
    dataset: StudyDataset, partitioned: bool
) -> None:
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary) / "a [study]*?"
        write(dataset, folder, partitioned=partitioned)
        assert check(folder) == []
        back = read(folder)
    assert plain(back) == plain(dataset)
    assert (back.study, back.instruments, back.covariates) == (
        dataset.study,
        dataset.instruments,
        dataset.covariates,
    )
    assert all(back.tables[name].schema.equals(dataset.tables[name].schema) for name in TABLES)


@st.composite
def edited(draw: st.DrawFn) -> StudyDataset:
    """A dataset with a row lost, repeated, or changed in one cell; it may keep the contract or not."""
    dataset = draw(datasets().filter(lambda made: made.tables["responses"].num_rows > 0))
    rows: Rows = {name: table.to_pylist() for name, table in dataset.tables.items()}
    table = draw(st.sampled_from([name for name in TABLES if rows[name]]))
    row = draw(st.sampled_from(rows[table]))
    match draw(st.sampled_from(["change", "change", "change", "lose", "repeat"])):
        case "lose":
            rows[table].remove(row)
        case "repeat":
            rows[table].append(dict(row))
        case _:
            # From the last, since Hypothesis tries the first most and those are keys.
            column = draw(st.sampled_from(TABLES[table].columns[::-1]))
            others = [other[column.name] for other in rows[table]]
            near = [row[column.name] + d for d in (-1, 1)] if isinstance(row[column.name], float) else []
            row[column.name] = draw(st.sampled_from([*others, *near, *CELLS[column.type]]))
    tables = build_tables(rows, dataset.covariates)
    return StudyDataset(dataset.study, dataset.instruments, tables, dataset.covariates)


def refusal(dataset: StudyDataset, folder: Path) -> list[Finding]:
    try:
        write(dataset, folder)
    except DatasetError as error:
        assert not folder.exists()
        return error.findings
    return []


@FAST
@given(dataset=edited())
def test_the_writer_refuses_what_the_checker_finds_and_nothing_else(dataset: StudyDataset) -> None:
    with tempfile.TemporaryDirectory() as temporary:
        refused = refusal(dataset, Path(temporary) / "checked")
        # The same files with nobody looking, to see what the checker says of them.
        writing._place(writing._conform(dataset), Path(temporary) / "unchecked", partitioned=False)
        assert check(Path(temporary) / "unchecked") == refused
