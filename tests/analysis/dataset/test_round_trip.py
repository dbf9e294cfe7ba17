"""What is written is what is read, and the same content gives the same bytes."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from analysis.dataset.check import check
from analysis.dataset.read import read
from analysis.dataset.schema import TABLES
from analysis.dataset.study import StudyDataset
from analysis.dataset.write import write


@pytest.mark.parametrize("partitioned", [False, True])
def test_a_written_study_checks_and_reads_back(
    make_dataset: Callable[..., StudyDataset], rows: dict, tmp_path: Path, partitioned: bool
) -> None:
    dataset = make_dataset(rows)
    write(dataset, tmp_path / "study", partitioned=partitioned)
    assert check(tmp_path / "study") == []
    back = read(tmp_path / "study")
    assert back.study == dataset.study
    assert back.instruments == dataset.instruments
    for name, table in TABLES.items():
        keys = [(column, "ascending") for column in table.sort_columns]
        assert back.tables[name].sort_by(keys).to_pylist() == dataset.tables[name].sort_by(keys).to_pylist()


def test_rows_in_another_order_give_the_same_bytes(
    make_dataset: Callable[..., StudyDataset], rows: dict, tmp_path: Path
) -> None:
    write(make_dataset(rows), tmp_path / "a")
    write(make_dataset({name: some[::-1] for name, some in rows.items()}), tmp_path / "b")
    names = sorted(str(p.relative_to(tmp_path / "a")) for p in (tmp_path / "a").rglob("*") if p.is_file())
    assert len(names) == len(TABLES) + 2
    assert all((tmp_path / "a" / n).read_bytes() == (tmp_path / "b" / n).read_bytes() for n in names)


def test_an_empty_study_has_every_column(make_dataset: Callable[..., StudyDataset], tmp_path: Path) -> None:
    write(make_dataset({}), tmp_path / "study")
    assert check(tmp_path / "study") == []
    back = read(tmp_path / "study")
    assert all(back.tables[name].schema.equals(table.arrow) for name, table in TABLES.items())
    package = json.loads((tmp_path / "study" / "datapackage.json").read_text())
    assert package["bip:format_version"] == 1
    assert all(resource["hash"].startswith("sha256:") for resource in package["resources"])
