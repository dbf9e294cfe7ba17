"""Two entries of one person become one: nothing that is known is lost, and the trail says what differed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Final
from uuid import UUID

from flask import abort
from sqlalchemy import delete, exists, select
from sqlalchemy.orm import Session

from bip.auth.staff import Staff
from bip.corrections.service import CorrectionError, Refusal
from bip.corrections.words import Reason
from bip.participants.detail import Background
from bip.participants.facts import contact_of
from bip.participants.identity import Contact, save_contact
from bip.participants.visible import enrolment_or_404, enrolments_of
from bip.services import Services
from bip.store.audit import record
from bip.store.casework import AgreedStep, MissedRound, RoundMove
from bip.store.followup import ActivitySpell, Event, Exit, FollowUp, Step
from bip.store.lists import Education, Origin, Sex
from bip.store.people import AssignmentSpell, Enrolment, Identity, Participant
from bip.store.rounds import EntryCode, Response, Round

_NOBODY: Final = Contact("")
_UNKNOWN: Final = frozenset({None, "", Sex.UNKNOWN, Origin.UNKNOWN, Education.UNKNOWN})
_OF_AN_ENROLMENT: Final = ("unit_id", "intake", "referral")


@dataclass(slots=True)
class _Fields:
    """Names of what was filled in of who is kept, and of what differed and was left out."""

    filled: list[str] = field(default_factory=list)
    differing: list[str] = field(default_factory=list)

    def missing(self, kept: object, duplicate: object, names: Iterable[str]) -> list[str]:
        """What only the duplicate knows."""
        pairs = {name: (getattr(kept, name), getattr(duplicate, name)) for name in names}
        missing = [name for name, (one, other) in pairs.items() if one in _UNKNOWN and other not in _UNKNOWN]
        self.filled += missing
        self.differing += [
            name for name, pair in pairs.items() if _UNKNOWN.isdisjoint(pair) and pair[0] != pair[1]
        ]
        return missing

    def fill_in(self, kept: Participant | Enrolment, duplicate: object, names: Iterable[str]) -> None:
        """Take over what only the duplicate knows."""
        for name in self.missing(kept, duplicate, names):
            setattr(kept, name, getattr(duplicate, name))


def merge(at: Services, staff: Staff, duplicate_id: UUID, kept_id: UUID, reason: Reason) -> UUID:
    """Give the enrolments of one person to another, who is the same; returns an enrolment of who is kept.

    `duplicate_id`, `kept_id`: an enrolment of each. What is not known of who is kept is filled in from the
    duplicate, whose name and contact go. An enrolment in the same study from the same day goes too where it
    holds nothing. Raises CorrectionError.
    """
    today = at.clock.today()
    with at.store.writing() as session:
        duplicate = enrolment_or_404(session, staff, duplicate_id, today).participant_id
        kept = enrolment_or_404(session, staff, kept_id, today).participant_id
        if duplicate == kept:
            raise CorrectionError(Refusal.SAME_PERSON)
        _lock(session, duplicate, kept)
        _require_all_seen(session, at, staff, (duplicate, kept))
        fields = _Fields()
        _fill_in(session, at, fields, kept, duplicate)
        for enrolment in session.scalars(select(Enrolment).where(Enrolment.participant_id == duplicate)):
            _give(session, fields, enrolment, kept)
        session.flush()
        session.execute(delete(Identity).where(Identity.participant_id == duplicate))
        session.execute(delete(Participant).where(Participant.id == duplicate))
        # One moment for all three: by it the trail knows which changes the merge made.
        now = at.clock.now()
        record(
            session,
            staff.actor,
            now,
            "persons_merged",
            participant=duplicate,
            kept=kept,
            reason=reason,
        )
        for person, names in ((kept, fields.filled), (duplicate, fields.differing)):
            if names:
                told = list(dict.fromkeys(names))
                record(session, staff.actor, now, "participant_changed", participant=person, fields=told)
        return kept_id


def _lock(session: Session, *people: UUID) -> None:
    """Merges of one person come one after the other; whom another merge has taken is not found any more."""
    query = select(Participant.id).where(Participant.id.in_(people)).order_by(Participant.id)
    if len(session.scalars(query.with_for_update()).all()) < len(people):
        abort(404)


def _require_all_seen(session: Session, at: Services, staff: Staff, people: Sequence[UUID]) -> None:
    """Another unit's coordinator is to be asked before that unit's enrolments change hands."""
    seen = enrolments_of(staff, at.clock.today())
    unseen = select(Enrolment.id).where(Enrolment.participant_id.in_(people), ~seen).limit(1)
    if session.scalar(unseen) is not None:
        raise CorrectionError(Refusal.NOT_ALL_YOURS)


def _fill_in(session: Session, at: Services, fields: _Fields, kept_id: UUID, duplicate_id: UUID) -> None:
    kept = session.get_one(Participant, kept_id)
    duplicate = session.get_one(Participant, duplicate_id)
    fields.fill_in(kept, duplicate, Background.__slots__)
    contact, other = (contact_of(session, at.cipher, one) or _NOBODY for one in (kept_id, duplicate_id))
    missing = fields.missing(contact, other, Contact.__slots__)
    if missing:
        filled = replace(contact, **{name: getattr(other, name) for name in missing})
        save_contact(session, at.cipher, kept, filled)


def _give(session: Session, fields: _Fields, enrolment: Enrolment, kept: UUID) -> None:
    query = select(Enrolment).where(
        Enrolment.participant_id == kept,
        Enrolment.study_id == enrolment.study_id,
        Enrolment.enrolled_on == enrolment.enrolled_on,
    )
    twin = session.scalar(query)
    if twin is None:
        enrolment.participant_id = kept
    elif _holds_something(session, enrolment):
        raise CorrectionError(Refusal.SAME_DAY)
    else:
        fields.fill_in(twin, enrolment, _OF_AN_ENROLMENT)
        _remove_empty(session, enrolment)


def _holds_something(session: Session, enrolment: Enrolment) -> bool:
    enrolment_id = enrolment.id
    if enrolment.withdrawn_on is not None or enrolment.observed_to is not None:
        return True
    for noted in (Response, RoundMove, MissedRound):
        of_round = exists().where(Round.enrolment_id == enrolment_id, noted.round_id == Round.id)
        if session.scalar(select(of_round)):
            return True
    tables = (ActivitySpell, Step, Event, Exit, FollowUp, AgreedStep)
    return any(session.scalar(select(exists().where(table.enrolment_id == enrolment_id))) for table in tables)


def _remove_empty(session: Session, enrolment: Enrolment) -> None:
    """Only planned rounds, codes and who was to be its caseworker."""
    rounds = select(Round.id).where(Round.enrolment_id == enrolment.id).scalar_subquery()
    session.execute(delete(EntryCode).where(EntryCode.round_id.in_(rounds)))
    session.execute(delete(Round).where(Round.enrolment_id == enrolment.id))
    session.execute(delete(AssignmentSpell).where(AssignmentSpell.enrolment_id == enrolment.id))
    session.delete(enrolment)
