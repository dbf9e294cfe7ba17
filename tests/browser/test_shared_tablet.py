"""A tablet that many share: the next person finds nothing of the one before, and nothing is lost."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from bip.store.lists import Mode
from tests.browser.centre import Centre, make_shared, unseen
from tests.browser.tablets import KEYS, Tablet, another_tab

pytestmark = pytest.mark.browser
Open = Callable[..., Tablet]


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
    taken.page.wait_for_url("**/about?number=2", wait_until="load")  # the watch has begun
    taken.page.clock.fast_forward("05:05")
    unseen(taken, letter)
    taken.page.go_back()
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
    again.page.add_init_script("sessionStorage.setItem('bip.gone', String(Date.now() - 120000))")
    again.page.goto(address)
    unseen(again, letter)
