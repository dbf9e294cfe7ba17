"""Saying that something does not work, and the accessibility statement."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select

from bip.collect.faults import FAULTS
from bip.store.audit import AuditEvent
from tests.bip.collect.letters import Letter, enter, way
from tests.bip.pages import Visitor

Visit = Callable[[], Visitor]


def reported(letter: Letter) -> list[AuditEvent]:
    with letter.installed.store.reading() as session:
        return list(session.scalars(select(AuditEvent).filter_by(kind="fault_reported")))


@pytest.mark.parametrize("fault", FAULTS)
def test_one_tap_reports_a_fault(visit: Visit, letter: Letter, fault: str) -> None:
    visitor = visit()
    address = way(enter(visitor, letter.code))
    page = visitor.get(f"{address}/fault?number=5")
    assert fault in [button.get("value") for button in page.all("button")]
    page = visitor.submit(page, {"fault": fault})
    assert "Thank you for telling us." in page.text
    assert page.link("Back") == f"{address}/5"
    (event,) = reported(letter)
    response = letter.response()
    assert response is not None
    assert event.details == {"response": str(response.id), "fault": fault}
    assert event.organisation_id == letter.house.organisation_id


@pytest.mark.parametrize("sent", [{}, {"fault": ""}, {"fault": "my back hurts"}])
def test_what_is_not_on_the_list_is_not_kept(visit: Visit, letter: Letter, sent: dict[str, str]) -> None:
    visitor = visit()
    address = way(enter(visitor, letter.code))
    page = visitor.post(f"{address}/fault", sent, expect=400)
    assert "Choose one of the answers below." in page.text
    assert reported(letter) == []


def test_a_fault_can_be_reported_after_sending(visit: Visit, letter: Letter) -> None:
    visitor = visit()
    address = way(enter(visitor, letter.code))
    visitor.post(f"{address}/summary")
    visitor.submit(visitor.get(f"{address}/fault"), {"fault": "other"})
    assert len(reported(letter)) == 1


def test_the_statement_needs_no_code_and_says_where_to_turn(visit: Visit) -> None:
    page = visit().get("/accessibility")
    for said in ("(2018:1937)", "WCAG 2.2", "no sign language", "Tell your caseworker", "from November"):
        assert said in page.text
    assert page.link("Tell Digg") == "https://www.digg.se/tdosanmalan"
