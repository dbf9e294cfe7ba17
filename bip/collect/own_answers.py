"""A participant's own answers over time, in words: of the rounds that were sent, never the other rater's."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session, aliased

from bip.clock import local_day
from bip.collect.answers import SKIPPED
from bip.collect.sheet import PARTICIPANT
from bip.collect.tokens import Writer
from bip.rounds.seal import opened
from bip.services import Services
from bip.store.audit import Actor, record
from bip.store.lists import Rater
from bip.store.rounds import Answer, Response, Round
from bip.store.studies import Instrument
from surveys.load import load_builtin
from surveys.model import Instrument as Questionnaire
from surveys.model import Item


@dataclass(frozen=True, slots=True)
class OwnAnswer:
    """What was answered in the round that was sent on `day`; `step` is None where the answer is no step."""

    day: date
    words: str
    step: int | None


@dataclass(frozen=True, slots=True)
class OwnIndicator:
    """One indicator with its own answers, at least one, the oldest first."""

    label: str
    steps: tuple[int, ...]
    answers: tuple[OwnAnswer, ...]


def given_by_others(session: Session, response_id: UUID) -> bool:
    """Whether somebody else wrote or gave the answers: whoever holds the device may be that person."""
    query = select(Response.id).where(
        Response.id == response_id, or_(Response.entered_by_id.is_not(None), Response.proxy)
    )
    return session.scalar(query) is not None


def view_own_answers(at: Services, session: Session, of: Writer, language: str) -> tuple[OwnIndicator, ...]:
    """What was sent in the rounds of the response's enrolment; the trail keeps that it was looked at.

    Whoever prints letters knows codes. So of a round that is still sealed only what this visit itself has
    given is shown, and only where it has given all of it.
    """
    response_id = of.response_id
    with at.store.writing() as trail:
        organisation_id = trail.get_one(Response, response_id).organisation_id
        record(trail, Actor(organisation_id), at.clock.now(), "own_answers_viewed", response=response_id)
    return _by_indicator(_sent(session, of, at.clock.today()), language, at.settings.timezone)


@dataclass(frozen=True, slots=True)
class _Sent:
    """One answer of a round that was sent, and what had asked for it."""

    at: datetime
    questionnaire: Questionnaire
    item: Item
    value: int


def _sent(session: Session, of: Writer, today: date) -> list[_Sent]:
    given = aliased(Answer)
    by_others = select(given.id).where(
        given.response_id == Response.id,
        given.is_current,
        given.value != SKIPPED,
        given.sitting.is_distinct_from(of.sitting),
    )
    enrolment = select(Round.enrolment_id).join(Response, Response.round_id == Round.id)
    query = (
        select(Response.submitted_at, Instrument.key, Instrument.version, Answer.item, Answer.value)
        .join(Round, Round.id == Response.round_id)
        .join(Instrument, Instrument.id == Response.instrument_id)
        .join(Answer, and_(Answer.response_id == Response.id, Answer.is_current))
        .where(
            Round.enrolment_id == enrolment.where(Response.id == of.response_id).scalar_subquery(),
            Response.rater == Rater.PARTICIPANT,
            Response.submitted_at.is_not(None),
            or_(opened(today), ~by_others.correlate(Response).exists()),
        )
        .order_by(Response.submitted_at)
    )
    found = []
    for sent_at, key, version, item_key, value in session.execute(query):
        asked = load_builtin(key, version)
        item = next(item for item in asked.items if item.key == item_key)
        assert sent_at is not None  # noqa: S101  # the query asks for rounds that were sent
        found.append(_Sent(sent_at, asked, item, value))
    return found


def _by_indicator(sent: list[_Sent], language: str, timezone: str) -> tuple[OwnIndicator, ...]:
    """In the order of the questions; labels and scale are those of the latest round."""
    latest = {one.item.key: one.item for one in sent}
    return tuple(
        OwnIndicator(
            item.label.in_language(language),
            item.scale.steps,
            tuple(_in_words(one, language, timezone) for one in sent if one.item.key == item.key),
        )
        for item in sorted(latest.values(), key=lambda item: item.number)
    )


def _in_words(sent: _Sent, language: str, timezone: str) -> OwnAnswer:
    form = sent.item.form(PARTICIPANT)
    steps = {int(step): words for step, words in form.steps} if form else {}
    words = steps | {code.code: code.label for code in sent.questionnaire.missing_codes}
    return OwnAnswer(
        local_day(sent.at, timezone),
        words[sent.value].in_language(language),
        sent.value if sent.value in steps else None,
    )
