"""Ending a participant's part in a study, because the person wants to or because it is over."""

from datetime import date
from uuid import UUID

from sqlalchemy.orm import Session

from bip.auth.staff import Staff
from bip.participants.visible import enrolment_or_404
from bip.services import Services
from bip.store.audit import Actor, record
from bip.store.people import Enrolment


class WithdrawalError(Exception):
    """The day is not possible; `first_day` is the first that is."""

    def __init__(self, first_day: date) -> None:
        super().__init__(first_day)
        self.first_day = first_day


def withdraw(at: Services, staff: Staff, enrolment_id: UUID, day: date) -> None:
    """Let `day` be the last on which anything is asked or kept of the enrolment.

    Codes lead nowhere after it, no round opens, exports hold nothing later. What was answered before stays.
    Raises WithdrawalError where the day lies before the enrolment or what is observed of it.
    """
    with at.store.writing() as session:
        enrolment = enrolment_or_404(session, staff, enrolment_id, at.clock.today())
        end_enrolment(session, at, staff.actor, enrolment, day)


def end_enrolment(session: Session, at: Services, actor: Actor, enrolment: Enrolment, day: date) -> None:
    """Set the last day of an enrolment, on behalf of whoever ends it.

    Raises WithdrawalError where the day lies before the enrolment or what is observed of it.
    """
    first_day = max(filter(None, (enrolment.enrolled_on, enrolment.observed_to)))
    if day < first_day:
        raise WithdrawalError(first_day)
    enrolment.withdrawn_on = day
    record(
        session,
        actor,
        at.clock.now(),
        "participant_withdrawn",
        participant=enrolment.participant_id,
        enrolment=enrolment.id,
    )
