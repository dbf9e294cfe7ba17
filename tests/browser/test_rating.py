"""A caseworker rates in a browser: saved as it is made, with and without a network."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from bip.store.lists import Rater, Role
from tests.bip.collect.letters import write_letter
from tests.bip.house import PASSWORD
from tests.browser.conftest import Arrive, Town

pytestmark = pytest.mark.browser

PHONE = {"width": 390, "height": 800}


def test_a_rating_is_saved_as_it_is_made(town: Town, arrive: Arrive) -> None:
    letter = write_letter(town.live.installed, town.house)
    caseworker = arrive(town.live)
    caseworker.sign_in(town.house.emails[Role.CASEWORKER], PASSWORD)
    page = caseworker.page
    page.set_viewport_size(PHONE)
    caseworker.go(f"/rounds/{letter.round_id}/rate")
    saving = expect(page.locator("#saving"))
    page.locator("fieldset").nth(0).locator("label").nth(3).click()
    saving.to_contain_text("Sparat som utkast kl.")
    first = letter.answers(Rater.CASEWORKER)
    assert len(first) == 1
    page.context.set_offline(True)
    page.locator("fieldset").nth(1).locator("label").nth(1).click()
    saving.to_contain_text("Inte sparat än")
    assert letter.answers(Rater.CASEWORKER) == first
    page.context.set_offline(False)
    saving.to_contain_text("Sparat som utkast kl.")
    assert len(letter.answers(Rater.CASEWORKER)) == 2
    page.reload()
    assert page.locator("input[type=radio]:checked").count() == 2
    assert all("ERR_INTERNET_DISCONNECTED" in one for one in caseworker.complaints)
    caseworker.complaints.clear()
