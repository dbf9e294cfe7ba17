"""What is to be done for one participant today: plain rules on plain facts.

Who may see whom is decided before. Everything is counted in whole days where the people are.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID, uuid5

from bip.followup.due import MONTHS, FollowUpState, months_after, state_of
from bip.rounds.state import Phase, RoundState
from bip.store.lists import Rater, ReminderTask

SOON_DAYS = 5
COMPARED_DAYS = 21
GAP_DAYS = 30
_DUE = FollowUpState.DUE


@dataclass(frozen=True, slots=True)
class Opening:
    """When both responses of a round were in, and the day that was where the people are."""

    moment: datetime
    day: date


@dataclass(frozen=True, slots=True)
class Case:
    """An enrolment as the worklist needs it.

    `own`: the reader is its caseworker. `caseworker_since`: since when the caseworker of today has it.
    `excused`: rounds that the participant missed with a reason. `openings`: of rounds with both responses.
    `looked_at`: when the reader last looked at the comparison. `idle_since`: the last day with an activity,
    else that of the enrolment; None while one runs. `followed_up`: months after the exit.
    """

    enrolment_id: UUID
    participant_id: UUID
    enrolled_on: date
    own: bool
    left_on: date | None = None
    withdrawn_on: date | None = None
    caseworker: str | None = None
    caseworker_since: date | None = None
    rounds: tuple[RoundState, ...] = ()
    excused: frozenset[UUID] = frozenset()
    openings: Mapping[UUID, Opening] = field(default_factory=dict)
    looked_at: datetime | None = None
    idle_since: date | None = None
    followed_up: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Task:
    """One thing to do.

    `days`: until it is due, below zero after that; of a comparison and a gap, how long it has been so.
    `subject_id` names it among the reminders. `missing`: whose answers a round lacks. `months`: of a
    follow-up.
    """

    kind: ReminderTask
    case: Case
    subject_id: UUID
    days: int
    round: RoundState | None = None
    missing: frozenset[Rater] = frozenset()
    months: int | None = None


def tasks_of(case: Case, today: date) -> Iterator[Task]:
    """Everything to do for a participant; one who has left is followed up and asked about nothing else."""
    if _has_left(case, today):
        yield from _follow_ups(case, today)
        return
    for window in _asked_about(case):
        yield from _of_round(case, window, today)
    yield from _comparisons(case, today)
    yield from _gap(case, today)


def stands_among_ratings(task: Task) -> bool:
    """Whether a round lacks nothing but the reader's own rating, which is a thing to do already."""
    return bool(task.missing) and not missing_beside_own(task)


def missing_beside_own(task: Task) -> frozenset[Rater]:
    """Whose answers a round lacks, without those that are among the reader's ratings to do."""
    if task.kind is ReminderTask.RATE or not task.case.own:
        return task.missing
    return task.missing - {Rater.CASEWORKER}


def _has_left(case: Case, today: date) -> bool:
    return any(day is not None and today > day for day in (case.left_on, case.withdrawn_on))


def _asked_about(case: Case) -> Iterator[RoundState]:
    """The rounds that are open, and the last that has closed: how it was before that nobody remembers."""
    closed = [one for one in case.rounds if one.phase is Phase.CLOSED]
    yield from closed[-1:]
    yield from _open(case)


def _open(case: Case) -> list[RoundState]:
    return [one for one in case.rounds if one.phase is Phase.OPEN]


def _of_round(case: Case, window: RoundState, today: date) -> Iterator[Task]:
    missing = _missing(case, window)
    days = (window.closes_on - today).days
    if case.own and Rater.CASEWORKER in missing:
        yield Task(ReminderTask.RATE, case, window.id, days, window, frozenset({Rater.CASEWORKER}))
    if missing and days < 0:
        yield Task(ReminderTask.LATE, case, window.id, days, window, missing)
    elif missing and days <= SOON_DAYS:
        yield Task(ReminderTask.CLOSING, case, window.id, days, window, missing)


def _missing(case: Case, window: RoundState) -> frozenset[Rater]:
    missing = set()
    if not window.answered and window.id not in case.excused:
        missing.add(Rater.PARTICIPANT)
    if not window.rated and _can_be_rated(case, window):
        missing.add(Rater.CASEWORKER)
    return frozenset(missing)


def _can_be_rated(case: Case, window: RoundState) -> bool:
    """Afterwards by whoever had the participant then, and until the next rating is asked for."""
    if window.phase is Phase.OPEN:
        return True
    took_over = case.caseworker_since is not None and case.caseworker_since > window.closes_on
    return not took_over and not _open(case)


def _comparisons(case: Case, today: date) -> Iterator[Task]:
    """Only where both answers are in: before, there is nothing to compare, and a rater should rate first."""
    if not case.own:
        return
    for window in case.rounds:
        opening = case.openings.get(window.id)
        if opening is None or (case.looked_at is not None and case.looked_at >= opening.moment):
            continue
        since = (today - opening.day).days
        if since <= COMPARED_DAYS:
            yield Task(ReminderTask.COMPARE, case, window.id, since, window)


def _follow_ups(case: Case, today: date) -> Iterator[Task]:
    if case.left_on is None:
        return
    for months in MONTHS:
        due_on, done = months_after(case.left_on, months), months in case.followed_up
        if state_of(due_on, done=done, withdrawn=case.withdrawn_on is not None, today=today) is _DUE:
            # One enrolment has several to be reminded of.
            subject_id = uuid5(case.enrolment_id, str(months))
            yield Task(ReminderTask.FOLLOW_UP, case, subject_id, (due_on - today).days, months=months)


def _gap(case: Case, today: date) -> Iterator[Task]:
    if case.idle_since is None:
        return
    days = (today - case.idle_since).days
    if days > GAP_DAYS:
        # A later gap of the same enrolment is another one.
        subject_id = uuid5(case.enrolment_id, case.idle_since.isoformat())
        yield Task(ReminderTask.GAP, case, subject_id, days)
