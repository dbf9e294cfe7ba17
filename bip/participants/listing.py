"""The list of participants that a member of staff has in care."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import Row, Select, and_, select

from bip.auth.staff import Staff
from bip.participants.facts import earlier, running_on
from bip.participants.held import held_counts
from bip.participants.identity import open_contact
from bip.participants.visible import enrolments_of
from bip.rounds.paper import mark, without_spaces
from bip.rounds.state import RoundState, current, rounds_of
from bip.rounds.upkeep import keep_planned
from bip.services import Services
from bip.store.audit import record
from bip.store.cipher import Cipher
from bip.store.followup import Exit
from bip.store.lists import Role
from bip.store.organisations import Account, Unit
from bip.store.people import AssignmentSpell, Enrolment, Identity
from bip.store.studies import Study


@dataclass(frozen=True, slots=True)
class Line:
    """One enrolment in the list; `round` is the one that is open, else the next.

    `held`: how many answers there are to look at. `marks`: those of the paper forms of its rounds.
    """

    enrolment_id: UUID
    participant_id: UUID
    name: str | None
    study: str
    unit: str
    caseworker: str | None
    round: RoundState | None
    ended_on: date | None
    held: int
    marks: frozenset[str]


def list_participants(at: Services, staff: Staff, search: str = "") -> list[Line]:
    """Those whom this member of staff may see, by name; noted in the trail.

    `search`: a part of the name, or the mark on a paper form.
    """
    today = at.clock.today()
    visible = enrolments_of(staff, today)
    keep_planned(at.store, at.clock.today(), visible)
    # A session of its own: the request's reader may have begun before the rounds were planned.
    with at.store.reading() as session:
        rows = session.execute(_enrolments(today).where(visible)).all()
        ids = [row[0].id for row in rows]
        rounds = rounds_of(session, ids, today)
        held = held_counts(session, ids) if staff.has(Role.COORDINATOR) else {}
    lines = [_line(at.cipher, row, rounds.get(row[0].id, []), held.get(row[0].id, 0)) for row in rows]
    shown = sorted((line for line in lines if _matches(line, search)), key=_by_name)
    if shown:
        with at.store.writing() as session:
            people = sorted({str(line.participant_id) for line in shown})
            record(session, staff.actor, at.clock.now(), "participants_listed", participants=people)
    return shown


def _enrolments(today: date) -> Select[Enrolment, Identity, str, str, str, date]:
    """With identity, study, unit, caseworker and exit; identity, caseworker and exit may be missing."""
    return (
        select(Enrolment, Identity, Study.name, Unit.name, Account.name, Exit.left_on)
        .join(Study, Study.id == Enrolment.study_id)
        .join(Unit, Unit.id == Enrolment.unit_id)
        .outerjoin(Identity, Identity.participant_id == Enrolment.participant_id)
        .outerjoin(AssignmentSpell, and_(AssignmentSpell.enrolment_id == Enrolment.id, running_on(today)))
        .outerjoin(Account, Account.id == AssignmentSpell.caseworker_id)
        .outerjoin(Exit, Exit.enrolment_id == Enrolment.id)
    )


def _line(
    cipher: Cipher, row: Row[Enrolment, Identity, str, str, str, date], rounds: list[RoundState], held: int
) -> Line:
    enrolment, identity, study, unit, caseworker, left_on = row
    return Line(
        enrolment.id,
        enrolment.participant_id,
        open_contact(cipher, identity).name if identity else None,
        study,
        unit,
        caseworker,
        current(rounds),
        earlier(left_on, enrolment.withdrawn_on),
        held,
        frozenset(mark(one.id) for one in rounds),
    )


def _matches(line: Line, search: str) -> bool:
    return search.casefold() in (line.name or "").casefold() or without_spaces(search) in line.marks


def _by_name(line: Line) -> tuple[str, str]:
    return (line.name or "").casefold(), str(line.enrolment_id)
