"""The writer: whole or not at all, the same bytes for the same content, never over something else."""

from __future__ import annotations

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from analysis.dataset.check import check
from analysis.dataset.findings import DatasetError, Finding
from analysis.dataset.instrument import Instrument
from analysis.dataset.open import open_study
from analysis.dataset.partitions import partition_findings
from analysis.dataset.read import read
from analysis.dataset.schema import TABLES
from analysis.dataset.study import Covariate, StudyDataset
from analysis.dataset.write import write
from tests.analysis.dataset.support import Make, Rows


def contents(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def refusals(dataset: StudyDataset, folder: Path, *, partitioned: bool = False) -> list[Finding]:
    with pytest.raises(DatasetError) as refused:
        write(dataset, folder, partitioned=partitioned)
    return refused.value.findings


@pytest.mark.parametrize("partitioned", [False, True])
def test_the_same_rows_give_the_same_bytes_in_whatever_order(
    make_dataset: Make, rows: Rows, tmp_path: Path, partitioned: bool
) -> None:
    # Equal to each other and so without an order of their own.
    rows["activities"] += [{**rows["activities"][0], "hours_per_week": hours} for hours in (0.0, -0.0, None)]
    backwards = {name: [dict(reversed(row.items())) for row in some[::-1]] for name, some in rows.items()}
    for name, some in (("a", rows), ("again", rows), ("b", backwards)):
        write(make_dataset(some), tmp_path / name, partitioned=partitioned)
    first = contents(tmp_path / "a")
    assert first == contents(tmp_path / "again")
    assert first == contents(tmp_path / "b")
    assert len(first) == 2 + len(TABLES) * (2 if partitioned else 1)


def test_what_is_read_together_lies_together(make_dataset: Make, rows: Rows, tmp_path: Path) -> None:
    """Responses by enrolment and round, answers in the order of their responses."""
    numbers = range(len(rows["responses"]), 0, -1)
    named = {row["response"]: f"r{n:03}" for n, row in zip(numbers, rows["responses"], strict=True)}
    for row in (*rows["responses"], *rows["answers"]):
        row["response"] = named[row["response"]]
    rows["answers"].reverse()
    write(make_dataset(rows), tmp_path / "study")
    tables = read(tmp_path / "study").tables
    order = [(row["enrolment"], row["round"], row["rater"]) for row in tables["responses"].to_pylist()]
    assert order == sorted(order)
    place = {name: place for place, name in enumerate(tables["responses"]["response"].to_pylist())}
    assert list(place) != sorted(place)
    answers = [(place[row["response"]], row["item"]) for row in tables["answers"].to_pylist()]
    assert answers == sorted(answers)


def test_an_empty_study_has_every_column(make_dataset: Make, tmp_path: Path) -> None:
    for name, partitioned in (("plain", False), ("partitioned", True)):
        write(make_dataset({}), tmp_path / name, partitioned=partitioned)
        assert check(tmp_path / name) == []
        back = read(tmp_path / name)
        assert all(back.tables[name].schema.equals(table.arrow) for name, table in TABLES.items())


def test_organisations_without_rows_have_their_partitions(
    make_dataset: Make, rows: Rows, tmp_path: Path
) -> None:
    for odd in ("..", "a/b", "100%", "=", "å", "con*[1]?"):
        rows["organisations"].append({"organisation": odd, "country": "SE"})
    write(make_dataset(rows), tmp_path / "study", partitioned=True)
    assert check(tmp_path / "study") == []
    made = {path.name for path in (tmp_path / "study" / "steps").iterdir()}
    assert made == {
        f"organisation={name}"
        for name in ("north", "south", "..", "a%2Fb", "100%25", "%3D", "%C3%A5", "con%2A%5B1%5D%3F")
    }
    assert sorted(
        row["organisation"] for row in read(tmp_path / "study").tables["organisations"].to_pylist()
    ) == [*sorted(["north", "south", "..", "a/b", "100%", "=", "å", "con*[1]?"])]


def test_rows_of_another_organisation_are_found_under_a_relative_name(
    make_dataset: Make, rows: Rows, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    folder = Path("./below/../study")
    write(make_dataset(rows), folder, partitioned=True)
    assert check(folder) == []
    north, south, aside = (folder / "exits" / f"organisation={name}" for name in ("north", "south", "aside"))
    with open_study(folder) as study:
        for source, target in ((north, aside), (south, north), (aside, south)):
            source.rename(target)
        (finding,) = partition_findings(folder, study)
    assert finding.message == "exits/organisation=south/part-0.parquet holds rows of another organisation"


def test_an_empty_folder_is_taken_and_another_left_alone(
    make_dataset: Make, rows: Rows, tmp_path: Path
) -> None:
    (tmp_path / "empty").mkdir()
    write(make_dataset(rows), tmp_path / "empty")
    assert check(tmp_path / "empty") == []
    before = contents(tmp_path / "empty")
    (finding,) = refusals(make_dataset({}), tmp_path / "empty")
    assert (finding.rule, finding.message) == ("folder", "the folder is not empty")
    assert contents(tmp_path / "empty") == before
    (tmp_path / "file").write_text("mine")
    (finding,) = refusals(make_dataset(rows), tmp_path / "file")
    assert finding.message == "there is a file of this name"
    assert (tmp_path / "file").read_text() == "mine"


def test_the_truth_comes_with_the_dataset(make_dataset: Make, rows: Rows, tmp_path: Path) -> None:
    write(make_dataset(rows), tmp_path / "study", truth='{"a": 1}')
    assert (tmp_path / "study" / "truth.json").read_text() == '{"a": 1}'
    assert check(tmp_path / "study") == []


@contextmanager
def no_room(size: int) -> Iterator[None]:
    """No file can grow beyond `size` bytes, as on a disk that is full."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_full_disk_leaves_nothing_behind(make_dataset: Make, rows: Rows, tmp_path: Path) -> None:
    write(make_dataset(rows), tmp_path / "whole")
    sizes = sorted(len(content) for content in contents(tmp_path / "whole").values())
    with no_room(sizes[-1] - 1):
        (finding,) = refusals(make_dataset(rows), tmp_path / "study")
    assert finding.rule == "folder"
    assert finding.message == "the dataset cannot be written: File too large"
    assert [path.name for path in tmp_path.iterdir()] == ["whole"]


def test_a_failure_halfway_leaves_an_empty_folder_empty(
    make_dataset: Make, rows: Rows, tmp_path: Path
) -> None:
    # The first partition is written before the second turns out to have a name no file can bear.
    rows["organisations"].append({"organisation": "x" * 300, "country": "SE"})
    (tmp_path / "study").mkdir()
    (finding,) = refusals(make_dataset(rows), tmp_path / "study", partitioned=True)
    assert finding.message == "the dataset cannot be written: File name too long"
    assert "organisations' ids short" in finding.remedy
    assert [path.name for path in tmp_path.rglob("*")] == ["study"]


def test_a_place_that_cannot_hold_a_folder_is_named(make_dataset: Make, rows: Rows, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for name in ("file/study", "x" * 300):
        (finding,) = refusals(make_dataset(rows), tmp_path / name)
        assert finding.message.startswith("the dataset cannot be written: ")


def test_a_dataset_that_breaks_a_rule_leaves_nothing(make_dataset: Make, rows: Rows, tmp_path: Path) -> None:
    rows["steps"][0]["enrolment"] = "e9"
    (finding,) = refusals(make_dataset(rows), tmp_path / "below" / "study")
    assert finding.rule == "key-exists"
    assert list(tmp_path.iterdir()) == []


def test_tables_that_are_missing_or_misshapen_are_named(
    make_dataset: Make, rows: Rows, tmp_path: Path
) -> None:
    sound = make_dataset(rows)
    steps = sound.tables["steps"]
    misshapen: dict[str, pa.Table | None] = {
        "the table is missing": None,
        "the column kind is missing": steps.drop_columns(["kind"]),
        "the column note is not part of the contract": steps.append_column("note", steps["kind"]),
        "Failed to parse string": steps.set_column(2, "day", pa.array(["soon"])),
    }
    for words, table in misshapen.items():
        tables = {**sound.tables, "steps": table}
        kept = {name: made for name, made in tables.items() if made is not None}
        (finding,) = refusals(replace(sound, tables=kept), tmp_path / "study")
        assert words in finding.message


def test_columns_in_other_order_and_narrower_types_are_brought_in_line(
    make_dataset: Make, rows: Rows, tmp_path: Path
) -> None:
    sound = make_dataset(rows)
    steps = sound.tables["steps"].select(["day", "kind", "enrolment"])
    steps = steps.set_column(0, "day", steps["day"].cast(pa.int32()))
    write(replace(sound, tables={**sound.tables, "steps": steps}), tmp_path / "study")
    assert read(tmp_path / "study").tables["steps"].equals(sound.tables["steps"])


@pytest.mark.parametrize(
    "names",
    [
        ["sex"],
        ["SEX"],
        ["day"],
        ["has_previous"],
        ["end_day"],
        ["Intake"],
        ["a b"],
        ["1a"],
        ["å"],
        ["x" * 33],
        ["kids", "Kids"],
        [""],
    ],
)
def test_covariates_need_names_of_their_own(
    make_dataset: Make, rows: Rows, tmp_path: Path, names: list[str]
) -> None:
    covariates = tuple(Covariate(name, "integer", "") for name in names)
    findings = refusals(replace(make_dataset(rows), covariates=covariates), tmp_path / "study")
    assert [f.rule for f in findings] == ["covariate-name"] * len(names)


@pytest.mark.parametrize(
    ("values", "rule"),
    [({"interval_days": 0}, "interval"), ({"title": "half a character: \ud83e"}, "text")],
)
def test_what_the_study_says_of_itself_is_checked(
    make_dataset: Make, rows: Rows, tmp_path: Path, values: dict[str, Any], rule: str
) -> None:
    sound = make_dataset(rows)
    (finding,) = refusals(replace(sound, study=replace(sound.study, **values)), tmp_path / "study")
    assert finding.rule == rule
    assert str(finding).isascii()


@pytest.mark.parametrize(
    ("versions", "rules"),
    [
        ([("a", "1"), ("a", "1")], ["instrument-unique"]),
        ([("a-b", "c"), ("a", "b-c")], ["instrument-unique"]),
        ([("../a", "1")], ["instrument-name"]),
        ([("a", "")], ["instrument-name"]),
        ([("a", "\n")], ["instrument-name"]),
        ([("a" * 300, "1")], ["instrument-name"]),
    ],
)
def test_instruments_need_files_of_their_own(
    make_dataset: Make,
    instrument: Instrument,
    tmp_path: Path,
    versions: list[tuple[str, str]],
    rules: list[str],
) -> None:
    used = tuple(instrument.model_copy(update={"key": key, "version": version}) for key, version in versions)
    findings = refusals(make_dataset({}, instruments=used), tmp_path / "study")
    assert [f.rule for f in findings] == rules
