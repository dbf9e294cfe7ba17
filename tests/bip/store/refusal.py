"""What the database refuses, on either engine."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

UNIQUE = r"unique constraint"
FOREIGN_KEY = r"foreign key constraint"
NOT_NULL = r"not.null constraint"
OVERLAP = r"overlap"


def check(table: str, name: str) -> str:
    """How both engines name a broken check."""
    return rf"check constraint.*ck_{table}_{name}\b"


@contextmanager
def refused(session: Session, by: str) -> Iterator[None]:
    """What happens inside breaks a constraint whose message matches; the transaction goes on without it."""
    with pytest.raises(IntegrityError, match=rf"(?is){by}"), session.begin_nested():
        yield
