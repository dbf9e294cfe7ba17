"""The page for both at one table: what it says, what it never shows, and what is kept of the look."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from uuid import UUID

import pytest
from sqlalchemy import update

from bip.casework import compared
from bip.store.lists import Assistance, Mode, Rater, Role
from bip.store.organisations import Organisation
from bip.store.people import AssignmentSpell
from surveys.load import load_builtin
from surveys.model import Scale
from tests.bip import rows
from tests.bip.conversation.meeting import Manner, Steps, meeting
from tests.bip.house import PASSWORD, House, hashed_password
from tests.bip.pages import Page, Visitor
from tests.bip.participants.people import trail
from tests.bip.sealed_town import ITEMS, build_sealed_town

P, C = Rater.PARTICIPANT, Rater.CASEWORKER
ASKED = load_builtin("bip-11")


def address(enrolment_id: UUID) -> str:
    return f"/enrolments/{enrolment_id}/conversation"


def looked(house: House, rounds: list[Steps], manners: dict[int, Manner] | None = None) -> Page:
    return house.enter(Role.CASEWORKER).get(address(meeting(house, rounds, manners)))


def words(element: ET.Element) -> str:
    return " ".join("".join(element.itertext()).split())


def step_words(item: str, rater: Rater, step: int) -> str:
    form = next(one for one in ASKED.items if one.key == item).form(rater.value)
    assert form is not None
    return " ".join(dict(form.steps)[step].in_language("en").split())


def before(page: Page, first: str, second: str) -> bool:
    return page.text.index(first) < page.text.index(second)


def test_agreement_and_differences_stand_in_words(house: House) -> None:
    page = looked(house, [{P: [3, 3, 3, 1, 5], C: [3, 4, 5, 1, 1]}])
    agreed = [words(one) for one in page.only("ul", class_="agree")]
    assert len(agreed) == 3
    assert agreed[0].endswith(f"{step_words(ITEMS[0], P, 3)} The same step.")
    assert agreed[1].endswith(
        f"{step_words(ITEMS[1], P, 3)} One step apart. The caseworker: {step_words(ITEMS[1], C, 4)}"
    )
    differ = [words(one) for one in page.all("section", class_="pair")]
    assert [one[:1] for one in differ] == ["5", "3"], "the largest gap first"
    assert step_words(ITEMS[4], P, 5) in differ[0]
    assert step_words(ITEMS[4], C, 1) in differ[0]
    assert "Ask first" in words(page.only("details", class_="guide"))


def test_words_come_before_pictures_and_each_picture_has_its_table(house: House) -> None:
    page = looked(house, [{P: [3] * 11, C: [3] * 11}])
    assert before(page, "Where we agree", "The pictures")
    assert before(page, "What has moved", "The pictures")
    assert len(page.all("figure")) == len(page.all("table")) == 1 + len(ITEMS)


def test_a_small_step_is_seen_and_only_a_large_one_is_reliable(house: House) -> None:
    page = looked(house, [{P: [1, 2, 4, 3]}, {P: [1, 3, 4, 3]}, {P: [4, 4, 2, 3], C: [4]}])
    reliable = [words(one) for list_ in page.all("ul", class_="reliable") for one in list_]
    assert [one[:1] for one in reliable] == ["1", "1"], "since last time and since the start"
    assert "3 steps closer to work" in reliable[0]
    assert "1 step closer to work" in page.text
    assert "2 steps further from work" in page.text
    assert "three steps or more on one question" in page.text
    assert page.text.count("Steps seen") == 2


def test_small_steps_of_all_questions_together_can_be_reliable(house: House) -> None:
    page = looked(house, [{P: [2] * 10, C: [2] * 10}, {P: [3] * 9 + [4], C: [3] * 10}])
    assert page.text.count("a reliable change closer to work") == 1
    assert page.text.count("no change that is larger than chance") == 1
    assert page.all("ul", class_="reliable") == []


def test_what_another_caseworker_answered_then_is_not_compared_closely(house: House) -> None:
    rounds: list[Steps] = [{C: [1] * 10}, {C: [1] * 10}, {C: [5] * 10, P: [5]}]
    said = "Another caseworker answered then"
    page = looked(house, rounds, {0: Manner(rated_by_other=True)})
    last, start = [one for one in page.all("details") if words(one).startswith("Since")]
    assert said not in words(last)
    assert "Reliable changes" in words(last)
    assert said in words(start)
    assert "4 steps closer to work" in words(start)
    assert "reliable" not in words(start).lower()
    assert "larger than chance" not in words(start), "nothing is said of all questions together"


def test_what_somebody_else_answered_in_the_participants_place_is_not_compared_closely(house: House) -> None:
    page = looked(house, [{P: [1]}, {P: [5], C: [5]}], {1: Manner(proxy=True)})
    assert "Somebody else answered in the participant's place then or now" in page.text
    assert page.all("ul", class_="reliable") == []


def on_scale(monkeypatch: pytest.MonkeyPatch, scale: Scale) -> None:
    """Ask the same on another scale: no instrument that ships has one."""
    ends = {scale.lowest, scale.highest}
    items = tuple(
        replace(
            item,
            scale=scale,
            forms=tuple(
                replace(form, steps=tuple(one for one in form.steps if one[0] in ends)) for form in item.forms
            ),
        )
        for item in ASKED.items
    )
    monkeypatch.setattr(compared, "questionnaire", lambda _: replace(ASKED, items=items))


def test_on_a_continuous_scale_nobody_speaks_of_steps(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    on_scale(monkeypatch, Scale("continuous", 1, 5, "higher_is_closer"))
    rounds: list[Steps] = [{P: [1, 2, 2, -1, 3], C: [3, 2, 2]}, {P: [5, 2, 3, -1, 2], C: [2, 2, 4]}]
    page = looked(house, rounds)
    shown = page.text[page.text.index("Where we agree") : page.text.index("The pictures")]
    shown = shown.replace("Finish with one small next step", "")
    assert not re.search(r"\bsteps?\b", shown, re.IGNORECASE)
    assert "The same answer, or less than half of the scale apart." in shown
    assert [words(one)[:1] for one in page.all("section", class_="pair")] == ["1"]
    assert "2 on a scale from 1 to 5" in shown
    assert "has not been measured" in shown
    assert "Closer to work. Before: 2 Now: 3" in shown
    assert "Further from work. Before: 3 Now: 2" in shown
    assert page.all("ul", class_="reliable") == []
    (home,) = looked_at_home(house, rounds).all("article", class_="home")
    said = words(home)
    assert re.search(r"Closer to work: 1\. .* · 3\. ", said)
    assert "(the same answer)" in said
    assert "(close to each other)" in said
    assert "A step closer" not in said


def looked_at_home(house: House, rounds: list[Steps]) -> Page:
    path = f"{address(meeting(house, rounds))}/print?language=en"
    return house.enter(Role.CASEWORKER).get(path)


def test_where_lower_is_closer_the_pages_say_so(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    on_scale(monkeypatch, Scale("steps", 1, 5, "lower_is_closer"))
    page = looked(house, [{P: [4]}, {P: [1], C: [1]}])
    assert "5 is furthest from work, 1 is closest." in page.text
    assert "3 steps closer to work" in page.text


def test_what_is_no_step_stands_in_words(house: House) -> None:
    page = looked(house, [{P: [-1, -2, 3, -9], C: [3, 3, -3, 3]}])
    for said in ("I do not know", "I do not want to answer", "No answer", "I have not been able to see this"):
        assert said in page.text
    assert "The two have not answered in the same round" not in page.text


def test_how_a_round_was_given_is_said(house: House) -> None:
    manners = {
        0: Manner(Mode.PAPER, proxy=True, rated_late=True),
        1: Manner(Mode.INTERVIEW, Assistance.INTERPRETER),
    }
    page = looked(house, [{P: [3], C: [3]}] * 3, manners)
    said = [words(one) for one in page.only("div", class_="info").iter("li")]
    assert said == [
        "Round 0: the participant answered on paper.",
        "Round 0: somebody else answered in the participant's place.",
        "Round 1: the participant answered in an interview.",
        "Round 1: who helped with the answers: An interpreter.",
        "Round 0: the caseworker could have seen the participant's answers before rating.",
    ]


def test_the_caseworkers_belief_is_on_no_part_of_it(house: House) -> None:
    belief = ITEMS.index("job_belief")
    quiet = [3] * 11
    told = [*quiet]
    told[belief] = 5
    enrolment_id = meeting(house, [{P: quiet, C: told}, {P: quiet, C: quiet}])
    hidden = [step_words("job_belief", C, step) for step in range(1, 6)]
    for path in (address(enrolment_id), f"{address(enrolment_id)}/print?language=en"):
        for role in (Role.CASEWORKER, Role.COORDINATOR):
            page = house.enter(role).get(path)
            assert not [one for one in hidden if one in page.response.text]
            assert "further from work" not in page.text, "though the belief has fallen"
            squares = page.all("{http://www.w3.org/2000/svg}rect")
            assert len(squares) == (11 if "print" in path else 0), "ten questions and the key"


def test_a_sealed_round_is_named_and_not_shown(house: House) -> None:
    town = build_sealed_town(house.installed, house)
    for state in ("nobody", "participant in", "caseworker in", "both begun"):
        page = house.enter(Role.COORDINATOR).get(address(town.enrolments[state]))
        assert "Round 2 is sealed" in page.text
        assert "Round 0, Sep 1, 2025: the latest that both have answered" in page.text
        printed = house.enter(Role.COORDINATOR).get(f"{address(town.enrolments[state])}/print?language=en")
        assert "since Sep 1, 2025" in printed.text
        assert "since Dec 1, 2025" not in printed.text, "round 2 is not there to be compared"
    page = house.enter(Role.COORDINATOR).get(address(town.enrolments["both in"]))
    assert "Round 2, Mar 2, 2026: the latest that both have answered" in page.text


def test_before_anything_is_open_the_page_says_when(house: House) -> None:
    for rounds, said in (([{}], "Round 0 is sealed"), ([{P: [3]}], "Round 0 is sealed")):
        enrolment_id = meeting(house, rounds)
        for path in (address(enrolment_id), f"{address(enrolment_id)}/print"):
            page = house.enter(Role.COORDINATOR).get(path)
            assert "Nothing is open yet" in page.text
            assert (
                f"{said}: it opens when both have submitted, at the latest after March 16, 2026" in page.text
            )
            assert page.all("figure") == []


def test_a_look_is_in_the_trail(house: House) -> None:
    enrolment_id = meeting(house, [{P: [3], C: [3]}])
    house.enter(Role.COORDINATOR).get(address(enrolment_id))
    house.enter(Role.COORDINATOR).get(f"{address(enrolment_id)}/print")
    (viewed,) = trail(house, "conversation_viewed")
    (printed,) = trail(house, "conversation_printed")
    assert viewed.actor_id == house.accounts[Role.COORDINATOR]
    assert printed.actor_id == house.accounts[Role.COORDINATOR]
    assert viewed.details == printed.details == {"enrolment": str(enrolment_id)}


def test_who_does_not_have_the_participant_finds_nothing(house: House) -> None:
    enrolment_id = meeting(house, [{P: [3], C: [3]}])
    with house.installed.store.writing() as session:
        organisation = session.get_one(Organisation, house.organisation_id)
        with house.app.app_context():
            other = rows.account(session, organisation, password=hashed_password())
        session.execute(update(AssignmentSpell).values(caseworker_id=other.id))
    known, unknown = (
        [
            house.enter(Role.CASEWORKER).get(f"/enrolments/{one}/conversation{path}", expect=404).text
            for path in ("", "/print")
        ]
        for one in (enrolment_id, UUID(int=1))
    )
    assert known == unknown
    assert trail(house, "conversation_viewed") == trail(house, "conversation_printed") == []
    visitor = Visitor(house.app)
    visitor.sign_in(other.email, PASSWORD)
    # Whose participant it is now has the page, and is asked to rate first.
    assert visitor.get(address(enrolment_id)).heading == "Rate first"
    assert trail(house, "conversation_viewed") == []
