"""Letters for a group: a new code for everybody whose round is open and who has not answered."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from bip.auth.staff import Staff
from bip.participants.visible import enrolments_of
from bip.rounds.letter import Letter, LetterError, issue_letter
from bip.rounds.state import Phase, rounds_of
from bip.rounds.upkeep import keep_planned
from bip.services import Services
from bip.store.followup import Exit
from bip.store.people import Enrolment
from bip.store.studies import Study

ALL = "all"


@dataclass(frozen=True, slots=True)
class Waiting:
    """A round that a letter can be printed for; `group` is of whom it is, in words and as a value."""

    round_id: UUID
    group: str | None
    intake: str | None
    study: str


def waiting_rounds(at: Services, staff: Staff) -> list[Waiting]:
    """The open rounds that wait for the participant's answers."""
    today = at.clock.today()
    visible = enrolments_of(staff, today)
    keep_planned(at.store, today, visible)
    with at.store.reading() as session:
        rows = session.execute(
            select(Enrolment.id, Enrolment.study_id, Enrolment.intake, Study.name)
            .join(Study, Study.id == Enrolment.study_id)
            .outerjoin(Exit, Exit.enrolment_id == Enrolment.id)
            .where(visible, Exit.enrolment_id.is_(None), Enrolment.withdrawn_on.is_(None))
            .order_by(Study.name, Enrolment.intake)
        ).all()
        rounds = rounds_of(session, [row[0] for row in rows], today)
    return [
        Waiting(one.id, f"{study_id} {intake}" if intake else None, intake, study)
        for enrolment_id, study_id, intake, study in rows
        for one in rounds.get(enrolment_id, [])
        if one.phase is Phase.OPEN and not one.answered
    ]


def issue_letters(at: Services, staff: Staff, waiting: list[Waiting], group: str) -> list[Letter]:
    """A letter with a new code for each of a group, by name; who has just answered needs none."""
    found = []
    for one in waiting:
        if group not in {ALL, one.group}:
            continue
        try:
            found.append(issue_letter(at, staff, one.round_id))
        except LetterError:
            continue
    return sorted(found, key=lambda letter: (letter.name or "").casefold())
