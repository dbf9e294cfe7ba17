"""The questionnaire on paper: what a participant is asked in a round, in one language, with no name on it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from flask import abort
from markupsafe import Markup
from sqlalchemy.orm import Session

from bip.collect.information import information_for
from bip.instruments import questionnaire
from bip.localisation import direction
from bip.rounds.letter import qr_picture
from bip.services import Services
from bip.store.people import Enrolment, Participant
from bip.store.rounds import Round
from bip.store.studies import Instrument, Study
from surveys.forms import UNCHOSEN
from surveys.model import Instrument as Questionnaire
from surveys.model import Item

MARK_DIGITS: Final = 9


@dataclass(frozen=True, slots=True)
class Told:
    """What the study tells, and the language it is in, which may be the study's first."""

    text: str
    language: str
    direction: str


@dataclass(frozen=True, slots=True)
class Question:
    """A question as the participant counts it; `steps`: the number to type in, and the words."""

    number: int
    text: str
    steps: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class PaperForm:
    """All that stands on it. `others`: the answers that are no step. `qr` leads to typing it in."""

    enrolment_id: UUID
    round_id: UUID
    round_number: int
    language: str
    languages: tuple[str, ...]
    direction: str
    reviewed: bool
    title: str
    told: Told | None
    questions: tuple[Question, ...]
    others: tuple[str, ...]
    mark: str
    address: str
    qr: Markup


def mark(round_id: UUID) -> str:
    """What tells the forms of an organisation apart: digits alone, so that nobody takes it for a code."""
    return f"{round_id.int % 10**MARK_DIGITS:0{MARK_DIGITS}d}"


def spaced_mark(round_id: UUID) -> str:
    """The mark in groups of three, as it is printed."""
    digits = mark(round_id)
    return " ".join(digits[at : at + 3] for at in range(0, MARK_DIGITS, 3))


def without_spaces(written: str) -> str:
    """A mark as somebody copies it, made the one that is compared."""
    return "".join(written.split())


def paper_form(
    session: Session, at: Services, window: Round, enrolment: Enrolment, wished: str | None
) -> PaperForm:
    """The form of a round; no wish: in the participant's language, else in the study's first.

    404 where the study does not speak the language that is wished.
    """
    study = session.get_one(Study, enrolment.study_id)
    asked = questionnaire(session.get_one(Instrument, study.instrument_id))
    language = wished or _own_language(session, enrolment, study.languages)
    if language not in study.languages:
        abort(404)
    address = f"{at.settings.base_url}/rounds/{window.id}/entry"
    return PaperForm(
        enrolment_id=enrolment.id,
        round_id=window.id,
        round_number=window.number,
        language=language,
        languages=tuple(study.languages),
        direction=direction(language),
        reviewed=any(one.tag == language and one.status == "reviewed" for one in asked.languages),
        title=asked.title.in_language(language),
        told=_told(session, study, language),
        questions=tuple(
            _question(number, item, language)
            for number, item in enumerate(asked.items_for("participant"), start=1)
        ),
        others=_others(asked, language),
        mark=spaced_mark(window.id),
        address=address,
        qr=qr_picture(address),
    )


def _own_language(session: Session, enrolment: Enrolment, languages: Sequence[str]) -> str:
    spoken = session.get_one(Participant, enrolment.participant_id).language
    return spoken if spoken in languages else languages[0]


def _told(session: Session, study: Study, language: str) -> Told | None:
    found = information_for(session.connection(), study.id, language, study.languages)
    return Told(found.text, found.language, direction(found.language)) if found else None


def _question(number: int, item: Item, language: str) -> Question:
    form = item.form("participant")
    assert form is not None  # noqa: S101  # items_for gives those that have one
    steps = tuple((int(step), words.in_language(language)) for step, words in form.steps)
    return Question(number, form.question.in_language(language), steps)


def _others(asked: Questionnaire, language: str) -> tuple[str, ...]:
    codes = (code for code in asked.codes_for("participant") if code.key not in UNCHOSEN)
    return tuple(code.label.in_language(language) for code in codes)
