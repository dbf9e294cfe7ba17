"""`bip simulate` from the outside."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from analysis.dataset.check import check
from analysis.dataset.read import read
from analysis.simulate.scenarios import SCENARIOS
from bip.simulate_command import simulate


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(simulate, [str(argument) for argument in arguments])


SMALL = ("--persons", "60", "--rounds", "2", "--truth-persons", "4000")


def test_it_writes_a_dataset_with_its_truth_and_prints_the_calibration(tmp_path: Path) -> None:
    folder = tmp_path / "study"
    result = run(folder, *SMALL, "--scenario", "small", "--seed", "3", "--partitioned")
    assert result.exit_code == 0, result.output
    assert check(folder) == []
    assert read(folder).tables["persons"].num_rows == 60
    assert len(list((folder / "answers").iterdir())) == 3
    truth = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
    assert truth["scenario"] == "small"
    assert truth["parameters"]["rounds"] == 2
    assert result.stdout.splitlines()[0].split() == ["Figure", "Published", "Simulated", "Source"]
    assert "Participants" in result.stdout
    assert "Computing the truth 100 %" in result.stderr


def test_the_same_command_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a", "b"):
        assert run(tmp_path / name, *SMALL, "--instrument", "bip-9-11").exit_code == 0
    for path in sorted((tmp_path / "a").rglob("*.*")):
        assert path.read_bytes() == (tmp_path / "b" / path.relative_to(tmp_path / "a")).read_bytes()
    assert read(tmp_path / "a").instruments[0].key == "bip-9-11"


def test_a_folder_that_is_not_empty_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    result = run(tmp_path, *SMALL)
    assert result.exit_code == 2
    assert "not empty" in result.stderr
    assert "Simulating" not in result.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("--persons", "0"),
        ("--persons", "many"),
        ("--rounds", "0"),
        ("--rounds", "41"),
        ("--seed", "-1"),
        ("--persons", "2000001"),
        ("--truth-persons", "10"),
        ("--truth-persons", "1000001"),
        ("--scenario", "wishful"),
        ("--instrument", "bip-12"),
    ],
)
def test_bad_input_is_named_and_nothing_is_written(option: str, value: str, tmp_path: Path) -> None:
    result = run(tmp_path / "study", option, value)
    assert result.exit_code == 2
    assert option in result.stderr
    assert not (tmp_path / "study").exists()


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    result = run(tmp_path / "file" / "study", *SMALL)
    assert result.exit_code == 2
    assert "study" in result.stderr
    assert "Simulating" not in result.stderr


def test_an_interruption_leaves_no_half_study(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("analysis.simulate.truth.true_values", interrupted)
    assert run(tmp_path / "study", *SMALL).exit_code == 1
    assert list(tmp_path.iterdir()) == []


def test_words_that_are_no_number_are_said_plainly(tmp_path: Path) -> None:
    assert "'many' is not a valid whole number" in run(tmp_path / "study", "--persons", "many").stderr


def test_the_help_names_every_scenario() -> None:
    text = run("--help").output
    assert all(name in text for name in SCENARIOS)
