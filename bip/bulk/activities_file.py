"""Activities from a file: each line is a spell of one."""

from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID, uuid5

from flask_babel import format_date, gettext
from sqlalchemy import select
from sqlalchemy.orm import Session

from bip.auth.staff import Staff
from bip.bulk.cells import Cells
from bip.bulk.keys import Keyed, keyed_enrolments, participant_of
from bip.bulk.ledger import Ledger
from bip.bulk.plan import Line, known, right, wrong
from bip.bulk.sheet import Sheet
from bip.bulk.words import ACTIVITIES, word_for
from bip.participants.visible import enrolments_of
from bip.services import Services
from bip.store.audit import record
from bip.store.followup import ActivitySpell
from bip.store.lists import ActivityKind
from bip.store.people import Enrolment

MOST_HOURS: Final = 80
_Same = tuple[UUID, ActivityKind, date, str | None]


@dataclass(frozen=True, slots=True)
class NewActivity:
    """An activity that is to be added."""

    enrolment_id: UUID
    kind: ActivityKind
    start_on: date
    end_on: date | None
    hours_per_week: float | None
    place: str | None
    completed: bool | None

    @property
    def same(self) -> _Same:
        """What two notes of one activity have in common."""
        return self.enrolment_id, self.kind, self.start_on, self.place


@dataclass(frozen=True, slots=True)
class _Ground:
    """What lines are held against; `there` grows with the lines."""

    enrolments: dict[str, Keyed]
    there: set[_Same]


def plan_activities(session: Session, at: Services, staff: Staff, sheet: Sheet) -> list[Line[NewActivity]]:
    """What each line would do."""
    today = at.clock.today()
    rows = session.execute(
        select(ActivitySpell.enrolment_id, ActivitySpell.kind, ActivitySpell.start_on, ActivitySpell.place)
        .join(Enrolment, Enrolment.id == ActivitySpell.enrolment_id)
        .where(enrolments_of(staff, today))
    )
    ground = _Ground(
        keyed_enrolments(session, staff, today), {(row[0], row[1], row[2], row[3]) for row in rows}
    )
    return [_line(Cells(sheet, row, today), ground) for row in sheet.rows]


def _line(cells: Cells, ground: _Ground) -> Line[NewActivity]:
    person = participant_of(cells, ground.enrolments)
    kind = cells.code("kind", ACTIVITIES)
    if not cells.text("kind"):
        cells.wrong("kind", gettext("Write the kind of the activity."))
    start_on, end_on = _days(cells, person)
    hours = cells.number("hours", 0, MOST_HOURS)
    place, completed = cells.short("place", 100), cells.yes_or_no("completed")
    if completed is not None and end_on is None:
        cells.wrong("completed", gettext("Leave this empty until the activity has an end."))
    if cells.problems or person is None or kind is None or start_on is None:
        return wrong(cells)
    wanted = NewActivity(person.id, kind, start_on, end_on, hours, place, completed)
    words = {"key": person.key, "kind": word_for(kind, ACTIVITIES), "day": format_date(start_on)}
    if wanted.same in ground.there:
        return known(cells, str(gettext("%(key)s: %(kind)s from %(day)s is there already.", **words)))
    ground.there.add(wanted.same)
    if end_on is None:
        return right(cells, wanted, str(gettext("%(key)s: %(kind)s from %(day)s on is added.", **words)))
    said = gettext("%(key)s: %(kind)s from %(day)s to %(last)s is added.", last=format_date(end_on), **words)
    return right(cells, wanted, str(said))


def _days(cells: Cells, person: Keyed | None) -> tuple[date | None, date | None]:
    """Within the time in the study; an end may be planned, and so lie ahead."""
    start_on = cells.day("start_on", missing=gettext("Write a day as year-month-day, such as 2026-03-02."))
    end_on = cells.day("end_on", ahead=True)
    if person is not None:
        cells.not_before("start_on", start_on, person.enrolled_on)
        cells.not_after("start_on", start_on, person.withdrawn_on)
    if start_on is not None:
        cells.not_before("end_on", end_on, start_on)
    return start_on, end_on


def apply_activity(
    session: Session, at: Services, staff: Staff, line: Line[NewActivity], ledger: Ledger
) -> None:
    """Add the activity of a line."""
    assert line.act is not None  # noqa: S101  # only lines that do something are applied
    added = ActivitySpell(
        id=uuid5(ledger.import_id, str(line.number)),
        organisation_id=staff.organisation_id,
        enrolment_id=line.act.enrolment_id,
        kind=line.act.kind,
        start_on=line.act.start_on,
        end_on=line.act.end_on,
        hours_per_week=line.act.hours_per_week,
        place=line.act.place,
        completed=line.act.completed,
    )
    session.add(added)
    ledger.made("activity_spells", added.id)
    record(
        session,
        staff.actor,
        at.clock.now(),
        "activity_saved",
        enrolment=added.enrolment_id,
        activity=added.id,
    )
