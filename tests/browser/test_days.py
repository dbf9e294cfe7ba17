"""The caseworker's day on a phone and the coordinator's at a desk, through the pages alone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from bip.store.lists import Role
from tests.bip.collect.letters import write_letter
from tests.bip.house import PASSWORD
from tests.browser.conftest import Arrive, Town
from tests.browser.walk import ITEMS, Walker

pytestmark = pytest.mark.browser

PHONE, DESK = (390, 844), (1280, 900)


def signed_in(arrive: Arrive, town: Town, role: Role, size: tuple[int, int]) -> Walker:
    somebody = arrive(town.live)
    somebody.page.set_viewport_size({"width": size[0], "height": size[1]})
    somebody.sign_in(town.house.emails[role], PASSWORD)
    return somebody


def test_from_the_worklist_a_rating_is_two_taps_away(town: Town, arrive: Arrive) -> None:
    letter = write_letter(town.live.installed, town.house)
    caseworker = signed_in(arrive, town, Role.CASEWORKER, PHONE)
    assert caseworker.path == "/worklist"
    caseworker.follow(caseworker.find(f"a[href='/rounds/{letter.round_id}/rate']"))
    caseworker.rate(dict.fromkeys(list(ITEMS)[:2], 3))
    caseworker.follow("button[name=submit]")
    expect(caseworker.find(".notice.done")).to_be_visible()


def test_a_caseworker_writes_down_what_happens(town: Town, arrive: Arrive) -> None:
    letter = write_letter(town.live.installed, town.house)
    caseworker = signed_in(arrive, town, Role.CASEWORKER, PHONE)
    course = f"/enrolments/{letter.enrolment_id}/course"
    caseworker.go(course)
    caseworker.find("details.taken summary").tap()
    caseworker.follow("button[value=wrote_cv]")
    expect(caseworker.find(".newest")).to_be_visible()
    caseworker.follow("a[href$='/activities/new']")
    today = town.live.installed.clock.today()
    caseworker.find("input[name=kind]").first.check(force=True)
    caseworker.send(start_on=today.isoformat())
    assert caseworker.path == course
    expect(caseworker.find("table").first).to_be_attached()


def test_next_steps_are_agreed_at_the_table_and_taken_home(town: Town, arrive: Arrive) -> None:
    caseworker = signed_in(arrive, town, Role.CASEWORKER, PHONE)
    enrolment_id = town.sealed.enrolments["both in"]
    caseworker.go(f"/enrolments/{enrolment_id}/conversation")
    day = town.live.installed.clock.today() + timedelta(days=10)
    caseworker.fill(kind="study_visit", by_on=day.isoformat())
    caseworker.follow(caseworker.find("form:has([name=by_on]) button[type=submit]"))
    caseworker.go(f"/enrolments/{enrolment_id}/conversation/print?language=sv")
    expect(caseworker.page.locator("body")).to_contain_text("Besöka")


def test_a_coordinator_enrols_a_group_and_moves_a_round(town: Town, arrive: Arrive) -> None:
    coordinator = signed_in(arrive, town, Role.COORDINATOR, DESK)
    coordinator.go("/intake")
    for number, name in enumerate(("Grupp Ett", "Grupp Två")):
        coordinator.find(f"[name=lines-{number}-name]").fill(name)
    coordinator.find("[name=intake]").fill("Mars A")
    for choice in coordinator.find("form select").all():
        if not choice.input_value():
            choice.select_option(index=1)
    coordinator.follow(coordinator.find("form:has([name=lines-0-name]) button[type=submit]"))
    expect(coordinator.find(".error-summary")).to_have_count(0)
    coordinator.go("/matrix")
    coordinator.follow(coordinator.page.get_by_role("link", name="Grupp Ett"))
    coordinator.follow(coordinator.find("a[href$='/move']").first)
    day = town.live.installed.clock.today() + timedelta(days=7)
    coordinator.find("[name=due_on]").fill(day.isoformat())
    coordinator.tick("reason", "holiday")
    coordinator.follow("button[type=submit]")
    expect(coordinator.find(".notice.done")).to_be_visible()
    coordinator.find("summary").filter(has_text="Rätta något").tap()
    coordinator.follow(coordinator.find("a[href$='/trail']"))
    expect(coordinator.find("table")).to_contain_text("Flyttade en omgång")
