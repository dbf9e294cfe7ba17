"""A study dataset put into the database, as if it had been collected there."""

import itertools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, TypeAlias, cast
from uuid import UUID, uuid4

from sqlalchemy import Table, insert
from sqlalchemy.orm import Session

from analysis.dataset.schema import NOT_ASKED
from analysis.dataset.study import StudyDataset
from bip.instruments import save_instrument
from bip.store.base import Base, new_pseudonym
from bip.store.followup import ActivitySpell, Event, Exit, FollowUp, Step
from bip.store.lists import LegalBasis, Mode, ObservedBy, Rater
from bip.store.organisations import Account, Unit
from bip.store.people import AssignmentSpell, Enrolment, Participant
from bip.store.rounds import Answer, Response, Round
from bip.store.studies import Instrument, Study
from surveys.model import InstrumentId

Row: TypeAlias = dict[str, Any]
BATCH = 20_000
DAYS_IN_QUARTER = 90
NOON = time(12, tzinfo=UTC)


@dataclass(frozen=True)
class _Place:
    """Where the rows go, and how the dataset's ids are called there."""

    session: Session
    organisation_id: UUID
    study: Study
    instrument: Instrument
    now: datetime
    first_day: Mapping[str, date]
    ids: Mapping[str, Mapping[Any, UUID]]

    def row(self, **columns: Any) -> Row:  # noqa: ANN401  # the columns of any table
        return {"organisation_id": self.organisation_id, **columns}

    def of_enrolment(self, key: str, **columns: Any) -> Row:  # noqa: ANN401
        return self.row(id=uuid4(), enrolment_id=self.ids["enrolment"][key], **columns)

    def day(self, enrolment: str, day: int | None) -> date | None:
        return None if day is None else self.first_day[enrolment] + timedelta(days=day)

    def noon(self, enrolment: str, day: int) -> datetime:
        return datetime.combine(self.first_day[enrolment] + timedelta(days=day), NOON)


def load_history(
    session: Session, organisation_id: UUID, dataset: StudyDataset, name: str, now: datetime
) -> UUID:
    """Save a dataset of one shipped instrument as a study of the organisation; returns the study's id.

    The organisations of the dataset become units. Caseworkers become accounts nobody can sign in with;
    participants have no names. Days count from a day in the quarter of enrolment.
    """
    (used,) = dataset.instruments
    instrument = save_instrument(session, InstrumentId(used.key, used.version))
    study = Study(
        organisation_id=organisation_id,
        name=name,
        instrument_id=instrument.id,
        interval_days=dataset.study.interval_days,
        tolerance_days=14,
        languages=list(used.languages),
        legal_basis=LegalBasis.RESEARCH,
        created_at=now,
    )
    tables = {key: table.to_pylist() for key, table in dataset.tables.items()}
    place = _Place(session, organisation_id, study, instrument, now, _first_days(tables), _ids(tables))
    study.ends_on = max(
        (place.first_day[row["enrolment"]] + timedelta(days=row["opens_day"]) for row in tables["rounds"]),
        default=None,
    )
    session.add(study)
    session.flush()
    for fill in (_staff, _people, _rounds, _around):
        fill(place, tables)
    return study.id


def _first_days(tables: Mapping[str, list[Row]]) -> dict[str, date]:
    """A day 0 for each enrolment, spread over its quarter."""
    days = {}
    for position, row in enumerate(tables["enrolments"]):
        year, quarter = row["enrolled_quarter"].split("Q")
        start = date(int(year), 3 * int(quarter) - 2, 1)
        days[row["enrolment"]] = start + timedelta(days=position % DAYS_IN_QUARTER)
    return days


def _ids(tables: Mapping[str, list[Row]]) -> dict[str, dict[Any, UUID]]:
    def new(keys: Iterable[Any]) -> dict[Any, UUID]:
        return {key: uuid4() for key in keys}

    return {
        "unit": new({row["unit"] for name in ("enrolments", "caseworkers") for row in tables[name]}),
        "caseworker": new(row["caseworker"] for row in tables["caseworkers"]),
        "person": new(row["person"] for row in tables["persons"]),
        "enrolment": new(row["enrolment"] for row in tables["enrolments"]),
        "round": new((row["enrolment"], row["round"]) for row in tables["rounds"]),
        "response": new(row["response"] for row in tables["responses"]),
    }


def _insert(place: _Place, table: type[Base], rows: Iterable[Row]) -> None:
    """In batches past the ORM, so that neither memory nor time grows with objects nobody keeps."""
    rows = iter(rows)
    while batch := list(itertools.islice(rows, BATCH)):
        place.session.execute(insert(cast("Table", table.__table__)), batch)


def _staff(place: _Place, tables: Mapping[str, list[Row]]) -> None:
    units, caseworkers = place.ids["unit"], place.ids["caseworker"]
    _insert(
        place, Unit, (place.row(id=units[key], pseudonym=new_pseudonym(), name=key) for key in sorted(units))
    )
    _insert(
        place,
        Account,
        (
            place.row(
                id=caseworkers[row["caseworker"]],
                pseudonym=new_pseudonym(),
                unit_id=units[row["unit"]],
                email=f"{caseworkers[row['caseworker']].hex}@history.invalid",
                name=row["caseworker"],
                password=None,
                fs_uniquifier=uuid4().hex,
                active=False,
                created_at=place.now,
            )
            for row in tables["caseworkers"]
        ),
    )


def _people(place: _Place, tables: Mapping[str, list[Row]]) -> None:
    ids = place.ids
    enrolled = {row["person"]: place.first_day[row["enrolment"]].year for row in tables["enrolments"]}
    _insert(place, Participant, (_participant(place, row, enrolled) for row in tables["persons"]))
    _insert(
        place,
        Enrolment,
        (
            place.row(
                id=ids["enrolment"][row["enrolment"]],
                pseudonym=new_pseudonym(),
                participant_id=ids["person"][row["person"]],
                study_id=place.study.id,
                unit_id=ids["unit"][row["unit"]],
                enrolled_on=place.day(row["enrolment"], 0),
                intake=row["intake"],
                referral=row["referral"],
                observed_to=place.day(row["enrolment"], row["observed_to_day"]),
                observed_by=ObservedBy(row["observed_by"]),
                withdrawn_on=place.day(row["enrolment"], row["withdrawn_day"]),
            )
            for row in tables["enrolments"]
        ),
    )
    _insert(
        place,
        AssignmentSpell,
        (
            place.of_enrolment(
                row["enrolment"],
                caseworker_id=ids["caseworker"][row["caseworker"]],
                start_on=place.day(row["enrolment"], row["start_day"]),
                end_on=place.day(row["enrolment"], row["end_day"]),
            )
            for row in tables["assignments"]
        ),
    )


def _participant(place: _Place, row: Row, enrolled: Mapping[str, int]) -> Row:
    """The middle of the age band on enrolment stands for the year of birth."""
    ages = [int(age) for age in row["age_band"].replace("+", "-").split("-") if age.isdigit()]
    born = enrolled[row["person"]] - (sum(ages) // len(ages)) if ages else None
    return place.row(
        id=place.ids["person"][row["person"]],
        pseudonym=new_pseudonym(),
        sex=row["sex"],
        origin=row["origin"],
        education=row["education"],
        birth_year=born,
        language=row["language"],
        created_at=place.now,
    )


def _rounds(place: _Place, tables: Mapping[str, list[Row]]) -> None:
    _insert(place, Round, (_round(place, row) for row in tables["rounds"]))
    _insert(place, Response, (_response(place, row) for row in tables["responses"]))
    responses = {row["response"]: row for row in tables["responses"]}
    asked = (row for row in tables["answers"] if row["value"] != NOT_ASKED)
    _insert(place, Answer, (_answer(place, row, responses[row["response"]]) for row in asked))


def _round(place: _Place, row: Row) -> Row:
    enrolment = row["enrolment"]
    return place.row(
        id=place.ids["round"][enrolment, row["round"]],
        enrolment_id=place.ids["enrolment"][enrolment],
        number=row["round"],
        due_on=place.day(enrolment, row["due_day"]),
        opens_on=place.day(enrolment, row["opens_day"]),
        closes_on=place.day(enrolment, row["closes_day"]),
    )


def _response(place: _Place, row: Row) -> Row:
    submitted = place.noon(row["enrolment"], row["submitted_day"])
    caseworkers: Mapping[Any, UUID] = place.ids["caseworker"]
    return place.row(
        id=place.ids["response"][row["response"]],
        round_id=place.ids["round"][row["enrolment"], row["round"]],
        rater=Rater(row["rater"]),
        rated_by_id=caseworkers.get(row["caseworker"]),
        instrument_id=place.instrument.id,
        language=row["language"],
        mode=Mode(row["mode"]),
        assistance=row["assistance"],
        proxy=row["proxy"],
        independent=row["independent"],
        started_at=submitted - timedelta(seconds=row["duration_s"] or 0),
        submitted_at=submitted,
    )


def _answer(place: _Place, row: Row, response: Row) -> Row:
    return place.row(
        id=uuid4(),
        response_id=place.ids["response"][row["response"]],
        instrument_id=place.instrument.id,
        rater=Rater(response["rater"]),
        item=row["item"],
        value=int(row["value"]),
        revision=0,
        is_current=True,
        given_at=place.noon(response["enrolment"], response["submitted_day"]),
        saved_at=place.noon(response["enrolment"], response["submitted_day"]),
    )


def _around(place: _Place, tables: Mapping[str, list[Row]]) -> None:
    """Activities, steps, events, exits and follow-ups: the same columns, days made dates."""
    for name, table, dates in (
        ("activities", ActivitySpell, {"start_day": "start_on", "end_day": "end_on"}),
        ("steps", Step, {"day": "happened_on"}),
        ("events", Event, {"day": "happened_on", "end_day": "end_on"}),
        ("exits", Exit, {"day": "left_on"}),
        ("followups", FollowUp, {"day": "asked_on"}),
    ):
        _insert(place, table, (_dated(place, row, dates, table) for row in tables[name]))


def _dated(place: _Place, row: Row, dates: Mapping[str, str], table: type[Base]) -> Row:
    columns = {key: value for key, value in row.items() if key not in dates and key != "enrolment"}
    days = {new: place.day(row["enrolment"], row[old]) for old, new in dates.items()}
    made = place.of_enrolment(row["enrolment"], **columns, **days)
    # An exit is known by its enrolment and has no id of its own.
    return {key: value for key, value in made.items() if key in table.__mapper__.columns}
