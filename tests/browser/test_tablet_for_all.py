"""Everybody can answer: by keyboard, by ear, in every language, on a small screen, without HTTPS."""

from __future__ import annotations

import gzip
import re
import shutil
import wave
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from bip.collect.device import _kit
from bip.localisation import PARTICIPANT_LANGUAGES
from surveys.recordings import recordings
from tests.browser.axe import assert_accessible
from tests.browser.centre import Centre, make_shared
from tests.browser.tablets import KEYS, PHONE, Tablet, tablet

pytestmark = pytest.mark.browser
# What WCAG 1.4.12 lets a reader set without anything being lost.
SPACED = """* { line-height: 1.5 !important; letter-spacing: 0.12em !important;
  word-spacing: 0.16em !important; } p { margin-block-end: 2em !important; }"""
VOICE = """
  const voice = { lang: "en-GB", name: "Test", localService: true };
  window.said = [];
  Object.defineProperty(window, "speechSynthesis", { value: {
    getVoices: () => [voice], cancel() {}, addEventListener() {},
    speak(one) { window.said.push(one.text); setTimeout(() => one.onend()); },
  } });
  window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } };
"""


def test_by_keyboard_alone(centre: Centre, open_tablet: Callable[..., Tablet]) -> None:
    letter, taken = centre.letter(), open_tablet()
    page = taken.page
    page.goto(f"{taken.address}/")
    press_until(page, "input[name=code]")
    page.keyboard.type(letter.code)
    page.keyboard.press("Enter")
    taken.ready()
    press_until(page, "main .actions a")
    page.keyboard.press("Enter")
    for number in range(1, len(KEYS) + 1):
        expect(page.locator(".progress")).to_have_text(re.compile(rf"^Question {number} of"))
        press_until(page, "main .choice input")
        for _ in range(2):
            page.keyboard.press("ArrowDown")
        expect(page.locator("main input:checked")).to_have_value("3")
        press_until(page, "main .actions .primary")
        page.keyboard.press("Enter")
    expect(page.locator("main h1")).to_have_text("Your answers")
    press_until(page, "main .actions .primary")
    page.keyboard.press("Enter")
    expect(page.locator("main h1")).to_have_text("Your answers are in")
    assert set(letter.answers().values()) == {3}


def press_until(page: Page, wanted: str) -> None:
    """Tab on until one of these has the focus, which must then be in sight."""
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("(wanted) => document.activeElement.matches(wanted)", wanted):
            return
    raise AssertionError(f"{wanted} is not reached by keyboard")


def test_what_a_screen_reader_meets(centre: Centre, open_tablet: Callable[..., Tablet]) -> None:
    taken = open_tablet()
    taken.begin(centre.letter().code)
    tree = taken.page.locator("body").aria_snapshot()
    for role in ('heading "How often', "radiogroup", "radio ", 'button "Next"', "progressbar", "status"):
        assert role in tree, role
    assert tree.count("- radio ") == 7
    taken.choose(2)
    status = taken.page.get_by_role("status")
    expect(status).to_have_text("Saved")
    taken.next()
    expect(taken.page.locator("main h1")).to_be_focused()


def test_reading_aloud_where_the_device_has_a_voice(
    centre: Centre, open_tablet: Callable[..., Tablet]
) -> None:
    taken = open_tablet()
    taken.begin(centre.letter().code)
    assert taken.page.locator(".listen").count() == 0, "no voice, no button"
    taken.page.add_init_script(VOICE)
    taken.page.goto(f"{taken.way}/1")
    taken.ready()
    labels = [words.strip() for words in taken.page.locator(".choice label").all_inner_texts()]
    assert taken.page.locator(".listen").count() == 1 + len(labels)
    for _ in range(2):
        taken.page.evaluate("window.said = []")
        taken.page.get_by_role("button", name="Listen to the question and the answers").click()
        said = said_by(taken.page, 1 + len(labels))
        assert said[0] == taken.page.locator("h1").inner_text()
        assert said[1:] == labels
    taken.page.evaluate("window.said = []")
    taken.page.locator(".choice .listen").nth(2).click()
    assert said_by(taken.page, 1) == [labels[2]]
    assert taken.page.locator("main input:checked").count() == 0, "listening is not choosing"


def said_by(page: Page, number: int) -> list[str]:
    """All that is said, once it is so much."""
    wait = """async (number) => {
      for (let tries = 0; tries < 500 && window.said.length < number; tries += 1) {
        await new Promise((later) => setTimeout(later, 10));
      }
      return window.said;
    }"""
    found: list[str] = page.evaluate(wait, number)
    return found


def test_a_recording_comes_before_the_voice_of_the_device(
    centre: Centre, open_tablet: Callable[..., Tablet], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    folder = tmp_path / "bip-11" / "1.en"
    folder.mkdir(parents=True)
    for name in (f"{KEYS[0]}.wav", f"{KEYS[0]}.1.wav", "notes.txt"):
        with wave.open(str(folder / name), "wb") as sound:
            sound.setparams((1, 2, 8000, 0, "NONE", "not compressed"))
            sound.writeframes(bytes(1600))
    monkeypatch.setattr("surveys.recordings.BUILTIN", tmp_path)
    recordings.cache_clear()
    _kit.cache_clear()
    try:
        taken, asked = open_tablet(), []
        taken.page.on("request", lambda one: asked.append(one.url) if "/recorded/" in one.url else None)
        taken.begin(centre.letter().code)
        expect(taken.page.locator(".listen")).to_have_count(2)
        with taken.page.expect_response("**/recorded/bip-11/1/en/job_search.1.wav") as heard:
            taken.page.locator(".listen").nth(0).click()
        assert heard.value.status in {200, 206}
        assert asked[0].endswith("/job_search.wav"), "the question first"
        assert taken.context.request.get(f"{taken.address}/recorded/bip-11/1/en/notes.txt").status == 404
        assert taken.context.request.get(f"{taken.address}/recorded/bip-11/1/..%2f/1.yaml").status == 404
    finally:
        recordings.cache_clear()
        _kit.cache_clear()


def test_without_a_secure_connection_it_says_so_and_keeps_nothing(browser: Browser, centre: Centre) -> None:
    port = urlsplit(centre.live.address).port
    elsewhere = browser.browser_type.launch(
        executable_path=shutil.which("chromium"),
        args=["--no-sandbox", "--disable-gpu", "--host-resolver-rules=MAP tablet.test 127.0.0.1"],
    )
    letter = centre.letter()
    with tablet(elsewhere, f"http://tablet.test:{port}") as taken:
        assert taken.page.evaluate("isSecureContext") is False or taken.page.url == "about:blank"
        make_shared(taken, centre)
        taken.enter(letter.code)
        expect(taken.page.locator("main")).to_contain_text("only while there is a network")
        taken.page.click("main .actions a")
        taken.choose(2)
        taken.saving.to_have_text("Saved")
        taken.next()
        taken.context.route("**/answers?*", lambda route: route.abort())
        taken.choose(4)
        taken.saving.to_contain_text("Not saved yet: 1. Keep this page open.")
        taken.page.click(".help summary")
        taken.page.click('[data-do="stop"]')
        expect(taken.page.locator("main .problem")).to_contain_text("cannot be locked on the tablet")
        assert taken.page.evaluate("indexedDB.databases().then((all) => all.length)") == 0
        taken.context.unroute("**/answers?*")
        taken.page.click("#saving button")
        taken.saving.to_have_text("Saved")
        taken.page.click('[data-do="stop"]')
        expect(taken.page.locator("input[name=code]")).to_be_visible()
    elsewhere.close()
    assert letter.answers() == {KEYS[0]: 2, KEYS[1]: 4}


# Colours come from the style sheets and the scheme: a language of each direction shows them all.
COLOURS = ("sv", "ar")


@pytest.mark.parametrize(
    ("language", "scheme"),
    [*((one, "light") for one in PARTICIPANT_LANGUAGES), *((one, "dark") for one in COLOURS)],
)
def test_every_page_in_every_language(
    centre: Centre, open_tablet: Callable[..., Tablet], language: str, scheme: str
) -> None:
    letter = centre.letter()
    taken = open_tablet(size=(320, 800), color_scheme=scheme, reduced_motion="reduce")
    taken.enter(letter.code)
    taken.page.goto(f"{taken.way}/language/{language}")
    taken.ready()
    way = taken.way

    def look(name: str) -> None:
        look_at(taken, name, scheme, contrast=language in COLOURS)

    look("begin")
    taken.page.click("main .actions a")
    taken.next()
    look("question")
    taken.choose(2)
    taken.page.goto(f"{way}/summary")
    taken.ready()
    look("summary")
    for page in ("about", "stop", "withdraw", "fault"):
        taken.page.goto(f"{way}/{page}?number=1")
        look(page)
    taken.page.locator("footer a").last.click()
    expect(taken.page.locator("html")).to_have_attribute("lang", language)
    look("accessibility")
    taken.page.goto(f"{way}/summary")
    taken.ready()
    taken.next()
    expect(taken.page.locator("#texts")).to_have_count(0)
    look("ended")
    taken.page.goto(f"{way}/mine")
    look("mine")
    taken.page.goto(f"{taken.address}/")
    look("enter")


def look_at(taken: Tablet, name: str, scheme: str, *, contrast: bool) -> None:
    """Nothing for axe to find, and nothing wider than the screen: 320 px is 1280 at 400 %."""
    page = taken.page
    assert page.evaluate("document.documentElement.scrollWidth") <= 320, name
    assert_accessible(page, contrast=contrast)
    if scheme == "light":
        page.evaluate(
            """(rules) => {
          const sheet = new CSSStyleSheet(); sheet.replaceSync(rules); document.adoptedStyleSheets = [sheet];
        }""",
            SPACED,
        )
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, f"{name}, spaced"
        page.evaluate("document.adoptedStyleSheets = []")


def test_all_pages_together_are_light(centre: Centre, open_tablet: Callable[..., Tablet]) -> None:
    taken, fetched = open_tablet(), set()
    taken.page.on("response", lambda one: fetched.add(one.url))
    taken.begin(centre.letter().code)
    taken.guarded()
    assert len(fetched) > 10
    bodies = [taken.context.request.get(url) for url in fetched if "/answers" not in url]
    weight = sum(len(gzip.compress(one.body())) for one in bodies)
    assert weight <= 150_000


@pytest.mark.parametrize("language", ["en", "ar"])
def test_the_first_paint_needs_no_script(
    centre: Centre, open_tablet: Callable[..., Tablet], language: str
) -> None:
    letter = centre.letter()
    with_scripts = open_tablet()
    with_scripts.enter(letter.code)
    way = with_scripts.way
    taken = open_tablet(java_script_enabled=False, size=PHONE)
    taken.page.goto(f"{way}/language/{language}?number=1")
    expect(taken.page.locator("main .choice")).to_have_count(7)
    taken.page.locator("main .choice label").nth(3).click()
    taken.page.click("main .actions .primary")
    assert taken.page.url.endswith("/2")
    assert letter.answers() == {KEYS[0]: 4}
