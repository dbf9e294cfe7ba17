"""The letter: its code works, its square holds the address, and neither is kept anywhere."""

from __future__ import annotations

import logging
import re
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from bip.clock import SettableClock
from bip.rounds.codes import round_of_code
from bip.rounds.letter import letter_language, qr_picture
from bip.settings import Settings
from bip.store.lists import Rater, Role
from bip.store.people import Enrolment
from tests.bip import rows
from tests.bip.house import House
from tests.bip.pages import Page
from tests.bip.participants.people import enrol, print_letter, round_ids, submit_response, trail


def code_on(page: Page) -> str:
    return "".join(page.only("p", class_="code").itertext()).strip()


def sheet(page: Page) -> ET.Element:
    return page.only("article", class_="sheet")


@pytest.mark.parametrize("role", [Role.CASEWORKER, Role.COORDINATOR])
def test_the_code_of_a_letter_leads_to_its_round(house: House, role: Role) -> None:
    enrolment_id = enrol(house, name="Åsa Öberg")
    page = print_letter(house.enter(role), enrolment_id)
    code = code_on(page)
    assert re.fullmatch(r"[A-Z2-9]{4} [A-Z2-9]{4}", code)
    first = round_ids(house, enrolment_id)[0]
    with house.installed.store.reading() as session:
        assert round_of_code(session.connection(), house.installed, code).id == first
    for said in ("Åsa Öberg", "2 mars 2026", "16 mars 2026", "http://127.0.0.1:8000", "Kim Berg"):
        assert said in page.text
    assert "This code is shown once. Print it now." in page.text
    (event,) = trail(house, "code_issued")
    assert event.details == {"round": str(first)}


def test_the_square_holds_the_address_with_the_code(house: House) -> None:
    page = print_letter(house.enter("caseworker"), enrol(house))
    address = f"http://127.0.0.1:8000/k/{code_on(page).replace(' ', '')}"
    drawn = page.only("{http://www.w3.org/2000/svg}path").attrib["d"]
    assert f'd="{drawn}"' in qr_picture(address)
    assert f'd="{drawn}"' not in qr_picture(address[:-1])


def test_the_code_is_kept_nowhere(house: House, settings: Settings, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        page = print_letter(house.enter("caseworker"), enrol(house))
    code = code_on(page).replace(" ", "")
    assert code not in caplog.text
    assert code not in page.response.request.path
    database = Path(settings.database_url.removeprefix("sqlite:///"))
    kept = b"".join(path.read_bytes() for path in database.parent.glob(f"{database.name}*"))
    assert house.installed.keyed_hash("entry-code", code).encode() in kept
    assert code.encode() not in kept


def test_a_new_letter_has_a_new_code(house: House) -> None:
    enrolment_id = enrol(house)
    caseworker = house.enter("caseworker")
    assert code_on(print_letter(caseworker, enrolment_id)) != code_on(print_letter(caseworker, enrolment_id))
    assert len(trail(house, "code_issued")) == 2


def test_a_letter_may_be_printed_ahead(house: House, clock: SettableClock) -> None:
    enrolment_id = enrol(house)
    clock.advance(40)
    page = print_letter(house.enter("caseworker"), enrolment_id)
    assert "The code works from May 18, 2026 on." in page.text
    assert "18 maj 2026" in "".join(sheet(page).itertext())


def test_a_letter_that_leads_nowhere_is_refused(house: House, clock: SettableClock) -> None:
    enrolment_id = enrol(house)
    caseworker = house.enter("caseworker")
    form = caseworker.get(f"/participants/{enrolment_id}")
    submit_response(house, round_ids(house, enrolment_id)[0], Rater.PARTICIPANT)
    page = caseworker.submit(form, action="/letter")
    assert "answered this round already" in page.text
    assert page.heading == "Ada Lind"
    clock.advance(91)
    form = caseworker.get(f"/participants/{enrolment_id}")
    clock.advance(15)
    assert "This round is closed." in caseworker.submit(form, action="/letter").text
    old = caseworker.submit(
        caseworker.get(f"/participants/{enrolment_id}"), {"csrf_token": "old"}, action="/letter"
    )
    assert "open for a long time" in old.text
    with house.installed.store.writing() as session:
        rows.exit_(session, session.get_one(Enrolment, enrolment_id), left_on=clock.today())
    assert "has left the study" in caseworker.submit(old, action="/letter").text
    assert trail(house, "code_issued") == []


def test_the_letter_is_in_the_participants_language_and_the_page_in_the_readers(house: House) -> None:
    page = print_letter(house.enter("caseworker"), enrol(house, language="da"))
    assert (sheet(page).get("lang"), page.tree.get("lang")) == ("da", "en")
    assert "2. marts 2026" in "".join(sheet(page).itertext())


def test_where_no_letter_is_in_the_language_the_studys_first_is_taken() -> None:
    assert letter_language("en", ["sv", "da"]) == "en"
    assert letter_language("ti", ["da", "sv"]) == "ti"
    assert letter_language("th", ["da", "sv"]) == "da"
    assert letter_language("th", ["tr", "en"]) == "en"
    assert letter_language("th", ["tr"]) == "sv"
