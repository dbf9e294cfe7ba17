"""Answering on a tablet: each answer saved by itself, with and without a network, nothing left behind."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Route, expect

from bip.clock import SettableClock
from bip.localisation import PARTICIPANT_LANGUAGES
from bip.store.lists import HeldReason, Mode, Role
from bip.store.rounds import HeldAnswer
from tests.bip.collect.letters import Letter, write_letter
from tests.bip.conftest import NOON
from tests.bip.house import PASSWORD, House, build_house
from tests.browser.live import Live, serving, settings_with
from tests.browser.tablets import DESKTOP, KEYS, PHONE, TABLET, Tablet, another_tab, tablet

pytestmark = pytest.mark.browser
Open = Callable[..., Tablet]
PIN = "4711"


@dataclass(frozen=True)
class Centre:
    """A place where people answer: the running application, and letters for those who come."""

    live: Live
    house: House

    def letter(self) -> Letter:
        return write_letter(self.live.installed, self.house)


@pytest.fixture(scope="module")
def centre(tmp_path_factory: pytest.TempPathFactory, empty_database: Path) -> Iterator[Centre]:
    settings = settings_with(tmp_path_factory.mktemp("centre"), empty_database)
    with serving(settings, SettableClock(NOON)) as live:
        languages = ("en", *(tag for tag in PARTICIPANT_LANGUAGES if tag != "en"))
        yield Centre(live, build_house(live.app, languages=languages))


@pytest.fixture
def open_tablet(browser: Browser, centre: Centre) -> Iterator[Open]:
    """Somebody takes a tablet that knows nobody."""
    with ExitStack() as used:

        def open_tablet(size: tuple[int, int] = TABLET, **how: Any) -> Tablet:  # noqa: ANN401
            return used.enter_context(tablet(browser, centre.live.address, size, **how))

        yield open_tablet


def make_shared(taken: Tablet, centre: Centre) -> None:
    """A caseworker signs in on the tablet and hands it over."""
    page = taken.page
    page.goto(f"{taken.address}/sign-in?next=/kiosk")
    page.fill("input[name=email]", centre.house.emails[Role.CASEWORKER])
    page.fill("input[name=password]", PASSWORD)
    page.click("main button[type=submit]")
    page.fill("input[name=pin]", PIN)
    page.fill("input[name=again]", PIN)
    page.click("main .primary")
    expect(page.locator("input[name=code]")).to_be_visible()


def unseen(taken: Tablet, letter: Letter) -> None:
    """Nothing of a person is on this page."""
    expect(taken.page.locator("input[name=code]")).to_be_visible()
    assert taken.page.locator("main .choice").count() == 0
    assert letter.code not in taken.page.content()


def test_an_answer_is_saved_when_it_is_given_and_waits_for_nobody(centre: Centre, open_tablet: Open) -> None:
    letter, taken = centre.letter(), open_tablet()
    taken.begin(letter.code)
    held: list[Route] = []
    taken.context.route("**/answers?*", lambda route: held.append(route))  # noqa: PLW0108  # it wants a function
    taken.choose(4)
    taken.saving.to_have_text("Saving …")
    assert letter.answers() == {}, "and nothing else is claimed before the server has it"
    expect(taken.page.locator(".progress")).to_have_text(re.compile("^Question 1 of 11. 1 answered."))
    taken.next()
    expect(taken.page.locator(".progress")).to_have_text(re.compile("^Question 2 of 11. 1 answered."))
    held[0].continue_()
    taken.saving.to_have_text("Saved")
    assert letter.answers() == {KEYS[0]: 4}


def test_a_change_of_mind_is_the_last_one_and_both_are_kept(centre: Centre, open_tablet: Open) -> None:
    letter, taken = centre.letter(), open_tablet()
    taken.begin(letter.code)
    for value in (2, 5, -1):
        taken.choose(value)
    taken.saving.to_have_text("Saved")
    taken.next()
    taken.back()
    expect(taken.page.locator("main input:checked")).to_have_value("-1")
    taken.skip()
    taken.saving.to_have_text("Saved")
    assert [one.value for one in letter.trail()] == [2, 5, -1, -9]
    assert letter.answers() == {KEYS[0]: -9}


def test_next_without_a_choice_asks_beside_the_answers(centre: Centre, open_tablet: Open) -> None:
    taken = open_tablet()
    taken.begin(centre.letter().code)
    taken.next()
    expect(taken.page.locator("main .field .error")).to_have_text("Choose an answer, or skip the question.")
    expect(taken.page.locator("main input").first).to_be_focused()
    taken.next()
    assert taken.page.locator("main .error").count() == 1, "said once"


def test_the_whole_questionnaire_without_a_network(centre: Centre, open_tablet: Open) -> None:
    letter, taken = centre.letter(), open_tablet()
    taken.begin(letter.code)
    taken.guarded()
    taken.offline()
    for value in (1, 2, 3, 4, 5):
        taken.choose(value)
        taken.next()
    taken.saving.to_contain_text("No network. Waiting on this device: 5.")
    taken.page.reload()
    taken.ready()
    expect(taken.page.locator(".progress")).to_have_text(re.compile("^Question 6 of 11. 5 answered."))
    taken.saving.to_contain_text("Waiting on this device: 5.")
    taken.back()
    expect(taken.page.locator("main input:checked")).to_have_value("5")
    taken.next()
    taken.answer_rest(3)
    expect(taken.page.locator("main h1")).to_have_text("Your answers")
    taken.next()
    expect(taken.page.locator("main")).to_contain_text("locked so that nobody can read them")
    taken.page.reload()
    taken.ready()
    expect(taken.page.locator("main")).to_contain_text("locked so that nobody can read them")
    assert letter.answers() == {}
    taken.offline(False)
    expect(taken.page.locator("main h1")).to_have_text("Your answers are in", timeout=20_000)
    assert letter.answers() == dict(zip(KEYS, [1, 2, 3, 4, 5, 3, 3, 3, 3, 3, 3], strict=True))
    assert len(letter.trail()) == len(KEYS)
    response = letter.response()
    assert response is not None
    assert response.submitted_at is not None


def test_by_hand_it_is_sent_at_once(centre: Centre, open_tablet: Open) -> None:
    letter, taken = centre.letter(), open_tablet()
    taken.begin(letter.code)
    taken.context.route("**/answers?*", lambda route: route.abort())
    taken.choose(2)
    taken.saving.to_contain_text("Waiting on this device: 1.")
    taken.context.unroute("**/answers?*")
    taken.page.click("#saving button")
    taken.saving.to_have_text("Saved")
    assert letter.answers() == {KEYS[0]: 2}


def test_a_reply_that_is_lost_after_saving_saves_nothing_twice(centre: Centre, open_tablet: Open) -> None:
    letter, taken = centre.letter(), open_tablet()
    taken.begin(letter.code)
    sent = taken.lose_replies(2)
    taken.choose(3)
    taken.saving.to_have_text("Saved", timeout=15_000)
    assert len(sent) == 3
    assert len(set(sent)) == 1, "the same bytes each time"
    assert [one.value for one in letter.trail()] == [3]


@pytest.mark.parametrize("status", [500, 503])
def test_what_the_server_cannot_save_stays(centre: Centre, open_tablet: Open, status: int) -> None:
    letter, taken = centre.letter(), open_tablet()
    taken.begin(letter.code)
    replies = iter([status, status])

    def fail(route: Route) -> None:
        told = next(replies, None)
        if told is None:
            route.continue_()
        else:
            route.fulfill(status=told, json={"result": "again"})

    taken.context.route("**/answers?*", fail)
    taken.choose(5)
    taken.saving.to_have_text("Saved", timeout=15_000)
    assert [one.value for one in letter.trail()] == [5]


def test_what_is_never_taken_in_is_said_and_kept(centre: Centre, open_tablet: Open) -> None:
    taken = open_tablet()
    taken.begin(centre.letter().code)
    taken.context.route("**/answers?*", lambda route: route.fulfill(status=403, json={"result": "token"}))
    taken.choose(5)
    taken.saving.to_have_text("Could not be sent: 1. Please tell your caseworker.")
    assert len(taken.left_behind()["outbox"]) == 1


def test_hand_over_without_a_network_leaves_nothing_readable(centre: Centre, open_tablet: Open) -> None:
    letter, taken = centre.letter(), open_tablet()
    make_shared(taken, centre)
    taken.begin(letter.code)
    taken.guarded()
    way = taken.way
    taken.offline()
    for value in (2, 4):
        taken.choose(value)
        taken.next()
    taken.saving.to_contain_text("Waiting on this device: 2.")
    taken.page.click(".help summary")
    taken.page.click('[data-do="stop"]')
    unseen(taken, letter)
    taken.ready()
    taken.saving.to_contain_text("No network. Waiting on this device: 2.")
    kept = taken.left_behind()
    assert (kept["copies"], kept["session"], kept["local"], kept["pages"]) == (0, {}, {}, [])
    assert len(kept["outbox"]) == 2
    for body in kept["outbox"]:
        assert not re.search("answer|token|value|job_search|labour", body), "sealed"
    for attempt in (taken.page.go_back, lambda: taken.page.goto(f"{way}/2")):
        attempt()
        unseen(taken, letter)
    taken.offline(False)
    taken.page.goto(f"{taken.address}/")
    taken.saving.to_have_text("Everything is saved.", timeout=15_000)
    assert letter.answers() == {KEYS[0]: 2, KEYS[1]: 4}
    response = letter.response()
    assert response is not None
    assert response.mode is Mode.SHARED_TABLET


def test_the_next_person_finds_and_changes_nothing(centre: Centre, open_tablet: Open) -> None:
    first, second, taken = centre.letter(), centre.letter(), open_tablet()
    make_shared(taken, centre)
    taken.begin(first.code)
    taken.choose(1)
    taken.saving.to_have_text("Saved")
    way = taken.way
    taken.page.click(".help summary")
    taken.page.click('[data-do="stop"]')
    unseen(taken, first)
    taken.begin(second.code)
    taken.choose(5)
    taken.saving.to_have_text("Saved")
    for path in ("/", "/1", "/summary"):
        taken.page.goto(way + path)
        unseen(taken, first)
    reply = taken.context.request.post(f"{way}/1", form={"answer": "3"}, headers={"Origin": taken.address})
    assert reply.status == 403
    assert (first.answers(), second.answers()) == ({KEYS[0]: 1}, {KEYS[0]: 5})


def test_a_closed_tab_is_not_opened_again_on_a_shared_tablet(centre: Centre, open_tablet: Open) -> None:
    letter, taken = centre.letter(), open_tablet()
    make_shared(taken, centre)
    taken.begin(letter.code)
    taken.choose(2)
    taken.saving.to_have_text("Saved")
    bookmark = taken.page.url
    taken.page.close()
    again = another_tab(taken.context, taken.address)
    again.page.goto(bookmark)
    unseen(again, letter)
    again.ready()
    assert again.left_behind()["copies"] == 0


def test_two_people_in_two_tabs_answer_each_their_own(centre: Centre, open_tablet: Open) -> None:
    one, other, first = centre.letter(), centre.letter(), open_tablet()
    first.begin(one.code)
    first.choose(1)
    second = another_tab(first.context, first.address)
    second.begin(other.code)
    second.choose(5)
    for tab, value in ((first, 2), (second, 4), (first, 3)):
        tab.next()
        tab.choose(value)
        tab.saving.to_have_text("Saved")
    assert one.answers() == {KEYS[0]: 1, KEYS[1]: 2, KEYS[2]: 3}
    assert other.answers() == {KEYS[0]: 5, KEYS[1]: 4}
    assert second.complaints == []


def test_an_answer_after_submitting_elsewhere_is_kept_for_the_coordinator(
    centre: Centre, open_tablet: Open
) -> None:
    letter, left, home = centre.letter(), open_tablet(), open_tablet()
    left.begin(letter.code)
    left.offline()
    left.choose(2)
    left.saving.to_contain_text("Waiting on this device: 1.")
    home.begin(letter.code)
    home.answer_rest(4)
    home.next()
    expect(home.page.locator("main h1")).to_have_text("Your answers are in")
    left.offline(False)
    expect(left.page.locator("main h1")).to_have_text("Your answers are in", timeout=20_000)
    assert set(letter.answers().values()) == {4}
    with centre.live.installed.store.reading() as session:
        held = session.query(HeldAnswer).filter_by(response_id=letter.response().id).all()  # type: ignore[union-attr]
    assert [(one.item, one.value, one.reason) for one in held] == [(KEYS[0], 2, HeldReason.SUBMITTED)]


def test_who_goes_away_from_a_shared_tablet_is_asked_and_then_forgotten(
    centre: Centre, open_tablet: Open
) -> None:
    letter, taken = centre.letter(), open_tablet()
    make_shared(taken, centre)
    taken.page.clock.install()
    taken.begin(letter.code)
    taken.choose(2)
    taken.page.clock.fast_forward("04:05")
    expect(taken.page.locator("dialog.idle")).to_contain_text("Are you still there?")
    expect(taken.page.locator("[data-left]")).to_have_text(re.compile(r"Closes in \d+ seconds"))
    taken.page.click('[data-do="stay"]')
    taken.page.clock.fast_forward("03:00")
    expect(taken.page.locator("dialog.idle")).to_have_count(0)
    taken.page.clock.fast_forward("01:05")
    expect(taken.page.locator("dialog.idle")).to_be_visible()
    taken.page.clock.fast_forward("01:05")
    unseen(taken, letter)
    taken.begin(letter.code)
    assert letter.answers() == {KEYS[0]: 2}, "and nothing is lost"


def test_on_the_own_device_there_is_no_time_limit(centre: Centre, open_tablet: Open) -> None:
    taken = open_tablet()
    taken.page.clock.install()
    taken.begin(centre.letter().code)
    taken.page.clock.fast_forward("05:00:00")
    taken.choose(2)
    taken.saving.to_have_text("Saved")
    expect(taken.page.locator("dialog.idle")).to_have_count(0)


def test_what_the_device_cannot_write_down_is_not_called_saved(centre: Centre, open_tablet: Open) -> None:
    letter, taken = centre.letter(), open_tablet()
    taken.begin(letter.code)
    taken.page.evaluate("""() => {
      IDBObjectStore.prototype.add = () => { throw new DOMException("full", "QuotaExceededError"); };
    }""")
    taken.context.route("**/answers?*", lambda route: route.abort())
    for value in (2, 4):
        taken.choose(value)
        taken.next()
    taken.saving.to_contain_text("Not saved yet: 2. Keep this page open.")
    taken.context.unroute("**/answers?*")
    taken.page.click("#saving button")
    taken.saving.to_have_text("Saved")
    assert letter.answers() == {KEYS[0]: 2, KEYS[1]: 4}


def test_an_older_browser_sends_too(centre: Centre, open_tablet: Open) -> None:
    letter, taken = centre.letter(), open_tablet()
    taken.context.add_init_script(
        "delete AbortSignal.timeout; delete window.structuredClone; delete window.BroadcastChannel;"
        "delete HTMLDialogElement.prototype.showModal;"
    )
    taken.begin(letter.code)
    taken.answer_rest(3)
    taken.next()
    expect(taken.page.locator("main h1")).to_have_text("Your answers are in")
    assert set(letter.answers().values()) == {3}


def test_everything_that_waits_is_delivered_though_the_time_is_over(
    centre: Centre, open_tablet: Open
) -> None:
    letter, left, home = centre.letter(), open_tablet(), open_tablet()
    left.begin(letter.code)
    left.offline()
    for value in (1, 2, 3, 4, 5):
        left.choose(value)
        left.next()
    home.begin(letter.code)
    home.page.goto(f"{home.way}/summary")
    home.ready()
    home.next()
    expect(home.page.locator("main h1")).to_have_text("Your answers are in")
    left.offline(False)
    expect(left.page.locator("main h1")).to_have_text("Your answers are in", timeout=20_000)
    response = letter.response()
    assert response is not None
    with centre.live.installed.store.reading() as session:
        held = session.query(HeldAnswer).filter_by(response_id=response.id).all()
    assert sorted(one.value for one in held) == [1, 2, 3, 4, 5]
    assert left.left_behind()["outbox"] == []


def test_the_history_of_a_shared_tablet_opens_nothing_in_a_private_window(
    centre: Centre, open_tablet: Open
) -> None:
    letter, taken, private = centre.letter(), open_tablet(), open_tablet()
    make_shared(taken, centre)
    taken.begin(letter.code)
    taken.choose(2)
    taken.saving.to_have_text("Saved")
    for path in ("/", "/1", "/summary"):
        private.page.goto(taken.way + path)
        unseen(private, letter)
    reply = private.context.request.post(f"{taken.way}/summary", form={}, headers={"Origin": taken.address})
    assert reply.status == 403
    assert letter.answers() == {KEYS[0]: 2}


def test_pages_beside_the_questions_make_room_on_a_shared_tablet(centre: Centre, open_tablet: Open) -> None:
    letter, taken = centre.letter(), open_tablet()
    make_shared(taken, centre)
    taken.page.clock.install()
    taken.begin(letter.code)
    taken.choose(2)
    taken.next()
    taken.page.click(".help summary")
    taken.page.click("text=What happens with my answers?")
    assert taken.page.url.endswith("about?number=2")
    taken.page.clock.fast_forward("05:05")
    unseen(taken, letter)
    taken.page.goto(f"{taken.way}/1") if "/answer/" in taken.page.url else taken.page.go_back()
    unseen(taken, letter)


def test_a_tab_that_is_brought_back_later_shows_nothing(centre: Centre, open_tablet: Open) -> None:
    letter, taken = centre.letter(), open_tablet()
    make_shared(taken, centre)
    taken.begin(letter.code)
    taken.choose(2)
    taken.saving.to_have_text("Saved")
    # As the browser restores a closed tab: with all it had, and later than any page follows another.
    kept = taken.page.evaluate("({ ...sessionStorage })")
    address = taken.page.url
    taken.page.close()
    again = another_tab(taken.context, taken.address)
    again.page.goto(f"{taken.address}/accessibility")
    again.page.evaluate("(kept) => Object.assign(sessionStorage, kept)", kept)
    again.page.evaluate("() => sessionStorage.setItem('bip.gone', String(Date.now() - 120000))")
    again.page.add_init_script("sessionStorage.setItem('bip.gone', String(Date.now() - 120000))")
    again.page.goto(address)
    unseen(again, letter)


@pytest.mark.parametrize("size", [TABLET, PHONE, DESKTOP])
@pytest.mark.parametrize("language", ["sv", "ar"])
def test_online_and_offline_in_both_directions_of_writing(
    centre: Centre, open_tablet: Open, language: str, size: tuple[int, int]
) -> None:
    letter, taken = centre.letter(), open_tablet(size)
    taken.enter(letter.code)
    taken.page.goto(f"{taken.way}/language/{language}?number=1")
    taken.ready()
    assert taken.page.evaluate("document.dir") == ("rtl" if language == "ar" else "ltr")
    taken.choose(4)
    taken.next()
    taken.guarded()
    taken.offline()
    taken.answer_rest(2)
    assert taken.page.evaluate("document.documentElement.scrollWidth") <= size[0]
    taken.offline(False)
    taken.next()
    expect(taken.page.locator("#texts")).to_have_count(0)
    assert letter.answers() == {KEYS[0]: 4} | dict.fromkeys(KEYS[1:], 2), "the same codes in the data"
