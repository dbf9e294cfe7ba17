"""A participant's code: eight letters, kept only as a keyed hash, good for one round."""

import secrets
import unicodedata
from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from bip.services import Services
from bip.store.audit import Actor, record
from bip.store.lists import Rater
from bip.store.rounds import EntryCode, Response, Round

# No letter looks like another or like a digit: 30 signs, eight of them give 6.5e11 codes.
ALPHABET: Final = "ABCDEFGHJKMNPQRSTUVWXYZ2345679"
LENGTH: Final = 8


class CodeError(Exception):
    """A code that leads nowhere; `reason` is unknown, spent, replaced, early or closed."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


# Cyrillic letters that look like those of a code: whoever copies signs takes them from the keyboard at hand.
_LOOK_ALIKES: Final = str.maketrans("АВСЕНКМРТХУ", "ABCEHKMPTXY")


def normalised(written: str) -> str:
    """A code as people write it, made the one on the letter.

    In small letters, with spaces or dashes, in the digits and look-alikes of other keyboards.
    """
    upper = unicodedata.normalize("NFKC", written).upper().translate(_LOOK_ALIKES)
    digits = (str(unicodedata.digit(sign)) if sign.isdigit() else sign for sign in upper)
    return "".join(sign for sign in digits if sign.isalnum())


def spaced(code: str) -> str:
    """The code in two groups of four, as the letter shows it."""
    return f"{code[:4]} {code[4:]}"


def issue_code(session: Session, at: Services, actor: Actor, window: Round) -> str:
    """A new code for a round; the one before, if any, leads nowhere from now on."""
    now = at.clock.now()
    session.execute(
        update(EntryCode)
        .where(EntryCode.round_id == window.id, EntryCode.closed_at.is_(None))
        .values(closed_at=now)
    )
    code = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    session.add(
        EntryCode(
            organisation_id=window.organisation_id,
            round_id=window.id,
            code_hash=at.keyed_hash("entry-code", code),
            created_at=now,
        )
    )
    record(session, actor, now, "code_issued", round=window.id)
    return code


def round_of_code(session: Session, at: Services, written: str) -> Round:
    """The round that a code lets into today. Raises CodeError, whose reason a page puts into words."""
    found = session.execute(
        select(EntryCode, Round)
        .join(Round, Round.id == EntryCode.round_id)
        .where(EntryCode.code_hash == at.keyed_hash("entry-code", normalised(written)))
    ).one_or_none()
    if found is None:
        raise CodeError("unknown")
    code, window = found
    _require_open(session, code, window, at.clock.today())
    return window


def _replaced(session: Session, code: EntryCode) -> bool:
    """First of all: whoever finds a letter that was lost is told nothing about the round."""
    if code.closed_at is None:
        return False
    newer = select(EntryCode.id).where(
        EntryCode.round_id == code.round_id,
        or_(EntryCode.created_at > code.created_at, EntryCode.closed_at.is_(None)),
    )
    return session.scalar(newer.limit(1)) is not None


def _require_open(session: Session, code: EntryCode, window: Round, today: date) -> None:
    if _replaced(session, code):
        raise CodeError("replaced")
    if _submitted(session, window.id):
        raise CodeError("spent")
    if today < window.opens_on:
        raise CodeError("early")
    if today > window.closes_on:
        raise CodeError("closed")


def _submitted(session: Session, round_id: UUID) -> bool:
    query = select(Response.submitted_at).where(
        Response.round_id == round_id, Response.rater == Rater.PARTICIPANT
    )
    return session.scalar(query) is not None
