"""The researcher's pages: from the list of studies to the report and the files."""

from __future__ import annotations

import io
import json
import zipfile
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import select, update

from analysis.dataset.check import check
from bip.clock import SettableClock
from bip.research.files import ReleaseFiles
from bip.research.progress import Progress, Stage
from bip.research.worker import make_release
from bip.services import Services
from bip.store.audit import AuditEvent
from bip.store.lists import Rater, ReleaseStatus, Role
from bip.store.organisations import Account, Organisation, Unit
from bip.store.releases import Release
from bip.store.studies import Study
from tests.bip import rows
from tests.bip.house import PASSWORD, House, build_house
from tests.bip.pages import Page, Visitor


@dataclass(frozen=True)
class Made:
    """A house with a release that is ready."""

    house: House
    release_id: UUID

    @property
    def installed(self) -> Services:
        return self.house.installed

    @property
    def address(self) -> str:
        return f"/research/releases/{self.release_id}"

    @property
    def files(self) -> ReleaseFiles:
        return ReleaseFiles.of(self.installed.settings.data_dir, self.release_id)


def fill(house: House, people: int = 6) -> None:
    """So many people have rated and been rated on their first day."""
    with house.installed.store.writing() as session:
        organisation = session.get_one(Organisation, house.organisation_id)
        for _ in range(people):
            enrolment = rows.enrolment(
                session,
                organisation,
                study=session.get_one(Study, house.study_id),
                unit=session.get_one(Unit, house.unit_id),
            )
            round_ = rows.round_(session, enrolment)
            for rater in Rater:
                response = rows.response(session, round_, rater=rater, submitted_at=rows.MOMENT)
                rows.answer(session, response)


def make(installed: Services, release_id: UUID) -> None:
    make_release(installed.store, installed.settings, installed.clock, release_id)


@pytest.fixture(scope="module")
def made(module_app: Flask) -> Made:
    """A release for all tests that leave it as it is: analysing takes as long as ten tests."""
    house = build_house(module_app)
    fill(house)
    with house.installed.store.writing() as session:
        study = session.get_one(Study, house.study_id)
        researcher = session.get_one(Account, house.accounts[Role.RESEARCHER])
        release_id = rows.release(session, study, researcher).id
    make(house.installed, release_id)
    return Made(house, release_id)


def study_address(house: House) -> str:
    return f"/research/studies/{house.study_id}"


def ask(house: House) -> Page:
    visitor = house.enter(Role.RESEARCHER)
    return visitor.submit(visitor.get(study_address(house)), action="/research/")


def download(visitor: Visitor, address: str) -> bytes:
    with closing(visitor.raw("GET", address)) as taken:
        assert taken.status_code == 200
        assert taken.headers["Content-Disposition"].startswith("attachment; filename=release-1-")
        return bytes(taken.data)


def change(installed: Services, release_id: UUID, **values: object) -> None:
    with installed.store.writing() as session:
        session.execute(update(Release).where(Release.id == release_id).values(**values))


def trail(installed: Services) -> list[str]:
    with installed.store.reading() as session:
        kinds = session.scalars(select(AuditEvent.kind).order_by(AuditEvent.at, AuditEvent.kind))
        return [kind for kind in kinds if kind.startswith(("release", "report"))]


@pytest.mark.parametrize(("people", "words"), [(0, "fewer than 5"), (4, "fewer than 5"), (5, "5")])
def test_researcher_sees_studies_without_small_counts(house: House, people: int, words: str) -> None:
    fill(house, people)
    (row,) = house.enter(Role.RESEARCHER).get("/research").tree.findall(".//tbody/tr")
    assert "".join(row.findall("td")[0].itertext()) == words


def test_researcher_makes_reads_and_takes_along_a_release(
    house: House, installed: Services, waiting: list[UUID]
) -> None:
    fill(house)
    page = ask(house)
    (release_id,) = waiting
    assert page.heading == "Release 1"
    assert "Waiting" in page.text
    assert page.response.headers["Refresh"] == "5"
    make(installed, release_id)
    visitor = house.enter(Role.RESEARCHER)
    page = visitor.get(f"/research/releases/{release_id}")
    assert "Refresh" not in page.response.headers
    assert "Responses 12" in page.text
    assert "Kim Berg" in page.text
    assert "every row is in the dataset as it is stored" in page.text
    assert visitor.get(page.link("Read the report")).status == 200
    for words in ("dataset (zip)", "(HTML)", "results.json"):
        assert download(visitor, page.link(words)) != b""
    assert "Ready" in visitor.get(study_address(house)).text
    assert trail(installed) == [
        *["release_downloaded"] * 3, "release_made", "release_requested", "report_viewed"
    ]  # fmt: skip


def test_researcher_unpacks_a_dataset_that_checks(made: Made, tmp_path: Path) -> None:
    visitor = made.house.enter(Role.RESEARCHER)
    addresses = [f"{made.address}/{name}" for name in ("dataset.zip", "results.json")]
    archive, results = (download(visitor, address) for address in addresses)
    with zipfile.ZipFile(io.BytesIO(archive)) as packed:
        packed.extractall(tmp_path / "unpacked")
    (folder,) = (tmp_path / "unpacked").iterdir()
    assert check(folder) == []
    with made.installed.store.reading() as session:
        release = session.get_one(Release, made.release_id)
    assert json.loads(results)["manifest"]["dataset_sha256"] == release.dataset_sha256


def test_the_same_data_give_the_same_files(made: Made) -> None:
    folder = made.files.folder
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    before = [path.read_bytes() for path in paths]
    folder.rename(folder.with_name("before"))
    change(made.installed, made.release_id, status=ReleaseStatus.WAITING)
    make(made.installed, made.release_id)
    assert len(paths) > 5
    assert [path.read_bytes() for path in paths] == before


@pytest.mark.parametrize("language", ["sv", "da", "en"])
def test_researcher_reads_the_report_in_the_pages_language(made: Made, language: str) -> None:
    visitor = Visitor(made.house.app)
    visitor.sign_in(made.house.emails[Role.RESEARCHER], PASSWORD)
    page = visitor.get(f"/language/{language}?next={made.address}/report")
    shown = "sv" if language == "sv" else "en"
    assert page.only("article").get("lang") == shown
    assert page.only("h1").get("lang", language) == shown
    assert [e for e in page.all("script", type="application/json") if e.get("id")]


def test_one_release_at_a_time(house: House, waiting: list[UUID]) -> None:
    ask(house)
    page = ask(house)
    assert "is being made. Wait until it is ready" in page.text
    assert len(waiting) == 1


def test_a_release_that_stopped_can_be_made_again(
    house: House, installed: Services, waiting: list[UUID], clock: SettableClock
) -> None:
    ask(house)
    change(installed, waiting[0], status=ReleaseStatus.ANALYSING, step=str(Progress(Stage.ESTIMATING, 3, 9)))
    visitor = house.enter(Role.RESEARCHER)
    address = f"/research/releases/{waiting[0]}"
    at_work = visitor.get(address)
    assert "Model 3 of 9" in at_work.text
    assert len(at_work.all("li", aria_current="step")) == 1
    clock.moment += timedelta(minutes=16)
    page = visitor.get(address)
    assert "Interrupted" in page.text
    assert "Refresh" not in page.response.headers
    again = visitor.submit(page, action="/research/")
    assert again.heading == "Release 2"
    assert "The work stopped without an end" in visitor.get(address).text
    # The first worker, should it still be there, has no say any more.
    make(installed, waiting[0])
    assert not ReleaseFiles.of(installed.settings.data_dir, waiting[0]).are_there


def test_a_failure_is_told_in_words_and_leaves_nothing(
    house: House, installed: Services, waiting: list[UUID]
) -> None:
    ask(house)
    data_dir = installed.settings.data_dir
    data_dir.write_text("a file where the folder should be")
    make(installed, waiting[0])
    page = house.enter(Role.RESEARCHER).get(f"/research/releases/{waiting[0]}")
    assert "The files could not be written: Not a directory" in page.text or "File exists" in page.text
    assert page.action("/research/") == study_address(house)
    assert trail(installed)[-1] in {"release_failed", "release_requested"}
    assert "release_failed" in trail(installed)


def test_files_that_are_gone_are_said_to_be_gone(made: Made) -> None:
    folder = made.files.folder
    assert folder.stat().st_mode & 0o777 == 0o700
    elsewhere = folder.rename(folder.with_name("elsewhere"))
    visitor = made.house.enter(Role.RESEARCHER)
    assert "no longer where they were put" in visitor.get(made.address).text
    visitor.get(f"{made.address}/dataset.zip", expect=404)
    elsewhere.rename(folder)
    assert "no longer where they were put" not in visitor.get(made.address).text


def test_nothing_is_to_be_had_before_it_is_ready(house: House, waiting: list[UUID]) -> None:
    ask(house)
    visitor = house.enter(Role.RESEARCHER)
    for name in ("report", "report.html", "results.json", "dataset.zip"):
        visitor.get(f"/research/releases/{waiting[0]}/{name}", expect=404)


def test_a_foreign_release_is_answered_like_none(made: Made) -> None:
    stranger = build_house(made.house.app).enter(Role.RESEARCHER)
    for place in ("", "/report", "/report.html", "/results.json", "/dataset.zip"):
        foreign = stranger.get(f"{made.address}{place}", expect=404)
        assert foreign.text == stranger.get(f"/research/releases/{uuid4()}{place}", expect=404).text
    foreign = stranger.get(study_address(made.house), expect=404)
    assert foreign.text == stranger.get(f"/research/studies/{uuid4()}", expect=404).text


def test_a_form_with_an_old_token_starts_nothing(house: House, waiting: list[UUID]) -> None:
    visitor = house.enter(Role.RESEARCHER)
    page = visitor.post(study_address(house), {"csrf_token": "old"})
    assert "open for a long time" in page.text
    assert waiting == []


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.RESEARCHER])
def test_other_roles_are_kept_out(house: House, role: Role) -> None:
    for address in ("/research", study_address(house)):
        house.enter(role).get(address, expect=403)
