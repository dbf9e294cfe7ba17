"""How long somebody was at the form of a response: one definition for both raters.

The visits to the form, each counted at most until the response was submitted, and what two of them have in
common counted once. A caseworker's visit goes from opening the form until it was saved last. Of a visit of
the participant only the answers are kept, so it goes from the first of them to the last; the first visit
begins when the questions were opened, the last one ends with submitting.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import groupby
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from analysis.dataset.schema import SKIPPED
from bip.store.casework import RatingVisit
from bip.store.lists import Rater
from bip.store.people import Enrolment
from bip.store.rounds import Answer, Response, Round

_Span = tuple[datetime, datetime]


class _Visit(NamedTuple):
    """The answers of one response that were given in one visit; `sitting` is None where that is not known."""

    response_id: UUID
    started_at: datetime
    submitted_at: datetime
    sitting: UUID | None
    first_at: datetime
    last_at: datetime


def read_form_times(session: Session, study_id: UUID) -> dict[UUID, int]:
    """Whole seconds by submitted response; a response is not there whose visits are not all known."""
    spans = defaultdict(list)
    for response_id, span in (*_of_caseworkers(session, study_id), *_of_participants(session, study_id)):
        spans[response_id].append(span)
    return {response_id: int(covered(found).total_seconds()) for response_id, found in spans.items()}


def covered(spans: Iterable[_Span]) -> timedelta:
    """How long it is that at least one of the spans lasts; one that ends before it begins is none."""
    total, until = timedelta(), None
    for begin, end in sorted(spans):
        begin = begin if until is None else max(begin, until)  # noqa: PLW2901  # what is counted already
        if end > begin:
            total, until = total + (end - begin), end
    return total


def _of_caseworkers(session: Session, study_id: UUID) -> Iterator[tuple[UUID, _Span]]:
    """Somebody else's visits, before the rating was taken over, do not count."""
    rows = session.execute(
        select(Response.id, Response.submitted_at, RatingVisit.opened_at, RatingVisit.saved_at)
        .join_from(RatingVisit, Response, RatingVisit.response_id == Response.id)
        .join(Round, Round.id == Response.round_id)
        .join(Enrolment, Enrolment.id == Round.enrolment_id)
        .where(
            Enrolment.study_id == study_id,
            RatingVisit.rated_by_id == Response.rated_by_id,
            Response.submitted_at.is_not(None),
        )
    )
    for response_id, submitted_at, opened_at, saved_at in rows:
        assert submitted_at is not None  # noqa: S101  # read so
        yield response_id, (opened_at, min(saved_at, submitted_at))


def _of_participants(session: Session, study_id: UUID) -> Iterator[tuple[UUID, _Span]]:
    for response_id, visits in groupby(_visits(session, study_id), key=lambda visit: visit.response_id):
        for span in _spans(sorted(visits, key=lambda visit: visit.first_at)):
            yield response_id, span


def _visits(session: Session, study_id: UUID) -> Iterator[_Visit]:
    """What was left open is written as skipped when the form is submitted, and is nobody's answer."""
    rows = session.execute(
        select(
            Response.id,
            Response.started_at,
            Response.submitted_at,
            Answer.sitting,
            func.min(Answer.given_at),
            func.max(Answer.given_at),
        )
        .join_from(Answer, Response, Answer.response_id == Response.id)
        .join(Round, Round.id == Response.round_id)
        .join(Enrolment, Enrolment.id == Round.enrolment_id)
        .where(
            Enrolment.study_id == study_id,
            Response.rater == Rater.PARTICIPANT,
            Response.submitted_at.is_not(None),
            Answer.value != SKIPPED,
        )
        .group_by(Response.id, Response.started_at, Response.submitted_at, Answer.sitting)
        .order_by(Response.id)
    )
    for response_id, started_at, submitted_at, sitting, first_at, last_at in rows:
        assert submitted_at is not None  # noqa: S101  # read so
        yield _Visit(response_id, started_at, submitted_at, sitting, first_at, last_at)


def _spans(visits: list[_Visit]) -> Iterator[_Span]:
    if any(visit.sitting is None for visit in visits):
        return
    last = max(visits, key=lambda visit: visit.last_at)
    for visit in visits:
        begin = visit.started_at if visit is visits[0] else visit.first_at
        yield begin, visit.submitted_at if visit is last else min(visit.last_at, visit.submitted_at)
