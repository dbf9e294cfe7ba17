"""Rounds follow the calendar by themselves: what time has brought is planned before anybody looks."""

from datetime import date

from sqlalchemy import ColumnElement, and_, exists, or_, select

from bip.rounds.plan import plan_rounds
from bip.store.followup import Exit
from bip.store.people import Enrolment
from bip.store.rounds import Round
from bip.store.session import Store
from bip.store.studies import Study


def keep_planned(store: Store, today: date, whose: ColumnElement[bool]) -> None:
    """Plan the rounds due by `today` for the running enrolments that the condition names.

    Writes only where something is missing, so that looking at a page seldom waits for the write lock. A
    session that was reading before does not see the new rounds.
    """
    with store.reading() as session:
        behind = session.scalars(
            select(Enrolment.id)
            .join(Study, Study.id == Enrolment.study_id)
            .where(whose, or_(Study.ends_on.is_(None), Study.ends_on >= today), _behind(today))
        ).all()
    if not behind:
        return
    with store.writing() as session:
        # The lock lets the second of two planners see what the first has planned.
        rows = session.execute(
            select(Enrolment, Study)
            .join(Study, Study.id == Enrolment.study_id)
            .where(Enrolment.id.in_(behind))
            # In one order, so that two planners, or a planner and a file, never wait for each other.
            .order_by(Enrolment.id)
            .with_for_update(of=Enrolment)
        )
        for enrolment, study in rows.all():
            plan_rounds(session, study, enrolment, today)


def _behind(today: date) -> ColumnElement[bool]:
    """No round is planned beyond today, though the enrolment goes on."""
    return and_(
        Enrolment.withdrawn_on.is_(None),
        ~exists().where(Exit.enrolment_id == Enrolment.id).correlate(Enrolment),
        ~exists().where(Round.enrolment_id == Enrolment.id, Round.opens_on > today).correlate(Enrolment),
    )
