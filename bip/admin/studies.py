"""Studies: what can be chosen, what there is, and saving one."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from string import Template
from typing import Final
from uuid import UUID

from flask import abort
from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from bip.admin.organisation import assign, flush_name
from bip.auth.staff import Staff
from bip.collect.information import current_information
from bip.instruments import save_instrument
from bip.rounds.plan import unplan_after
from bip.services import Services
from bip.store.audit import record
from bip.store.lists import LegalBasis
from bip.store.people import Enrolment
from bip.store.studies import Instrument, Study, StudyInformation
from surveys.load import load_builtin
from surveys.model import Instrument as Questionnaire
from surveys.model import InstrumentId

_DRAFTS: Final = Path(__file__).with_name("information")


class UnderWayError(Exception):
    """People are enrolled: what they are asked, and when, is settled."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What cannot change any more once somebody is enrolled."""

    instrument: InstrumentId
    interval_days: int
    tolerance_days: int


@dataclass(frozen=True, slots=True)
class Terms:
    """What can change while people are enrolled. `languages`: the study's own first, each with a text."""

    name: str
    languages: tuple[str, ...]
    legal_basis: LegalBasis
    information: Mapping[str, str]
    ends_on: date | None = None


@dataclass(frozen=True, slots=True)
class StudyLine:
    """A study as the list shows it."""

    id: UUID
    name: str
    instrument: Questionnaire
    enrolled: int


@dataclass(frozen=True, slots=True)
class StudyDetails:
    """A study as its page shows it."""

    id: UUID
    plan: Plan
    terms: Terms
    under_way: bool


def studies_of(session: Session, staff: Staff) -> list[StudyLine]:
    """The organisation's studies by name."""
    enrolled = select(func.count()).where(Enrolment.study_id == Study.id).scalar_subquery()
    query = (
        select(Study.id, Study.name, Instrument.key, Instrument.version, enrolled)
        .join(Instrument, Instrument.id == Study.instrument_id)
        .where(Study.organisation_id == staff.organisation_id)
    )
    found = [
        StudyLine(id_, name, load_builtin(key, version), number)
        for id_, name, key, version, number in session.execute(query)
    ]
    return sorted(found, key=lambda line: line.name.casefold())


def study_or_404(session: Session, staff: Staff, study_id: UUID) -> StudyDetails:
    """The study, if it is the organisation's."""
    query = (
        select(Study, Instrument)
        .join(Instrument, Instrument.id == Study.instrument_id)
        .where(Study.id == study_id, Study.organisation_id == staff.organisation_id)
    )
    study, instrument = session.execute(query).one_or_none() or abort(404)
    texts = current_information(session, study_id)
    return StudyDetails(
        study.id,
        Plan(InstrumentId(instrument.key, instrument.version), study.interval_days, study.tolerance_days),
        Terms(
            study.name,
            tuple(study.languages),
            study.legal_basis,
            {tag: texts[tag].text for tag in study.languages if tag in texts and texts[tag].text},
            study.ends_on,
        ),
        _under_way(session, study_id),
    )


def create_study(at: Services, staff: Staff, plan: Plan, terms: Terms) -> None:
    """Raises NameTakenError."""
    with at.store.writing() as session:
        study = Study(
            organisation_id=staff.organisation_id,
            name=terms.name,
            instrument_id=save_instrument(session, plan.instrument).id,
            interval_days=plan.interval_days,
            tolerance_days=plan.tolerance_days,
            languages=list(terms.languages),
            legal_basis=terms.legal_basis,
            ends_on=terms.ends_on,
            created_at=at.clock.now(),
        )
        session.add(study)
        flush_name(session)
        _save_information(session, study, terms.information)
        record(session, staff.actor, at.clock.now(), "study_created", study=study.id)


def change_study(at: Services, staff: Staff, study_id: UUID, plan: Plan | None, terms: Terms) -> None:
    """Save the terms, and the plan where one is given.

    Raises NameTakenError, and UnderWayError where a plan is given and somebody is enrolled.
    """
    with at.store.writing() as session:
        study = session.get_one(Study, study_id)
        if plan is not None and _under_way(session, study_id):
            raise UnderWayError
        changed = assign(study, {**_columns(terms), **(_plan_columns(session, plan) if plan else {})})
        flush_name(session)
        if "ends_on" in changed and terms.ends_on is not None:
            unplan_after(session, study_id, terms.ends_on)
        if _save_information(session, study, terms.information):
            changed.append("information")
        if changed:
            record(session, staff.actor, at.clock.now(), "study_changed", study=study_id, fields=changed)


def drafts(organisation_name: str, languages: Iterable[str]) -> dict[str, str]:
    """What participants could be told, for those of the languages that have a draft."""
    return {
        language: Template(path.read_text(encoding="utf-8"))
        .substitute(organisation=organisation_name)
        .strip()
        for language in languages
        if (path := _DRAFTS / f"{language}.txt").exists()
    }


def _columns(terms: Terms) -> dict[str, object]:
    return {
        "name": terms.name,
        "languages": list(terms.languages),
        "legal_basis": terms.legal_basis,
        "ends_on": terms.ends_on,
    }


def _plan_columns(session: Session, plan: Plan) -> dict[str, object]:
    return {
        "instrument_id": save_instrument(session, plan.instrument).id,
        "interval_days": plan.interval_days,
        "tolerance_days": plan.tolerance_days,
    }


def _save_information(session: Session, study: Study, texts: Mapping[str, str]) -> bool:
    """A new version of each text that is new or another, empty where one is gone; whether there was any."""
    kept = current_information(session, study.id)
    wanted = dict.fromkeys(kept, "") | dict(texts)
    changed = [tag for tag, text in wanted.items() if text != (kept[tag].text if tag in kept else "")]
    session.add_all(
        StudyInformation(
            organisation_id=study.organisation_id,
            study_id=study.id,
            language=tag,
            version=kept[tag].version + 1 if tag in kept else 1,
            text=wanted[tag],
        )
        for tag in changed
    )
    return bool(changed)


def _under_way(session: Session, study_id: UUID) -> bool:
    return bool(session.scalar(select(exists().where(Enrolment.study_id == study_id))))
