"""`bip import` from the outside, on the example of the documentation."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from analysis.dataset.check import check
from analysis.dataset.read import read
from bip.import_command import import_
from surveys.load import load

ROOT = Path(__file__).parents[3]
DOCUMENT = ROOT / "docs" / "importing.md"
_FILE = re.compile(r"`(?P<name>[\w./-]+)`:\n\n```\w+\n(?P<text>.*?)```", re.DOTALL)
Run = Callable[..., Result]


@pytest.fixture
def example(tmp_path: Path) -> Path:
    """The files of the smallest example, as the documentation prints them."""
    files = {match["name"]: match["text"] for match in _FILE.finditer(DOCUMENT.read_text(encoding="utf-8"))}
    assert sorted(files) == ["answers.csv", "confidence/1.en.yaml", "confidence/1.yaml", "mapping.yaml"]
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path


@pytest.fixture
def run(example: Path) -> Run:
    def run(*options: str) -> Result:
        arguments = [str(example / "answers.csv"), str(example / "dataset")]
        return CliRunner().invoke(import_, [*arguments, "--mapping", str(example / "mapping.yaml"), *options])

    return run


@pytest.fixture
def faulty(example: Path) -> Path:
    """The table with 25 further rows that cannot be placed."""
    with (example / "answers.csv").open("a", encoding="utf-8") as file:
        file.writelines(f"X-{number},1990,9,no\n" for number in range(25))
    return example


def test_the_smallest_example(run: Run, example: Path) -> None:
    result = run()
    assert result.exit_code == 0, result.output
    printed = DOCUMENT.read_text(encoding="utf-8").split("prints `")[1].split("`")[0]
    assert result.output.splitlines()[0] == printed
    assert check(example / "dataset") == []
    dataset = read(example / "dataset")
    assert dataset.tables["rounds"]["participant_status"].to_pylist() == ["answered", "answered", "missed"]
    assert dataset.tables["answers"]["value"].to_pylist() == [4.5, 2.0]
    assert dataset.instruments[0].name == "confidence@1"
    assert dataset.study.created_by == "bip import"


def test_rows_that_are_not_placed_are_printed(run: Run, faulty: Path) -> None:
    result = run()
    assert result.exit_code == 0
    lines = result.output.splitlines()
    assert lines[:3] == [
        "3 placed + 25 not placed = 28 rows read; 3 persons",
        "  off-scale: 25",
        "line 5: confidence '9': outside the scale of confidence, 1 to 5 [off-scale]",
    ]
    assert sum(line.startswith("line ") for line in lines) == 20
    assert "... and 5 more; --rejects FILE lists them all" in lines
    assert check(faulty / "dataset") == []


def test_rows_that_are_not_placed_are_written(run: Run, faulty: Path) -> None:
    result = run("--rejects", str(faulty / "not-placed.csv"))
    assert result.exit_code == 0
    with (faulty / "not-placed.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [int(row["line"]) for row in rows] == list(range(5, 30))
    assert {(row["column"], row["value"], row["reason"]) for row in rows} == {
        ("confidence", "9", "off-scale")
    }
    assert "X-" not in (faulty / "not-placed.csv").read_text(encoding="utf-8")
    assert "line 5" not in result.output


@pytest.mark.parametrize("name", ["answers.csv", "mapping.yaml", "confidence/1.yaml"])
def test_the_list_never_goes_over_a_file_that_is_there(run: Run, example: Path, name: str) -> None:
    before = (example / name).read_bytes()
    result = run("--rejects", str(example / name))
    assert (result.exit_code, type(result.exception)) == (2, SystemExit)
    assert "name another file" in result.output
    assert (example / name).read_bytes() == before
    assert not (example / "dataset").exists()


def test_many_rows_that_are_not_placed_are_warned_of(run: Run, faulty: Path) -> None:
    (warning,) = [line for line in run().output.splitlines() if line.startswith("warning: ")]
    assert warning.startswith("warning: 25 of 28 rows could not be placed.")


def test_no_event_is_warned_of(run: Run, example: Path) -> None:
    _spoil(example / "answers.csv", "4.5,yes", "4.5,no")
    assert "warning: no event was placed, so nothing can be estimated" in run().output


def test_an_import_without_doubts_warns_of_nothing(run: Run) -> None:
    assert "warning" not in run().output


def test_one_is_not_several(run: Run, example: Path) -> None:
    (example / "answers.csv").write_text("id,year_of_birth,confidence,in_work\nK-17,1990,4.5,yes\n")
    assert "1 placed + 0 not placed = 1 row read; 1 person\n" in run().output


def test_strict_writes_nothing_where_a_row_is_not_placed(run: Run, faulty: Path) -> None:
    result = run("--strict", "--rejects", str(faulty / "not-placed.csv"))
    assert result.exit_code == 2
    assert "25 rows could not be placed" in result.output
    assert not (faulty / "dataset").exists()
    assert (faulty / "not-placed.csv").is_file()


def test_strict_is_content_where_every_row_is_placed(run: Run, example: Path) -> None:
    assert run("--strict").exit_code == 0
    assert (example / "dataset").is_dir()


def _spoil(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


@pytest.mark.parametrize(
    ("file", "change", "message"),
    [
        ("mapping.yaml", ("column: confidence", "column: trust"), "indicators.confidence.column"),
        ("mapping.yaml", ("unused:", "ununsed:"), "ununsed: there is no such field"),
        ("mapping.yaml", ("confidence/1.yaml", "trust/1.yaml"), "instrument: there is no file"),
        ("mapping.yaml", ("confidence/1.yaml", "confidence"), "instrument: there is no file"),
        ("confidence/1.yaml", ("lowest: 1", "lowest: -3"), "1 is not on the scale"),
        ("confidence/1.yaml", ("items:", "itmes:"), "itmes"),
        ("answers.csv", ("K-17,1990,4.5,yes", 'K-17,1990,4.5,"yes'), "line 2: the row cannot be read"),
    ],
)
def test_what_is_wrong_before_any_row(
    file: str, change: tuple[str, str], message: str, run: Run, example: Path
) -> None:
    _spoil(example / file, *change)
    result = run()
    assert (result.exit_code, type(result.exception)) == (2, SystemExit)
    assert message in result.output
    assert not (example / "dataset").exists()


def test_a_folder_that_is_in_use(run: Run, example: Path) -> None:
    (example / "dataset").mkdir()
    (example / "dataset" / "mine.txt").write_text("mine")
    (example / "answers.csv").write_text("never read")
    result = run()
    assert result.exit_code == 2
    assert "the folder is not empty" in result.output


def test_a_list_that_cannot_be_written(run: Run, example: Path) -> None:
    result = run("--rejects", str(example / "nowhere" / "list.csv"))
    assert result.exit_code == 2
    assert "the list cannot be written" in result.output
    assert not (example / "dataset").exists()


def test_a_folder_that_cannot_be_made(example: Path) -> None:
    (example / "file").write_text("a file")
    arguments = [str(example / "answers.csv"), str(example / "file" / "dataset")]
    result = CliRunner().invoke(import_, [*arguments, "--mapping", str(example / "mapping.yaml")])
    assert (result.exit_code, type(result.exception)) == (2, SystemExit)
    assert "cannot be written" in result.output


def test_the_jobs_2_instrument_is_whole_in_both_languages() -> None:
    instrument = load(ROOT / "docs" / "examples" / "jobs-2" / "jobs-2" / "1.yaml")
    assert [language.tag for language in instrument.languages] == ["en", "sv"]
    for item in instrument.items:
        assert set(item.label.to_json()) == {"en", "sv"}
        (form,) = item.forms
        assert set(form.question.to_json()) == {"en", "sv"}
