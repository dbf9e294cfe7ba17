"""The rounds of an enrolment: round k is due at enrolment + k x interval and open within its tolerance."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import delete, exists, select
from sqlalchemy.orm import Session

from bip.store.casework import MissedRound, RoundMove
from bip.store.people import Enrolment
from bip.store.rounds import EntryCode, Response, Round
from bip.store.studies import Study


@dataclass(frozen=True, slots=True)
class Window:
    """Round `number`: due, and the first and the last day on which it is open."""

    number: int
    due_on: date
    opens_on: date
    closes_on: date


def windows(enrolled_on: date, interval_days: int, tolerance_days: int) -> Iterator[Window]:
    """Every round from 0 on, without end; the first opens with the enrolment."""
    tolerance = timedelta(days=tolerance_days)
    number = 0
    while True:
        due = enrolled_on + timedelta(days=number * interval_days)
        yield Window(number, due, max(due - tolerance, enrolled_on), due + tolerance)
        number += 1


def plan_rounds(session: Session, study: Study, enrolment: Enrolment, until: date) -> int:
    """Add the rounds that open on or before `until` and the one after; returns how many were new.

    The one after lets everybody see when the next is due. None opens after the study's end.
    """
    known = set(session.scalars(select(Round.number).where(Round.enrolment_id == enrolment.id)))
    added = 0
    for window in windows(enrolment.enrolled_on, study.interval_days, study.tolerance_days):
        if study.ends_on is not None and window.opens_on > study.ends_on:
            return added
        if window.number not in known:
            session.add(
                Round(
                    organisation_id=enrolment.organisation_id,
                    enrolment_id=enrolment.id,
                    number=window.number,
                    due_on=window.due_on,
                    opens_on=window.opens_on,
                    closes_on=window.closes_on,
                )
            )
            added += 1
        if window.opens_on > until:
            return added
    raise AssertionError("windows never end")


def unplan_after(session: Session, study_id: UUID, last_day: date) -> None:
    """Take back the rounds that would open after the last day and hold nothing yet, with their codes."""
    planned = (
        select(Round.id)
        .join(Enrolment, Enrolment.id == Round.enrolment_id)
        .where(
            Enrolment.study_id == study_id,
            Round.opens_on > last_day,
            ~exists().where(Response.round_id == Round.id).correlate(Round),
        )
    )
    ids = session.scalars(planned).all()
    for table in (EntryCode, RoundMove, MissedRound):
        session.execute(delete(table).where(table.round_id.in_(ids)))
    session.execute(delete(Round).where(Round.id.in_(ids)))
