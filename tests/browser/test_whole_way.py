"""From nothing to a report, as the people of an organisation walk it, each with an own browser."""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from bip.clock import SettableClock
from bip.store.lists import Rater, Role
from bip.store.rounds import Answer, Response, Round
from tests.browser.conftest import Arrive
from tests.browser.live import Live, bip, serving, settings_of
from tests.browser.walk import ITEMS, Walker, question, step

pytestmark = pytest.mark.browser

PASSWORD = "six calm words for a whole day"  # noqa: S105  # of accounts that live for one test
INTERVAL = timedelta(days=91)
INVITED = (Role.COORDINATOR, Role.CASEWORKER, Role.RESEARCHER)
KEYS = list(ITEMS)
DONT_KNOW, RATHER_NOT, SKIPPED = -1, -2, -9
# The first round: answers as they are in the end.
FIRST = dict(zip(KEYS, (2, 3, 1, 4, DONT_KNOW, 2, RATHER_NOT, 3, SKIPPED, 5, 2), strict=True))
SECOND = dict.fromkeys(KEYS, 4)


@dataclass
class World:
    """An organisation in the making."""

    live: Live
    arrive: Arrive
    staff: dict[Role, Walker] = field(default_factory=dict)
    enrolment: str = ""
    release: str = ""


def test_the_whole_way_administrator_coordinator_participant_caseworker_researcher(
    tmp_path: Path, arrive: Arrive
) -> None:
    settings = settings_of(tmp_path)
    link = re.search(r"http://\S+/welcome/\S+", bip(settings, "init"))
    assert link is not None
    # What makes a release goes by the machine's clock; when it is made, after one interval, both agree.
    with serving(settings, SettableClock(datetime.now(UTC) - INTERVAL)) as live:
        world = World(live, arrive)
        administrator_begins(world, link.group())
        administrator_adds_a_unit(world)
        for role in INVITED:
            administrator_invites(world, role)
        administrator_creates_a_study(world)
        coordinator_enrols(world)
        participant_answers_with_second_thoughts(world, coordinator_prints_a_letter(world))
        assert saved(live, Rater.PARTICIPANT, 0) == FIRST
        casework_sees_that_it_is_sealed(world)
        casework_rates(world, 3)
        casework_compares(world, rounds=1)
        live.clock.moment += INTERVAL
        participant_answers_straight_on(world, coordinator_prints_a_letter(world))
        assert saved(live, Rater.PARTICIPANT, 1) == SECOND
        casework_rates(world, 5)
        casework_compares(world, rounds=2)
        researcher_makes_a_release(world)
        researcher_reads_the_report(world)
        researcher_takes_the_dataset_along(world, tmp_path)


def saved(live: Live, rater: Rater, number: int) -> dict[str, int]:
    """The answers that count, by item."""
    query = (
        select(Answer.item, Answer.value)
        .join(Response, Response.id == Answer.response_id)
        .join(Round, Round.id == Response.round_id)
        .where(Response.rater == rater, Answer.is_current, Round.number == number)
    )
    with live.installed.store.reading() as session:
        return {row.item: row.value for row in session.execute(query)}


def administrator_begins(world: World, link: str) -> None:
    administrator = world.staff[Role.ADMINISTRATOR] = world.arrive(world.live)
    administrator.go(link)
    administrator.send(
        organisation="Samordningsförbundet Nordhamn",
        name="Astrid Öberg",
        email="astrid@example.org",
        password=PASSWORD,
        again=PASSWORD,
    )
    expect(administrator.page.locator("header .brand")).to_contain_text("Samordningsförbundet Nordhamn")
    assert administrator.path == "/studies"


def administrator_adds_a_unit(world: World) -> None:
    administrator = world.staff[Role.ADMINISTRATOR]
    administrator.follow("a[href='/units']")
    administrator.send(name="Hamngatan")
    expect(administrator.find("th[scope=row]")).to_have_text(["Hamngatan"])


def administrator_invites(world: World, role: Role) -> None:
    """The link goes to somebody who opens it in another browser."""
    administrator = world.staff[Role.ADMINISTRATOR]
    administrator.go("/staff")
    administrator.follow("a[href='/staff/invite']")
    administrator.tick("roles", role)
    if role is Role.COORDINATOR:
        administrator.find("[name=unit]").select_option(label="Hamngatan")
    administrator.send(email=f"{role}@example.org")
    newcomer = world.staff[role] = world.arrive(world.live)
    newcomer.go(administrator.find("code").inner_text())
    newcomer.send(name=f"Kim {role}", password=PASSWORD, again=PASSWORD)
    expect(newcomer.page.locator("form.account")).to_contain_text(f"Kim {role}")


def administrator_creates_a_study(world: World) -> None:
    administrator = world.staff[Role.ADMINISTRATOR]
    administrator.go("/studies")
    administrator.follow("a[href='/studies/new']")
    administrator.tick("languages", "en")
    administrator.send(name="Vägen till arbete", instrument="bip-11@1")
    expect(administrator.find("th[scope=row]")).to_have_text(["Vägen till arbete"])


def coordinator_enrols(world: World) -> None:
    coordinator = world.staff[Role.COORDINATOR]
    coordinator.go("/participants")
    coordinator.follow("a[href='/participants/new']")
    coordinator.send(
        name="Karin Sjö",
        phone="070-123 45 67",
        sex="woman",
        origin="native",
        education="upper_secondary",
        birth_year="1984",
        language="sv",
    )
    expect(coordinator.find("h1")).to_have_text("Karin Sjö")
    world.enrolment = coordinator.path


def coordinator_prints_a_letter(world: World) -> str:
    """The code, as the participant reads it on paper."""
    coordinator = world.staff[Role.COORDINATOR]
    coordinator.go(world.enrolment)
    coordinator.follow("form[action$='/letter'] button")
    letter = coordinator.find("article.sheet")
    expect(letter).to_have_attribute("lang", "sv")
    expect(letter).to_contain_text(world.live.address)
    expect(letter.locator("svg.qr")).to_be_visible()
    return letter.locator(".code").inner_text()


def participant_answers_with_second_thoughts(world: World, code: str) -> None:
    """All eleven, among them what is no step; one is changed on the way, one from the summary."""
    participant = world.arrive(world.live)
    participant.enter_code(code.lower())
    participant.begin()
    for key in KEYS[:3]:
        participant.answer(key, 5 if key == KEYS[2] else FIRST[key])
    participant.follow("[name=back]")
    expect(participant.page.get_by_role("radio", name=step(KEYS[2], "participant", 5))).to_be_checked()
    for key in KEYS[2:]:
        if FIRST[key] == SKIPPED:
            participant.follow("[name=skip]")
        else:
            participant.answer(key, 1 if key == KEYS[-1] else FIRST[key])
    participant.follow(participant.page.get_by_role("link", name=question(KEYS[-1], "participant")))
    participant.answer(KEYS[-1], FIRST[KEYS[-1]])
    shown = participant.find("ol.choices p")
    given = {key: step(key, "participant", value) for key, value in FIRST.items() if value != SKIPPED}
    for key, words in given.items():
        expect(shown.nth(KEYS.index(key))).to_have_text(words)
    participant.follow("button.primary")
    assert re.fullmatch(r"/answer/[^/]+/", participant.path)
    expect(participant.find("form")).to_have_count(0)


def participant_answers_straight_on(world: World, code: str) -> None:
    participant = world.arrive(world.live)
    participant.enter_code(code)
    participant.begin()
    for key, value in SECOND.items():
        participant.answer(key, value)
    participant.follow("button.primary")


def casework_sees_that_it_is_sealed(world: World) -> None:
    caseworker = world.staff[Role.CASEWORKER]
    caseworker.go("/participants")
    caseworker.follow(caseworker.page.get_by_role("link", name="Karin Sjö"))
    caseworker.follow("a[href$='/comparison']")
    expect(caseworker.find("h1")).to_have_text("Bedöm först")
    expect(caseworker.find("figure")).to_have_count(0)
    expect(caseworker.find("table")).to_have_count(0)


def casework_rates(world: World, value: int) -> None:
    caseworker = world.staff[Role.CASEWORKER]
    caseworker.go(world.enrolment)
    caseworker.follow(".actions a[href$='/rate']")
    caseworker.rate(dict.fromkeys(KEYS, value))
    caseworker.follow("button[name=submit]")
    expect(caseworker.find(".notice.done")).to_be_visible()
    expect(caseworker.find(".actions a[href$='/rate']")).to_have_count(0)


def casework_compares(world: World, rounds: int) -> None:
    """A spider and a line an indicator are drawn, each with the numbers of so many rounds."""
    caseworker = world.staff[Role.CASEWORKER]
    caseworker.follow("a[href$='/comparison']")
    caseworker.assert_drawn(12)
    table = caseworker.find(".charts table").first
    expect(table.locator("tbody tr")).to_have_count(rounds)


def researcher_makes_a_release(world: World) -> None:
    """The page looks again by itself until the release is ready."""
    researcher = world.staff[Role.RESEARCHER]
    researcher.go("/research")
    researcher.follow(researcher.page.get_by_role("link", name="Vägen till arbete"))
    # The page reloads itself every few seconds: it is looked over when it has come to rest.
    researcher.follow("form[action^='/research/'] button", look=False)
    expect(researcher.find("a[href$='/report']")).to_be_visible(timeout=240_000)
    researcher.look_over()
    world.release = researcher.path


def researcher_reads_the_report(world: World) -> None:
    """Two rounds of one person carry no estimate, and the report says so."""
    researcher = world.staff[Role.RESEARCHER]
    researcher.follow("a[href$='/report']")
    refusals = researcher.find("section[aria-labelledby='sv-refusals']")
    expect(refusals.locator("table").first.locator("tbody tr")).not_to_have_count(0)
    researcher.unfold()
    researcher.assert_accessible()


def researcher_takes_the_dataset_along(world: World, folder: Path) -> None:
    researcher = world.staff[Role.RESEARCHER]
    researcher.go(world.release)
    with researcher.page.expect_download() as taken:
        researcher.find("a[href$='/dataset.zip']").tap()
    with zipfile.ZipFile(taken.value.path()) as archive:
        archive.extractall(folder / "taken")
    (dataset,) = (folder / "taken").iterdir()
    assert "in order: 1 person, 1 enrolment, 4 responses" in bip(world.live.settings, "check", dataset)
    bip(world.live.settings, "analyse", dataset, "--out", folder / "analysed")
    assert (folder / "analysed" / "report.html").exists()
