"""Changes of caseworker from a file: each line gives a participant to a caseworker from a day on."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from flask_babel import format_date, gettext
from sqlalchemy import select
from sqlalchemy.orm import Session

from bip.auth.staff import Staff
from bip.bulk.cells import Cells
from bip.bulk.keys import Keyed, keyed_enrolments, participant_of
from bip.bulk.ledger import Ledger
from bip.bulk.participants_file import caseworker_of
from bip.bulk.plan import Line, right, wrong
from bip.bulk.sheet import Sheet
from bip.participants.assignment import (
    AssignmentError,
    Caseworker,
    NewSpell,
    Refusal,
    assign_in,
    caseworkers,
    latest_spell,
    require_order,
)
from bip.services import Services
from bip.store.organisations import Account
from bip.store.people import AssignmentSpell, Enrolment


@dataclass(frozen=True, slots=True)
class Assign:
    """A spell that is to follow the latest; `latest` makes a line whose ground has shifted another one."""

    enrolment_id: UUID
    spell: NewSpell
    latest: NewSpell | None


@dataclass(frozen=True, slots=True)
class _Ground:
    """What lines are held against; `latest` moves on with the lines."""

    enrolments: dict[str, Keyed]
    caseworkers: list[Caseworker]
    emails: dict[UUID, str]
    latest: dict[UUID, NewSpell]


def plan_assignments(session: Session, at: Services, staff: Staff, sheet: Sheet) -> list[Line[Assign]]:
    """What each line would do, the lines before it done."""
    today = at.clock.today()
    enrolments = keyed_enrolments(session, staff, today)
    choices = caseworkers(session, staff.organisation_id, staff.unit_id)
    accounts = select(Account.id, Account.email).where(Account.id.in_([one.id for one in choices]))
    emails = {row[0]: row[1] for row in session.execute(accounts)}
    latest = _latest_spells(session, staff)
    ground = _Ground(enrolments, choices, emails, latest)
    return [_line(Cells(sheet, row, today), ground) for row in sheet.rows]


def _latest_spells(session: Session, staff: Staff) -> dict[UUID, NewSpell]:
    query = (
        select(AssignmentSpell)
        .where(AssignmentSpell.organisation_id == staff.organisation_id)
        .order_by(AssignmentSpell.start_on)
    )
    spells: Iterable[AssignmentSpell] = session.scalars(query)
    return {one.enrolment_id: NewSpell(one.caseworker_id, one.start_on, one.end_on) for one in spells}


def _line(cells: Cells, ground: _Ground) -> Line[Assign]:
    person = participant_of(cells, ground.enrolments)
    caseworker = caseworker_of(cells, ground.caseworkers, ground.emails)
    start_on = cells.day("start_on", missing=gettext("Write a day as year-month-day, such as 2026-03-02."))
    if person is not None and caseworker is not None and caseworker.unit_id not in {None, person.unit_id}:
        remedy = gettext(
            "%(name)s works in another unit. Choose somebody of the same unit.", name=caseworker.name
        )
        cells.wrong("caseworker", remedy)
    if cells.problems or person is None or caseworker is None or start_on is None:
        return wrong(cells)
    spell, latest = NewSpell(caseworker.id, start_on), ground.latest.get(person.id)
    if not _follows(cells, person, latest, spell):
        return wrong(cells)
    ground.latest[person.id] = spell
    words = gettext(
        "%(key)s gets %(caseworker)s as caseworker from %(day)s.",
        key=person.key,
        caseworker=caseworker.name,
        day=format_date(start_on),
    )
    return right(cells, Assign(person.id, spell, latest), str(words))


def _follows(cells: Cells, person: Keyed, latest: NewSpell | None, wanted: NewSpell) -> bool:
    """Whether the spell can begin; if not, the line says why."""
    try:
        require_order(person, latest, wanted)
    except AssignmentError as error:
        if error.reason is Refusal.SAME:
            remedy = gettext("This is the participant's caseworker already. Choose somebody else.")
            cells.wrong("caseworker", remedy)
        else:
            remedy = gettext(
                "The day must not be before %(day)s, the first on which a change is possible.",
                day=format_date(error.day),
            )
            cells.wrong("start_on", remedy)
        return False
    return True


def apply_assignment(
    session: Session, at: Services, staff: Staff, line: Line[Assign], ledger: Ledger
) -> None:
    """Let the spell of a line begin."""
    assert line.act is not None  # noqa: S101  # only lines that do something are applied
    enrolment = session.get_one(Enrolment, line.act.enrolment_id)
    latest = latest_spell(session, enrolment)
    if latest is not None:
        _note(ledger, latest, line.act.spell)
    begun = assign_in(session, at, staff, enrolment, line.act.spell)
    session.flush()
    ledger.made("assignment_spells", begun.id)


def _note(ledger: Ledger, latest: AssignmentSpell, wanted: NewSpell) -> None:
    """What becomes of the spell before: replaced if it would have no days, ended if it went on."""
    if latest.start_on == wanted.start_on:
        row = {column.name: getattr(latest, column.name) for column in AssignmentSpell.__table__.columns}
        ledger.removed("assignment_spells", latest.id, row)
    elif latest.end_on is None:
        ledger.changed("assignment_spells", latest.id, {"end_on": None}, {"end_on": wanted.start_on})
