"""`bip check DIR`: what is in order in a line, what is not in full, and status 2."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest
from click.testing import CliRunner, Result

from analysis.dataset import write as writing
from analysis.dataset.study import Study, StudyDataset, build_tables
from analysis.dataset.write import write
from bip.check_command import check


def run(folder: Path) -> Result:
    return CliRunner().invoke(check, [str(folder)])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A study of two organisations where nobody has enrolled yet."""
    organisations = [{"organisation": name, "country": "SE"} for name in ("north", "south")]
    tables = build_tables({"organisations": organisations})
    write(StudyDataset(Study("s", "S", 91, "r", "none", "tests"), (), tables), tmp_path / "study")
    return tmp_path / "study"


def test_a_dataset_in_order_is_counted(folder: Path) -> None:
    result = run(folder)
    assert result.exit_code == 0
    assert result.output == f"{folder}: in order: 0 persons, 0 enrolments, 0 responses in 13 tables\n"


def test_one_is_not_several(tmp_path: Path) -> None:
    person = dict.fromkeys(["sex", "origin", "education"], "unknown")
    person |= {"person": "p", "organisation": "north", "age_band": "unknown", "language": "sv"}
    rows = {"organisations": [{"organisation": "north", "country": "SE"}], "persons": [person]}
    write(StudyDataset(Study("s", "S", 91, "r", "none", "tests"), (), build_tables(rows)), tmp_path / "study")
    assert "in order: 1 person, 0 enrolments" in run(tmp_path / "study").output


def test_findings_name_rule_place_and_remedy_and_the_status_is_2(folder: Path) -> None:
    (folder / "steps.parquet").write_bytes(b"x")
    (folder / "exits.parquet").unlink()
    result = run(folder)
    assert result.exit_code == 2
    assert "exits: the file exits.parquet is missing [file-missing]\n    remedy: " in result.output
    assert "steps: steps.parquet is not what datapackage.json describes" in result.output
    assert result.output.endswith(f"{folder}: 2 findings\n")


def test_a_folder_that_is_none_is_a_finding(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    for name in ("file", "nothing"):
        result = run(tmp_path / name)
        assert result.exit_code == 2
        assert f"{tmp_path / name} is not a folder [package]" in result.output
        assert isinstance(result.exception, SystemExit)


def test_ids_cannot_steer_the_terminal(tmp_path: Path) -> None:
    country = pa.table({"organisation": ["\x1b[2Jnorth\n"], "country": pa.array([None], pa.string())})
    tables = {**build_tables({}), "organisations": country}
    dataset = StudyDataset(Study("s", "S", 91, "r", "none", "tests"), (), tables)
    # The writer would refuse it.
    writing._place(writing._conform(dataset), tmp_path / "odd", partitioned=False)
    result = run(tmp_path / "odd")
    assert result.exit_code == 2
    assert r"where: organisation \x1b[2Jnorth\n (no value)" in result.output
    assert "\x1b" not in result.output
