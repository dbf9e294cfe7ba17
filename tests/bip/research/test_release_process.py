"""The process that makes a release, run as the application runs it."""

from __future__ import annotations

import os
import subprocess
import sys
from threading import enumerate as threads
from uuid import UUID, uuid4

from bip.research.files import ReleaseFiles
from bip.research.launch import launch
from bip.settings import Settings
from bip.store.lists import ReleaseStatus
from bip.store.releases import Release
from bip.store.session import Store
from tests.bip import rows
from tests.bip.research.building import build


def ask(settings: Settings) -> UUID:
    store = Store(settings.database_url)
    with store.writing() as session:
        built = build(session)
        built.both(built.enrol(), 0, 0)
        release_id = rows.release(session, built.study, built.caseworker).id
    store.close()
    return release_id


def found(settings: Settings, release_id: UUID) -> Release:
    store = Store(settings.database_url)
    with store.reading() as session:
        release = session.get_one(Release, release_id)
    store.close()
    return release


def test_a_launched_process_makes_the_release(settings: Settings) -> None:
    release_id = ask(settings)
    launch(settings, release_id)
    (waiting,) = [thread for thread in threads() if thread.name == f"release-{release_id}"]
    waiting.join(timeout=240)
    release = found(settings, release_id)
    assert (release.status, release.problem) == (ReleaseStatus.READY, None)
    files = ReleaseFiles.of(settings.data_dir, release_id)
    for path in (files.dataset / "datapackage.json", files.archive, files.report, files.page, files.results):
        assert path.exists(), path
    assert [path.name for path in files.folder.parent.iterdir()] == [str(release_id)]


def test_a_release_that_nobody_asked_for_is_not_made(settings: Settings) -> None:
    result = subprocess.run(
        [sys.executable, "-m", "bip.release_command", str(uuid4())],
        env={**os.environ, **settings.as_environment()},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")
    assert not settings.data_dir.exists()
