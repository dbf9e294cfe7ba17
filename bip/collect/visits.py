"""A visit: from writing the code until the person leaves, a code is written again or the browser is closed.

The cookie says whose visit this browser is on. It grants nothing that the address does not grant; it takes
away: where somebody has left, or another person has come, the pages of the first are shown no more.
"""

from enum import StrEnum
from typing import Final
from uuid import UUID, uuid4

from flask import session

KEY: Final = "visit"
FRESH: Final = "fresh"
LEFT: Final[list[str]] = []


class Visit(StrEnum):
    """What this browser's visit is to a response."""

    SAME = "same"
    NONE = "none"
    OTHER = "other"


def begin_visit(response_id: UUID, *, by_code: bool = False) -> UUID:
    """A new visit to this response; the one before, to this response or another, is over."""
    sitting = uuid4()
    session[KEY] = [response_id.hex, sitting.hex, by_code]
    session[FRESH] = True
    return sitting


def is_fresh() -> bool:
    """Whether a code was just written: said once, to the first page after it."""
    return bool(session.pop(FRESH, False))


def sitting_of(response_id: UUID) -> UUID | None:
    """The visit that this browser is on, if it is to this response."""
    visited = session.get(KEY)
    return UUID(visited[1]) if visited and visited[0] == response_id.hex else None


def visit_to(response_id: UUID) -> Visit:
    """NONE: the browser keeps no cookies or was never here. OTHER: somebody has left it, or is on it."""
    visited = session.get(KEY)
    if visited is None:
        return Visit.NONE
    return Visit.SAME if visited and visited[0] == response_id.hex else Visit.OTHER


def came_by_code(response_id: UUID) -> bool:
    """Whether the visit began with a code; one may also begin with a form sent to an address."""
    visited = session.get(KEY) or LEFT
    return bool(visited[:1] == [response_id.hex] and visited[2:] == [True])


def end_visit() -> None:
    """Staff have come to this browser: they are shown nothing of what was answered in it."""
    session.pop(KEY, None)


def leave_visit() -> None:
    """Somebody else may come now: until a code is written, no page of the one before is shown."""
    if session.get(KEY):
        session[KEY] = LEFT
        session.pop("language", None)
