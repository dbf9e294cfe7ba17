"""Participants that a file names by their key: the pseudonym of the enrolment, which exports have too."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from flask_babel import gettext
from sqlalchemy import select
from sqlalchemy.orm import Session

from bip.auth.staff import Staff
from bip.bulk.cells import Cells
from bip.participants.identity import open_contact
from bip.participants.visible import enrolments_of
from bip.services import Services
from bip.store.audit import record
from bip.store.lists import ObservedBy
from bip.store.people import Enrolment, Identity
from bip.store.studies import Study


@dataclass(frozen=True, slots=True)
class Keyed:
    """An enrolment as far as files go."""

    id: UUID
    key: str
    unit_id: UUID
    enrolled_on: date
    withdrawn_on: date | None
    observed_to: date | None
    observed_by: ObservedBy


def keyed_enrolments(session: Session, staff: Staff, today: date) -> dict[str, Keyed]:
    """Those that this member of staff may see, by key."""
    rows = session.execute(
        select(
            Enrolment.id,
            Enrolment.pseudonym,
            Enrolment.unit_id,
            Enrolment.enrolled_on,
            Enrolment.withdrawn_on,
            Enrolment.observed_to,
            Enrolment.observed_by,
        ).where(enrolments_of(staff, today))
    )
    return {row.pseudonym: Keyed(*row) for row in rows}


def participant_of(cells: Cells, enrolments: dict[str, Keyed]) -> Keyed | None:
    """The enrolment that a line is about. A foreign key is answered like one that does not exist."""
    found = enrolments.get(cells.text("participant").casefold())
    if found is None:
        remedy = gettext("No participant of yours has this key. Look it up in the list of keys.")
        cells.wrong("participant", remedy)
    return found


@dataclass(frozen=True, slots=True)
class KeyLine:
    """Whose key it is."""

    enrolment_id: UUID
    name: str | None
    key: str
    study: str
    enrolled_on: date


def list_keys(at: Services, staff: Staff) -> list[KeyLine]:
    """The key of each participant, by name; noted in the trail as every list of names is."""
    with at.store.reading() as session:
        rows = session.execute(
            select(Enrolment, Study.name, Identity)
            .join(Study, Study.id == Enrolment.study_id)
            .outerjoin(Identity, Identity.participant_id == Enrolment.participant_id)
            .where(enrolments_of(staff, at.clock.today()))
        ).all()
    lines = [
        KeyLine(
            one.id, open_contact(at.cipher, who).name if who else None, one.pseudonym, study, one.enrolled_on
        )
        for one, study, who in rows
    ]
    if rows:
        people = sorted({str(one.participant_id) for one, _, _ in rows})
        with at.store.writing() as session:
            record(session, staff.actor, at.clock.now(), "participants_listed", participants=people)
    return sorted(lines, key=lambda line: ((line.name or "").casefold(), line.key))
