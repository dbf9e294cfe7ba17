"""The outbox through anything that may happen: in the end the server has the same answers, each once."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from playwright.sync_api import Browser, Route, expect

from tests.bip.collect.letters import Letter
from tests.browser.centre import Centre
from tests.browser.tablets import KEYS, Tablet, another_tab, tablet

pytestmark = pytest.mark.browser
SUMMARY = len(KEYS) + 1

happenings = st.lists(
    st.one_of(
        st.tuples(st.just("choose"), st.integers(1, 5)),
        st.tuples(st.just("lose_replies"), st.integers(1, 2)),
        st.tuples(
            st.sampled_from(
                ["next", "next", "back", "skip", "offline", "online", "reload", "hand_over", "new_tab"]
            ),
            st.just(0),
        ),
    ),
    min_size=4,
    max_size=16,
)


@dataclass
class Person:
    """Somebody who answers, what they have given in its order, and what the page before them knows of it."""

    taken: Tablet
    letter: Letter
    given: dict[str, list[int]] = field(default_factory=dict)
    known: dict[str, int] = field(default_factory=dict)
    losing: int = 0

    def start(self) -> None:
        self.taken.begin(self.letter.code)
        # Only now: a worker is not set up while somebody stands between the browser and the network.
        self.taken.guarded()
        self.taken.context.route("**/answers?*", self._perhaps_lose)

    def _perhaps_lose(self, route: Route) -> None:
        """The server saves, and the tablet is not told."""
        if self.losing > 0:
            self.losing -= 1
            route.fetch()
            route.abort()
        else:
            route.continue_()

    @property
    def number(self) -> int:
        found = re.search(r"/(\d+)$", self.taken.page.url)
        return int(found[1]) if found else SUMMARY if self.taken.page.url.endswith("summary") else 0

    def _give(self, value: int) -> None:
        item = KEYS[self.number - 1]
        if self.known.get(item) != value:
            self.given.setdefault(item, []).append(value)
        self.known[item] = value

    def choose(self, value: int) -> None:
        if 0 < self.number < SUMMARY:
            self._give(value)
            self.taken.choose(value)

    def skip(self, _: int) -> None:
        if 0 < self.number < SUMMARY:
            self._give(-9)
            self.taken.skip()

    def next(self, _: int) -> None:
        if 0 < self.number < SUMMARY:
            self.taken.next()

    def back(self, _: int) -> None:
        if self.number > 1:
            self.taken.back()

    def offline(self, _: int) -> None:
        self.taken.offline()

    def online(self, _: int) -> None:
        self.taken.offline(False)

    def lose_replies(self, times: int) -> None:
        self.losing = times

    def reload(self, _: int) -> None:
        self.taken.page.reload()
        self.taken.ready()

    def new_tab(self, _: int) -> None:
        """The same page again beside the first; the person goes on in it, the first stays open."""
        self.taken.offline(False)
        self.arrived()
        address = self.taken.page.url
        self.taken = another_tab(self.taken.context, self.taken.address)
        self.taken.page.goto(address)
        self.taken.ready()

    def hand_over(self, _: int) -> None:
        """The person leaves the tablet as it is, and comes back to it with the code."""
        self.taken.page.locator(".help summary").click()
        self.taken.page.click('[data-do="stop"]')
        expect(self.taken.page.locator("input[name=code]")).to_be_visible()
        self.taken.ready()
        self.taken.offline(False)
        self.losing = 0
        self.taken.begin(self.letter.code)
        self.known = {}

    def arrived(self) -> None:
        self.losing = 0
        # It may be gone by the time somebody touches it.
        self.taken.page.evaluate("document.querySelector('#saving button')?.click()")
        self.taken.saving.to_have_text(re.compile("^(Saved)?$"), timeout=40_000)


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(happenings)
def test_whatever_happens_the_answers_are_those_that_were_given(
    browser: Browser, centre: Centre, happened: list[tuple[str, int]]
) -> None:
    with tablet(browser, centre.live.address) as taken:
        person = Person(taken, centre.letter())
        person.start()
        for what, how in happened:
            getattr(person, what)(how)
        person.taken.offline(False)
        person.arrived()
    trail: dict[str, list[int]] = {}
    for answer in sorted(person.letter.trail(), key=lambda one: one.revision):
        trail.setdefault(answer.item, []).append(answer.value)
    assert trail == person.given, "each once and in their order"
    assert person.letter.answers() == {item: values[-1] for item, values in person.given.items()}
