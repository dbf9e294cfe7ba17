"""Studies and their releases as a researcher sees them; a foreign id is answered like one that is none."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from flask import abort
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bip.auth.staff import Staff
from bip.research.progress import UNFINISHED, Progress, Stage, is_interrupted
from bip.services import Services
from bip.store.audit import record
from bip.store.lists import ReleaseStatus
from bip.store.people import Enrolment
from bip.store.releases import Release
from bip.store.studies import Study

# Fewer are not told: a small number may be people somebody knows.
SMALLEST_COUNT = 5
INTERRUPTED = "The work stopped without an end; perhaps the server was started anew meanwhile"


class UnderWayError(Exception):
    """The study's last release is still at work."""


@dataclass(frozen=True, slots=True)
class StudyLine:
    """A study in the list; `enrolments` is None where there are fewer than may be told."""

    id: UUID
    name: str
    enrolments: int | None


@dataclass(frozen=True, slots=True)
class ReleaseView:
    """A release as its page shows it."""

    id: UUID
    study_id: UUID
    number: int
    as_of: date
    status: ReleaseStatus
    progress: Progress | None
    interrupted: bool
    dataset_sha256: str | None
    problem: str | None

    @property
    def at_work(self) -> bool:
        """Whether there is more to come."""
        return self.status in UNFINISHED and not self.interrupted

    @property
    def is_ready(self) -> bool:
        """Whether all of it was made."""
        return self.status is ReleaseStatus.READY

    def steps(self) -> list[tuple[Stage, str]]:
        """Every step of the work, and whether it is `done`, at work `now`, or comes `later`."""
        stages = list(Stage)
        reached = stages.index(self.progress.stage) if self.progress else -1
        return [
            (stage, "done" if place < reached else "now" if place == reached else "later")
            for place, stage in enumerate(stages)
        ]


def studies_of(session: Session, staff: Staff) -> list[StudyLine]:
    """The organisation's studies by name."""
    rows = session.execute(
        select(Study.id, Study.name, func.count(Enrolment.id))
        .outerjoin(Enrolment, Enrolment.study_id == Study.id)
        .where(Study.organisation_id == staff.organisation_id)
        .group_by(Study.id, Study.name)
        .order_by(Study.name)
    )
    return [StudyLine(key, name, count if count >= SMALLEST_COUNT else None) for key, name, count in rows]


def study_name_or_404(session: Session, staff: Staff, study_id: UUID) -> str:
    """The study's name, if it is one of the organisation's."""
    query = select(Study.name).where(Study.id == study_id, Study.organisation_id == staff.organisation_id)
    return session.scalar(query) or abort(404)


def releases_of(session: Session, study_id: UUID, now: datetime) -> list[ReleaseView]:
    """The study's releases, the newest first."""
    query = select(Release).where(Release.study_id == study_id).order_by(Release.number.desc())
    return [_view(row, now) for row in session.scalars(query)]


def release_or_404(session: Session, staff: Staff, release_id: UUID, now: datetime) -> ReleaseView:
    """The release, if it is one of the organisation's."""
    query = select(Release).where(Release.id == release_id, Release.organisation_id == staff.organisation_id)
    found = session.scalar(query)
    return _view(found, now) if found else abort(404)


def request_release(services: Services, staff: Staff, study_id: UUID) -> UUID:
    """A new release of a study that is the organisation's, waiting to be made.

    Raises UnderWayError where one is at work. One that stopped without an end is given up.
    """
    now = services.clock.now()
    with services.store.writing() as session:
        # Two that ask at once wait for each other here.
        session.get_one(Study, study_id, with_for_update=True)
        rows = session.scalars(select(Release).where(Release.study_id == study_id)).all()
        _give_up(rows, now)
        made = Release(
            organisation_id=staff.organisation_id,
            study_id=study_id,
            number=max((row.number for row in rows), default=0) + 1,
            as_of=services.clock.today(),
            requested_by_id=staff.account_id,
            requested_at=now,
            changed_at=now,
        )
        session.add(made)
        record(session, staff.actor, now, "release_requested", release=made.id)
        return made.id


def _give_up(rows: Iterable[Release], now: datetime) -> None:
    for row in rows:
        if is_interrupted(row.status, row.changed_at, now):
            row.status, row.problem, row.changed_at = ReleaseStatus.FAILED, INTERRUPTED, now
        elif row.status in UNFINISHED:
            raise UnderWayError


def record_use(services: Services, staff: Staff, kind: str, release_id: UUID) -> None:
    """Who downloaded or read a release."""
    with services.store.writing() as session:
        record(session, staff.actor, services.clock.now(), kind, release=release_id)


def _view(row: Release, now: datetime) -> ReleaseView:
    return ReleaseView(
        row.id,
        row.study_id,
        row.number,
        row.as_of,
        row.status,
        Progress.read(row.step),
        is_interrupted(row.status, row.changed_at, now),
        row.dataset_sha256,
        row.problem,
    )
