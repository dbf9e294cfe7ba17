"""The questionnaire on paper: all of it, in each language, without a name, and found again by its mark."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from urllib.parse import urlsplit
from uuid import UUID

import pytest
from flask import Flask
from playwright.sync_api import Browser, Route
from sqlalchemy import select

from bip.rounds.letter import qr_picture
from bip.rounds.paper import mark, spaced_mark
from bip.store.lists import Role
from bip.store.rounds import Round
from bip.store.studies import Study
from surveys.load import load_builtin
from tests.bip import rows
from tests.bip.house import House, build_house
from tests.bip.pages import Page, Visitor
from tests.bip.participants.people import enrolled, trail

ASKED = load_builtin("bip-11")
LANGUAGES = [language.tag for language in ASKED.languages]
A4_MM = 297 - 12 - 14
NAME = "Ada Lind"


@pytest.fixture
def house(app: Flask) -> House:
    """One whose study speaks every language of its instrument, Swedish first."""
    return build_house(app, languages=["sv", *sorted(set(LANGUAGES) - {"sv"})])


@pytest.fixture
def round_id(house: House) -> UUID:
    """The open round of somebody who reads Arabic."""
    with house.installed.store.writing() as session:
        study = session.get_one(Study, house.study_id)
        rows.study_information(session, study, language="sv", text="Om studien\nAllt är frivilligt.")
        enrolment = enrolled(house, session, name=NAME, language="ar")
        return session.scalars(select(Round.id).filter_by(enrolment_id=enrolment.id, number=0)).one()


def form(page: Page) -> ET.Element:
    return page.only("article", class_="paper")


def words(element: ET.Element) -> str:
    return " ".join("".join(element.itertext()).split())


def blocks(page: Page) -> list[ET.Element]:
    return [one for one in form(page).iter("section") if one.get("class") == "asked"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_everything_that_is_asked_stands_on_it(house: House, round_id: UUID, language: str) -> None:
    page = house.enter(Role.CASEWORKER).get(f"/rounds/{round_id}/paper?language={language}")
    assert form(page).get("lang") == language
    assert form(page).get("dir") == ("rtl" if language in {"ar", "fa"} else "ltr")
    assert ASKED.title.in_language(language) in words(form(page))
    *questions, helped = blocks(page)
    assert len(questions) == 11
    for number, (item, block) in enumerate(zip(ASKED.items, questions, strict=True), start=1):
        asked = item.form("participant")
        assert asked is not None
        heading = block.find("h3")
        assert heading is not None
        assert words(heading) == f"{number} {' '.join(asked.question.in_language(language).split())}"
        lines = [words(line) for line in block.iter("li")]
        assert lines == [
            *(f"{step} {' '.join(text.in_language(language).split())}" for step, text in asked.steps),
            *(code.label.in_language(language) for code in ASKED.missing_codes[:2]),
        ]
    assert len(list(helped.iter("li"))) == 5
    boxes = [one for one in form(page).iter("span") if one.get("class") == "box"]
    assert len(boxes) == 11 * 7 + 5


def test_no_name_and_no_code_stand_on_it(house: House, round_id: UUID) -> None:
    page = house.enter(Role.COORDINATOR).get(f"/rounds/{round_id}/paper")
    assert NAME in page.text, "for whoever prints it"
    assert NAME not in words(form(page))
    assert "Kim Berg" not in words(form(page))
    assert NAME not in words(page.only("title")), "browsers print it above the page"
    assert len(trail(house, "participant_viewed")) == 1
    assert trail(house, "code_issued") == []


def test_the_square_leads_to_where_it_is_typed_in(house: House, round_id: UUID) -> None:
    page = house.enter(Role.CASEWORKER).get(f"/rounds/{round_id}/paper")
    address = f"http://127.0.0.1:8000/rounds/{round_id}/entry"
    drawn = page.only("{http://www.w3.org/2000/svg}path").attrib["d"]
    assert f'd="{drawn}"' in qr_picture(address)
    entry = house.enter(Role.CASEWORKER).get(urlsplit(address).path)
    assert entry.heading == "Interview or paper form, round 0"


def test_its_mark_finds_the_participant(house: House, round_id: UUID) -> None:
    with house.installed.store.writing() as session:
        enrolled(house, session, name="Bo Ek")
    visitor = house.enter(Role.CASEWORKER)
    printed = words(form(visitor.get(f"/rounds/{round_id}/paper?language=en")).find("p"))  # type: ignore[arg-type]
    found = re.fullmatch(r"Form (\d{3} \d{3} \d{3})", printed)
    assert found is not None
    for written in (found[1], found[1].replace(" ", "")):
        page = visitor.submit(visitor.get("/participants"), {"name": written})
        assert [words(cell) for cell in page.all("th", scope="row")] == [NAME]
    assert "Nobody here" in visitor.submit(visitor.get("/participants"), {"name": found[1][:5]}).text


def test_a_mark_has_nine_digits_in_groups_of_three() -> None:
    assert (mark(UUID(int=7)), spaced_mark(UUID(int=7))) == ("000000007", "000 000 007")
    assert mark(UUID(int=10**9 + 1)) == "000000001"


def test_it_is_in_the_participants_language_or_else_in_the_studys(house: House, round_id: UUID) -> None:
    visitor = house.enter(Role.CASEWORKER)
    address = f"/rounds/{round_id}/paper"
    assert form(visitor.get(address)).get("lang") == "ar"
    with house.installed.store.writing() as session:
        session.get_one(Study, house.study_id).languages = ["da", "sv"]
    assert form(visitor.get(address)).get("lang") == "da"
    offered = visitor.get(address).only("nav", aria_label="Language of the form")
    links = {link.attrib["lang"]: link.attrib["href"] for link in offered.iter("a")}
    assert list(links) == ["da", "sv"]
    assert form(visitor.get(links["sv"])).get("lang") == "sv"
    visitor.get(f"{address}?language=ar", expect=404)
    visitor.get(f"{address}?language=", expect=200)


def test_it_tells_what_the_study_tells(house: House, round_id: UUID) -> None:
    visitor = house.enter(Role.CASEWORKER)

    def told() -> tuple[str, str | None, str | None]:
        page = visitor.get(f"/rounds/{round_id}/paper?language=ar")
        section = page.only("section", class_="told")
        return words(section), section.get("lang"), section.get("dir")

    assert told() == ("Om studien Allt är frivilligt.", "sv", "ltr")
    with house.installed.store.writing() as session:
        study = session.get_one(Study, house.study_id)
        rows.study_information(session, study, language="ar", text="هذا طوعي.")
    assert told() == ("هذا طوعي.", "ar", "rtl")


def test_the_page_is_in_the_readers_language_and_the_form_in_its_own(house: House, round_id: UUID) -> None:
    page = house.enter(Role.CASEWORKER).get(f"/rounds/{round_id}/paper?language=sv")
    assert (page.heading, page.tree.get("lang")) == ("Paper form, round 0", "en")
    assert "Min handläggare" in words(blocks(page)[-1])


def test_the_participants_page_leads_to_it(house: House, round_id: UUID) -> None:
    visitor = house.enter(Role.CASEWORKER)
    with house.installed.store.reading() as session:
        enrolment_id = session.get_one(Round, round_id).enrolment_id
    page = visitor.get(f"/participants/{enrolment_id}")
    assert page.link("Print paper form") == f"/rounds/{round_id}/paper"


@pytest.mark.browser
def test_on_paper_it_fits_and_no_question_is_broken(house: House, round_id: UUID, browser: Browser) -> None:
    visitor = house.enter(Role.CASEWORKER)
    page = browser.new_page()
    page.emulate_media(media="print")
    page.route("**/*", lambda route: answer(visitor, route))
    for language in LANGUAGES:
        page.goto(f"http://bip.test/rounds/{round_id}/paper?language={language}")
        printed = page.pdf(prefer_css_page_size=True)
        assert len(re.findall(rb"/Type /Page\b", printed)) in {2, 3}, language
        held = page.eval_on_selector_all(
            ".paper .asked",
            "all => all.map(one => [getComputedStyle(one).breakInside, one.getBoundingClientRect().height])",
        )
        assert {kind for kind, _ in held} == {"avoid"}
        assert max(height for _, height in held) < A4_MM / 25.4 * 96 / 3
    page.close()


def answer(visitor: Visitor, route: Route) -> None:
    """The application's own answer, without a server between."""
    asked = urlsplit(route.request.url)
    got = visitor.raw("GET", f"{asked.path}?{asked.query}")
    route.fulfill(status=got.status_code, headers=dict(got.headers), body=got.data)
