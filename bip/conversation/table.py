"""What lies on the table when the two talk: opened rounds only, nobody's private belief, the agreed steps."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from bip.auth.staff import Staff
from bip.casework.compared import Compared, compare
from bip.conversation.agreed import NextStep, has_ended, next_steps
from bip.conversation.reading import Course, View, courses, unmeasured, view
from bip.rounds.seal import opened_responses
from bip.services import Services
from bip.store.audit import record
from bip.store.lists import Assistance, Mode, Rater
from bip.store.people import Enrolment
from bip.store.rounds import Round


@dataclass(frozen=True, slots=True)
class Given:
    """How the participant's answers of a round were given."""

    number: int
    mode: Mode
    assistance: Assistance
    proxy: bool


@dataclass(frozen=True, slots=True)
class Table:
    """Both raters' answers in words and in numbers, and what they have agreed to do.

    `given`: the rounds that were not simply answered alone on one's own device. `next_round`: the first and
    the last day of the round that has not begun, None where none is planned. `unmeasured`: labels of the
    indicators of which no change is called reliable, because of their scale.
    """

    compared: Compared
    view: View | None
    courses: tuple[Course, ...]
    unmeasured: tuple[str, ...]
    given: tuple[Given, ...]
    steps: tuple[NextStep, ...]
    next_round: tuple[date, date] | None
    has_ended: bool

    @property
    def is_open(self) -> bool:
        """Whether there is anything to talk about."""
        return bool(self.compared.comparison.answered)


def lay_table(  # noqa: PLR0913  # what both pages are made from
    at: Services, session: Session, staff: Staff, enrolment_id: UUID, language: str, *, printed: bool
) -> Table:
    """What this member of staff may look at with the participant, else 404; noted in the trail."""
    compared = compare(at, session, staff, enrolment_id, language)
    with at.store.writing() as trail:
        kind = "conversation_printed" if printed else "conversation_viewed"
        record(trail, staff.actor, at.clock.now(), kind, enrolment=enrolment_id)
    today = at.clock.today()
    return Table(
        compared,
        view(compared.comparison),
        courses(compared.comparison, compared.words.missing),
        unmeasured(compared.comparison),
        _given(session, enrolment_id, today),
        next_steps(session, enrolment_id),
        _next_round(session, enrolment_id, today),
        has_ended(session, session.get_one(Enrolment, enrolment_id), today),
    )


def _given(session: Session, enrolment_id: UUID, today: date) -> tuple[Given, ...]:
    opened = opened_responses(session, [enrolment_id], today)
    numbers = session.execute(
        select(Round.id, Round.number).where(Round.id.in_(opened)).order_by(Round.number)
    )
    found = (
        Given(number, one.response.mode, one.response.assistance, one.response.proxy)
        for round_id, number in numbers
        for one in opened[round_id]
        if one.response.rater is Rater.PARTICIPANT
    )
    return tuple(one for one in found if not _is_plain(one))


def _is_plain(given: Given) -> bool:
    return given.mode is Mode.OWN_DEVICE and given.assistance is Assistance.NONE and not given.proxy


def _next_round(session: Session, enrolment_id: UUID, today: date) -> tuple[date, date] | None:
    query = (
        select(Round.opens_on, Round.closes_on)
        .where(Round.enrolment_id == enrolment_id, Round.opens_on > today)
        .order_by(Round.number)
        .limit(1)
    )
    found = session.execute(query).one_or_none()
    return (found[0], found[1]) if found else None
