"""Reading what the worklist is made of, with as many queries for three hundred participants as for one."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Select, and_, func, select
from sqlalchemy.orm import Session

from bip.auth.staff import Staff
from bip.clock import local_day
from bip.participants.facts import running_on
from bip.participants.visible import enrolments_of
from bip.rounds.state import RoundState, rounds_of
from bip.services import Services
from bip.store.audit import AuditEvent
from bip.store.casework import MissedRound
from bip.store.followup import ActivitySpell, Exit, FollowUp
from bip.store.lists import Rater, Role
from bip.store.organisations import Account
from bip.store.people import AssignmentSpell, Enrolment
from bip.store.rounds import Response, Round
from bip.worklist.tasks import COMPARED_DAYS, Case, Opening

LOOKS = ("comparison_viewed", "conversation_viewed", "conversation_printed")


class _Row(NamedTuple):
    enrolment_id: UUID
    participant_id: UUID
    enrolled_on: date
    withdrawn_on: date | None
    left_on: date | None
    caseworker_id: UUID | None
    caseworker: str | None
    caseworker_since: date | None


@dataclass(frozen=True, slots=True)
class _Found:
    """What other tables say, by enrolment or by round."""

    rounds: Mapping[UUID, list[RoundState]]
    excused: frozenset[UUID]
    openings: Mapping[UUID, Opening]
    looks: Mapping[str, datetime]
    active_to: Mapping[UUID, date | None]
    followed_up: Mapping[UUID, frozenset[int]]


def cases_of(session: Session, at: Services, staff: Staff) -> list[Case]:
    """The enrolments that this member of staff may see, those that have ended too."""
    today = at.clock.today()
    rows = [_Row(*row) for row in session.execute(_enrolments(staff, today))]
    ids = [row.enrolment_id for row in rows]
    found = _Found(
        rounds_of(session, ids, today),
        frozenset(_excused(session, ids)),
        _openings(session, ids, at.settings.timezone),
        _looks(session, staff, at.clock.now()),
        _active_to(session, ids, today),
        _followed_up(session, ids),
    )
    return [_case(row, found, staff, today) for row in rows]


def _enrolments(staff: Staff, today: date) -> Select[UUID, UUID, date, date | None, date, UUID, str, date]:
    return (
        select(
            Enrolment.id,
            Enrolment.participant_id,
            Enrolment.enrolled_on,
            Enrolment.withdrawn_on,
            Exit.left_on,
            AssignmentSpell.caseworker_id,
            Account.name,
            AssignmentSpell.start_on,
        )
        .outerjoin(Exit, Exit.enrolment_id == Enrolment.id)
        .outerjoin(AssignmentSpell, and_(AssignmentSpell.enrolment_id == Enrolment.id, running_on(today)))
        .outerjoin(Account, Account.id == AssignmentSpell.caseworker_id)
        .where(enrolments_of(staff, today))
    )


def _case(row: _Row, found: _Found, staff: Staff, today: date) -> Case:
    active_to = found.active_to.get(row.enrolment_id, row.enrolled_on)
    return Case(
        enrolment_id=row.enrolment_id,
        participant_id=row.participant_id,
        enrolled_on=row.enrolled_on,
        own=staff.has(Role.CASEWORKER) and row.caseworker_id == staff.account_id,
        left_on=row.left_on,
        withdrawn_on=row.withdrawn_on,
        caseworker=row.caseworker,
        caseworker_since=row.caseworker_since,
        rounds=tuple(found.rounds.get(row.enrolment_id, ())),
        excused=found.excused,
        openings=found.openings,
        looked_at=found.looks.get(str(row.enrolment_id)),
        idle_since=_idle_since(active_to, row.enrolled_on, today),
        followed_up=found.followed_up.get(row.enrolment_id, frozenset()),
    )


def _idle_since(active_to: date | None, enrolled_on: date, today: date) -> date | None:
    """The last day with an activity, none where one runs; one from before the enrolment does not count."""
    if active_to is None or active_to >= today:
        return None
    return max(active_to, enrolled_on)


def _excused(session: Session, ids: list[UUID]) -> Iterable[UUID]:
    return session.scalars(
        select(MissedRound.round_id)
        .join(Round, Round.id == MissedRound.round_id)
        .where(Round.enrolment_id.in_(ids))
    )


def _openings(session: Session, ids: list[UUID], timezone: str) -> dict[UUID, Opening]:
    rows = session.execute(
        select(Response.round_id, func.max(Response.submitted_at))
        .join(Round, Round.id == Response.round_id)
        .where(Round.enrolment_id.in_(ids), Response.submitted_at.is_not(None))
        .group_by(Response.round_id)
        .having(func.count() == len(Rater))
    )
    return {round_id: Opening(moment, local_day(moment, timezone)) for round_id, moment in rows if moment}


def _looks(session: Session, staff: Staff, now: datetime) -> dict[str, datetime]:
    """By enrolment, when this account last looked at its comparison; older looks play no part."""
    events = session.execute(
        select(AuditEvent.details, AuditEvent.at)
        .where(
            AuditEvent.actor_id == staff.account_id,
            AuditEvent.kind.in_(LOOKS),
            AuditEvent.at >= now - timedelta(days=COMPARED_DAYS + 1),
        )
        .order_by(AuditEvent.at)
    )
    return {details["enrolment"]: at for details, at in events}


def _active_to(session: Session, ids: list[UUID], today: date) -> dict[UUID, date | None]:
    """By enrolment, the last day of what has begun; None where something goes on without an end."""
    ends = ActivitySpell.end_on
    rows = session.execute(
        select(ActivitySpell.enrolment_id, func.max(ends), func.count() - func.count(ends))
        .where(ActivitySpell.enrolment_id.in_(ids), ActivitySpell.start_on <= today)
        .group_by(ActivitySpell.enrolment_id)
    )
    return {enrolment_id: None if endless else last for enrolment_id, last, endless in rows}


def _followed_up(session: Session, ids: list[UUID]) -> dict[UUID, frozenset[int]]:
    rows = session.execute(
        select(FollowUp.enrolment_id, FollowUp.months_after_exit).where(FollowUp.enrolment_id.in_(ids))
    )
    found: dict[UUID, frozenset[int]] = {}
    for enrolment_id, months in rows:
        found[enrolment_id] = found.get(enrolment_id, frozenset()) | {months}
    return found
