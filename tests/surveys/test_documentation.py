"""The examples of docs/instruments.md are instruments that load."""

import re
from pathlib import Path

import pytest

from surveys.load import load
from surveys.meaning import check

DOCUMENT = Path(__file__).parents[2] / "docs" / "instruments.md"


@pytest.fixture
def text() -> str:
    return DOCUMENT.read_text(encoding="utf-8")


def test_the_smallest_instrument_is_whole(text: str, tmp_path: Path) -> None:
    files = re.findall(r"`([\w.-]+/[\w.-]+\.yaml)`:\n\n```yaml\n(.*?)```", text, re.DOTALL)
    assert [name for name, _ in files] == ["job-search/1.yaml", "job-search/1.en.yaml"]
    for name, content in files:
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(content, encoding="utf-8")
    assert check(tmp_path / "job-search") == []
    assert load(tmp_path / "job-search" / "1.yaml").items[0].scale.steps == (1, 2, 3)


def test_the_example_of_an_extension_loads(text: str, tmp_path: Path) -> None:
    (content,) = re.findall(r"```yaml\n(key: my-form\n.*?)```", text, re.DOTALL)
    folder = tmp_path / "my-form"
    folder.mkdir()
    (folder / "1.yaml").write_text(content, encoding="utf-8")
    head = "language: sv\nstatus: provisional\ntitle: Min blankett\ndescription: Ett exempel.\n"
    (folder / "1.sv.yaml").write_text(head, encoding="utf-8")
    instrument = load(folder / "1.yaml")
    assert [len(instrument.items_for(rater)) for rater in instrument.raters] == [11, 1]
