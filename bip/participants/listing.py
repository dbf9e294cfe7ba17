"""The list of participants that a member of staff has in care."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import Row, Select, and_, select

from bip.auth.staff import Staff
from bip.participants.facts import earlier, running_on
from bip.participants.identity import open_contact
from bip.participants.visible import enrolments_of
from bip.rounds.state import RoundState, current, rounds_of
from bip.rounds.upkeep import keep_planned
from bip.services import Services
from bip.store.audit import record
from bip.store.cipher import Cipher
from bip.store.followup import Exit
from bip.store.organisations import Account, Unit
from bip.store.people import AssignmentSpell, Enrolment, Identity
from bip.store.studies import Study


@dataclass(frozen=True, slots=True)
class Line:
    """One enrolment in the list; `round` is the one that is open, else the next."""

    enrolment_id: UUID
    participant_id: UUID
    name: str | None
    study: str
    unit: str
    caseworker: str | None
    round: RoundState | None
    ended_on: date | None


def list_participants(at: Services, staff: Staff, search: str = "") -> list[Line]:
    """Those whom this member of staff may see and whose name holds `search`, by name; noted in the trail."""
    today = at.clock.today()
    visible = enrolments_of(staff, today)
    keep_planned(at.store, at.clock.today(), visible)
    # A session of its own: the request's reader may have begun before the rounds were planned.
    with at.store.reading() as session:
        rows = session.execute(_enrolments(today).where(visible)).all()
        rounds = rounds_of(session, [row[0].id for row in rows], today)
    lines = [_line(at.cipher, row, current(rounds.get(row[0].id, []))) for row in rows]
    shown = sorted((line for line in lines if _matches(line, search)), key=_by_name)
    if shown:
        with at.store.writing() as session:
            ids = sorted({str(line.participant_id) for line in shown})
            record(session, staff.actor, at.clock.now(), "participants_listed", participants=ids)
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


def _line(cipher: Cipher, row: Row[Enrolment, Identity, str, str, str, date], now: RoundState | None) -> Line:
    enrolment, identity, study, unit, caseworker, left_on = row
    return Line(
        enrolment.id,
        enrolment.participant_id,
        open_contact(cipher, identity).name if identity else None,
        study,
        unit,
        caseworker,
        now,
        earlier(left_on, enrolment.withdrawn_on),
    )


def _matches(line: Line, search: str) -> bool:
    return search.casefold() in (line.name or "").casefold()


def _by_name(line: Line) -> tuple[str, str]:
    return (line.name or "").casefold(), str(line.enrolment_id)
