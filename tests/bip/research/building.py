"""A study in the database, built day by day: the words of a test are days since the enrolment."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from bip.research.export import Export, export_study
from bip.store.lists import Rater
from bip.store.organisations import Account, Organisation, Unit
from bip.store.people import Enrolment
from bip.store.rounds import Response, Round
from bip.store.session import Store
from bip.store.studies import Study
from surveys.load import load_builtin
from tests.bip import rows

TIMEZONE = "Europe/Stockholm"
DAY_0 = date(2026, 3, 2)
_ASKED = load_builtin("bip-11")
ITEMS = {Rater(name): tuple(item.key for item in _ASKED.items_for(name)) for name in _ASKED.raters}


def on(day: int) -> date:
    return DAY_0 + timedelta(days=day)


def at(day: int) -> datetime:
    """Noon of a day, in UTC."""
    return datetime.combine(on(day), time(12), UTC)


@dataclass
class Built:
    """A study with one caseworker; people are added by `enrol`."""

    session: Session
    organisation: Organisation
    unit: Unit
    study: Study
    caseworker: Account
    rounds: dict[tuple[UUID, int], Round] = field(default_factory=dict)

    def enrol(self, **more: Any) -> Enrolment:  # noqa: ANN401  # as the row takes them
        return rows.enrolment(
            self.session, self.organisation, study=self.study, unit=self.unit, enrolled_on=DAY_0, **more
        )

    def round(self, enrolment: Enrolment, number: int = 0) -> Round:
        """Round k is due on day 91k and open two weeks to either side."""
        key = (enrolment.id, number)
        if key not in self.rounds:
            self.rounds[key] = rows.round_(self.session, enrolment, number=number)
        return self.rounds[key]

    def respond(
        self,
        enrolment: Enrolment,
        rater: Rater,
        day: int | None,
        *,
        number: int = 0,
        value: int = 3,
        items: int = 11,
        **more: Any,  # noqa: ANN401  # as the row takes them
    ) -> Response:
        """Submitted on a day, or a draft of day 91k where there is none; the first `items` are answered."""
        given = at(91 * number if day is None else day)
        response = rows.response(
            self.session,
            self.round(enrolment, number),
            rater=rater,
            rated_by=self.caseworker if rater is Rater.CASEWORKER else None,
            started_at=given - timedelta(minutes=8),
            submitted_at=None if day is None else given,
            **more,
        )
        for item in ITEMS[rater][:items]:
            rows.answer(self.session, response, item=item, value=value, saved_at=given)
        return response

    def both(self, enrolment: Enrolment, number: int, day: int, value: int = 3) -> None:
        for rater in Rater:
            self.respond(enrolment, rater, day, number=number, value=value)


def build(session: Session) -> Built:
    organisation = rows.organisation(session)
    unit = rows.unit(session, organisation)
    study = rows.study(session, organisation, name="Ways to work")
    return Built(session, organisation, unit, study, rows.account(session, organisation, unit=unit))


def export(store: Store, study_id: UUID, day: int) -> Export:
    with store.reading() as session:
        return export_study(session, study_id, on(day), TIMEZONE, "test")


def table(exported: Export, name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = exported.dataset.tables[name].to_pylist()
    return found


def remarks(exported: Export) -> dict[tuple[str, str], int]:
    return {(one.table, str(one.reason)): one.rows for one in exported.account.remarks}
