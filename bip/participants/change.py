"""Enrolling a participant, and changing what is known of one: each in one transaction with its trail."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy.orm import Session

from bip.auth.staff import Staff
from bip.participants.detail import Background, background_of
from bip.participants.facts import contact_of
from bip.participants.identity import Contact, save_contact
from bip.participants.visible import enrolment_or_404
from bip.rounds.plan import plan_rounds
from bip.services import Services
from bip.store.audit import record
from bip.store.people import AssignmentSpell, Enrolment, Participant
from bip.store.studies import Study


@dataclass(frozen=True, slots=True)
class NewEnrolment:
    """What a coordinator decides when somebody is enrolled."""

    contact: Contact
    background: Background
    study_id: UUID
    unit_id: UUID
    caseworker_id: UUID
    enrolled_on: date
    intake: str | None
    referral: str | None


def enrol(at: Services, staff: Staff, enrolment_id: UUID, wanted: NewEnrolment) -> None:
    """The participant, who it is, the enrolment, its caseworker and its first rounds.

    The same `enrolment_id` again (a form that was sent twice) changes nothing.
    """
    with at.store.writing() as session:
        enrol_in(session, at, staff, enrolment_id, wanted)


def enrol_in(session: Session, at: Services, staff: Staff, enrolment_id: UUID, wanted: NewEnrolment) -> None:
    """`enrol` as a part of a larger transaction, such as a file or a whole intake."""
    if session.get(Enrolment, enrolment_id) is not None:
        return
    participant = _add_participant(session, at, staff, wanted)
    enrolment = _add_enrolment(session, participant, enrolment_id, wanted)
    study = session.get_one(Study, wanted.study_id)
    plan_rounds(session, study, enrolment, at.clock.today())
    record(
        session,
        staff.actor,
        at.clock.now(),
        "participant_enrolled",
        participant=participant.id,
        enrolment=enrolment_id,
    )


def _add_participant(session: Session, at: Services, staff: Staff, wanted: NewEnrolment) -> Participant:
    known = wanted.background
    participant = Participant(
        organisation_id=staff.organisation_id,
        sex=known.sex,
        origin=known.origin,
        education=known.education,
        birth_year=known.birth_year,
        language=known.language,
        created_at=at.clock.now(),
    )
    session.add(participant)
    session.flush()
    save_contact(session, at.cipher, participant, wanted.contact)
    return participant


def _add_enrolment(
    session: Session, participant: Participant, enrolment_id: UUID, wanted: NewEnrolment
) -> Enrolment:
    enrolment = Enrolment(
        id=enrolment_id,
        organisation_id=participant.organisation_id,
        participant_id=participant.id,
        study_id=wanted.study_id,
        unit_id=wanted.unit_id,
        enrolled_on=wanted.enrolled_on,
        intake=wanted.intake,
        referral=wanted.referral,
    )
    session.add(enrolment)
    session.flush()
    session.add(
        AssignmentSpell(
            organisation_id=enrolment.organisation_id,
            enrolment_id=enrolment_id,
            caseworker_id=wanted.caseworker_id,
            start_on=wanted.enrolled_on,
        )
    )
    return enrolment


def change_person(
    at: Services, staff: Staff, enrolment_id: UUID, contact: Contact, background: Background
) -> None:
    """Write name, contact and background over what was there; the trail names the fields that differ."""
    with at.store.writing() as session:
        enrolment = enrolment_or_404(session, staff, enrolment_id, at.clock.today())
        participant = session.get_one(Participant, enrolment.participant_id)
        before = contact_of(session, at.cipher, participant.id)
        fields = [*_differing(before, contact), *_differing(background_of(participant), background)]
        if not fields:
            return
        save_contact(session, at.cipher, participant, contact)
        for field in Background.__slots__:
            setattr(participant, field, getattr(background, field))
        record(
            session,
            staff.actor,
            at.clock.now(),
            "participant_changed",
            participant=participant.id,
            fields=fields,
        )


def _differing(before: Contact | Background | None, after: Contact | Background) -> list[str]:
    return [
        field
        for field in after.__slots__
        if before is None or getattr(before, field) != getattr(after, field)
    ]
