"""A row in every table of one organisation, and rows that other rows may refer to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from bip.store.audit import Actor, record
from bip.store.lists import Rater
from bip.store.organisations import Account, Organisation, Unit
from bip.store.people import Enrolment, Participant
from bip.store.rounds import Round
from bip.store.studies import Study, StudyInformation
from tests.bip import rows, rows_casework


@dataclass(frozen=True, slots=True)
class Parents:
    """Rows without children of their own, so that a child can be moved to them without breaking a key."""

    unit: Unit
    account: Account
    study: Study
    participant: Participant
    enrolment: Enrolment
    round: Round
    response_id: UUID
    information_id: UUID

    def by_table(self) -> dict[str, UUID]:
        """Their ids."""
        return {
            "units": self.unit.id,
            "accounts": self.account.id,
            "studies": self.study.id,
            "participants": self.participant.id,
            "enrolments": self.enrolment.id,
            "rounds": self.round.id,
            "responses": self.response_id,
            "study_information": self.information_id,
        }


def parents(session: Session, organisation: Organisation) -> Parents:
    """One row of each table that `same_organisation` refers to, and a response."""
    enrolment = rows.enrolment(session, organisation)
    # Numbers that no other row has, and a response in a round of its own, leave every unique key free.
    answered = rows.round_(session, enrolment, number=7)
    return Parents(
        unit=rows.unit(session, organisation),
        account=rows.account(session, organisation, roles=()),
        study=rows.study(session, organisation),
        participant=rows.participant(session, organisation),
        enrolment=enrolment,
        round=rows.round_(session, enrolment, number=8),
        response_id=rows.response(session, answered).id,
        information_id=rows.study_information(session, rows.study(session, organisation)).id,
    )


def one_of_each(session: Session, organisation: Organisation) -> None:
    """A row in every table."""
    unit = rows.unit(session, organisation)
    staff = rows.account(session, organisation, unit=unit)
    rows.invitation(session, organisation, unit=unit, account=staff)
    study = rows.study(session, organisation)
    information = rows.study_information(session, study)
    rows.release(session, study, staff)
    participant = rows.participant(session, organisation)
    rows.identity(session, participant)
    enrolment = rows.enrolment(session, organisation, participant=participant, study=study, unit=unit)
    rows.assignment_spell(session, enrolment, caseworker=staff, end_on=rows.DAY_0 + timedelta(days=10))
    measured = rows.round_(session, enrolment)
    _answered(session, measured, staff, information)
    rows_casework.round_move(session, measured, staff)
    rows_casework.missed_round(session, measured, staff)
    rows_casework.reminder(session, measured, staff)
    rows_casework.agreed_step(session, enrolment, staff)
    rows_casework.import_(session, staff)
    rows_casework.intake_pause(session, unit)
    rows.kiosk(session, staff)
    rows.activity_spell(session, enrolment)
    rows.step(session, enrolment)
    rows.event(session, enrolment)
    rows.exit_(session, enrolment)
    rows.follow_up(session, enrolment)
    actor = Actor(organisation_id=organisation.id, account_id=staff.id)
    record(session, actor, rows.MOMENT, "unit_added", unit=unit.id)
    session.flush()


def _answered(session: Session, measured: Round, staff: Account, information: StudyInformation) -> None:
    rows.entry_code(session, measured)
    response = rows.response(session, measured, entered_by=staff)
    response.information_id = information.id
    rows.answer(session, response)
    rows.held_answer(session, response)
    rating = rows.response(session, measured, rater=Rater.CASEWORKER, rated_by=staff)
    rows_casework.rating_visit(session, rating, staff)
