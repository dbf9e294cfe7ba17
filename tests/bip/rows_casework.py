"""Valid rows of what staff note around the rounds, as `tests.bip.rows` has them for the rest."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy.orm import Session

from bip.store.casework import AgreedStep, IntakePause, MissedRound, RatingVisit, Reminder, RoundMove
from bip.store.imports import Import
from bip.store.lists import ImportKind, MissReason, MoveReason, ReminderTask, StepKind
from bip.store.organisations import Account, Unit
from bip.store.people import Enrolment
from bip.store.rounds import Response, Round
from tests.bip.rows import DAY_0, MOMENT, added


def round_move(session: Session, window: Round, by: Account) -> RoundMove:
    return added(
        session,
        RoundMove(
            organisation_id=window.organisation_id,
            round_id=window.id,
            reason=MoveReason.ILLNESS,
            due_before=window.due_on,
            due_after=window.due_on + timedelta(days=7),
            moved_by_id=by.id,
            moved_at=MOMENT,
        ),
    )


def missed_round(session: Session, window: Round, by: Account) -> MissedRound:
    return added(
        session,
        MissedRound(
            organisation_id=window.organisation_id,
            round_id=window.id,
            reason=MissReason.ILL,
            noted_by_id=by.id,
            noted_at=MOMENT,
        ),
    )


def agreed_step(
    session: Session,
    enrolment: Enrolment,
    by: Account,
    *,
    kind: StepKind = StepKind.WROTE_CV,
    agreed_on: date = DAY_0,
    done_on: date | None = None,
) -> AgreedStep:
    return added(
        session,
        AgreedStep(
            organisation_id=enrolment.organisation_id,
            enrolment_id=enrolment.id,
            kind=kind,
            agreed_on=agreed_on,
            by_on=agreed_on + timedelta(days=14),
            done_on=done_on,
            agreed_by_id=by.id,
        ),
    )


def rating_visit(session: Session, response: Response, by: Account) -> RatingVisit:
    return added(
        session,
        RatingVisit(
            organisation_id=response.organisation_id,
            response_id=response.id,
            rated_by_id=by.id,
            opened_at=MOMENT,
            saved_at=MOMENT + timedelta(minutes=3),
        ),
    )


def reminder(session: Session, window: Round, to: Account) -> Reminder:
    return added(
        session,
        Reminder(
            organisation_id=window.organisation_id,
            account_id=to.id,
            task=ReminderTask.RATE,
            subject_id=window.id,
            sent_at=MOMENT,
        ),
    )


def import_(session: Session, by: Account) -> Import:
    return added(
        session,
        Import(
            organisation_id=by.organisation_id,
            kind=ImportKind.OUTCOMES,
            rows=1,
            made=[],
            changed=[],
            file_sha256="0" * 64,
            imported_by_id=by.id,
            imported_at=MOMENT,
        ),
    )


def intake_pause(
    session: Session, unit: Unit, *, start_on: date = DAY_0, end_on: date | None = None
) -> IntakePause:
    return added(
        session,
        IntakePause(organisation_id=unit.organisation_id, unit_id=unit.id, start_on=start_on, end_on=end_on),
    )
