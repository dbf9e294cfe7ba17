"""What each role does, a piece at a time, in an organisation in the middle of its work."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import expect

from bip.clock import SettableClock
from bip.demo.people import STUDY, found_demo
from bip.store.lists import Rater, Role
from tests.bip.collect.letters import Letter, write_letter
from tests.bip.house import PASSWORD
from tests.browser.conftest import Arrive, Town
from tests.browser.live import serving, settings_with
from tests.browser.walk import ITEMS, Walker, question, step

pytestmark = pytest.mark.browser

KEYS = list(ITEMS)


@pytest.fixture
def letter(town: Town) -> Letter:
    """Somebody enrolled today, with a letter for the first round."""
    return write_letter(town.live.installed, town.house)


def signed_in(arrive: Arrive, town: Town, role: Role, **how: object) -> Walker:
    somebody = arrive(town.live, **how)
    somebody.sign_in(town.house.emails[role], PASSWORD)
    return somebody


def begin_in_swedish(somebody: Walker) -> None:
    somebody.follow(somebody.page.locator("a[hreflang=sv]").first)
    somebody.begin()


def test_administrator_withdraws_an_invitation(town: Town, arrive: Arrive) -> None:
    administrator = signed_in(arrive, town, Role.ADMINISTRATOR)
    administrator.go("/staff/invite")
    administrator.tick("roles", Role.RESEARCHER)
    administrator.send(email="wrong@example.org")
    link = administrator.find("code").inner_text()
    administrator.go("/staff")
    card = administrator.find(".card").filter(has_text="wrong@example.org")
    administrator.follow(card.get_by_role("button"))
    expect(card).to_have_count(0)
    arrive(town.live).turned_away(link.removeprefix(town.live.address), 410)


def test_administrator_is_led_to_what_is_missing_in_a_form(town: Town, arrive: Arrive) -> None:
    administrator = signed_in(arrive, town, Role.ADMINISTRATOR)
    administrator.go("/studies/new")
    administrator.send(name=" ", tolerance_days="46")
    expect(administrator.find(".error-summary")).to_be_focused()
    expect(administrator.find("[name=tolerance_days]")).to_have_value("46")
    administrator.find(".error-summary a").first.tap()
    expect(administrator.find("[name=name]")).to_be_focused()


def test_coordinator_enrols_in_spite_of_a_mistake(town: Town, arrive: Arrive) -> None:
    coordinator = signed_in(arrive, town, Role.COORDINATOR)
    coordinator.go("/participants/new")
    who = {"sex": "man", "origin": "foreign", "education": "unknown", "language": "ar"}
    coordinator.send(name="Yusuf Demir", birth_year="2984", study=town.ids["study_id"], **who)
    expect(coordinator.find(".error-summary")).to_be_focused()
    expect(coordinator.find("[name=name]")).to_have_value("Yusuf Demir")
    coordinator.send(birth_year="1984")
    expect(coordinator.find("h1")).to_have_text("Yusuf Demir")
    coordinator.go("/participants")
    coordinator.send(name="demir")
    expect(coordinator.find("tbody a")).to_have_text(["Yusuf Demir"])


def test_coordinator_prints_a_second_letter_that_takes_the_place_of_the_first(
    town: Town, arrive: Arrive, letter: Letter
) -> None:
    coordinator = signed_in(arrive, town, Role.COORDINATOR)
    coordinator.go(f"/participants/{letter.enrolment_id}")
    coordinator.follow("form[action$='/letter'] button")
    second = coordinator.find(".code").inner_text()
    participant = arrive(town.live)
    participant.enter_code(letter.code)
    expect(participant.find(".error")).to_be_visible()
    participant.send(code=second)
    participant.begin()


def test_participant_goes_on_on_a_second_device(town: Town, arrive: Arrive, letter: Letter) -> None:
    first, second = arrive(town.live), arrive(town.live)
    first.enter_code(letter.code)
    begin_in_swedish(first)
    for key in KEYS[:3]:
        first.answer(key, 4)
    second.enter_code(letter.code)
    second.begin()
    expect(second.find("h1")).to_have_text(question(KEYS[3], "participant"))
    for key in reversed(KEYS[:3]):
        second.follow("[name=back]")
        expect(second.find("h1")).to_have_text(question(key, "participant"))
        expect(second.find("input:checked")).to_have_count(0)
        expect(second.find(".notice.info")).to_be_visible()
    for _ in KEYS[:3]:
        second.follow("button.primary")
    second.answer(KEYS[3], 2)
    assert letter.answers() == {**dict.fromkeys(KEYS[:3], 4), KEYS[3]: 2}


def test_participant_is_asked_to_choose_or_skip(town: Town, arrive: Arrive, letter: Letter) -> None:
    participant = arrive(town.live)
    participant.enter_code(letter.code)
    participant.begin()
    participant.find("button.primary").tap()
    expect(participant.find(".error")).to_be_visible()
    participant.look_over()
    assert letter.answers() == {}


def test_participant_answers_without_scripts(town: Town, arrive: Arrive, letter: Letter) -> None:
    participant = arrive(town.live, scripts=False)
    participant.enter_code(letter.code)
    begin_in_swedish(participant)
    for key in KEYS:
        participant.answer(key, 3)
    participant.send()
    response = letter.response()
    assert response is not None
    assert response.submitted_at is not None


def test_casework_rates_without_scripts(town: Town, arrive: Arrive, letter: Letter) -> None:
    caseworker = signed_in(arrive, town, Role.CASEWORKER, scripts=False)
    caseworker.go(f"/rounds/{letter.round_id}/rate")
    caseworker.rate(dict.fromkeys(KEYS, 2))
    caseworker.follow("button[name=submit]")
    assert letter.answers(Rater.CASEWORKER) == dict.fromkeys(KEYS, 2)


def test_casework_rates_in_two_sittings(town: Town, arrive: Arrive, letter: Letter) -> None:
    caseworker = signed_in(arrive, town, Role.CASEWORKER)
    way = f"/rounds/{letter.round_id}/rate"
    caseworker.go(way)
    caseworker.rate({KEYS[0]: 4, KEYS[1]: -3})
    caseworker.follow("button[name=save]")
    caseworker.go(way)
    expect(caseworker.find("input:checked")).to_have_count(2)
    caseworker.rate({KEYS[1]: 1})
    caseworker.follow("button[name=submit]")
    rated = letter.answers(Rater.CASEWORKER)
    assert rated == {**dict.fromkeys(KEYS, -9), KEYS[0]: 4, KEYS[1]: 1}
    caseworker.go(way)
    expect(caseworker.find("form")).to_have_count(0)


def test_casework_is_asked_to_rate_before_an_interview(town: Town, arrive: Arrive, letter: Letter) -> None:
    caseworker = signed_in(arrive, town, Role.CASEWORKER)
    caseworker.go(f"/rounds/{letter.round_id}/entry")
    expect(caseworker.find(".notice a[href$='/rate']")).to_be_visible()
    caseworker.tick("mode", "interview")
    caseworker.send()
    begin_in_swedish(caseworker)
    caseworker.answer(KEYS[0], 5)
    caseworker.go(f"/rounds/{letter.round_id}/rate")
    expect(caseworker.find(".notice.info")).to_be_visible()
    caseworker.rate({KEYS[0]: 5})
    caseworker.follow("button[name=submit]")
    rating = letter.response(Rater.CASEWORKER)
    assert rating is not None
    assert not rating.independent


def test_only_what_is_open_is_compared(town: Town, arrive: Arrive) -> None:
    """Round 0 is in, round 1 has closed without a rating, round 2 has an answer and is sealed."""
    # The caseworker would be asked to rate round 2 first.
    coordinator = signed_in(arrive, town, Role.COORDINATOR)
    coordinator.go(f"/enrolments/{town.sealed.enrolments['participant in']}/comparison")
    coordinator.assert_drawn(12)
    rounds = coordinator.find(".charts table").first.locator("tbody tr")
    expect(rounds).to_have_count(3)
    expect(rounds.first).to_contain_text(step(KEYS[0], "caseworker", 2))
    expect(rounds.last).not_to_contain_text(step(KEYS[0], "participant", 4))
    expect(coordinator.find(".notice.info").first).to_be_visible()


def test_researcher_reads_a_report_with_its_pictures(
    tmp_path: Path, empty_database: Path, arrive: Arrive
) -> None:
    settings = settings_with(tmp_path, empty_database)
    with serving(settings, SettableClock(datetime.now(UTC))) as live:
        with live.app.app_context():
            demo = found_demo(live.installed)
        researcher = arrive(live)
        sign_in = next(one for one in demo.sign_ins if one.role is Role.RESEARCHER)
        researcher.sign_in(sign_in.email, sign_in.password)
        researcher.follow(researcher.page.get_by_role("link", name=STUDY))
        researcher.follow("form[action^='/research/'] button", look=False)
        expect(researcher.find("a[href$='/report']")).to_be_visible(timeout=240_000)
        researcher.follow("a[href$='/report']")
        researcher.unfold()
        pictures = researcher.find(".plot").count()
        assert pictures > 0
        researcher.assert_drawn(pictures)
