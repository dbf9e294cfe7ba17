"""Everything the page of one enrolment shows."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from bip.auth.staff import Staff
from bip.casework.history import rate_first
from bip.localisation import page_language
from bip.participants.caseworkers import Spell, changes_of, days_without
from bip.participants.facts import contact_of, ended_on
from bip.participants.held import HeldLine, held_lines
from bip.participants.identity import Contact
from bip.participants.visible import enrolment_or_404, enrolments_of, is_caseworker_of
from bip.rounds.state import RoundState, current, rounds_of
from bip.rounds.upkeep import keep_planned
from bip.services import Services
from bip.store.audit import record
from bip.store.lists import Education, Origin, Role, Sex
from bip.store.organisations import Account, Unit
from bip.store.people import AssignmentSpell, Enrolment, Participant
from bip.store.studies import Study


@dataclass(frozen=True, slots=True)
class Background:
    """What is known of a participant beside the name; `language` is BCP 47."""

    sex: Sex
    origin: Origin
    education: Education
    birth_year: int | None
    language: str


@dataclass(frozen=True, slots=True)
class Detail:
    """One enrolment, and what this member of staff may do with it."""

    enrolment_id: UUID
    contact: Contact | None
    background: Background
    study: str
    unit: str
    enrolled_on: date
    ended_on: date | None
    intake: str | None
    referral: str | None
    spells: tuple[Spell, ...]
    changes: int
    days_without: int
    rounds: tuple[RoundState, ...]
    held: tuple[HeldLine, ...]
    may_rate: bool
    may_change: bool

    @property
    def round(self) -> RoundState | None:
        """The round that is open, else the next; none where the enrolment has ended."""
        return None if self.ended_on else current(self.rounds)


def open_detail(at: Services, staff: Staff, enrolment_id: UUID) -> Detail:
    """The page of an enrolment that this member of staff may see, else 404; noted in the trail."""
    today = at.clock.today()
    keep_planned(at.store, at.clock.today(), and_(Enrolment.id == enrolment_id, enrolments_of(staff, today)))
    # A session of its own: the request's reader may have begun before the rounds were planned.
    with at.store.reading() as session:
        enrolment = enrolment_or_404(session, staff, enrolment_id, today)
        detail = _detail(session, at, staff, enrolment)
    record_look(at, staff, enrolment.participant_id)
    return detail


def record_look(at: Services, staff: Staff, participant_id: UUID) -> None:
    """Note in the trail that a member of staff was shown who a participant is."""
    with at.store.writing() as session:
        record(session, staff.actor, at.clock.now(), "participant_viewed", participant=participant_id)


def _detail(session: Session, at: Services, staff: Staff, enrolment: Enrolment) -> Detail:
    today = at.clock.today()
    coordinates = staff.has(Role.COORDINATOR)
    spells, ended = spells_of(session, enrolment.id), ended_on(session, enrolment)
    return Detail(
        enrolment_id=enrolment.id,
        contact=contact_of(session, at.cipher, enrolment.participant_id),
        background=background_of(session.get_one(Participant, enrolment.participant_id)),
        study=session.get_one(Study, enrolment.study_id).name,
        unit=session.get_one(Unit, enrolment.unit_id).name,
        enrolled_on=enrolment.enrolled_on,
        ended_on=ended,
        intake=enrolment.intake,
        referral=enrolment.referral,
        spells=spells,
        changes=changes_of(spells),
        days_without=days_without(spells, enrolment.enrolled_on, min(ended or today, today)),
        rounds=tuple(rounds_of(session, [enrolment.id], today).get(enrolment.id, [])),
        # Not for the caseworker, who may still have to rate, nor for a coordinator who is that too.
        held=held_lines(session, enrolment.id, page_language(), today)
        if coordinates and rate_first(session, staff, enrolment.id, today) is None
        else (),
        may_rate=is_caseworker_of(session, staff, enrolment.id, today),
        may_change=coordinates,
    )


def background_of(participant: Participant) -> Background:
    """The participant's row without the rest of it."""
    return Background(
        participant.sex,
        participant.origin,
        participant.education,
        participant.birth_year,
        participant.language,
    )


def spells_of(session: Session, enrolment_id: UUID) -> tuple[Spell, ...]:
    """Who has had the participant, in order."""
    rows = session.execute(
        select(Account.id, Account.name, AssignmentSpell.start_on, AssignmentSpell.end_on)
        .join(Account, Account.id == AssignmentSpell.caseworker_id)
        .where(AssignmentSpell.enrolment_id == enrolment_id)
        .order_by(AssignmentSpell.start_on)
    )
    return tuple(Spell(*row) for row in rows)
