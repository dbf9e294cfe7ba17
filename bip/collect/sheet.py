"""A participant's response as its pages may know it: which questions are answered, hardly ever with what."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final, Literal
from uuid import UUID

from sqlalchemy import and_, bindparam, select

from bip.collect.answers import SKIPPED
from bip.store.followup import Exit
from bip.store.lists import Rater
from bip.store.people import Enrolment
from bip.store.prepared import Prepared
from bip.store.rounds import Answer, Response, Round
from bip.store.session import Store
from bip.store.studies import Instrument, Study
from surveys.load import load_builtin
from surveys.model import Instrument as Questionnaire
from surveys.model import Item

PARTICIPANT: Final = "participant"

EndReason = Literal["submitted", "closed"]


class EndedError(Exception):
    """Nothing can be answered any more: the response was submitted, or its time is over."""

    def __init__(self, reason: EndReason) -> None:
        super().__init__(reason)
        self.reason: EndReason = reason


class Standing(StrEnum):
    """How far one question has come."""

    OPEN = "open"
    SKIPPED = "skipped"
    ANSWERED = "answered"


@dataclass(frozen=True, slots=True)
class Question:
    """One item as the participant meets it; `own` is the value, for the visit that gave it and no other."""

    number: int
    item: Item
    standing: Standing = Standing.OPEN
    own: int | None = None


@dataclass(frozen=True, slots=True)
class Sheet:
    """One response with its questions; `last_day` is the last on which it may be answered."""

    response_id: UUID
    study_id: UUID
    language: str
    languages: tuple[str, ...]
    questionnaire: Questionnaire
    submitted: bool
    last_day: date
    questions: tuple[Question, ...]

    @property
    def total(self) -> int:
        """How many questions there are."""
        return len(self.questions)

    @property
    def answered(self) -> int:
        """How many questions have an answer; one that was skipped has none."""
        return sum(question.standing is Standing.ANSWERED for question in self.questions)

    @property
    def begun(self) -> bool:
        """Whether any question has been answered or skipped."""
        return any(question.standing is not Standing.OPEN for question in self.questions)

    @property
    def first_open(self) -> int | None:
        """The number of the first question neither answered nor skipped."""
        left = (question.number for question in self.questions if question.standing is Standing.OPEN)
        return next(left, None)

    def require_open(self, today: date) -> None:
        """Raises EndedError where nothing can be answered any more."""
        if reason := end_of(self.submitted, self.last_day, today):
            raise EndedError(reason)

    def text(self, question: Question) -> str:
        """What the question asks, in the language of the response."""
        form = question.item.form(PARTICIPANT)
        assert form is not None  # noqa: S101  # a sheet holds what the participant is asked
        return form.question.in_language(self.language)

    def in_words(self, question: Question) -> str | None:
        """The own answer as the participant chose it; None where this visit is not to see it."""
        form = question.item.form(PARTICIPANT)
        if question.own is None or form is None:
            return None
        words = {float(code.code): code.label for code in self.questionnaire.codes_for(PARTICIPANT)}
        words |= {float(step): text for step, text in form.steps}
        return words[float(question.own)].in_language(self.language)


def end_of(submitted: bool, last_day: date, today: date) -> EndReason | None:
    """Why nothing can be answered any more; None while it can."""
    if submitted:
        return "submitted"
    return "closed" if today > last_day else None


def last_day(closes_on: date, *ends: date | None) -> date:
    """The last day of answering: the window's, or the participant's own last day where that is sooner."""
    return min([closes_on, *(day for day in ends if day is not None)])


# In one statement, a row for each answer and one where there is none: this is read before every page.
_SHEET = Prepared(
    select(
        Answer.item,
        Answer.value,
        Answer.sitting,
        Response.language,
        Response.submitted_at,
        Study.id.label("study_id"),
        Study.languages,
        Instrument.key,
        Instrument.version,
        Round.closes_on,
        Enrolment.withdrawn_on,
        Exit.left_on,
    )
    .join(Round, Round.id == Response.round_id)
    .join(Enrolment, Enrolment.id == Round.enrolment_id)
    .join(Study, Study.id == Enrolment.study_id)
    .join(Instrument, Instrument.id == Response.instrument_id)
    .outerjoin(Exit, Exit.enrolment_id == Enrolment.id)
    .outerjoin(Answer, and_(Answer.response_id == Response.id, Answer.is_current))
    .where(Response.id == bindparam("response"), Response.rater == Rater.PARTICIPANT)
)


def read_sheet(store: Store, response_id: UUID, sitting: UUID | None) -> Sheet | None:
    """The sheet of a participant's response; values only of the visit `sitting`."""
    with store.reading_rows() as connection:
        rows = _SHEET.all(connection, {"response": response_id})
    if not rows:
        return None
    head = rows[0]
    given = {row.item: row for row in rows if row.item is not None}
    asked = load_builtin(head.key, head.version)

    def question(number: int, item: Item) -> Question:
        answer = given.get(item.key)
        if answer is None:
            return Question(number, item)
        if answer.value == SKIPPED:
            return Question(number, item, Standing.SKIPPED)
        seen = sitting is not None and answer.sitting == sitting
        return Question(number, item, Standing.ANSWERED, answer.value if seen else None)

    return Sheet(
        response_id=response_id,
        study_id=head.study_id,
        language=head.language,
        languages=tuple(head.languages),
        questionnaire=asked,
        submitted=head.submitted_at is not None,
        last_day=last_day(head.closes_on, head.withdrawn_on, head.left_on),
        questions=tuple(
            question(number, item) for number, item in enumerate(asked.items_for(PARTICIPANT), start=1)
        ),
    )
