"""A participant stops taking part in the whole study, by the code alone."""

from uuid import UUID

from sqlalchemy import select

from bip.collect.own_answers import given_by_others
from bip.participants.withdrawal import end_enrolment
from bip.services import Services
from bip.store.audit import Actor
from bip.store.people import Enrolment
from bip.store.rounds import Response, Round


class NotOwnError(Exception):
    """Somebody else wrote the answers: nobody knows that it is the participant who holds the device."""


def withdraw_self(at: Services, response_id: UUID) -> None:
    """Let today be the last day of the response's enrolment; one that has ended already stays as it is.

    Raises NotOwnError where a member of staff or somebody else gave the answers, WithdrawalError where the
    enrolment cannot end today.
    """
    with at.store.writing() as session:
        if given_by_others(session, response_id):
            raise NotOwnError
        enrolment = session.execute(
            select(Enrolment)
            .join(Round, Round.enrolment_id == Enrolment.id)
            .join(Response, Response.round_id == Round.id)
            .where(Response.id == response_id)
        ).scalar_one()
        if enrolment.withdrawn_on is None:
            end_enrolment(session, at, Actor(enrolment.organisation_id), enrolment, at.clock.today())
