"""What devices sent and a response could not take in, for the coordinator to look at.

Their values are as sealed as the answers of their round: before it opens they are not even read.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from bip.rounds.seal import opened, opened_responses
from bip.store.lists import HeldReason, Rater
from bip.store.rounds import HeldAnswer, Response, Round
from bip.store.studies import Instrument
from surveys.load import load_builtin
from surveys.model import Instrument as Questionnaire


@dataclass(frozen=True, slots=True)
class HeldLine:
    """One of them. `held` and `current` are in words, and None while the round is sealed.

    `question` is its label, or the key as it was sent where the questionnaire has no such question.
    """

    round_number: int
    question: str
    given_at: datetime
    received_at: datetime
    reason: HeldReason
    sealed: bool
    held: str | None
    current: str | None


def held_lines(session: Session, enrolment_id: UUID, language: str, today: date) -> tuple[HeldLine, ...]:
    """All of an enrolment, by round and as they came in."""
    rows = session.execute(
        select(
            HeldAnswer.item,
            HeldAnswer.reason,
            HeldAnswer.given_at,
            HeldAnswer.received_at,
            Response.round_id,
            Round.number,
            Instrument.key,
            Instrument.version,
            opened(today).label("is_open"),
            case((opened(today), HeldAnswer.value)).label("value"),
        )
        .join(Response, Response.id == HeldAnswer.response_id)
        .join(Round, Round.id == Response.round_id)
        .join(Instrument, Instrument.id == Response.instrument_id)
        .where(Round.enrolment_id == enrolment_id)
        .order_by(Round.number, HeldAnswer.received_at, HeldAnswer.id)
    ).all()
    current = _current_answers(session, enrolment_id, today) if rows else {}
    lines = []
    for row in rows:
        asked = _Asked(load_builtin(row.key, row.version), row.item, language)
        lines.append(
            HeldLine(
                row.number,
                asked.label,
                row.given_at,
                row.received_at,
                row.reason,
                sealed=not row.is_open,
                held=asked.in_words(row.value),
                current=asked.in_words(current.get((row.round_id, row.item))),
            )
        )
    return tuple(lines)


def _current_answers(session: Session, enrolment_id: UUID, today: date) -> dict[tuple[UUID, str], int]:
    """The participant's, of the opened rounds, by round and item."""
    return {
        (round_id, item): value
        for round_id, responses in opened_responses(session, [enrolment_id], today).items()
        for one in responses
        if one.response.rater is Rater.PARTICIPANT
        for item, value in one.answers.items()
    }


@dataclass(frozen=True, slots=True)
class _Asked:
    """An item as a device named it, which may be none of the questionnaire's."""

    questionnaire: Questionnaire
    key: str
    language: str

    @property
    def label(self) -> str:
        found = (item.label for item in self.questionnaire.items if item.key == self.key)
        return next((label.in_language(self.language) for label in found), self.key)

    def in_words(self, value: int | None) -> str | None:
        """`3: once a week`, `I don't know`, or the bare number where it is no answer to this question."""
        if value is None:
            return None
        steps = self._steps()
        if value in steps:
            return f"{value}: {steps[value]}"
        codes = {code.code: code.label for code in self.questionnaire.codes_for("participant")}
        return codes[value].in_language(self.language) if value in codes else str(value)

    def _steps(self) -> dict[float, str]:
        forms = (item.form("participant") for item in self.questionnaire.items if item.key == self.key)
        return {
            float(step): words.in_language(self.language)
            for form in forms
            if form is not None
            for step, words in form.steps
        }


def held_counts(session: Session, enrolments: Iterable[UUID]) -> dict[UUID, int]:
    """How many each enrolment has; those with none are left out."""
    query = (
        select(Round.enrolment_id, func.count().label("number"))
        .join(Response, Response.round_id == Round.id)
        .join(HeldAnswer, HeldAnswer.response_id == Response.id)
        .where(Round.enrolment_id.in_(list(enrolments)))
        .group_by(Round.enrolment_id)
    )
    return {row.enrolment_id: row.number for row in session.execute(query)}
