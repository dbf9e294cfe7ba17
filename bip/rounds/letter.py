"""The letter that brings a participant to the questions: when, where, and the code, shown this once."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

import segno
from markupsafe import Markup
from sqlalchemy import select
from sqlalchemy.orm import Session

from bip.auth.staff import Staff
from bip.localisation import PARTICIPANT_LANGUAGES
from bip.participants.facts import caseworker_on, contact_of, ended_on
from bip.participants.visible import round_or_404
from bip.rounds.codes import issue_code, spaced
from bip.services import Services
from bip.store.lists import Rater
from bip.store.organisations import Organisation, Unit
from bip.store.people import Enrolment, Participant
from bip.store.rounds import Response, Round
from bip.store.studies import Study


@dataclass(frozen=True, slots=True)
class Letter:
    """What the letter says; `code` is in two groups, `qr` is the picture of `address`/k/code."""

    enrolment_id: UUID
    language: str
    name: str | None
    study: str
    organisation: str
    unit: str
    caseworker: str | None
    opens_on: date
    closes_on: date
    address: str
    code: str
    qr: Markup


class LetterError(Exception):
    """A letter that would lead nowhere; `reason` is answered, closed or ended."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def issue_letter(at: Services, staff: Staff, round_id: UUID) -> Letter:
    """A letter with a new code; the code of an earlier letter for the round leads nowhere from now on.

    Raises LetterError where the participant has answered, the window has closed or the enrolment has ended.
    """
    today = at.clock.today()
    with at.store.writing() as session:
        window, enrolment = round_or_404(session, staff, round_id, today)
        _require_use(session, window, enrolment, today)
        return _letter(session, at, issue_code(session, at, staff.actor, window), window, enrolment)


def _require_use(session: Session, window: Round, enrolment: Enrolment, today: date) -> None:
    if ended_on(session, enrolment) is not None:
        raise LetterError("ended")
    submitted = select(Response.id).where(
        Response.round_id == window.id,
        Response.rater == Rater.PARTICIPANT,
        Response.submitted_at.is_not(None),
    )
    if session.scalar(submitted) is not None:
        raise LetterError("answered")
    if today > window.closes_on:
        raise LetterError("closed")


def _letter(session: Session, at: Services, code: str, window: Round, enrolment: Enrolment) -> Letter:
    study = session.get_one(Study, enrolment.study_id)
    participant = session.get_one(Participant, enrolment.participant_id)
    contact = contact_of(session, at.cipher, participant.id)
    address = at.settings.base_url
    return Letter(
        enrolment_id=enrolment.id,
        language=letter_language(participant.language, study.languages),
        name=contact.name if contact else None,
        study=study.name,
        organisation=session.get_one(Organisation, enrolment.organisation_id).name,
        unit=session.get_one(Unit, enrolment.unit_id).name,
        caseworker=caseworker_on(session, enrolment.id, at.clock.today()),
        opens_on=window.opens_on,
        closes_on=window.closes_on,
        address=address,
        code=spaced(code),
        qr=qr_picture(f"{address}/k/{code}"),
    )


def letter_language(spoken: str, study_languages: list[str]) -> str:
    """The participant's language if letters are written in it, else the study's first that they are."""
    wished = (spoken, *study_languages)
    return next((tag for tag in wished if tag in PARTICIPANT_LANGUAGES), PARTICIPANT_LANGUAGES[0])


def qr_picture(address: str) -> Markup:
    """An address as a QR code, drawn as SVG without styles of its own."""
    code = segno.make(address, error="m", micro=False)
    return Markup(code.svg_inline(omitsize=True, svgclass="qr", lineclass=None))  # noqa: S704  # segno's own drawing
