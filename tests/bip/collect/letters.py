"""A participant with a letter, and the rows that tell what was saved."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from bip.rounds.codes import issue_code
from bip.services import Services
from bip.store.audit import Actor
from bip.store.lists import Rater, Role
from bip.store.organisations import Account, Organisation, Unit
from bip.store.rounds import Answer, Response, Round
from bip.store.studies import Study
from tests.bip import rows
from tests.bip.house import House
from tests.bip.pages import Page, Visitor


@dataclass(frozen=True)
class Letter:
    """A round of a participant in the caseworker's hands, and the code that leads to it."""

    installed: Services
    house: House
    enrolment_id: UUID
    round_id: UUID
    code: str

    def response(self, rater: Rater = Rater.PARTICIPANT) -> Response | None:
        with self.installed.store.reading() as session:
            return session.scalar(
                select(Response).where(Response.round_id == self.round_id, Response.rater == rater)
            )

    def answers(self, rater: Rater = Rater.PARTICIPANT) -> dict[str, int]:
        """The current answers by item."""
        return {answer.item: answer.value for answer in self.trail(rater) if answer.is_current}

    def trail(self, rater: Rater = Rater.PARTICIPANT) -> list[Answer]:
        """All revisions, the oldest first."""
        with self.installed.store.reading() as session:
            query = select(Answer).join(Response, Response.id == Answer.response_id)
            query = query.where(Response.round_id == self.round_id, Response.rater == rater)
            return list(session.scalars(query.order_by(Answer.item, Answer.revision)))


def enter(visitor: Visitor, code: str) -> Page:
    """Write the code where the site begins."""
    return visitor.submit(visitor.get("/"), {"code": code})


def answer_all(visitor: Visitor, code: str, value: int = 3) -> Page:
    """Answer every question with the same step, up to the summary."""
    page = enter(visitor, code)
    page = visitor.get(page.link("Start"))
    while page.heading != "Your answers":
        page = visitor.submit(page, {"answer": str(value)})
    return page


def way(page: Page) -> str:
    """The address that all pages of the response begin with."""
    return "/".join(page.response.request.path.split("/")[:3])


def write_letter(installed: Services, house: House) -> Letter:
    today = installed.clock.today()
    with installed.store.writing() as session:
        organisation = session.get_one(Organisation, house.organisation_id)
        enrolment = rows.enrolment(
            session,
            organisation,
            participant=rows.participant(session, organisation, language="en"),
            study=session.get_one(Study, house.study_id),
            unit=session.get_one(Unit, house.unit_id),
            enrolled_on=today,
        )
        caseworker = session.get_one(Account, house.accounts[Role.CASEWORKER])
        rows.assignment_spell(session, enrolment, caseworker=caseworker, start_on=today)
        window: Round = rows.round_(session, enrolment, opens_on=today)
        code = issue_code(session, installed, Actor(house.organisation_id), window)
        return Letter(installed, house, enrolment.id, window.id, code)
