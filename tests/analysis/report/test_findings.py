"""What the report says of the trials on simulated studies is what the last whole run of them found."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from analysis.report.words import Words

PAGE = Path(__file__).resolve().parents[3] / "docs" / "recovery.md"


def ranges() -> dict[str, tuple[float, float]]:
    """What each goal of the page came to, by its name."""
    lines = re.findall(r"^\| (.+?) \| .+? \| ([\d.]+) to ([\d.]+) \|", PAGE.read_text(encoding="utf-8"), re.M)
    return {what: (float(least), float(most)) for what, least, most in lines}


@pytest.mark.parametrize(("language", "to", "point"), [("en", "to", "."), ("sv", "till", ",")])
def test_the_report_says_what_was_found(language: str, to: str, point: str) -> None:
    said = " ".join(Words(language).paragraphs("method.findings.text"))
    found = ranges()

    def between(goal: str, places: int) -> str:
        return f" {to} ".join(f"{value:.{places}f}" for value in found[goal]).replace(".", point)

    for part in (
        between("published, job_hazard: summed bias, %", 0),
        f"{found['published, job_hazard: largest bias, points'][1]:.2f}".replace(".", point),
        between("published, job_hazard: mean coverage, %", 0),
        between("null, job_hazard: false alarms of a test, %", 1),
        between("null, job_hazard: any after Holm, %", 1),
    ):
        assert part in said
