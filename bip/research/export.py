"""A study of the database as a study dataset: what is unsealed on a day, under pseudonyms, in whole days."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import pyarrow as pa
from sqlalchemy import select
from sqlalchemy.orm import Session

from analysis.dataset.instrument import Instrument
from analysis.dataset.study import Study, StudyDataset, build_tables
from bip.research.account import ExportAccount, remarks
from bip.research.course import course_rows, observed_to, read_course
from bip.research.enrolled import Enrolled, Sieve, read_enrolled
from bip.research.questionnaires import (
    answers_table,
    read_questionnaires,
    responses_rows,
    rounds_rows,
)
from bip.store.organisations import Account, Organisation, Unit
from bip.store.studies import Instrument as InstrumentRow
from bip.store.studies import Study as StudyRow

DISCLOSURE = (
    "Pseudonymised: random ids, ages in bands, days counted from the start of each enrolment, no names and "
    "no contact. Rounds whose answers were sealed on the day of the export are left out. Who knows that day "
    "can reckon the day of enrolment of those who were observed up to it."
)
CREATED_BY = "bip export"
# Of a caseworker who belongs to the whole organisation; no unit has this pseudonym.
NO_UNIT = "none"
# The bands of the published study, closed at both ends so that nobody stands alone above the last.
AGE_BANDS = ((0, 17), (18, 29), (30, 39), (40, 49), (50, 59), (60, 66), (67, 99))
_Row = dict[str, object]


@dataclass(frozen=True, slots=True)
class Export:
    """The dataset, to be written by `analysis.dataset.write`, and the account of what is not in it."""

    dataset: StudyDataset
    account: ExportAccount


def export_study(session: Session, study_id: UUID, as_of: date, timezone: str, release: str) -> Export:
    """What was known and unsealed of a study at the end of `as_of`.

    `timezone`: the installation's, in which a moment has its day. `release` names this issue of the data.
    """
    sieve = Sieve(as_of, timezone)
    study = session.get_one(StudyRow, study_id)
    instruments = _instruments(session)
    asked = instruments[study.instrument_id]
    enrolled = read_enrolled(session, study_id, sieve)
    course = read_course(session, study_id, enrolled, sieve)
    found = read_questionnaires(session, study_id, enrolled, instruments, sieve)
    observed = observed_to(
        enrolled.values(), course, ((one.enrolled.name, one.ended_on) for one in found.given), as_of
    )
    organisation = session.get_one(Organisation, study.organisation_id)
    raters = {one.row.rated_by_id for one in found.given}
    named = _caseworkers(session, organisation, raters | {row.caseworker_id for _, row in course.assignments})
    names = {key: str(row["caseworker"]) for key, row in named.items()}
    rows: dict[str, Iterable[_Row]] = {
        "organisations": [{"organisation": organisation.pseudonym, "country": organisation.country}],
        "persons": _persons(enrolled.values(), organisation),
        "enrolments": _enrolments(enrolled.values(), organisation, observed),
        "caseworkers": named.values(),
        "rounds": rounds_rows(found, asked),
        "responses": responses_rows(found, names),
        "exits": _exits(enrolled.values()),
        **course_rows(course, observed, names, sieve),
    }
    tables = build_tables(rows) | {"answers": answers_table(found.given)}
    used = {(one.key, one.version): one for one in [asked, *(one.instrument for one in found.given)]}
    description = Study(study.pseudonym, study.name, study.interval_days, release, DISCLOSURE, CREATED_BY)
    dataset = StudyDataset(description, tuple(used[key] for key in sorted(used)), tables)
    return Export(dataset, ExportAccount(rows_by_table(tables), remarks(sieve.counted)))


def rows_by_table(tables: Mapping[str, pa.Table]) -> dict[str, int]:
    """How many rows each table has."""
    return {name: table.num_rows for name, table in tables.items()}


def _instruments(session: Session) -> dict[int, Instrument]:
    return {row.id: Instrument.model_validate(row.document) for row in session.scalars(select(InstrumentRow))}


def _persons(enrolled: Iterable[Enrolled], organisation: Organisation) -> Iterable[_Row]:
    """Everybody once, with the age at the first enrolment in this study."""
    first: dict[UUID, Enrolled] = {}
    for one in sorted(enrolled, key=lambda enrolled: enrolled.enrolled_on):
        first.setdefault(one.person.id, one)
    for one in first.values():
        yield {
            "person": one.person.pseudonym,
            "organisation": organisation.pseudonym,
            "sex": one.person.sex,
            "origin": one.person.origin,
            "age_band": age_band(one.person.birth_year, one.enrolled_on),
            "education": one.person.education,
            "language": one.person.language,
        }


def age_band(birth_year: int | None, on: date) -> str:
    """The band of the age that a person reaches in the year of a day."""
    if birth_year is None:
        return "unknown"
    age = on.year - birth_year
    bands = (f"{lowest}-{highest}" for lowest, highest in AGE_BANDS if lowest <= age <= highest)
    return next(bands, "unknown")


def _enrolments(
    enrolled: Iterable[Enrolled], organisation: Organisation, observed: Mapping[str, date]
) -> Iterable[_Row]:
    for one in enrolled:
        start = one.enrolled_on
        yield {
            "enrolment": one.name,
            "person": one.person.pseudonym,
            "organisation": organisation.pseudonym,
            "unit": one.unit,
            "enrolled_quarter": f"{start.year}Q{(start.month + 2) // 3}",
            "intake": one.intake,
            "referral": one.referral,
            "observed_to_day": one.day(observed[one.name]),
            "observed_by": one.observed_by,
            "withdrawn_day": one.maybe_day(one.withdrawn_on),
        }


def _exits(enrolled: Iterable[Enrolled]) -> Iterable[_Row]:
    for one in enrolled:
        if one.left_on:
            yield {"enrolment": one.name, "day": one.day(one.left_on), "reason": one.exit_reason}


def _caseworkers(
    session: Session, organisation: Organisation, named: Iterable[UUID | None]
) -> Mapping[UUID, _Row]:
    """Those who rated or had an enrolment."""
    wanted = set(named)
    query = (
        select(Account.id, Account.pseudonym, Unit.pseudonym)
        .outerjoin(Unit, Unit.id == Account.unit_id)
        .where(Account.organisation_id == organisation.id)
    )
    return {
        key: {
            "caseworker": caseworker,
            "organisation": organisation.pseudonym,
            "unit": unit or NO_UNIT,
        }
        for key, caseworker, unit in session.execute(query)
        if key in wanted
    }
