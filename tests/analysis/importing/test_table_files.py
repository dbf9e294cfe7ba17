"""Foreign files: encodings, separators, decimals, line numbers, and files that are no tables."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from analysis.dataset.instrument import Instrument
from analysis.importing.importer import ImportResult, import_table
from analysis.importing.mapping import Mapping
from analysis.importing.problems import ImportRefused

Run = Callable[..., ImportResult]
HEADER = "id,sex,age,energy,search,job"
TOWN = f"{HEADER},stad\na,1,40,5.5,3,no,Älmhult\nb,2,31,2,4,yes,Ängelholm\n"


@pytest.fixture
def town(parts: dict[str, Any]) -> dict[str, Any]:
    return parts | {"person": {**parts["person"], "organisation": {"column": "stad"}}}


def _towns(result: ImportResult) -> list[str]:
    return result.dataset.tables["organisations"]["organisation"].to_pylist()


@pytest.mark.parametrize(
    ("encoding", "stated"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8"),
        ("latin-1", "latin-1"),
        ("cp1252", "windows-1252"),
    ],
)
def test_encodings(encoding: str, stated: str, run: Run, town: dict[str, Any]) -> None:
    town["table"] = {"encoding": stated}
    result = run(TOWN, town, encoding=encoding)
    assert _towns(result) == ["Älmhult", "Ängelholm"]
    assert result.rows_placed == 2


def test_a_euro_sign_is_windows(run: Run, town: dict[str, Any]) -> None:
    town["table"] = {"encoding": "windows-1252"}
    assert _towns(run(TOWN.replace("Älmhult", "€-by"), town, encoding="cp1252"))[0] == "€-by"


@pytest.mark.parametrize("separator", ["semicolon", "tab"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_separators_decimal_comma_and_line_ends(
    separator: str, end: str, run: Run, town: dict[str, Any]
) -> None:
    plain = run(TOWN, town)
    sign = {"semicolon": ";", "tab": "\t"}[separator]
    table = TOWN.replace(",", sign).replace("5.5", "5,5").replace("\n", end)
    town["table"] = {"separator": separator, "decimal": "comma"}
    result = run(table, town)
    assert result.rejected == ()
    assert result.dataset.tables == plain.dataset.tables


def test_parquet_gives_the_same_dataset(run: Run, town: dict[str, Any], tmp_path: Path) -> None:
    plain = run(TOWN, town)
    table = pa.table(
        {
            "id": ["a", "b"],
            "sex": pa.array([1.0, 2.0]),
            "age": [40, 31],
            "energy": [5.5, 2.0],
            "search": pa.array([3, 4], pa.int8()),
            "job": ["no", "yes"],
            "stad": ["Älmhult", "Ängelholm"],
        }
    )
    pq.write_table(table, tmp_path / "source.parquet")
    result = run((tmp_path / "source.parquet").read_bytes(), town, name="table.parquet")
    assert result.dataset.tables == plain.dataset.tables


def test_parquet_nulls_are_empty_cells(run: Run, parts: dict[str, Any], tmp_path: Path) -> None:
    table = pa.table(
        {
            "id": ["a", None],
            "sex": ["1", "1"],
            "age": [40.0, 30.0],
            "energy": [float("nan"), 1.0],
            "search": [3, 3],
            "job": ["no", "no"],
        }
    )
    pq.write_table(table, tmp_path / "source.parquet")
    result = run((tmp_path / "source.parquet").read_bytes(), parts, name="table.parquet")
    assert [(r.line, r.reason) for r in result.rejected] == [(2, "no-person")]
    assert result.dataset.tables["answers"]["value"].to_pylist() == [-9.0, 3.0]


def test_the_line_is_the_one_on_which_a_row_begins(run: Run, town: dict[str, Any]) -> None:
    lines = [
        f"{HEADER},stad",
        'a,1,40,5,3,no,"two',
        'lines"',
        "",
        "b,9,40,5,3,no,x",
        '"c",9,40,5,3,no,"three',
        "",
        'lines"',
        "d,9,40,5,3,no,x",
    ]
    result = run("\r\n".join(lines), town)
    assert [r.line for r in result.rejected] == [5, 6, 9]
    assert (result.rows_read, result.rows_placed) == (4, 1)
    assert _towns(result) == ["two\r\nlines"]


def test_texts_that_stand_for_an_empty_cell(run: Run, parts: dict[str, Any]) -> None:
    parts["table"] = {"empty": ["NA", "."]}
    result = run(f"{HEADER}\na,1,40,NA,.,no\nNA,1,40,5,3,no\nb,1,40,.,2,no", parts)
    assert [(r.line, r.reason) for r in result.rejected] == [(3, "no-person")]
    statuses = result.dataset.tables["rounds"]["participant_status"].to_pylist()
    assert statuses == ["missed", "partly"]


def test_blanks_around_cells_and_names(run: Run, parts: dict[str, Any]) -> None:
    result = run("id , sex,age,energy,search,job\n a , 1 ,40, 5 ,3, no ", parts)
    assert result.rows_placed == 1


def test_a_table_without_rows_is_refused(run: Run, parts: dict[str, Any]) -> None:
    with pytest.raises(ImportRefused, match="the table has a header but no rows"):
        run(HEADER + "\n", parts)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "the table is empty"),
        (b"\n\n", "the table is empty"),
        (b"\xef\xbb\xbf", "the table is empty"),
        (b"PK\x03\x04\x00\x00", "not a text file"),
        (HEADER.encode("utf-16"), "not a text file, or one in UTF-16"),
        (f"{HEADER}\nä".encode("latin-1"), r"line 2: the text is not utf-8\n.*encoding: windows-1252"),
        (b"id,sex,age,age,search,job\n", "columns with the same name: 'age'"),
        (b"a,1,40,5,3,no\nb,1,40,5,3,no\n", "has no column 'energy'"),
        (f'{HEADER}\na,1,40,5,3,no\nb,"1,40,5,3,no\n'.encode(), "line 3: the row cannot be read"),
        (f'{HEADER}\na,1,40,5,3,"no" way\n'.encode(), "line 2: the row cannot be read"),
        (HEADER.encode() + b'\n"' + b"x" * 200_000, "line 2: the row cannot be read"),
    ],
)
def test_files_that_are_no_tables(content: bytes, message: str, run: Run, parts: dict[str, Any]) -> None:
    with pytest.raises(ImportRefused, match=message) as refused:
        run(content, parts)
    assert all(problem.remedy for problem in refused.value.problems)


def test_a_mark_of_utf_8_against_the_mapping(run: Run, parts: dict[str, Any]) -> None:
    parts["table"] = {"encoding": "latin-1"}
    with pytest.raises(ImportRefused, match="the file begins with the mark of UTF-8"):
        run(HEADER, parts, encoding="utf-8-sig")


def test_bytes_that_windows_does_not_know(run: Run, parts: dict[str, Any]) -> None:
    parts["table"] = {"encoding": "windows-1252"}
    with pytest.raises(ImportRefused, match="line 2: the text is not windows-1252"):
        run(HEADER.encode() + b"\n\x81", parts)


@pytest.mark.parametrize("content", [b"", b"PAR1 and no more", f"{HEADER}\n".encode()])
def test_files_that_are_not_parquet(content: bytes, run: Run, parts: dict[str, Any]) -> None:
    with pytest.raises(ImportRefused, match="the file is not Parquet"):
        run(content, parts, name="table.parquet")


def test_a_table_that_is_not_there(
    make_mapping: Callable[..., Mapping], parts: dict[str, Any], scales: Instrument
) -> None:
    with pytest.raises(ImportRefused, match="the table cannot be read"):
        import_table(Path("nowhere.csv"), make_mapping(parts), scales)
