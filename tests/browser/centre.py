"""A place where people answer on tablets, and what staff do there first."""

from __future__ import annotations

from dataclasses import dataclass

from playwright.sync_api import expect

from bip.store.lists import Role
from tests.bip.collect.letters import Letter, write_letter
from tests.bip.house import PASSWORD, House
from tests.browser.live import Live
from tests.browser.tablets import Tablet

PIN = "4711"


@dataclass(frozen=True)
class Centre:
    """A place where people answer: the running application, and letters for those who come."""

    live: Live
    house: House

    def letter(self) -> Letter:
        return write_letter(self.live.installed, self.house)


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
