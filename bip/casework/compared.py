"""What the comparison of one participant shows a member of staff: opened rounds, nobody's private belief."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from flask_babel import format_date, gettext
from sqlalchemy import select
from sqlalchemy.orm import Session

from bip.auth.staff import Staff
from bip.casework import comparison
from bip.casework.comparison import Comparison, Indicator, Words
from bip.instruments import questionnaire
from bip.participants.facts import contact_of
from bip.participants.visible import enrolment_or_404
from bip.rounds.seal import OpenedResponse, is_open, opened_responses
from bip.services import Services
from bip.store import lists
from bip.store.people import Enrolment
from bip.store.rounds import Response, Round
from bip.store.studies import Instrument, Study
from surveys.model import Instrument as Questionnaire
from surveys.model import Item
from surveys.schema import RATERS, Rater


@dataclass(frozen=True, slots=True)
class SealedRound:
    """A round that has begun and may not be read yet; at the latest it opens after `until`."""

    number: int
    until: date


@dataclass(frozen=True, slots=True)
class Compared:
    """Both raters' answers, and what the reader should know of them.

    `after`: the rounds whose rating was made by somebody who could have seen the participant's answers.
    `private`: labels of what a caseworker's rating holds for its rater alone.
    """

    name: str | None
    comparison: Comparison
    words: Words
    sealed: tuple[SealedRound, ...]
    after: tuple[int, ...]
    private: tuple[str, ...]


def compare(at: Services, session: Session, staff: Staff, enrolment_id: UUID, language: str) -> Compared:
    """What both look at together: all but what is private to its rater, whoever the reader is."""
    return _compared(at, session, staff, enrolment_id, language, own=False)


def own_private(at: Services, session: Session, staff: Staff, enrolment_id: UUID, language: str) -> Compared:
    """For the rater alone: what is private in the reader's own ratings, and nothing else."""
    return _compared(at, session, staff, enrolment_id, language, own=True)


def _compared(  # noqa: PLR0913  # what both pages are made from
    at: Services, session: Session, staff: Staff, enrolment_id: UUID, language: str, *, own: bool
) -> Compared:
    today = at.clock.today()
    enrolment = enrolment_or_404(session, staff, enrolment_id, today)
    asked = _questionnaire(session, enrolment)
    private = _private_items(asked)
    rounds = _begun(session, enrolment_id, today)
    opened = opened_responses(session, [enrolment_id], today)
    contact = contact_of(session, at.cipher, enrolment.participant_id)

    def shown(one: OpenedResponse, item: str) -> bool:
        is_private = (_rater(one), item) in private
        return is_private and one.response.rated_by_id == staff.account_id if own else not is_private

    items = [item for item in asked.items if not own or ("caseworker", item.key) in private]
    return Compared(
        contact.name if contact else None,
        Comparison(
            tuple(_indicator(item, language) for item in items),
            tuple(comparison.Round(one.number, format_date(one.due_on)) for one in rounds),
            _answers(rounds, opened, shown),
            _raters(rounds, opened, enrolment_id),
        ),
        _words(asked, language),
        _sealed(session, rounds, today),
        tuple(one.number for one in rounds if _late(opened.get(one.id, []))),
        tuple(
            item.label.in_language(language) for item in asked.items if ("caseworker", item.key) in private
        ),
    )


def _questionnaire(session: Session, enrolment: Enrolment) -> Questionnaire:
    query = (
        select(Instrument)
        .join(Study, Study.instrument_id == Instrument.id)
        .where(Study.id == enrolment.study_id)
    )
    return questionnaire(session.scalars(query).one())


def _begun(session: Session, enrolment_id: UUID, today: date) -> list[Round]:
    query = (
        select(Round)
        .where(Round.enrolment_id == enrolment_id, Round.opens_on <= today)
        .order_by(Round.number)
    )
    return list(session.scalars(query))


def _indicator(item: Item, language: str) -> Indicator:
    steps = {
        form.rater: {float(step): words.in_language(language) for step, words in form.steps}
        for form in item.forms
    }
    return Indicator(item.key, item.number, item.label.in_language(language), item.scale, steps)


def _answers(
    rounds: list[Round],
    opened: Mapping[UUID, list[OpenedResponse]],
    shown: Callable[[OpenedResponse, str], bool],
) -> dict[tuple[Rater, int, str], float]:
    return {
        (_rater(one), window.number, item): float(value)
        for window in rounds
        for one in opened.get(window.id, [])
        for item, value in one.answers.items()
        if shown(one, item)
    }


def _raters(
    rounds: list[Round], opened: Mapping[UUID, list[OpenedResponse]], enrolment_id: UUID
) -> dict[tuple[Rater, int], UUID]:
    return {
        (_rater(one), window.number): _person(one.response, enrolment_id)
        for window in rounds
        for one in opened.get(window.id, [])
    }


def _person(response: Response, enrolment_id: UUID) -> UUID:
    """Who answered. Nobody knows who answers in a participant's place: each time it may be another."""
    own = response.id if response.proxy else enrolment_id
    return response.rated_by_id or own


def _rater(opened: OpenedResponse) -> Rater:
    return "caseworker" if opened.response.rater is lists.Rater.CASEWORKER else "participant"


def _private_items(asked: Questionnaire) -> set[tuple[Rater, str]]:
    """What is for its rater alone, though the round is open."""
    return {(form.rater, item.key) for item in asked.items for form in item.forms if form.private}


def _sealed(session: Session, rounds: list[Round], today: date) -> tuple[SealedRound, ...]:
    """The rounds whose seal is not open yet."""
    submitted: dict[UUID, list[lists.Rater]] = {}
    query = select(Response.round_id, Response.rater).where(
        Response.round_id.in_([one.id for one in rounds]), Response.submitted_at.is_not(None)
    )
    for round_id, rater in session.execute(query):
        submitted.setdefault(round_id, []).append(rater)
    return tuple(
        SealedRound(one.number, one.closes_on)
        for one in rounds
        if not is_open(one, submitted.get(one.id, ()), today)
    )


def _late(opened: list[OpenedResponse]) -> bool:
    return any(not one.response.independent for one in opened)


def _words(asked: Questionnaire, language: str) -> Words:
    return Words(
        raters=dict(zip(RATERS, (gettext("Participant"), gettext("Caseworker")), strict=True)),
        missing={code.code: code.label.in_language(language) for code in asked.missing_codes},
        not_yet="–",
        round=gettext("Round"),
        due=gettext("Due"),
        indicator=gettext("Indicator"),
        before=gettext("before"),
        now=gettext("now"),
        spider=gettext("Now and before"),
    )
