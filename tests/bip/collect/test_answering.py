"""A participant answers: the whole way, in two languages, and what is written down on it."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from bip.collect.beginning import enter as enter_code
from bip.collect.service import save_answer
from bip.services import Services
from bip.store.audit import AuditEvent
from bip.store.rounds import EntryCode
from bip.store.studies import Study
from surveys.load import load_builtin
from tests.bip import rows
from tests.bip.collect.letters import Letter, answer_all, enter, way
from tests.bip.house import House
from tests.bip.pages import Page, Visitor

Visit = Callable[[], Visitor]
ASKED = load_builtin("bip-11").items_for("participant")
KEYS = [item.key for item in ASKED]
TOTAL = len(KEYS)


def words_of(number: int, step: int, language: str = "en") -> str:
    """A step of a question in words."""
    form = ASKED[number - 1].form("participant")
    assert form is not None
    return dict(form.steps)[step].in_language(language)


def checked(page: Page) -> list[str]:
    return [box.attrib["value"] for box in page.all("input", type="radio") if box.get("checked") is not None]


@pytest.mark.parametrize(
    ("language", "title"), [("sv", "Elva frågor om arbete"), ("en", "Eleven questions about work")]
)
def test_from_the_code_to_the_thanks(visit: Visit, letter: Letter, language: str, title: str) -> None:
    visitor = visit()
    page = enter(visitor, letter.code)
    page = visitor.get(f"{way(page)}/language/{language}")
    assert (page.heading, page.tree.get("lang")) == (title, language)
    page = visitor.get(f"{way(page)}/1")
    for number in range(1, TOTAL + 1):
        step = 1 + number % 5
        assert words_of(number, step, language) in page.text
        page = visitor.submit(page, {"answer": str(step)})
    assert words_of(1, 2, language) in page.text
    page = visitor.submit(page)
    response = letter.response()
    assert response is not None
    assert (response.language, response.submitted_at) == (language, letter.installed.clock.now())
    assert letter.answers() == {key: 1 + number % 5 for number, key in enumerate(KEYS, start=1)}
    assert page.tree.get("lang") == language


def test_progress_tells_the_truth(visit: Visit, letter: Letter) -> None:
    visitor = visit()
    page = visitor.get(enter(visitor, letter.code).link("Start"))
    assert "Question 1 of 11. 0 answered." in page.text
    page = visitor.submit(page, {"answer": "2"})
    page = visitor.submit(page, {"skip": "1"})
    assert "Question 3 of 11. 1 answered." in page.text
    page = visitor.get(f"{way(page)}/")
    assert "You have answered 1 of 11 questions." in page.text
    assert page.link("Continue").endswith("/3")


def test_other_answers_are_recorded_as_what_they_are(visit: Visit, letter: Letter) -> None:
    visitor = visit()
    page = visitor.get(enter(visitor, letter.code).link("Start"))
    page = visitor.submit(page, {"answer": "-1"})
    page = visitor.submit(page, {"answer": "-2"})
    page = visitor.submit(page, {"skip": "1"})
    assert letter.answers() == {KEYS[0]: -1, KEYS[1]: -2, KEYS[2]: -9}
    page = visitor.get(f"{way(page)}/summary")
    assert "I do not know" in page.text
    assert "Skipped" in page.text
    visitor.submit(page)
    assert letter.answers() == {KEYS[0]: -1, KEYS[1]: -2, **dict.fromkeys(KEYS[2:], -9)}


def test_next_with_nothing_chosen_asks_gently(visit: Visit, letter: Letter) -> None:
    visitor = visit()
    page = visitor.submit(visitor.get(enter(visitor, letter.code).link("Start")))
    assert "Choose an answer, or skip the question." in page.text
    assert page.response.request.path.endswith("/1")
    assert [button.get("name") for button in page.all("button")] == [None, "skip", "back"]
    assert letter.answers() == {}


def test_a_question_once_skipped_is_left_without_asking_again(visit: Visit, letter: Letter) -> None:
    visitor = visit()
    page = visitor.submit(visitor.get(enter(visitor, letter.code).link("Start")), {"skip": "1"})
    page = visitor.submit(visitor.get(f"{way(page)}/1"))
    assert page.response.request.path.endswith("/2")
    assert letter.answers() == {KEYS[0]: -9}


def test_back_keeps_what_was_chosen_and_asks_for_nothing(visit: Visit, letter: Letter) -> None:
    visitor = visit()
    page = visitor.submit(visitor.get(enter(visitor, letter.code).link("Start")), {"answer": "2"})
    page = visitor.submit(page, {"answer": "4", "back": "1"})
    assert page.response.request.path.endswith("/1")
    assert checked(page) == ["2"]
    assert letter.answers() == {KEYS[0]: 2, KEYS[1]: 4}
    page = visitor.submit(visitor.get(f"{way(page)}/3"), {"back": "1"})
    assert page.response.request.path.endswith("/2")
    page = visitor.submit(visitor.get(f"{way(page)}/1"), {"back": "1"})
    assert page.heading == "Eleven questions about work"


def test_a_change_of_mind_is_a_new_revision_and_a_repetition_is_none(visit: Visit, letter: Letter) -> None:
    visitor = visit()
    page = enter(visitor, letter.code)
    for value in ("2", "2", "5"):
        visitor.post(f"{way(page)}/1", {"answer": value})
    trail = [(answer.revision, answer.value, answer.is_current) for answer in letter.trail()]
    assert trail == [(0, 2, False), (1, 5, True)]


def test_another_device_shows_which_questions_are_answered_and_never_what(
    visit: Visit, letter: Letter
) -> None:
    first = visit()
    page = first.submit(first.get(enter(first, letter.code).link("Start")), {"answer": "4"})
    address = way(page)
    assert checked(first.get(f"{address}/1")) == ["4"]
    other = visit()
    page = enter(other, letter.code)
    assert page.link("Continue").endswith("/2")
    page = other.get(f"{address}/1")
    assert checked(page) == []
    assert "You have answered this question." in page.text
    summary = other.get(f"{address}/summary")
    assert words_of(1, 4) not in summary.text
    assert words_of(1, 4) in first.get(f"{address}/summary").text


def test_another_device_keeps_the_answer_or_gives_a_new_one(visit: Visit, letter: Letter) -> None:
    first, other = visit(), visit()
    address = way(first.submit(first.get(enter(first, letter.code).link("Start")), {"answer": "4"}))
    page = other.submit(other.get(f"{address}/1"))
    assert page.response.request.path.endswith("/2")
    assert letter.answers() == {KEYS[0]: 4}
    other.submit(other.get(f"{address}/1"), {"answer": "2"})
    assert checked(other.get(f"{address}/1")) == ["2"]
    assert checked(first.get(f"{address}/1")) == []


def test_repeating_the_answer_of_another_visit_tells_nothing_about_it(visit: Visit, letter: Letter) -> None:
    first, guess = visit(), visit()
    address = way(first.submit(first.get(enter(first, letter.code).link("Start")), {"answer": "4"}))
    guess.post(f"{address}/1", {"answer": "4"})
    assert checked(guess.get(f"{address}/1")) == ["4"], "as after every answer of the own visit"
    assert len(letter.trail()) == 1


def test_a_new_visit_in_the_same_browser_shows_no_values(visit: Visit, letter: Letter) -> None:
    visitor = visit()
    address = way(visitor.submit(visitor.get(enter(visitor, letter.code).link("Start")), {"answer": "4"}))
    visitor.get(f"/k/{letter.code}")
    assert checked(visitor.get(f"{address}/1")) == []


def test_who_has_left_is_asked_for_the_code_and_goes_on(visit: Visit, letter: Letter) -> None:
    visitor = visit()
    address = way(visitor.submit(visitor.get(enter(visitor, letter.code).link("Start")), {"answer": "4"}))
    visitor.get("/")
    for page in ("/", "/1", "/summary"):
        shown = visitor.get(address + page, expect=403)
        assert "Write your code again" in shown.text
    visitor.submit(shown, {"code": letter.code})
    assert visitor.get(f"{address}/2").status == 200


def test_two_participants_on_one_tablet_answer_each_their_own(
    visit: Visit, letter: Letter, another_letter: Callable[[], Letter]
) -> None:
    tablet, neighbour = visit(), another_letter()
    first = way(enter(tablet, letter.code))
    second = way(enter(tablet, neighbour.code))
    # The first one's page is still open in another tab: the answer is theirs, and no page of theirs is shown.
    tablet.post(f"{first}/1", {"answer": "1"}, expect=403)
    tablet.post(f"{second}/1", {"answer": "5"})
    assert (letter.answers(), neighbour.answers()) == ({KEYS[0]: 1}, {KEYS[0]: 5})


def test_an_answer_needs_no_cookie(visit: Visit, letter: Letter) -> None:
    address = way(enter(visit(), letter.code))
    bare = letter.house.app.test_client(use_cookies=False)
    assert bare.post(f"{address}/1", data={"answer": "3"}).status_code == 302
    assert letter.answers() == {KEYS[0]: 3}


def test_whoever_is_signed_in_on_the_tablet_does_not_matter(letter: Letter) -> None:
    coordinator = letter.house.enter("coordinator")
    page = coordinator.submit(answer_all(coordinator, letter.code))
    assert page.heading == "Your answers are in"
    response = letter.response()
    assert response is not None
    assert (response.entered_by_id, response.independent) == (None, True)


def test_the_language_can_be_changed_on_the_way(visit: Visit, letter: Letter) -> None:
    visitor = visit()
    page = visitor.get(enter(visitor, letter.code).link("Start"))
    assert [link.text for link in page.all("a", hreflang="da")] == [], "the study does not speak Danish"
    page = visitor.get(page.link("Svenska"))
    assert page.response.request.path.endswith("/1")
    assert (page.tree.get("lang"), words_of(1, 1, "sv") in page.text) == ("sv", True)
    page = visitor.get(visitor.get(f"{way(page)}/summary").link("English"))
    assert (page.tree.get("lang"), page.heading) == ("en", "Your answers")
    visitor.get(f"{way(page)}/language/da", expect=404)


def test_a_language_chosen_before_the_code_is_followed(visit: Visit, letter: Letter) -> None:
    visitor = visit()
    visitor.get("/language/sv")
    assert enter(visitor, letter.code).heading == "Elva frågor om arbete"


def test_the_information_is_shown_in_the_language_of_the_response(
    installed: Services, house: House, visit: Visit, letter: Letter
) -> None:
    with installed.store.writing() as session:
        study = session.get_one(Study, house.study_id)
        rows.study_information(session, study, language="sv", text="Det här frågar vi om.")
        rows.study_information(session, study, language="en", text="What we ask\nAnd why.")
    visitor = visit()
    page = enter(visitor, letter.code)
    assert [h2.text for h2 in page.all("h2")] == ["What we ask"]
    assert [p.text for p in page.all("p")].count("And why.") == 1
    assert "Det här frågar vi om." in visitor.get(page.link("Svenska")).text


def test_the_trail_holds_what_happened_and_no_answer(
    installed: Services, visit: Visit, letter: Letter
) -> None:
    visitor = visit()
    visitor.submit(answer_all(visitor, letter.code))
    with installed.store.reading() as session:
        events = session.scalars(select(AuditEvent).where(AuditEvent.kind != "code_issued")).all()
        codes = session.scalars(select(EntryCode.closed_at)).all()
    assert sorted(event.kind for event in events) == ["code_used", "response_started", "response_submitted"]
    assert {event.actor_id for event in events} == {None}
    assert None not in codes, "submitting closes the code"


def test_the_database_itself_refuses_a_value_off_the_scale(installed: Services, letter: Letter) -> None:
    response_id = enter_code(installed, letter.code)
    with pytest.raises(IntegrityError):
        save_answer(installed, response_id, KEYS[0], 6)
    assert letter.answers() == {}


@given(
    st.lists(
        st.tuples(st.sampled_from(KEYS), st.sampled_from([1, 2, 3, 4, 5, -1, -2, -9]), st.booleans()),
        max_size=12,
    )
)
@settings(
    max_examples=15,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_any_sequence_of_saves_leaves_one_current_answer_an_item_with_the_last_value(
    installed: Services, another_letter: Callable[[], Letter], saves: list[tuple[str, int, bool]]
) -> None:
    written = another_letter()
    response_id = enter_code(installed, written.code)
    sittings = {True: uuid4(), False: uuid4()}
    for item, value, visit in saves:
        save_answer(installed, response_id, item, value, sittings[visit])
    trail = written.trail()
    current = [answer.item for answer in trail if answer.is_current]
    assert len(current) == len(set(current))
    assert written.answers() == {item: value for item, value, _ in saves}
    for item in set(current):
        revisions = [answer for answer in trail if answer.item == item]
        assert [answer.revision for answer in revisions] == list(range(len(revisions)))
        values = [answer.value for answer in revisions]
        assert all(before != after for before, after in itertools.pairwise(values))
