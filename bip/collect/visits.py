"""A visit: from writing the code until the browser is closed, a code is written again or the answers are in.

Only the visit that gave an answer is shown it again. The cookie says which visit this is and grants nothing.
"""

from typing import Final
from uuid import UUID, uuid4

from flask import session

KEY: Final = "visit"


def begin_visit(response_id: UUID) -> UUID:
    """A new visit to this response; the one before, to this response or another, is over."""
    sitting = uuid4()
    session[KEY] = [response_id.hex, sitting.hex]
    return sitting


def sitting_of(response_id: UUID) -> UUID | None:
    """The visit that this browser is on, if it is to this response."""
    visited = session.get(KEY)
    return UUID(visited[1]) if visited and visited[0] == response_id.hex else None


def end_visit() -> None:
    """Whoever uses this browser next is shown nothing."""
    session.pop(KEY, None)
