"""Instruments for the tests of `surveys` to take apart; each test gets its own copy."""

from collections.abc import Callable
from pathlib import Path
from shutil import copytree

import pytest

CORPUS = Path(__file__).parent / "corpus"


@pytest.fixture
def sample(tmp_path: Path) -> Callable[[str], Path]:
    """Copies one of the valid samples, such as `two_languages`, and gives the folder of its instrument."""

    def copied(name: str) -> Path:
        return copytree(CORPUS / "valid" / name, tmp_path / name) / "mini"

    return copied


def edit_file(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {path}"
    path.write_text(text.replace(old, new), encoding="utf-8")


@pytest.fixture
def edit() -> Callable[[Path, str, str], None]:
    """Replaces one place in a file."""
    return edit_file
