"""The page to take home: one sheet in the participant's language, with what was agreed and without a name."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from datetime import date, timedelta
from urllib.parse import urlsplit
from uuid import UUID

import pytest
from flask import Flask
from playwright.sync_api import Browser, Route

from bip.casework.comparison import Comparison, Indicator, Round
from bip.conversation.spider import SIZE, spider
from bip.localisation import PARTICIPANT_LANGUAGES
from bip.store.lists import Rater, Role, StepKind
from bip.store.organisations import Account
from bip.store.people import Enrolment
from bip.store.studies import Study
from surveys.load import load_builtin
from surveys.model import Scale
from tests.bip import rows, rows_casework
from tests.bip.conversation.meeting import Manner, Steps, meeting
from tests.bip.house import House, build_house
from tests.bip.pages import Page, Visitor

P, C = Rater.PARTICIPANT, Rater.CASEWORKER
ASKED = load_builtin("bip-11")
FIVE = Scale("steps", 1, 5, "higher_is_closer")
TODAY = date(2026, 3, 2)
# Every question far apart, and every answer moved a long way: as much as can stand on the page.
FULL: list[Steps] = [
    {P: [1, 5] * 6, C: [5, 1] * 6},
    {P: [5, 1] * 6, C: [1, 5] * 6},
    {P: [4, 2] * 6, C: [1, 5] * 6},
]
# As a third round often is.
COMMON: list[Steps] = [
    {P: [2, 3, 1, 3, 2, 4, 3, 2, -1, 3, 3], C: [2, 2, 2, 3, 3, 2, 3, 3, 2, 2, 3]},
    {P: [3, 3, 1, 4, 2, 3, 3, 2, 2, 3, 4], C: [2, 3, 2, 3, 3, 2, 3, 3, 2, 3, 3]},
    {P: [3, 4, 4, 4, 2, 2, 3, 5, 2, -2, 4], C: [3, 3, 3, 4, 4, 4, 3, 2, 2, 3, 3]},
]
FIRST_TIME: list[Steps] = [{P: [3] * 11, C: [3] * 11}]


@pytest.fixture
def house(app: Flask) -> House:
    """One whose study speaks every language, Swedish first."""
    return build_house(app, languages=["sv", *(tag for tag in PARTICIPANT_LANGUAGES if tag != "sv")])


def printed(house: House, enrolment_id: UUID, language: str | None = None, expect: int = 200) -> Page:
    query = "" if language is None else f"?language={language}"
    return house.enter(Role.CASEWORKER).get(f"/enrolments/{enrolment_id}/conversation/print{query}", expect)


def sheet(page: Page) -> ET.Element:
    return page.only("article", class_="home")


def words(element: ET.Element) -> str:
    return " ".join("".join(element.itertext()).split())


def agree(house: House, enrolment_id: UUID, *kinds: StepKind, done_on: date | None = None) -> None:
    with house.installed.store.writing() as session:
        enrolment = session.get_one(Enrolment, enrolment_id)
        caseworker = session.get_one(Account, house.accounts[Role.CASEWORKER])
        for kind in kinds:
            rows_casework.agreed_step(
                session, enrolment, caseworker, kind=kind, agreed_on=TODAY, done_on=done_on
            )


def test_it_holds_what_was_talked_about(house: House) -> None:
    enrolment_id = meeting(house, [{P: [1, 3], C: [3, 3]}, {P: [4, 3], C: [1, 4]}])
    agree(house, enrolment_id, StepKind.WROTE_CV)
    agree(house, enrolment_id, StepKind.STUDY_VISIT, done_on=TODAY)
    text = words(sheet(printed(house, enrolment_id, "en")))
    one, other = ASKED.items[:2]
    for item, rater, step in ((one, "participant", 4), (one, "caseworker", 1), (other, "participant", 3)):
        form = item.form(rater)  # type: ignore[arg-type]
        assert form is not None
        assert " ".join(dict(form.steps)[step].in_language("en").split()) in text
    assert "(one step apart)" in text
    assert f"Your answers since Dec 1, 2025 Clearly closer to work: 1. {one.label.in_language('en')}" in text
    assert "Your caseworker's answers since Dec 1, 2025 A step closer to work: 2." in text
    assert "Writing a CV (by March 16, 2026)" in text
    assert "Visiting a workplace" not in text, "done"
    assert "You can answer from May 18, 2026 to June 15, 2026." in text
    assert "Talk to Kim Berg, your caseworker." in text


def test_the_participants_name_is_on_the_page_of_staff_alone(house: House) -> None:
    page = printed(house, meeting(house, FIRST_TIME))
    assert "Ada Lind" in page.text
    assert "Ada Lind" not in words(sheet(page))
    assert "Ada Lind" not in words(page.only("title")), "browsers print it above the page"


def test_it_is_in_the_participants_language_or_else_in_the_studys(house: House) -> None:
    enrolment_id = meeting(house, FIRST_TIME, language="fa")
    page = printed(house, enrolment_id)
    assert (sheet(page).get("lang"), sheet(page).get("dir")) == ("fa", "rtl")
    assert (page.heading, page.tree.get("lang")) == ("One page to take home", "en")
    assert ASKED.items[0].label.in_language("fa") in words(sheet(page))
    offered = [link.attrib["lang"] for link in page.only("nav", aria_label="Language of the page").iter("a")]
    assert sorted(offered) == sorted(PARTICIPANT_LANGUAGES)
    with house.installed.store.writing() as session:
        session.get_one(Study, house.study_id).languages = ["da", "sv"]
    assert sheet(printed(house, enrolment_id)).get("lang") == "da"
    printed(house, enrolment_id, "ar", expect=404)


def test_the_first_time_says_that_there_is_nothing_to_compare_with(house: House) -> None:
    text = words(sheet(printed(house, meeting(house, FIRST_TIME), "en")))
    assert text.count("This is the first time. Next time you can see what has moved.") == 2
    assert "We have not agreed on a next step yet." in text


def test_after_the_end_no_next_time_is_promised(house: House) -> None:
    enrolment_id = meeting(house, FIRST_TIME * 2)
    with house.installed.store.writing() as session:
        rows.exit_(session, session.get_one(Enrolment, enrolment_id), left_on=TODAY - timedelta(days=1))
    assert "You can answer from" not in words(sheet(printed(house, enrolment_id, "en")))


def test_it_says_where_another_caseworker_answered(house: House) -> None:
    rounds: list[Steps] = [{C: [1] * 10}, {C: [5] * 10, P: [5]}]
    enrolment_id = meeting(house, rounds, {0: Manner(rated_by_other=True)})
    text = words(sheet(printed(house, enrolment_id, "en")))
    assert "Another caseworker answered then, so the answers cannot be compared closely." in text
    assert "learly" not in text
    enrolment_id = meeting(house, [{P: [1]}, {P: [5], C: [5]}], {0: Manner(proxy=True)})
    text = words(sheet(printed(house, enrolment_id, "en")))
    assert "Somebody else answered in your place then or now" in text


@pytest.mark.parametrize(
    ("scale", "rings"),
    [
        (FIVE, 5),
        (Scale("steps", 0, 10, "higher_is_closer"), 11),
        (Scale("steps", 0, 20, "higher_is_closer"), 11),
        (Scale("continuous", 0, 100, "higher_is_closer"), 5),
        (Scale("continuous", 0, 100, "lower_is_closer"), 5),
    ],
)
def test_the_picture_has_the_closest_to_work_outside_on_every_scale(scale: Scale, rings: int) -> None:
    indicators = tuple(Indicator(f"item_{at}", at, f"Indicator {at}", scale, {}) for at in range(3))
    one = Round(0, "day 0")
    ends = [scale.lowest, scale.highest]
    furthest, closest = ends if scale.direction == "higher_is_closer" else reversed(ends)
    answers = {("participant", 0, "item_0"): closest, ("caseworker", 0, "item_0"): furthest}
    found = spider(Comparison(indicators, (one,), answers), one)  # type: ignore[arg-type]
    assert found is not None
    assert len(found.rings) == rings
    participant, caseworker = found.webs
    assert participant.marks == (found.axes[0].end,)
    assert caseworker.marks == ((SIZE / 2, round(SIZE / 2 - found.rings[0], 1)),)


def test_the_picture_has_a_mark_for_each_step_and_a_gap_where_there_is_none() -> None:
    indicators = tuple(Indicator(f"item_{at}", at, f"Indicator {at}", FIVE, {}) for at in range(4))
    one = Round(0, "day 0")
    answers = {("participant", 0, f"item_{at}"): value for at, value in enumerate((5.0, 1.0, -1.0, 3.0))}
    found = spider(Comparison(indicators, (one,), answers), one)  # type: ignore[arg-type]
    assert found is not None
    participant, caseworker = found.webs
    assert participant.marks[0] == found.axes[0].end, "the highest step lies at the edge"
    assert participant.marks[1] == (SIZE / 2 + found.rings[0], SIZE / 2), "clockwise from the top"
    assert len(participant.marks) == 3
    assert len(participant.lines) == 2, "no line to or from what was not answered"
    assert (caseworker.marks, caseworker.lines) == ((), ())
    assert spider(Comparison(indicators[:2], (one,), answers), one) is None  # type: ignore[arg-type]


@pytest.mark.browser
def test_it_is_one_page_however_much_stands_on_it(house: House, browser: Browser) -> None:
    full = meeting(house, FULL, {0: Manner(proxy=True, rated_by_other=True)})
    agree(house, full, *list(StepKind)[:8])
    half = meeting(house, FULL[:2])
    common = meeting(house, COMMON, {0: Manner(rated_by_other=True)})
    agree(house, common, *list(StepKind)[:3])
    ordinary = meeting(house, FIRST_TIME)
    visitor = house.enter(Role.CASEWORKER)
    page = browser.new_page()
    page.emulate_media(media="print")
    page.route("**/*", lambda route: answer(visitor, route))
    for enrolment_id in (full, half, common, ordinary):
        for language in PARTICIPANT_LANGUAGES:
            page.goto(f"http://bip.test/enrolments/{enrolment_id}/conversation/print?language={language}")
            assert len(re.findall(rb"/Type /Page\b", page.pdf(prefer_css_page_size=True))) == 1, language
    page.close()


def answer(visitor: Visitor, route: Route) -> None:
    """The application's own answer, without a server between."""
    asked = urlsplit(route.request.url)
    got = visitor.raw("GET", f"{asked.path}?{asked.query}")
    route.fulfill(status=got.status_code, headers=dict(got.headers), body=got.data)


@pytest.mark.parametrize("language", ["sv", "ar", "ti"])
def test_an_ordinary_sheet_is_not_in_the_smallest_print(house: House, language: str) -> None:
    common = meeting(house, COMMON, {0: Manner(rated_by_other=True)})
    agree(house, common, *list(StepKind)[:3])
    page = printed(house, common, language)
    assert page.all("div", class_="longest") == []
    assert page.all("div", class_="long") != []
    assert printed(house, meeting(house, FIRST_TIME), language).all("div", class_="ordinary") != []
