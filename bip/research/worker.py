"""Making a release: the dataset, the estimates and the report, in a process of their own."""

import shutil
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import CursorResult, update
from sqlalchemy.orm import Session

from analysis.dataset.findings import DatasetError
from analysis.dataset.write import write
from analysis.estimates.results import to_json
from analysis.estimates.run import analyse
from analysis.report.write import write_report
from bip.clock import Clock
from bip.research.export import export_study
from bip.research.files import PRIVATE, ReleaseFiles, write_account, write_archive
from bip.research.progress import UNFINISHED, Progress, Stage
from bip.rounds.upkeep import keep_planned
from bip.settings import Settings
from bip.store.audit import Actor, record
from bip.store.lists import ReleaseStatus
from bip.store.people import Enrolment
from bip.store.releases import Release
from bip.store.session import Store


def make_release(store: Store, settings: Settings, clock: Clock, release_id: UUID) -> None:
    """Make what a release that waits asks for; its row tells how far the work is and how it ended.

    A failure is written down in words; one that nobody foresaw ends the process with where it happened.
    """
    try:
        work = _claim(store, settings, clock, release_id)
        with work.failures_in_words():
            work.make()
    except _TakenOverError:
        return


class _TakenOverError(Exception):
    """The release is at work elsewhere, finished or given up: this process has no say in it any more."""


def _claim(store: Store, settings: Settings, clock: Clock, release_id: UUID) -> "_Work":
    """Take a release that waits; of two workers the second is told that it is taken."""
    with store.writing() as session:
        found = session.get(Release, release_id, with_for_update=True)
        if found is None or found.status is not ReleaseStatus.WAITING:
            raise _TakenOverError
        found.status = Stage.READING.status
        found.step = str(Progress(Stage.READING))
        found.changed_at = clock.now()
        actor = Actor(found.organisation_id, found.requested_by_id)
        return _Work(store, settings, clock, release_id, found.study_id, found.number, found.as_of, actor)


@dataclass(frozen=True, slots=True)
class _Work:
    """A release in the making."""

    store: Store
    settings: Settings
    clock: Clock
    release_id: UUID
    study_id: UUID
    number: int
    as_of: date
    actor: Actor

    def make(self) -> None:
        """Fill a folder beside the release's own and move it there at the end, whole or not at all."""
        folder = ReleaseFiles.of(self.settings.data_dir, self.release_id).folder
        folder.parent.mkdir(mode=PRIVATE, parents=True, exist_ok=True)
        part = folder.with_name(f".making-{self.release_id}")
        try:
            part.mkdir(mode=PRIVATE)
            sha256 = self._fill(ReleaseFiles(part))
            # Whoever gave the work up has the last word, before the folder can be seen.
            self.tell(Progress(Stage.REPORTING))
            part.rename(folder)
        finally:
            shutil.rmtree(part, ignore_errors=True)
        with self.store.writing() as session:
            self._change(session, status=ReleaseStatus.READY, dataset_sha256=sha256)
            self._record(session, "release_made", dataset_sha256=sha256)

    def _fill(self, files: ReleaseFiles) -> str:
        """Everything that belongs to the release; returns what names its dataset."""
        release = f"release {self.number}"
        keep_planned(self.store, self.as_of, Enrolment.study_id == self.study_id)
        with self.store.reading() as session:
            made = export_study(session, self.study_id, self.as_of, self.settings.timezone, release)
        self.tell(Progress(Stage.WRITING))
        write(made.dataset, files.dataset)
        write_account(made.account, files.account)
        write_archive(files.dataset, files.archive, f"{made.dataset.study.key}-release-{self.number}")
        return self._analyse(files)

    def _analyse(self, files: ReleaseFiles) -> str:
        self.tell(Progress(Stage.ESTIMATING))
        analysis = analyse(files.dataset, progress=self._estimated)
        self.tell(Progress(Stage.REPORTING))
        files.report.parent.mkdir()
        files.results.write_text(to_json(analysis.results), encoding="utf-8")
        write_report(files.dataset, analysis.results, analysis.fits, files.report, page=files.page)
        return analysis.results.manifest.dataset_sha256

    def _estimated(self, _what: str, done: int, total: int) -> None:
        """Every tenth: a line in the database for each model would only wear out the disk."""
        if done == total or done % max(1, total // 10) == 0:
            self.tell(Progress(Stage.ESTIMATING, done, total))

    def tell(self, progress: Progress) -> None:
        """Write down how far the work is."""
        with self.store.writing() as session:
            self._change(session, status=progress.stage.status, step=str(progress))

    @contextmanager
    def failures_in_words(self) -> Iterator[None]:
        """What goes wrong inside ends the release with its reason."""
        try:
            yield
        except _TakenOverError:
            raise
        except DatasetError as error:
            self._fail(str(error))
        except OSError as error:
            self._fail(f"The files could not be written: {error.strerror or type(error).__name__}")
        except Exception as error:
            # No message of an error that nobody foresaw: it may hold what people answered.
            kind = type(error).__name__
            self._fail(f"Something went wrong that nobody foresaw ({kind})")
            where = "".join(traceback.format_tb(error.__traceback__))
            raise SystemExit(f"{kind}\n{where}") from None

    def _fail(self, problem: str) -> None:
        with self.store.writing() as session:
            self._change(session, status=ReleaseStatus.FAILED, problem=problem)
            self._record(session, "release_failed")

    def _record(self, session: Session, kind: str, **details: object) -> None:
        record(session, self.actor, self.clock.now(), kind, release=self.release_id, **details)

    def _change(self, session: Session, **values: object) -> None:
        """Raises where the release has been given up meanwhile, so that it stays so."""
        changed = session.execute(
            update(Release)
            .where(Release.id == self.release_id, Release.status.in_(UNFINISHED))
            .values(changed_at=self.clock.now(), **values)
        )
        if isinstance(changed, CursorResult) and changed.rowcount == 0:
            raise _TakenOverError
