"""How long a caseworker sat at the rating form: from when it was opened until it was saved last.

When it was opened is signed and travels with the form, so that two tabs are two sittings and nobody's clock
but the server's counts.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID, uuid4

from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy.orm import Session

from bip.services import Services
from bip.store.casework import RatingVisit
from bip.store.rounds import Response

FIELD: Final = "sitting"


@dataclass(frozen=True, slots=True)
class Sitting:
    """One opening of the form."""

    id: UUID
    opened_at: datetime


def opened_now(at: Services, round_id: UUID, rater_id: UUID) -> str:
    """What the form of a round carries when it is shown."""
    return str(_signer(at).dumps([uuid4().hex, round_id.hex, rater_id.hex, at.clock.now().isoformat()]))


def sitting_of(at: Services, carried: str, round_id: UUID, rater_id: UUID) -> Sitting | None:
    """The sitting that a form was sent from; None where it carries none of this round and rater."""
    try:
        sitting, whose_round, whose, opened_at = _signer(at).loads(carried)
    except BadSignature:
        return None
    if (whose_round, whose) != (round_id.hex, rater_id.hex):
        return None
    return Sitting(UUID(sitting), datetime.fromisoformat(opened_at))


def keep_sitting(session: Session, sitting: Sitting, response: Response, now: datetime) -> None:
    """The sitting has lasted until now."""
    kept = session.get(RatingVisit, sitting.id)
    if kept is not None:
        kept.saved_at = max(kept.saved_at, now)
        return
    assert response.rated_by_id is not None  # noqa: S101  # a caseworker's response names its rater
    session.add(
        RatingVisit(
            id=sitting.id,
            organisation_id=response.organisation_id,
            response_id=response.id,
            rated_by_id=response.rated_by_id,
            opened_at=sitting.opened_at,
            saved_at=max(now, sitting.opened_at),
        )
    )


def _signer(at: Services) -> URLSafeSerializer:
    return URLSafeSerializer(at.settings.secret_key.get_secret_value(), "bip.rating")
