"""What a register tells: events, and until which day it was searched.

A line with no event says that nothing happened until that day, which the estimates need as much as a job.
"""

from dataclasses import dataclass, field
from datetime import date
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
from bip.bulk.words import EVENTS, word_for
from bip.participants.visible import enrolments_of
from bip.services import Services
from bip.store.audit import record
from bip.store.followup import Event
from bip.store.lists import EventKind, EventSource, ObservedBy
from bip.store.people import Enrolment

_Same = tuple[UUID, EventKind, date]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a line does; `event`: what is to be added. `observed_to`: the latest day that the file has.

    `before` makes a line whose ground has shifted another one.
    """

    enrolment_id: UUID
    observed_to: date
    event: tuple[EventKind, date] | None
    before: tuple[date | None, ObservedBy]


@dataclass(frozen=True, slots=True)
class _Told:
    """A line read: whose, which event, until which day."""

    person: Keyed
    event: tuple[EventKind, date] | None
    observed_to: date


@dataclass(frozen=True, slots=True)
class _Ground:
    """What lines are held against; `there` and `observed` grow with the lines."""

    there: set[_Same]
    last: dict[UUID, date]
    observed: set[UUID] = field(default_factory=set)


def plan_outcomes(session: Session, at: Services, staff: Staff, sheet: Sheet) -> list[Line[Outcome]]:
    """What each line would do. Of several lines about one participant the latest observed-to day counts."""
    today = at.clock.today()
    enrolments = keyed_enrolments(session, staff, today)
    rows = session.execute(
        select(Event.enrolment_id, Event.kind, Event.happened_on)
        .join(Enrolment, Enrolment.id == Event.enrolment_id)
        .where(enrolments_of(staff, today))
    )
    read = [(cells, _told(cells, enrolments)) for cells in (Cells(sheet, row, today) for row in sheet.rows)]
    last: dict[UUID, date] = {}
    for _, told in read:
        if told is not None:
            last[told.person.id] = max(told.observed_to, last.get(told.person.id, told.observed_to))
    ground = _Ground({(row[0], row[1], row[2]) for row in rows}, last)
    return [wrong(cells) if told is None else _line(cells, told, ground) for cells, told in read]


def _told(cells: Cells, enrolments: dict[str, Keyed]) -> _Told | None:
    person = participant_of(cells, enrolments)
    kind, day = cells.code("kind", EVENTS), cells.day("day")
    observed_to = cells.day(
        "observed_to", missing=gettext("Write the last day on which the register would have told of a job.")
    )
    if cells.text("day") and not cells.text("kind"):
        cells.wrong("kind", gettext("Write what happened on the day, or leave the day empty too."))
    if cells.text("kind") and not cells.text("day"):
        cells.wrong("day", gettext("Write the day on which it happened."))
    if person is not None:
        for key, found in (("day", day), ("observed_to", observed_to)):
            cells.not_before(key, found, person.enrolled_on)
            cells.not_after(key, found, person.withdrawn_on)
    if day is not None and observed_to is not None and day > observed_to:
        cells.wrong("observed_to", gettext("The day must not be before the day of the event."))
    if cells.problems or person is None or observed_to is None:
        return None
    return _Told(person, (kind, day) if kind is not None and day is not None else None, observed_to)


def _line(cells: Cells, told: _Told, ground: _Ground) -> Line[Outcome]:
    person, last = told.person, ground.last[told.person.id]
    is_new = told.event is not None and (person.id, *told.event) not in ground.there
    if told.event is not None:
        ground.there.add((person.id, *told.event))
    doubt = _going_back(person, last)
    observed = None if person.id in ground.observed else _observed_words(told, last)
    if observed is not None and doubt is None:
        # The lines after it about the same participant have nothing more to say of the day.
        ground.observed.add(person.id)
    words = " ".join(filter(None, (_event_words(told, is_new), observed)))
    if not is_new and observed is None:
        day = format_date(told.observed_to)
        said = words or gettext("%(key)s: known until %(day)s already.", key=person.key, day=day)
        return known(cells, str(said))
    before = (person.observed_to, person.observed_by)
    return right(cells, Outcome(person.id, last, told.event if is_new else None, before), words, doubt)


def _event_words(told: _Told, is_new: bool) -> str | None:
    if told.event is None:
        return None
    kind, day = told.event
    words = {"key": told.person.key, "event": word_for(kind, EVENTS), "day": format_date(day)}
    if is_new:
        return str(gettext("%(key)s: %(event)s on %(day)s is added.", **words))
    return str(gettext("%(key)s: %(event)s on %(day)s is known already.", **words))


def _observed_words(told: _Told, last: date) -> str | None:
    """What becomes of the day until which the participant is observed; nothing where a later one counts."""
    person = told.person
    goes_back = person.observed_to is not None and last < person.observed_to
    if (told.observed_to < last and not goes_back) or (person.observed_to, person.observed_by) == (
        last,
        ObservedBy.REGISTER,
    ):
        return None
    return str(gettext("%(key)s is known until %(day)s.", key=person.key, day=format_date(last)))


def _going_back(person: Keyed, last: date) -> str | None:
    if person.observed_to is None or last >= person.observed_to:
        return None
    return str(
        gettext(
            "Until now the participant was known until %(day)s. Tick the line if the earlier day is right.",
            day=format_date(person.observed_to),
        )
    )


def apply_outcome(session: Session, at: Services, staff: Staff, line: Line[Outcome], ledger: Ledger) -> None:
    """Add the event of a line and move the day until which its participant is observed."""
    assert line.act is not None  # noqa: S101  # only lines that do something are applied
    enrolment = session.get_one(Enrolment, line.act.enrolment_id)
    _observe(enrolment, line.act.observed_to, ledger)
    if line.act.event is None:
        return
    kind, happened_on = line.act.event
    event = Event(
        id=uuid5(ledger.import_id, str(line.number)),
        organisation_id=staff.organisation_id,
        enrolment_id=enrolment.id,
        kind=kind,
        happened_on=happened_on,
        source=EventSource.REGISTER,
    )
    session.add(event)
    ledger.made("events", event.id)
    record(session, staff.actor, at.clock.now(), "event_saved", enrolment=enrolment.id, event=event.id)


def _observe(enrolment: Enrolment, day: date, ledger: Ledger) -> None:
    """Each line about a participant sets the same day."""
    before = {"observed_to": enrolment.observed_to, "observed_by": enrolment.observed_by}
    after = {"observed_to": day, "observed_by": ObservedBy.REGISTER}
    if before != after:
        ledger.changed("enrolments", enrolment.id, before, after)
        enrolment.observed_to, enrolment.observed_by = day, ObservedBy.REGISTER
