"""A unit with people whose figures are known, and how its pages are read."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from datetime import date, timedelta

from sqlalchemy.orm import Session

from bip.store.followup import Event, Exit
from bip.store.lists import EventKind, EventSource, ExitReason, Origin, Role, Sex
from bip.store.organisations import Account, Organisation, Unit
from bip.store.people import Enrolment
from bip.store.studies import Study
from tests.bip import rows
from tests.bip.house import House
from tests.bip.pages import Page

TODAY = date(2026, 3, 2)


class Town:
    """Enrols so many people at once into one unit of the house, the house's own unless said otherwise."""

    def __init__(self, house: House, session: Session) -> None:
        self.session = session
        self.organisation = session.get_one(Organisation, house.organisation_id)
        self.unit = session.get_one(Unit, house.unit_id)
        self.study = session.get_one(Study, house.study_id)
        self.caseworker = session.get_one(Account, house.accounts[Role.CASEWORKER])

    def enrol(
        self,
        number: int,
        *,
        ago: int,
        event: int | None = None,
        kind: EventKind = EventKind.JOB_REGULAR,
        left: int | None = None,
        seen: int | None = None,
        sex: Sex = Sex.WOMAN,
        origin: Origin = Origin.NATIVE,
        intake: str | None = "Spring",
        unit: Unit | None = None,
        mine: bool = False,
    ) -> None:
        """Enrolled `ago` days ago; event, exit and the last day searched in days after that.

        `mine`: in the caseworker's hands.
        """
        begun = TODAY - timedelta(days=ago)
        for _ in range(number):
            person = rows.participant(self.session, self.organisation, sex=sex, origin=origin)
            enrolment = rows.enrolment(
                self.session,
                self.organisation,
                participant=person,
                study=self.study,
                unit=unit or self.unit,
                enrolled_on=begun,
                intake=intake,
                observed_to=None if seen is None else begun + timedelta(days=seen),
            )
            if mine:
                rows.assignment_spell(self.session, enrolment, caseworker=self.caseworker, start_on=begun)
            if event is not None:
                self._happen(enrolment, kind, begun + timedelta(days=event))
            if left is not None:
                self._leave(enrolment, begun + timedelta(days=left))

    def _happen(self, enrolment: Enrolment, kind: EventKind, day: date) -> None:
        self.session.add(
            Event(
                organisation_id=enrolment.organisation_id,
                enrolment_id=enrolment.id,
                kind=kind,
                happened_on=day,
                source=EventSource.CASEWORKER,
            )
        )

    def _leave(self, enrolment: Enrolment, day: date) -> None:
        self.session.add(
            Exit(
                organisation_id=enrolment.organisation_id,
                enrolment_id=enrolment.id,
                left_on=day,
                reason=ExitReason.WORK,
            )
        )


def busy(town: Town) -> None:
    """40 persons enrolled over a year ago, 12 of whom reached work; 20 since, 6 of whom have."""
    foreign = Origin.FOREIGN
    town.enrol(12, ago=400, event=100, left=200)
    town.enrol(14, ago=400, sex=Sex.MAN)
    town.enrol(14, ago=400, sex=Sex.MAN, origin=foreign)
    town.enrol(6, ago=100, event=50, kind=EventKind.JOB_SUBSIDISED, intake="Autumn")
    town.enrol(14, ago=100, origin=foreign, intake="Autumn")


def table(page: Page, caption: str) -> list[list[str]]:
    """The cells of the table with this caption, its head first."""
    found = [one for one in page.all("table") if caption in {_words(c) for c in one.iter("caption")}]
    assert len(found) == 1, page.text
    return [[_words(cell) for cell in row if cell.tag in {"th", "td"}] for row in found[0].iter("tr")]


def fact(page: Page, term: str) -> str:
    """What stands beside a term in a list of facts."""
    found = {_words(pair[0]): _words(pair[1]) for facts in page.all("dl") for pair in facts}
    return found[term]


def _words(element: ET.Element) -> str:
    return " ".join("".join(element.itertext()).split())
