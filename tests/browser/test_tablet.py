"""Answering on a tablet: each answer saved by itself, with and without a network, nothing saved twice."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Route, expect

from bip.store.lists import HeldReason
from bip.store.rounds import HeldAnswer
from tests.browser.centre import Centre
from tests.browser.tablets import DESKTOP, KEYS, PHONE, TABLET, Tablet, another_tab

pytestmark = pytest.mark.browser
Open = Callable[..., Tablet]


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


def test_what_waits_is_newer_than_what_the_server_has_ticked(centre: Centre, open_tablet: Open) -> None:
    letter, taken = centre.letter(), open_tablet()
    taken.begin(letter.code)
    taken.choose(2)
    taken.saving.to_have_text("Saved")
    taken.context.route("**/answers?*", lambda route: route.abort())
    taken.choose(4)
    taken.saving.to_contain_text("Waiting on this device: 1.")
    taken.page.reload()
    taken.ready()
    expect(taken.page.locator("main input:checked")).to_have_value("4")
    taken.context.unroute("**/answers?*")
    taken.page.evaluate("document.querySelector('#saving button')?.click()")
    taken.saving.to_have_text("Saved")
    assert [one.value for one in letter.trail()] == [2, 4]


def test_what_is_touched_before_the_script_is_there_counts(centre: Centre, open_tablet: Open) -> None:
    # A device that has not got the script yet, and no worker that would have it.
    letter, other, taken = centre.letter(), open_tablet(), open_tablet(service_workers="block")
    other.enter(letter.code)
    late: list[Route] = []
    taken.context.route("**/questionnaire.js?*", lambda route: late.append(route))  # noqa: PLW0108  # the same
    taken.page.goto(f"{other.way}/1", wait_until="commit")
    taken.choose(3)
    assert letter.answers() == {}
    late[0].continue_()
    taken.saving.to_have_text("Saved")
    expect(taken.page.locator("main input:checked")).to_have_value("3")
    assert letter.answers() == {KEYS[0]: 3}


def test_a_submission_that_is_refused_is_not_taken_for_sent(centre: Centre, open_tablet: Open) -> None:
    letter, taken = centre.letter(), open_tablet()
    taken.begin(letter.code)
    taken.answer_rest(2)
    taken.saving.to_have_text("Saved")
    taken.context.route("**/answers?*", lambda route: route.fulfill(status=403, json={"result": "token"}))
    taken.next()
    taken.saving.to_contain_text("Could not be sent: 1.")
    expect(taken.page.locator("main h1")).to_have_text("Your answers are being sent")
    response = letter.response()
    assert response is not None
    assert response.submitted_at is None
