"""The report as people meet it: in a browser, on a telephone, on paper, without scripts."""

from __future__ import annotations

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

pytestmark = pytest.mark.browser

CASES = ("everything", "one round", "refused")
LANGUAGES = ("sv", "en")
Reports = dict[str, Path]


def open_report(page: Page, path: Path, language: str = "sv", width: int = 1280) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{path.as_uri()}#{language}")
    expect(page.locator(f"article#{language}")).to_be_visible()


def unfold(page: Page) -> None:
    """Open everything that is folded; plots in it are drawn when it opens."""
    page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
    page.wait_for_function(
        "[...document.querySelectorAll('article:not([hidden]) .plot')].every(p => p.querySelector('svg'))"
    )


def assert_accessible(page: Page) -> None:
    # What lies inside a picture (role=img) is not exposed to anybody, and has thousands of elements.
    found = Axe().run(page, context={"exclude": [".main-svg"]})
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("case", CASES)
def test_no_accessibility_fault(page: Page, reports: Reports, case: str, language: str) -> None:
    open_report(page, reports[case], language)
    unfold(page)
    assert_accessible(page)


def test_no_accessibility_fault_on_a_telephone(page: Page, reports: Reports) -> None:
    open_report(page, reports["everything"], width=320)
    assert_accessible(page)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("case", CASES)
def test_the_page_does_not_scroll_sideways_at_320_pixels(
    page: Page, reports: Reports, case: str, language: str
) -> None:
    open_report(page, reports[case], language, width=320)
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    unfold(page)
    assert page.evaluate("document.documentElement.scrollWidth") == 320


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_picture_is_drawn_and_has_its_table(page: Page, reports: Reports, language: str) -> None:
    open_report(page, reports["everything"], language)
    unfold(page)
    figures = page.locator(f"article#{language} figure")
    # Two raters x (eleven indicators, level, change, level at the round).
    assert figures.count() == 28
    plots = "[...document.querySelectorAll('article:not([hidden]) .plot')]"
    assert page.evaluate(f"{plots}.every(plot => plot.querySelector('.trace') !== null)")
    assert figures.filter(has=page.locator("table")).count() == 28
    for box in page.locator(f"article#{language} .plot").all():
        size = box.bounding_box()
        assert size is not None
        assert size["width"] > 200
        assert size["height"] > 90


def test_the_language_switch(page: Page, reports: Reports) -> None:
    open_report(page, reports["everything"])
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
    page.goto(f"{reports['everything'].as_uri()}#en-method")
    expect(page.locator("h2#en-method")).to_be_in_viewport()


def test_the_keyboard_reaches_the_content_first(page: Page, reports: Reports) -> None:
    open_report(page, reports["everything"])
    page.goto(reports["everything"].as_uri())
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


def test_paper_shows_every_table_and_no_navigation(page: Page, reports: Reports) -> None:
    open_report(page, reports["everything"])
    page.emulate_media(media="print")
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    for table in page.locator("article#sv table").all():
        expect(table).to_be_visible()
    expect(page.locator(".languages")).to_be_hidden()
    expect(page.locator("article#sv .contents")).to_be_hidden()
    assert page.locator("article#sv .plot svg").count() > 28
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.locator("details[open]").count() == 0


def test_pictures_are_no_wider_than_a_sheet(page: Page, reports: Reports) -> None:
    open_report(page, reports["everything"])
    widths = page.evaluate("[...document.querySelectorAll('article#sv .plot')].map(p => p.offsetWidth)")
    # A4 with margins of 15 mm leaves 180 mm: 680 CSS pixels.
    assert max(widths) <= 680


@pytest.mark.parametrize("language", LANGUAGES)
def test_notes_are_not_squeezed_to_a_word_a_line_on_a_tablet(
    page: Page, reports: Reports, language: str
) -> None:
    open_report(page, reports["everything"], language, width=768)
    unfold(page)
    widths = page.evaluate(
        "[...document.querySelectorAll('article:not([hidden]) td.wide')].map(c => c.offsetWidth)"
    )
    # 12 rem of 17 pixels.
    assert min(widths) >= 204


def test_a_table_that_scrolls_has_a_shadow_at_its_edge(page: Page, reports: Reports) -> None:
    open_report(page, reports["everything"], width=320)
    unfold(page)
    regions = page.locator("article#sv .scroll")
    assert page.evaluate(
        "[...document.querySelectorAll('article#sv .scroll')].some(r => r.scrollWidth > r.clientWidth)"
    )
    attachment = regions.first.evaluate("region => getComputedStyle(region).backgroundAttachment")
    assert attachment == "local, local, scroll, scroll"


@pytest.mark.parametrize("language", LANGUAGES)
def test_titles_of_axes_are_whole_on_a_telephone(page: Page, reports: Reports, language: str) -> None:
    open_report(page, reports["everything"], language, width=320)
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
