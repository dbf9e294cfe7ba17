"""What happened around the rounds, and until when a job would be known."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypeVar
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from bip.research.account import Reason
from bip.research.enrolled import Enrolled, Sieve
from bip.store.followup import ActivitySpell, Event, FollowUp, Step
from bip.store.lists import ObservedBy
from bip.store.people import AssignmentSpell, Enrolment

_ONE_DAY = timedelta(days=1)
_Row = dict[str, object]
_Kind = TypeVar("_Kind", AssignmentSpell, ActivitySpell, Step, Event, FollowUp)


@dataclass(frozen=True, slots=True)
class Course:
    """The rows that may be told, each with its enrolment."""

    assignments: list[tuple[Enrolled, AssignmentSpell]]
    activities: list[tuple[Enrolled, ActivitySpell]]
    steps: list[tuple[Enrolled, Step]]
    events: list[tuple[Enrolled, Event]]
    follow_ups: list[tuple[Enrolled, FollowUp]]

    def contacts(self) -> Iterator[tuple[str, date]]:
        """Enrolment and day of everything from which it shows that the person was in touch."""
        yield from ((person.name, row.start_on) for person, row in self.activities)
        yield from ((person.name, row.happened_on) for person, row in self.steps)
        yield from ((person.name, row.happened_on) for person, row in self.events)
        yield from ((person.name, row.asked_on) for person, row in self.follow_ups)


def read_course(session: Session, study_id: UUID, enrolled: Mapping[UUID, Enrolled], sieve: Sieve) -> Course:
    """Everything of the study's enrolments that was known on the sieve's day."""

    def kept(table: str, kind: type[_Kind], day: Callable[[_Kind], date]) -> list[tuple[Enrolled, _Kind]]:
        query = (
            select(kind)
            .join(Enrolment, Enrolment.id == kind.enrolment_id)
            .where(Enrolment.study_id == study_id)
        )
        rows = ((enrolled.get(row.enrolment_id), row) for row in session.scalars(query))
        return [(person, row) for person, row in rows if person and sieve.keeps(table, person, day(row))]

    return Course(
        kept("assignments", AssignmentSpell, lambda row: row.start_on),
        kept("activities", ActivitySpell, lambda row: row.start_on),
        kept("steps", Step, lambda row: row.happened_on),
        kept("events", Event, lambda row: row.happened_on),
        kept("followups", FollowUp, lambda row: row.asked_on),
    )


def observed_to(
    enrolled: Iterable[Enrolled], course: Course, answered: Iterable[tuple[str, date]], as_of: date
) -> dict[str, date]:
    """The last day on which a job would be known, by enrolment: as stored, else that of the last contact.

    `answered`: enrolment and day of the exported responses; a sealed one must not move the day. Who is
    observed by contact and tells of an event later than stored was observed until then.
    """
    contacts = _latest((*course.contacts(), *answered))
    events = _latest((person.name, row.happened_on) for person, row in course.events)
    found = {}
    for one in enrolled:
        known = one.observed_to or max(contacts[one.name], one.left_on or date.min)
        if one.observed_by is ObservedBy.CONTACT:
            known = max(known, events[one.name])
        found[one.name] = max(one.enrolled_on, min(known, as_of, one.withdrawn_on or date.max))
    return found


def _latest(days: Iterable[tuple[str, date]]) -> Mapping[str, date]:
    latest: dict[str, date] = defaultdict(lambda: date.min)
    for name, day in days:
        latest[name] = max(latest[name], day)
    return latest


def course_rows(
    course: Course, observed: Mapping[str, date], caseworkers: Mapping[UUID, str], sieve: Sieve
) -> dict[str, list[_Row]]:
    """The tables of the course."""
    return {
        "assignments": [
            {
                "enrolment": person.name,
                "caseworker": caseworkers[row.caseworker_id],
                "start_day": person.day(row.start_on),
                # The first day after the spell, so it may be the one after the withdrawal.
                "end_day": sieve.end_day("assignments", person, row.end_on, slack=_ONE_DAY),
            }
            for person, row in course.assignments
        ],
        "activities": [
            {
                "enrolment": person.name,
                "kind": row.kind,
                "start_day": person.day(row.start_on),
                "end_day": sieve.end_day("activities", person, row.end_on),
                "hours_per_week": row.hours_per_week,
                "completed": row.completed,
            }
            for person, row in course.activities
        ],
        "steps": [
            {"enrolment": person.name, "kind": row.kind, "day": person.day(row.happened_on)}
            for person, row in course.steps
        ],
        "events": list(_events_rows(course.events, observed, sieve)),
        "followups": [
            {
                "enrolment": person.name,
                "months_after_exit": row.months_after_exit,
                "day": person.day(row.asked_on),
                "status": row.status,
            }
            for person, row in course.follow_ups
        ],
    }


def _events_rows(
    events: Iterable[tuple[Enrolled, Event]], observed: Mapping[str, date], sieve: Sieve
) -> Iterator[_Row]:
    for person, row in events:
        if row.happened_on > observed[person.name]:
            sieve.count("events", Reason.AFTER_OBSERVATION)
            continue
        yield {
            "enrolment": person.name,
            "kind": row.kind,
            "day": person.day(row.happened_on),
            "end_day": sieve.end_day("events", person, row.end_on),
            "hours_per_week": row.hours_per_week,
            "source": row.source,
        }
