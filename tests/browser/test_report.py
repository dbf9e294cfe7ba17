"""The report as people meet it: in a browser, on a telephone, on paper, without scripts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.axe import assert_accessible
from tests.browser.conftest import watched

pytestmark = pytest.mark.browser

CASES = ("everything", "one round", "refused")
LANGUAGES = ("sv", "en")
DESK, TELEPHONE = 1280, 320
# Every case in both languages; everything at both widths and in both schemes. Colours do not depend on the
# language.
AXE = (
    (("everything", "sv", DESK, "light"), True),
    (("everything", "en", TELEPHONE, "dark"), True),
    (("one round", "sv", TELEPHONE, "light"), True),
    (("one round", "en", TELEPHONE, "light"), False),
    (("refused", "sv", TELEPHONE, "light"), False),
    (("refused", "en", TELEPHONE, "light"), True),
)
Reports = dict[str, Path]
Open = Callable[..., Page]


@pytest.fixture(scope="module")
def opened(browser: Browser, reports: Reports) -> Iterator[Open]:
    """A report opened at a width, once for all tests: several megabytes and dozens of pictures."""
    complaints: list[str] = []
    pages: dict[tuple[str, int], Page] = {}

    def opened(case: str, width: int) -> Page:
        if (case, width) not in pages:
            page = pages[case, width] = watched(browser, complaints)
            page.set_viewport_size({"width": width, "height": 900})
            page.goto(reports[case].as_uri())
        assert complaints == []
        return pages[case, width]

    yield opened
    for page in pages.values():
        page.close()
    assert complaints == []


@pytest.fixture
def read(opened: Open) -> Open:
    """A report as it is when it has just been opened, on a page that was drawn at this width."""

    def read(
        case: str = "everything", language: str = "sv", width: int = DESK, scheme: str = "light"
    ) -> Page:
        page = opened(case, width)
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(media="screen", color_scheme=scheme)  # type: ignore[arg-type]
        page.evaluate("for (const one of document.querySelectorAll('details')) one.open = false")
        page.evaluate(f"location.hash = '{language}'")
        expect(page.locator(f"article#{language}")).to_be_visible()
        return page

    return read


def unfold(page: Page) -> None:
    """Open everything that is folded; plots in it are drawn when it opens."""
    page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
    page.wait_for_function(
        "[...document.querySelectorAll('article:not([hidden]) .plot')].every(p => p.querySelector('svg'))"
    )


@pytest.mark.parametrize(("look", "contrast"), AXE)
def test_no_accessibility_fault(read: Open, look: tuple[str, str, int, str], contrast: bool) -> None:
    page = read(*look)
    unfold(page)
    assert_accessible(page, contrast=contrast)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("case", CASES)
def test_the_page_does_not_scroll_sideways_at_320_pixels(read: Open, case: str, language: str) -> None:
    page = read(case, language, TELEPHONE)
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    unfold(page)
    assert page.evaluate("document.documentElement.scrollWidth") == 320


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_picture_is_drawn_and_has_its_table(read: Open, language: str) -> None:
    page = read(language=language)
    unfold(page)
    figures = page.locator(f"article#{language} figure")
    # Two raters x (eleven indicators, level, change, level at the round, what something unmeasured needs).
    assert figures.count() == 30
    plots = "[...document.querySelectorAll('article:not([hidden]) .plot')]"
    assert page.evaluate(f"{plots}.every(plot => plot.querySelector('.trace') !== null)")
    assert figures.filter(has=page.locator("table")).count() == 30
    for box in page.locator(f"article#{language} .plot").all():
        size = box.bounding_box()
        assert size is not None
        assert size["width"] > 200
        assert size["height"] > 90


def test_the_language_switch(page: Page, reports: Reports) -> None:
    page.goto(reports["everything"].as_uri())
    expect(page.locator("article#en")).to_be_hidden()
    assert page.title() == "Rapport: En studie"
    page.get_by_role("link", name="English").click()
    expect(page.locator("article#en")).to_be_visible()
    expect(page.locator("article#sv")).to_be_hidden()
    expect(page.get_by_role("link", name="English")).to_have_attribute("aria-current", "true")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    assert page.title() == "Report: En studie"
    page.wait_for_function("document.querySelector('article#en .plot svg') !== null")
    page.get_by_role("link", name="Svenska").click()
    expect(page.locator("article#sv")).to_be_visible()


def test_a_link_to_a_section_opens_its_language(page: Page, reports: Reports) -> None:
    page.goto(f"{reports['one round'].as_uri()}#en-method")
    expect(page.locator("h2#en-method")).to_be_in_viewport()


def test_the_keyboard_reaches_the_content_first(page: Page, reports: Reports) -> None:
    page.goto(reports["one round"].as_uri())
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Hoppa till innehållet")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("article#sv")).to_be_focused()


def test_without_scripts_both_languages_stand_one_after_the_other(browser: Browser, reports: Reports) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(reports["everything"].as_uri())
    for language in LANGUAGES:
        expect(page.locator(f"article#{language}")).to_be_visible()
    expect(page.get_by_text("Bilden ritas av webbläsaren när skript är tillåtna").first).to_be_visible()
    context.close()


def test_paper_shows_every_table_and_no_navigation(read: Open) -> None:
    page = read()
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    shown = page.locator("article#sv table").evaluate_all("all => all.map(table => table.checkVisibility())")
    assert set(shown) == {True}
    expect(page.locator(".languages")).to_be_hidden()
    expect(page.locator("article#sv .contents")).to_be_hidden()
    assert page.locator("article#sv .plot svg").count() > 30
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.locator("details[open]").count() == 0


def test_pictures_are_no_wider_than_a_sheet(read: Open) -> None:
    page = read()
    widths = page.evaluate("[...document.querySelectorAll('article#sv .plot')].map(p => p.offsetWidth)")
    # A4 with margins of 15 mm leaves 180 mm: 680 CSS pixels.
    assert max(widths) <= 680


@pytest.mark.parametrize("language", LANGUAGES)
def test_notes_are_not_squeezed_to_a_word_a_line_on_a_tablet(read: Open, language: str) -> None:
    page = read(language=language)
    page.set_viewport_size({"width": 768, "height": 900})
    unfold(page)
    widths = page.evaluate(
        "[...document.querySelectorAll('article:not([hidden]) td.wide')].map(c => c.offsetWidth)"
    )
    # 9 rem of 17 pixels.
    assert min(widths) >= 153


def test_a_table_that_scrolls_has_a_shadow_at_its_edge(read: Open) -> None:
    page = read(width=TELEPHONE)
    unfold(page)
    regions = page.locator("article#sv .scroll")
    assert page.evaluate(
        "[...document.querySelectorAll('article#sv .scroll')].some(r => r.scrollWidth > r.clientWidth)"
    )
    attachment = regions.first.evaluate("region => getComputedStyle(region).backgroundAttachment")
    assert attachment == "local, local, scroll, scroll"


@pytest.mark.parametrize("language", LANGUAGES)
def test_titles_of_axes_are_whole_on_a_telephone(read: Open, language: str) -> None:
    page = read(language=language, width=TELEPHONE)
    unfold(page)
    page.wait_for_function("document.querySelector('article:not([hidden]) .plot .xtitle') !== null")
    outside = page.evaluate(
        """[...document.querySelectorAll('article:not([hidden]) .plot')].filter(plot => {
          const title = plot.querySelector('.xtitle').getBoundingClientRect();
          const frame = plot.getBoundingClientRect();
          return title.left < frame.left || title.right > frame.right;
        }).map(plot => plot.querySelector('.xtitle').textContent)"""
    )
    assert outside == []
