"""A real browser, and reports for it to open."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from analysis.report.write import write_report
from tests.analysis.report.examples import (
    INDICATORS,
    MERGED,
    continuous,
    eleven,
    estimates,
    fits,
    results,
    study,
)

_ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
_JOBS = ("job_seek", "econ_hard", "depress1")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium; a machine without it fails with the remedy."""
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.fail("there is no chromium on this machine; remedy: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=_ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def reports(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A report with everything, one of a single round, one where all is refused."""
    folder = tmp_path_factory.mktemp("reports")
    both = [
        *estimates(INDICATORS, found={("participant", "level", "work_belief"): 0.5}),
        *estimates(INDICATORS, analysis="job_hazard_level"),
    ]
    level = estimates(_JOBS, analysis="job_hazard_level", raters=("participant",))
    refused = estimates(INDICATORS, refused=("alone", "adjusted"))
    cases = {
        "everything": (
            study(eleven(), rounds=8, persons=80),
            results(both, warnings=(MERGED,)),
            fits(),
        ),
        "one round": (study(continuous(), rounds=1), results(level), ()),
        "refused": (study(eleven(), rounds=1), results(refused), ()),
    }
    paths = {name: folder / f"{name.replace(' ', '-')}.html" for name in cases}
    for name, (dataset, shown, fitted) in cases.items():
        write_report(dataset, shown, fitted, paths[name])
    return paths


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page that must not complain and must not ask the network for anything."""
    page = browser.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda request: _note_request(complaints, request.url))
    yield page
    page.close()
    assert complaints == []


def _note_request(complaints: list[str], url: str) -> None:
    if not url.startswith(("file:", "data:", "blob:")):
        complaints.append(f"asked for {url}")
