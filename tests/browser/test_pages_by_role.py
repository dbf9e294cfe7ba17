"""Each role's pages on a telephone, a tablet and a desk, in light and dark; and with the keyboard alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pytest
from playwright.sync_api import expect

from bip.collect.tokens import token_of
from bip.store.lists import Role
from tests.bip import test_access as access
from tests.bip.auth.links import join_link
from tests.bip.collect.letters import Letter, write_letter
from tests.bip.house import PASSWORD
from tests.browser.conftest import Arrive, Town
from tests.browser.walk import ITEMS, Walker

pytestmark = pytest.mark.browser

TELEPHONE, TABLET, DESK = (320, 640), (768, 1024), (1280, 800)
# Each size in each scheme; axe, which takes longer than all else, once in each scheme.
LOOKS = (
    (TELEPHONE, "light", True),
    (TABLET, "light", False),
    (DESK, "light", False),
    (DESK, "dark", True),
    (TABLET, "dark", False),
    (TELEPHONE, "dark", False),
)
# What is answered with a file or leads elsewhere.
NO_PAGES = frozenset(
    {
        "bulk.empty_file",
        "bulk.wrong",
        "auth.start",
        "research.dataset",
        "research.report_file",
        "research.results",
        "static",
        "site.language",
    }
)
# An address that names an enrolment and something of it.
OF_ONE_ENROLMENT = frozenset({"followup.activity", "followup.event"})


@pytest.fixture
def letter(town: Town) -> Letter:
    """Somebody enrolled today, with a letter for the first round."""
    return write_letter(town.live.installed, town.house)


def pages(town: Town, role: Role, ids: Mapping[str, str]) -> Iterator[str]:
    """The addresses of a role's pages; what is everybody's counts among the administrator's."""
    there = access.Town(town.live.app, town.house, ids, {})
    for way, allowed in access.ACCESS.items():
        if isinstance(allowed, str) or way[1] != "GET" or way[0] in NO_PAGES:
            continue
        if role in allowed and (role is Role.ADMINISTRATOR or allowed != access.EVERYBODY):
            yield from access.addresses(there, way, town.ids if way[0] in OF_ONE_ENROLMENT else ids)


def assert_good_in_every_look(somebody: Walker) -> None:
    """The open page, without loading it anew."""
    for (width, height), scheme, axe in LOOKS:
        somebody.wear(scheme)
        somebody.page.set_viewport_size({"width": width, "height": height})
        somebody.page.evaluate("() => new Promise(done => requestAnimationFrame(() => setTimeout(done)))")
        # Colours go over from one scheme to the other.
        somebody.page.evaluate("() => Promise.allSettled(document.getAnimations().map(one => one.finished))")
        somebody.assert_fits()
        if axe:
            somebody.assert_accessible()
    assert somebody.complaints == []


def look_at(somebody: Walker, addresses: Iterator[str]) -> int:
    """Open each address and look at it; returns how many there were."""
    seen = 0
    for address in addresses:
        somebody.open(address)
        somebody.unfold()
        assert_good_in_every_look(somebody)
        seen += 1
    return seen


def look_as(town: Town, arrive: Arrive, role: Role, **ids: object) -> int:
    somebody = arrive(town.live)
    somebody.sign_in(town.house.emails[role], PASSWORD)
    return look_at(somebody, pages(town, role, {**town.ids, **{name: str(one) for name, one in ids.items()}}))


def test_administrator_pages(town: Town, arrive: Arrive) -> None:
    assert look_as(town, arrive, Role.ADMINISTRATOR) >= 9


def test_coordinator_pages(town: Town, arrive: Arrive) -> None:
    enrolment_id = town.sealed.enrolments["participant in"]
    assert look_as(town, arrive, Role.COORDINATOR, enrolment_id=enrolment_id) >= 6


def test_casework_pages(town: Town, arrive: Arrive) -> None:
    enrolment_id, round_id = town.sealed.enrolments["both in"], town.sealed.open_rounds["nobody"]
    assert look_as(town, arrive, Role.CASEWORKER, enrolment_id=enrolment_id, round_id=round_id) >= 4


def test_researcher_pages(town: Town, arrive: Arrive) -> None:
    assert look_as(town, arrive, Role.RESEARCHER) >= 4


def test_researcher_sees_that_a_release_has_failed(town: Town, arrive: Arrive) -> None:
    researcher = arrive(town.live)
    researcher.sign_in(town.house.emails[Role.RESEARCHER], PASSWORD)
    researcher.go(f"/research/releases/{town.sealed.release}")
    expect(researcher.find(".notice.problem")).to_be_visible()
    assert_good_in_every_look(researcher)


def test_participant_pages(town: Town, arrive: Arrive, letter: Letter) -> None:
    participant = arrive(town.live)
    # Before the code is written: to open the first page is to leave.
    assert look_at(participant, iter(["/sign-in", "/"])) == 2
    participant.enter_code(letter.code)
    response = letter.response()
    assert response is not None
    way = f"/answer/{token_of(town.live.installed, response.id)}"
    assert look_at(participant, iter([f"{way}/", f"{way}/1", f"{way}/11", f"{way}/summary"])) == 4
    participant.go(f"{way}/summary")
    participant.follow("button.primary")
    assert_good_in_every_look(participant)


def test_participant_is_told_of_a_wrong_code(town: Town, arrive: Arrive) -> None:
    participant = arrive(town.live)
    participant.enter_code("AAAA AAAA")
    expect(participant.find(".error")).to_be_visible()
    assert_good_in_every_look(participant)


def test_administrator_invitation_page(town: Town, arrive: Arrive) -> None:
    newcomer = arrive(town.live)
    newcomer.go(join_link(town.house))
    assert_good_in_every_look(newcomer)


def test_participant_answers_with_the_keyboard_alone(town: Town, arrive: Arrive, letter: Letter) -> None:
    participant = arrive(town.live)
    participant.enter_code(letter.code)
    participant.begin()
    keyboard = participant.page.keyboard
    choices = participant.page.get_by_role("radio")
    tab_to(participant, "input[type=radio]")
    keyboard.press("Space")
    keyboard.press("ArrowDown")
    expect(choices.nth(1)).to_be_checked()
    label = choices.nth(1).locator("xpath=following-sibling::label")
    assert label.evaluate("label => parseFloat(getComputedStyle(label).outlineWidth)") > 0
    tab_to(participant, "button.primary")
    button = participant.find("button.primary")
    assert button.evaluate("button => parseFloat(getComputedStyle(button).outlineWidth)") > 0
    with participant.page.expect_navigation():
        keyboard.press("Enter")
    participant.look_over()
    # Answers wait for nobody: what was chosen last may still be on its way.
    expect(participant.page.locator("#saving")).to_have_attribute("data-kind", "done")
    assert letter.answers() == {next(iter(ITEMS)): 2}


def tab_to(somebody: Walker, selector: str) -> None:
    """Press Tab until the focus is there; whoever reaches the end of the page has not found it."""
    focused = somebody.page.locator(f"{selector}:focus")
    for _ in range(20):
        somebody.page.keyboard.press("Tab")
        if focused.count():
            return
    pytest.fail(f"the keyboard does not reach {selector}")
