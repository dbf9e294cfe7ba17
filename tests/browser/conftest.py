"""A real browser, reports for it to open, and people who walk through the application with it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from playwright.sync_api import Browser, Page

from analysis.report.write import write_report
from bip.clock import SettableClock
from bip.localisation import PARTICIPANT_LANGUAGES
from bip.research.files import ReleaseFiles
from bip.store.organisations import Organisation
from tests.analysis.report.examples import (
    INDICATORS,
    MERGED,
    RATERS,
    continuous,
    eleven,
    estimates,
    fits,
    results,
    risk_ratios,
    study,
)
from tests.bip import rows
from tests.bip.conftest import NOON, empty_database
from tests.bip.house import House, build_house
from tests.bip.scene import build_scene
from tests.bip.sealed_town import Town as SealedTown
from tests.bip.sealed_town import build_sealed_town
from tests.browser.centre import Centre
from tests.browser.live import Live, serving, settings_with
from tests.browser.tablets import TABLET, Tablet, tablet
from tests.browser.walk import Walker, walking

__all__ = ["empty_database"]

Arrive = Callable[..., Walker]


@dataclass(frozen=True)
class Town:
    """An organisation in the middle of its work, open to visitors; `ids` are what its addresses hold."""

    live: Live
    house: House
    sealed: SealedTown
    ids: dict[str, str]


_JOBS = ("job_seek", "econ_hard", "depress1")


@pytest.fixture(scope="session")
def reports(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A report with everything, one of a single round, one where all is refused."""
    folder = tmp_path_factory.mktemp("reports")
    both = [
        *estimates(INDICATORS, found={("participant", "level", "work_belief"): 0.5}),
        *estimates(INDICATORS, analysis="job_hazard_level"),
        *risk_ratios({"work_belief": (1.4, 1.16, 1.7, 0.01)}, RATERS),
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
    complaints: list[str] = []
    page = watched(browser, complaints)
    yield page
    page.close()
    assert complaints == []


def watched(browser: Browser, complaints: list[str]) -> Page:
    """A new page whose complaints are noted, and whatever it asks the network for."""
    page = browser.new_page()
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda request: _note_request(complaints, request.url))
    return page


def _note_request(complaints: list[str], url: str) -> None:
    if not url.startswith(("file:", "data:", "blob:")):
        complaints.append(f"asked for {url}")


@pytest.fixture
def arrive(browser: Browser) -> Iterator[Arrive]:
    """Somebody new opens a browser: `arrive(live, scripts=False)`; further words as in `walking`."""
    with ExitStack() as open_browsers:

        def arrive(live: Live, **how: Any) -> Walker:  # noqa: ANN401  # as `walking` takes them
            return open_browsers.enter_context(walking(browser, live.address, **how))

        yield arrive


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory, empty_database: Path) -> Iterator[Town]:
    """A town for a module, whose tests leave alone what the others look at."""
    settings = settings_with(tmp_path_factory.mktemp("town"), empty_database)
    with serving(settings, SettableClock(NOON)) as live:
        house = build_house(live.app)
        ids = build_scene(live.installed, house)
        files = ReleaseFiles.of(settings.data_dir, UUID(ids["release_id"]))
        shown = results([*estimates(INDICATORS), *estimates(INDICATORS, analysis="job_hazard_level")])
        write_report(study(eleven(), rounds=8, persons=80), shown, fits(), files.report, page=files.page)
        yield Town(live, house, build_sealed_town(live.installed, _with_another_study(house)), ids)


def _with_another_study(house: House) -> House:
    """The same house: each of the two scenes makes the first release of a study."""
    with house.installed.store.writing() as session:
        organisation = session.get_one(Organisation, house.organisation_id)
        return replace(house, study_id=rows.study(session, organisation, name="A second study").id)


@pytest.fixture(scope="module")
def centre(tmp_path_factory: pytest.TempPathFactory, empty_database: Path) -> Iterator[Centre]:
    settings = settings_with(tmp_path_factory.mktemp("centre"), empty_database)
    with serving(settings, SettableClock(NOON)) as live:
        languages = ("en", *(tag for tag in PARTICIPANT_LANGUAGES if tag != "en"))
        yield Centre(live, build_house(live.app, languages=languages))


@pytest.fixture
def open_tablet(browser: Browser, centre: Centre) -> Iterator[Callable[..., Tablet]]:
    """Somebody takes a tablet that knows nobody."""
    with ExitStack() as used:

        def open_tablet(size: tuple[int, int] = TABLET, **how: Any) -> Tablet:  # noqa: ANN401
            return used.enter_context(tablet(browser, centre.live.address, size, **how))

        yield open_tablet
