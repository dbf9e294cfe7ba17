"""The worklist as a page shows it: groups of things to do, with the name of the participant and a link."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from bip.auth.staff import Staff
from bip.participants.identity import open_contact
from bip.participants.visible import enrolments_of
from bip.rounds.upkeep import keep_planned
from bip.services import Services
from bip.store.audit import record
from bip.store.cipher import Cipher
from bip.store.lists import Rater, ReminderTask
from bip.store.people import Identity
from bip.worklist.cases import cases_of
from bip.worklist.tasks import Task, missing_beside_own, stands_among_ratings, tasks_of

_WINDOWS = frozenset({ReminderTask.RATE, ReminderTask.CLOSING, ReminderTask.LATE})


@dataclass(frozen=True, slots=True)
class Line:
    """One thing to do. `name`: None where none is kept. `caseworker`: of somebody else's participant.

    `missing`: whose answers are, those that stand among the reader's own ratings left out.
    """

    task: Task
    name: str | None
    missing: frozenset[Rater]

    @property
    def caseworker(self) -> str | None:
        """Whose participant it is, where not the reader's."""
        return None if self.task.case.own else self.task.case.caseworker

    @property
    def to_excuse(self) -> bool:
        """Whether all that can still be done is to say why the participant did not answer."""
        return self.task.kind is ReminderTask.LATE and self.missing == {Rater.PARTICIPANT}


@dataclass(frozen=True, slots=True)
class Group:
    """The things of one kind, the most urgent first."""

    kind: ReminderTask
    lines: tuple[Line, ...]


def open_worklist(at: Services, staff: Staff) -> list[Group]:
    """What is to be done for those whom this member of staff may see; noted in the trail."""
    today = at.clock.today()
    keep_planned(at.store, today, enrolments_of(staff, today))
    # A session of its own: the request's reader may have begun before the rounds were planned.
    with at.store.reading() as session:
        tasks = [task for case in cases_of(session, at, staff) for task in tasks_of(case, today)]
        shown = [task for task in tasks if not stands_among_ratings(task)]
        people = sorted({task.case.participant_id for task in shown}, key=str)
        names = _names(session, at.cipher, people)
    if people:
        with at.store.writing() as session:
            record(session, staff.actor, at.clock.now(), "participants_listed", participants=people)
    lines = [Line(task, names.get(task.case.participant_id), missing_beside_own(task)) for task in shown]
    return _grouped(lines)


def _names(session: Session, cipher: Cipher, people: Iterable[UUID]) -> dict[UUID, str]:
    found = session.scalars(select(Identity).where(Identity.participant_id.in_(people)))
    return {identity.participant_id: open_contact(cipher, identity).name for identity in found}


def _grouped(lines: Iterable[Line]) -> list[Group]:
    by_kind: dict[ReminderTask, list[Line]] = {}
    for line in lines:
        by_kind.setdefault(line.task.kind, []).append(line)
    return [
        Group(kind, tuple(sorted(by_kind[kind], key=_urgency))) for kind in ReminderTask if kind in by_kind
    ]


def _urgency(line: Line) -> tuple[int, int, str, str]:
    task = line.task
    last = (line.name or "").casefold(), str(task.subject_id)
    if task.kind in _WINDOWS:
        # What can still be in time, then what has been late for the shortest: it is remembered best.
        return int(task.days < 0), abs(task.days), *last
    # A follow-up that was due first; else what has waited longest.
    return 0, task.days if task.kind is ReminderTask.FOLLOW_UP else -task.days, *last
