"""Small instruments, one feature or one fault each, and what the check must say about them."""

from dataclasses import dataclass
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from surveys.findings import Finding, InstrumentError, errors_of
from surveys.load import load
from surveys.meaning import check

CORPUS = Path(__file__).parent / "corpus"
SAMPLES = sorted(path for path in CORPUS.glob("*/*") if path.is_dir())
INVALID = [path for path in SAMPLES if path.parent.name == "invalid"]


@dataclass(frozen=True)
class Expected:
    severity: str
    file: str
    field: str
    message: str
    line: int | None = None

    def is_met_by(self, finding: Finding, sample: Path) -> bool:
        return (
            finding.severity == self.severity
            and finding.file == sample / self.file
            and finding.field == self.field
            and self.message in finding.message
            and self.line in (None, finding.line)
        )


def expectation(sample: Path) -> tuple[Path, list[Expected]]:
    """What to check in a sample, and every finding that must come of it."""
    file = sample / "expected.yaml"
    if not file.is_file():
        pytest.fail(f"{sample} has no expected.yaml beside it")
    data = YAML(typ="safe", pure=True).load(file.read_text(encoding="utf-8"))
    return sample / data["check"], [Expected(**finding) for finding in data["findings"]]


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: f"{path.parent.name}-{path.name}")
def test_the_check_says_what_is_expected_and_no_more(sample: Path) -> None:
    path, expected = expectation(sample)
    findings = check(path)
    shown = "\n".join(map(str, findings))
    assert len(findings) == len(expected), shown
    for finding, wanted in zip(findings, expected, strict=True):
        assert wanted.is_met_by(finding, sample), shown
        assert finding.remedy


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: f"{path.parent.name}-{path.name}")
def test_what_is_invalid_does_not_load_and_what_is_valid_does(sample: Path) -> None:
    path, _ = expectation(sample)
    if path.is_dir() and path.name == "mini":
        # Only a version file is loaded; what the check says about a whole folder is tested above.
        return
    if sample in INVALID:
        with pytest.raises(InstrumentError) as refused:
            load(path)
        assert refused.value.findings == tuple(errors_of(check(path)))
    else:
        assert load(path).key == path.parent.name


@pytest.mark.parametrize("sample", INVALID, ids=lambda path: path.name)
def test_every_invalid_sample_expects_an_error(sample: Path) -> None:
    assert any(expected.severity == "error" for expected in expectation(sample)[1])


def test_the_corpus_is_there() -> None:
    assert len(INVALID) > 50
