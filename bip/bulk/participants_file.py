"""Participants from a file: each line enrols one, as the page does."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final
from uuid import UUID, uuid5

from email_validator import EmailNotValidError, validate_email
from flask_babel import format_date, gettext
from sqlalchemy import select
from sqlalchemy.orm import Session

from bip.auth.staff import Staff
from bip.bulk.cells import Cells
from bip.bulk.ledger import Ledger
from bip.bulk.pauses import Pause, pauses_of
from bip.bulk.plan import Line, right, wrong
from bip.bulk.sheet import Sheet
from bip.bulk.words import EDUCATIONS, ORIGINS, SEXES, language_of
from bip.participants.assignment import Caseworker
from bip.participants.change import NewEnrolment, enrol_in
from bip.participants.detail import Background
from bip.participants.forms import EARLIEST_BIRTH_YEAR
from bip.participants.identity import Contact, open_contact
from bip.participants.options import Options, StudyOption, UnitOption, options_for
from bip.participants.visible import enrolments_of
from bip.services import Services
from bip.store.lists import Education, Origin, Sex
from bip.store.organisations import Account
from bip.store.people import AssignmentSpell, Enrolment, Identity
from bip.store.studies import Study

_PHONE: Final = re.compile(r"[+0-9 ()/.-]{3,40}")
_Namesake = tuple[UUID, UUID, str]


@dataclass(slots=True)
class Ground:
    """What lines are held against; `names` grows with the lines: study, unit and name of who is enrolled."""

    today: date
    options: Options
    emails: dict[UUID, str]
    first_languages: dict[UUID, str]
    pauses: Sequence[Pause]
    names: set[_Namesake] = field(default_factory=set)


def plan_participants(session: Session, at: Services, staff: Staff, sheet: Sheet) -> list[Line[NewEnrolment]]:
    """What each line would do."""
    ground = ground_of(session, at, staff)
    return [_line(Cells(sheet, row, ground.today), ground) for row in sheet.rows]


def apply_participant(
    session: Session, at: Services, staff: Staff, line: Line[NewEnrolment], ledger: Ledger
) -> None:
    """Enrol the participant of a line."""
    assert line.act is not None  # noqa: S101  # only lines that do something are applied
    enrolment_id = uuid5(ledger.import_id, str(line.number))
    enrol_in(session, at, staff, enrolment_id, line.act)
    session.flush()
    participant_id = session.get_one(Enrolment, enrolment_id).participant_id
    ledger.made("participants", participant_id)
    ledger.made("identities", participant_id)
    ledger.made("enrolments", enrolment_id)
    spells = select(AssignmentSpell.id).where(AssignmentSpell.enrolment_id == enrolment_id)
    for spell_id in session.scalars(spells):
        ledger.made("assignment_spells", spell_id)


def ground_of(session: Session, at: Services, staff: Staff) -> Ground:
    """Everything a line can refer to, read once."""
    today = at.clock.today()
    options = options_for(session, staff, today)
    ids = [one.id for one in options.caseworkers]
    emails = session.execute(select(Account.id, Account.email).where(Account.id.in_(ids)))
    studies = session.execute(
        select(Study.id, Study.languages).where(Study.organisation_id == staff.organisation_id)
    )
    return Ground(
        today,
        options,
        {row[0]: row[1] for row in emails},
        {row[0]: row[1][0] for row in studies},
        pauses_of(session, staff),
        _names_of(session, at, staff, today),
    )


def _names_of(session: Session, at: Services, staff: Staff, today: date) -> set[_Namesake]:
    rows = session.execute(
        select(Enrolment.study_id, Enrolment.unit_id, Identity)
        .join(Identity, Identity.participant_id == Enrolment.participant_id)
        .where(enrolments_of(staff, today))
    )
    return {(study, unit, open_contact(at.cipher, who).name.casefold()) for study, unit, who in rows}


def _line(cells: Cells, ground: Ground) -> Line[NewEnrolment]:
    contact, background = _contact(cells), _background(cells)
    study, unit = _study(cells, ground), _unit(cells, ground)
    caseworker = _caseworker(cells, ground, unit)
    enrolled_on = _enrolled_on(cells, study)
    intake, referral = cells.short("intake", 100), cells.short("referral", 100)
    language = _language(cells, study, ground)
    if cells.problems or study is None or unit is None or caseworker is None or enrolled_on is None:
        return wrong(cells)
    wanted = NewEnrolment(
        contact,
        Background(*background, language),
        study.id,
        unit.id,
        caseworker.id,
        enrolled_on,
        intake,
        referral,
    )
    return right(cells, wanted, _words(wanted, study, caseworker), _doubt(wanted, ground))


def _words(wanted: NewEnrolment, study: StudyOption, caseworker: Caseworker) -> str:
    return str(
        gettext(
            "%(name)s is enrolled in %(study)s from %(day)s with %(caseworker)s as caseworker.",
            name=wanted.contact.name,
            study=study.name,
            day=format_date(wanted.enrolled_on),
            caseworker=caseworker.name,
        )
    )


def _doubt(wanted: NewEnrolment, ground: Ground) -> str | None:
    """Why somebody should look at the line before it is taken in."""
    namesake = (wanted.study_id, wanted.unit_id, wanted.contact.name.casefold())
    doubts = []
    if namesake in ground.names:
        doubts.append(
            gettext("Somebody with this name is in the study already. Tick the line if it is another person.")
        )
    if pause_on(ground.pauses, wanted.unit_id, wanted.enrolled_on) is not None:
        doubts.append(gettext("The unit takes nobody in on this day. Tick the line if it is right anyway."))
    ground.names.add(namesake)
    return " ".join(map(str, doubts)) or None


def pause_on(pauses: Sequence[Pause], unit_id: UUID, day: date) -> Pause | None:
    """The pause of a unit in which a day lies."""
    return next((one for one in pauses if one.unit_id == unit_id and one.holds(day)), None)


def _contact(cells: Cells) -> Contact:
    name, email, phone = cells.short("name", 200), cells.short("email", 254), cells.short("phone", 40)
    if name is None:
        cells.wrong("name", gettext("Write the participant's name."))
    if email is not None and not _is_address(email):
        cells.wrong("email", gettext("Write an address such as name@example.org, or leave it empty."))
    if phone is not None and not _PHONE.fullmatch(phone):
        cells.wrong("phone", gettext("Write the number with digits, such as +46 70 123 45 67."))
    return Contact(name or "", email, phone)


def _is_address(text: str) -> bool:
    try:
        validate_email(text, check_deliverability=False)
    except EmailNotValidError:
        return False
    return True


def _background(cells: Cells) -> tuple[Sex, Origin, Education, int | None]:
    return (
        cells.code("sex", SEXES) or Sex.UNKNOWN,
        cells.code("origin", ORIGINS) or Origin.UNKNOWN,
        cells.code("education", EDUCATIONS) or Education.UNKNOWN,
        _birth_year(cells),
    )


def _birth_year(cells: Cells) -> int | None:
    text = cells.text("birth_year")
    if not text:
        return None
    year = int(text) if re.fullmatch(r"[0-9]{4}", text) else 0
    if not EARLIEST_BIRTH_YEAR <= year <= cells.today.year:
        cells.wrong(
            "birth_year",
            gettext(
                "Write a year from %(first)s to %(last)s.", first=EARLIEST_BIRTH_YEAR, last=cells.today.year
            ),
        )
    return year


def _language(cells: Cells, study: StudyOption | None, ground: Ground) -> str:
    """The participant's; where nothing is said, the study's own."""
    text = cells.text("language")
    found = language_of(text)
    if text and found is None:
        cells.wrong("language", gettext("Write the language's name or code, such as Swedish or sv."))
    return found or (ground.first_languages[study.id] if study else "")


def _study(cells: Cells, ground: Ground) -> StudyOption | None:
    """The one that is named; where nothing is said, the only one there is."""
    text = cells.text("study").casefold()
    studies = ground.options.studies
    found = next((one for one in studies if one.name.casefold() == text), None)
    if not text and len(studies) == 1:
        found = studies[0]
    if found is None:
        names = ", ".join(one.name for one in studies) or "–"
        cells.wrong(
            "study", gettext("Write the name of a study that takes people in: %(names)s.", names=names)
        )
    return found


def _unit(cells: Cells, ground: Ground) -> UnitOption | None:
    text = cells.text("unit").casefold()
    units = ground.options.units
    found = next((one for one in units if one.name.casefold() == text), None)
    if not text and len(units) == 1:
        found = units[0]
    if found is None:
        names = ", ".join(one.name for one in units) or "–"
        cells.wrong("unit", gettext("Write the name of one of your units: %(names)s.", names=names))
    return found


def _caseworker(cells: Cells, ground: Ground, unit: UnitOption | None) -> Caseworker | None:
    found = caseworker_of(cells, ground.options.caseworkers, ground.emails)
    if found is not None and unit is not None and found.unit_id not in {None, unit.id}:
        cells.wrong(
            "caseworker",
            gettext("%(name)s works in another unit. Choose somebody of the same unit.", name=found.name),
        )
    return found


def caseworker_of(
    cells: Cells, caseworkers: Sequence[Caseworker], emails: dict[UUID, str]
) -> Caseworker | None:
    """The caseworker with the e-mail address in the line."""
    text = cells.text("caseworker").casefold()
    found = next((one for one in caseworkers if emails[one.id] == text), None)
    if found is None:
        cells.wrong(
            "caseworker", gettext("Write the e-mail address with which one of your caseworkers signs in.")
        )
    return found


def _enrolled_on(cells: Cells, study: StudyOption | None) -> date | None:
    day = cells.day("enrolled_on", missing=gettext("Write a day as year-month-day, such as 2026-03-02."))
    if study is not None:
        # As on the page: from longer ago, more than a round would have gone by unasked.
        cells.not_before("enrolled_on", day, cells.today - timedelta(days=study.interval_days))
    return day
