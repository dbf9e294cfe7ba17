"""The tiny study as a folder, for tests that damage it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from analysis.dataset.write import write
from tests.analysis.dataset.support import Make, Rows


@pytest.fixture(params=[False], ids=[""])
def folder(
    request: pytest.FixtureRequest,
    make_dataset: Make,
    rows: Rows,
    tmp_path: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Path:
    """A written study of the test's own; partitioned where the test asks for it (`indirect`)."""
    made = tmp_path_factory.getbasetemp() / f"tiny-study-{request.param}"
    if not made.exists():
        write(make_dataset(rows), made, partitioned=request.param)
    return Path(shutil.copytree(made, tmp_path / "study"))
