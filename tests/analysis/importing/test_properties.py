"""Whatever stands in the table: every row is accounted for, and no foreign id reaches a file."""

from __future__ import annotations

import csv
import io
import tempfile
from dataclasses import astuple
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from analysis.dataset.check import check
from analysis.dataset.instrument import Instrument
from analysis.dataset.write import write
from analysis.importing.importer import ImportResult, import_table
from analysis.importing.mapping import Mapping

HEADER = (
    "id",
    "town",
    "land",
    "sex",
    "age",
    "energy",
    "search",
    "job",
    "hired",
    "wave",
    "day",
    "rater",
    "boss",
)
# What a person's rows have in common where nothing is wrong with them.
PERSONS = {
    "FOREIGN-1": ("north", "SE", "1", "40", "yes", "100"),
    "FOREIGN-2": ("north", "SE", "2", "17.5", "no", ""),
    "FOREIGN-3": ("south", "DK", "2", "", "", ""),
    "FOREIGN-4": ("south", "DK", "1", "61", "yes", "365"),
}
FAULTS = ["", "x", "-1", "2.5", "11", "366", "SE", "DK", "north", "a\nb", 'q"q', "FOREIGN-1", "FOREIGN-EVA"]
MAPPING: dict[str, Any] = {
    "study": {"key": "foreign", "title": "A foreign study", "interval_days": 91},
    "instrument": "scales/1.yaml",
    "person": {
        "id": "id",
        "organisation": {"column": "town"},
        "country": {"column": "land"},
        "unit": {"constant": "u1"},
        "enrolled_quarter": {"constant": "2024Q1"},
        "observed_to_day": {"constant": "365"},
        "observed_by": {"constant": "contact"},
        "language": {"constant": "sv"},
        "sex": {"column": "sex", "codes": {"1": "man", "2": "woman"}},
    },
    "covariates": {"age": {"column": "age", "type": "number", "label": "Age"}},
    "indicators": {"energy": {"column": "energy", "reverse": True}, "search": {"column": "search"}},
    "missing": {"": -9, "99": -1},
    "rounds": {
        "shape": "long",
        "round": {"column": "wave"},
        "day": {"column": "day"},
        "rater": {"column": "rater"},
    },
    "responses": {"mode": {"constant": "paper"}, "language": {"constant": "sv"}, "caseworker": "boss"},
    "outcome": {
        "column": "job",
        "events": {"yes": "job_regular", "no": "none", "": "unknown"},
        "day": {"column": "hired"},
        "source": "participant",
    },
}


@st.composite
def _row(draw: st.DrawFn) -> tuple[str, ...]:
    person = draw(st.sampled_from(sorted(PERSONS)))
    town, land, sex, age, job, hired = PERSONS[person]
    wave, late = draw(st.integers(0, 3)), draw(st.integers(0, 100))
    rater = draw(st.sampled_from(["participant", "caseworker"]))
    asked = rater == "participant"
    energy = draw(st.sampled_from(["0", "5.5", "10", "", "99"])) if asked else ""
    search = draw(st.sampled_from(["1", "5", "3", "", "99"]))
    boss = "" if asked else {"north": "FOREIGN-EVA", "south": "FOREIGN-BO"}[town]
    return (
        person,
        town,
        land,
        sex,
        age,
        energy,
        search,
        job,
        hired,
        str(wave),
        str(91 * wave + late),
        rater,
        boss,
    )


@st.composite
def _rows(draw: st.DrawFn) -> list[tuple[str, ...]]:
    """Rows most of which can be placed, and some spoilt in one cell."""
    rows = draw(st.lists(_row(), min_size=1, max_size=25))
    for _ in range(draw(st.integers(0, 5))):
        at = draw(st.integers(0, len(rows) - 1))
        column = draw(st.integers(0, len(HEADER) - 1))
        rows[at] = (*rows[at][:column], draw(st.sampled_from(FAULTS)), *rows[at][column + 1 :])
    return rows


ROWS = _rows()
# Some rows have a cell too many or too few.
RAGGED = st.lists(st.tuples(st.integers(0, 24), st.sampled_from([-1, 1])), max_size=2)


def _table(rows: list[tuple[str, ...]], ragged: list[tuple[int, int]]) -> tuple[str, list[int]]:
    """The table's text, and the line on which each row begins."""
    text, lines = io.StringIO(newline=""), []
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(HEADER)
    changed = dict(ragged)
    for index, row in enumerate(rows):
        lines.append(text.getvalue().count("\n") + 1)
        writer.writerow({-1: row[:-1], 0: row, 1: (*row, "more")}[changed.get(index, 0)])
    return text.getvalue(), lines


def _import(text: str, scales: Instrument, folder: Path) -> ImportResult:
    path = folder / "table.csv"
    path.write_text(text, encoding="utf-8", newline="")
    return import_table(path, Mapping.model_validate(MAPPING), scales)


def _everything_written(folder: Path) -> str:
    files = [path for path in folder.rglob("*") if path.is_file()]
    tables = [str(pq.ParquetFile(path).read().to_pydict()) for path in files if path.suffix == ".parquet"]
    return "\n".join(tables + [path.read_text(encoding="utf-8") for path in files if path.suffix == ".json"])


@given(ROWS, RAGGED)
@settings(max_examples=150, deadline=None, derandomize=True)
def test_every_row_is_placed_or_listed(
    scales: Instrument, rows: list[tuple[str, ...]], ragged: list[tuple[int, int]]
) -> None:
    text, lines = _table(rows, ragged)
    with tempfile.TemporaryDirectory() as temporary:
        result = _import(text, scales, Path(temporary))
    assert result.rows_read == len(rows)
    assert result.rows_placed + len(result.rejected) == len(rows)
    listed = [rejected.line for rejected in result.rejected]
    assert listed == sorted(set(listed))
    assert set(listed) <= set(lines)
    placed = [row for row, line in zip(rows, lines, strict=True) if line not in listed]
    assert result.dataset.tables["persons"].num_rows == len({row[0] for row in placed})
    assert len({(row[0], row[9], row[11]) for row in placed}) == result.rows_placed


@given(ROWS)
@settings(max_examples=12, deadline=None, derandomize=True)
def test_what_is_placed_keeps_the_contract_and_holds_no_foreign_id(
    scales: Instrument, rows: list[tuple[str, ...]]
) -> None:
    # A fault that puts an id into another column is the table's own and may be written.
    rows = [row for row in rows if not any("FOREIGN" in cell for cell in row[1:12])]
    assume(rows)
    text, _ = _table(rows, [])
    with tempfile.TemporaryDirectory() as temporary:
        result = _import(text, scales, Path(temporary))
        write(result.dataset, Path(temporary) / "dataset")
        assert check(Path(temporary) / "dataset") == []
        written = _everything_written(Path(temporary) / "dataset")
    assert "FOREIGN" not in written
    assert "FOREIGN" not in str([astuple(rejected) for rejected in result.rejected])


@given(ROWS)
@settings(max_examples=20, deadline=None, derandomize=True)
def test_the_same_table_gives_the_same_dataset(scales: Instrument, rows: list[tuple[str, ...]]) -> None:
    text, _ = _table(rows, [])
    with tempfile.TemporaryDirectory() as temporary:
        first, second = (_import(text, scales, Path(temporary)) for _ in range(2))
    assert first == second
