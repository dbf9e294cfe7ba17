"""The page that the participant takes home: one sheet in one language, with no name of theirs on it."""

from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from flask import abort
from sqlalchemy import and_
from sqlalchemy.orm import Session

from bip.auth.staff import Staff
from bip.conversation.agreed import NextStep
from bip.conversation.reading import Course, View
from bip.conversation.spider import Spider, spider
from bip.conversation.table import Table, lay_table
from bip.localisation import direction, speaking
from bip.participants.facts import caseworker_on, ended_on
from bip.participants.visible import enrolment_or_404, enrolments_of
from bip.rounds.state import Phase, rounds_of
from bip.rounds.upkeep import keep_planned
from bip.services import Services
from bip.store.people import Enrolment, Participant
from bip.store.studies import Study

# So many letters fit on the page in the ordinary size of print, and in the next smaller one. A row of the
# table takes the room of so many letters more, an Ethiopic letter that of so many others.
_FIT: Final = 2100
_FIT_SMALLER: Final = 2750
_ROW: Final = 60
_WIDTHS: Final = {"ti": 1.2}


@dataclass(frozen=True, slots=True)
class Voice:
    """The language a sheet is in, and those that the study speaks, its first one first."""

    language: str
    languages: tuple[str, ...]

    @property
    def direction(self) -> str:
        """`ltr` or `rtl`."""
        return direction(self.language)


@dataclass(frozen=True, slots=True)
class HomePage:
    """All that stands on the sheet. `steps`: those still ahead. `next_round`: its first and last day."""

    day: date
    view: View | None
    courses: tuple[Course, ...]
    spider: Spider | None
    steps: tuple[NextStep, ...]
    next_round: tuple[date, date] | None
    caseworker: str | None


def voice_for(session: Session, enrolment: Enrolment, wished: str | None) -> Voice:
    """No wish: the participant's language, else the study's first. 404 where the study does not speak it."""
    languages = tuple(session.get_one(Study, enrolment.study_id).languages)
    spoken = session.get_one(Participant, enrolment.participant_id).language
    language = wished or (spoken if spoken in languages else languages[0])
    if language not in languages:
        abort(404)
    return Voice(language, languages)


def home_page(
    at: Services, staff: Staff, enrolment_id: UUID, wished: str | None
) -> tuple[Voice, Table, HomePage]:
    """The sheet, and the table it was taken from; noted in the trail."""
    today = at.clock.today()
    keep_planned(at.store, today, and_(Enrolment.id == enrolment_id, enrolments_of(staff, today)))
    # A session of its own: the request's reader may have begun before the rounds were planned.
    with at.store.reading() as session:
        enrolment = enrolment_or_404(session, staff, enrolment_id, today)
        voice = voice_for(session, enrolment, wished)
        with speaking(voice.language, voice.languages[0]):
            table = lay_table(at, session, staff, enrolment_id, voice.language, printed=True)
        return voice, table, _page(session, table, enrolment, today)


def size_of(text: str, page: HomePage, language: str) -> str:
    """The class of the sheet's size of print, so that it stays one page: ordinary, long or longest.

    `text`: what stands on the sheet, without its marks.
    """
    table = len(page.view.differ) if page.view else 0
    room = len(text) * _WIDTHS.get(language, 1) + table * _ROW
    if room <= _FIT:
        return "ordinary"
    return "long" if room <= _FIT_SMALLER else "longest"


def _page(session: Session, table: Table, enrolment: Enrolment, today: date) -> HomePage:
    return HomePage(
        today,
        table.view,
        table.courses,
        spider(table.compared.comparison, table.view.round) if table.view else None,
        tuple(step for step in table.steps if step.done_on is None),
        _next_round(session, enrolment, today),
        caseworker_on(session, enrolment.id, today),
    )


def _next_round(session: Session, enrolment: Enrolment, today: date) -> tuple[date, date] | None:
    """The days of the round that the participant answers next; None once the enrolment has ended."""
    if ended_on(session, enrolment) is not None:
        return None
    rounds = rounds_of(session, [enrolment.id], today).get(enrolment.id, [])
    ahead = (one for one in rounds if one.phase is not Phase.CLOSED and not one.answered)
    found = next(ahead, None)
    return (found.opens_on, found.closes_on) if found else None
