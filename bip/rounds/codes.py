"""A participant's code: eight letters, kept only as a keyed hash, good for one round."""

import secrets
import unicodedata
from typing import Final, Protocol
from uuid import UUID

from sqlalchemy import Connection, and_, bindparam, exists, or_, select, update
from sqlalchemy.orm import Session, aliased

from bip.services import Services
from bip.store.audit import Actor, record
from bip.store.lists import Rater
from bip.store.prepared import Prepared
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


_NEWER = aliased(EntryCode)
_BY_CODE: Final = Prepared(
    select(
        Round.id,
        Round.organisation_id,
        Round.opens_on,
        Round.closes_on,
        Response.submitted_at,
        and_(
            EntryCode.closed_at.is_not(None),
            exists().where(
                _NEWER.round_id == EntryCode.round_id,
                or_(_NEWER.created_at > EntryCode.created_at, _NEWER.closed_at.is_(None)),
            ),
        ).label("replaced"),
    )
    .join(Round, Round.id == EntryCode.round_id)
    .outerjoin(Response, and_(Response.round_id == Round.id, Response.rater == Rater.PARTICIPANT))
    .where(EntryCode.code_hash == bindparam("hash"))
)


class Window(Protocol):
    """The round that a code is for."""

    id: UUID
    organisation_id: UUID


def round_of_code(connection: Connection, at: Services, written: str) -> Window:
    """The round that a code lets into today. Raises CodeError, whose reason a page puts into words."""
    found = _BY_CODE.first(connection, {"hash": at.keyed_hash("entry-code", normalised(written))})
    if found is None:
        raise CodeError("unknown")
    # First of all: whoever finds a letter that was lost is told nothing about the round.
    if found.replaced:
        raise CodeError("replaced")
    if found.submitted_at is not None:
        raise CodeError("spent")
    if at.clock.today() < found.opens_on:
        raise CodeError("early")
    if at.clock.today() > found.closes_on:
        raise CodeError("closed")
    window: Window = found
    return window
