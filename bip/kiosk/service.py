"""Starting and ending shared tablets, each with its line in the trail."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask import abort
from flask_security import verify_password
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bip.auth.security import hashed
from bip.auth.staff import Staff
from bip.services import Services
from bip.store.audit import Actor, record
from bip.store.kiosks import Kiosk
from bip.store.organisations import Account


@dataclass(frozen=True, slots=True)
class SharedTablet:
    """One that is in use."""

    id: UUID
    started_at: datetime
    started_by: str


def start(at: Services, staff: Staff, pin: str) -> UUID:
    """A new shared tablet that this PIN ends."""
    pin_hash, now = hashed(pin), at.clock.now()
    with at.store.writing() as session:
        tablet = Kiosk(
            organisation_id=staff.organisation_id,
            started_by_id=staff.account_id,
            pin_hash=pin_hash,
            started_at=now,
        )
        session.add(tablet)
        record(session, staff.actor, now, "kiosk_started", kiosk=tablet.id)
        return tablet.id


def shared_tablets(session: Session, organisation_id: UUID) -> tuple[SharedTablet, ...]:
    """Those of an organisation that are in use, the newest first."""
    rows = session.execute(
        select(Kiosk.id, Kiosk.started_at, Account.name)
        .join(Account, Account.id == Kiosk.started_by_id)
        .where(Kiosk.organisation_id == organisation_id, Kiosk.ended_at.is_(None))
        .order_by(Kiosk.started_at.desc(), Kiosk.id)
    )
    return tuple(SharedTablet(*row) for row in rows)


def require_own(session: Session, staff: Staff, kiosk_id: UUID) -> None:
    """404 where the tablet is not one of the organisation's."""
    query = select(Kiosk.id).where(Kiosk.id == kiosk_id, Kiosk.organisation_id == staff.organisation_id)
    if session.scalar(query) is None:
        abort(404)


def end(at: Services, actor: Actor, kiosk_id: UUID) -> None:
    """End it; that it has ended already is as good."""
    now = at.clock.now()
    with at.store.writing() as session:
        ended = session.execute(
            update(Kiosk)
            .where(Kiosk.id == kiosk_id, Kiosk.ended_at.is_(None))
            .values(ended_at=now)
            .returning(Kiosk.id)
        )
        if ended.one_or_none() is not None:
            record(session, actor, now, "kiosk_ended", kiosk=kiosk_id)


def running(session: Session, kiosk_id: UUID) -> Kiosk | None:
    """The tablet, while nobody has ended it."""
    return session.scalar(select(Kiosk).where(Kiosk.id == kiosk_id, Kiosk.ended_at.is_(None)))


def leave(at: Services, tablet: Kiosk, pin: str) -> bool:
    """End the tablet from itself; False where this is not its PIN. Whoever knows the PIN stays unnamed."""
    if not verify_password(pin, tablet.pin_hash):
        return False
    end(at, Actor(tablet.organisation_id), tablet.id)
    return True
