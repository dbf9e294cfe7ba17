"""Charts and the report in Chromium, under the content security policy of the application."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from plotly.offline import get_plotlyjs

from bip.assets import plotly_assets
from tests.browser.axe import assert_accessible

pytestmark = pytest.mark.browser

Open = Callable[..., Page]
COMPARISON_PLOTS, REPORT_PLOTS = 12, 28


@pytest.fixture
def visit(browser: Browser, address: str) -> Iterator[Open]:
    """Open an address at a width, in light or dark; nobody may complain."""
    complaints: list[str] = []
    contexts = []

    def visit(path: str, width: int = 1280, scheme: str = "light", scripts: bool = True) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": 900},
            color_scheme=scheme,  # type: ignore[arg-type]
            java_script_enabled=scripts,
        )
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(address + path)
        return page

    yield visit
    for context in contexts:
        context.close()
    assert complaints == []


def unfold(page: Page) -> None:
    page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")


def drawn(page: Page) -> Locator:
    return page.locator(".plot").filter(has=page.locator(".trace"))


def assert_no_sideways_scroll(page: Page, width: int) -> None:
    assert page.evaluate("document.documentElement.scrollWidth") == width


def test_the_style_sheet_holds_what_plotly_would_write(browser: Browser) -> None:
    page = browser.new_page()
    page.add_script_tag(content=get_plotlyjs())
    page.add_style_tag(content=plotly_assets.stylesheet().decode())
    rules = "sheet => [...sheet.cssRules].map(rule => rule.cssText)"
    own = page.evaluate(f"({rules})(document.getElementById('plotly.js-style-global').sheet)")
    served = page.evaluate(f"({rules})([...document.styleSheets].at(-1))")
    assert len(own) > 50
    assert served == own
    page.close()


@pytest.mark.parametrize(
    ("width", "scheme"), [(320, "light"), (768, "dark"), (1280, "light"), (1280, "dark")]
)
def test_a_comparison_is_drawn_and_accessible(visit: Open, width: int, scheme: str) -> None:
    page = visit("/comparison", width, scheme)
    expect(drawn(page)).to_have_count(COMPARISON_PLOTS)
    assert_no_sideways_scroll(page, width)
    unfold(page)
    assert_no_sideways_scroll(page, width)
    assert_accessible(page)


def test_charts_follow_the_colour_scheme(visit: Open) -> None:
    page = visit("/comparison")
    tick = page.locator(".xtick text").first
    expect(tick).to_have_css("fill", "rgb(27, 42, 46)")
    page.emulate_media(color_scheme="dark")
    expect(tick).to_have_css("fill", "rgb(229, 236, 235)")


def test_a_spider_names_its_axes_where_there_is_room(visit: Open) -> None:
    page = visit("/comparison", 320)
    axes = page.locator(".angularaxistick text")
    expect(axes).to_have_text([str(number) for number in range(1, 12)])
    page.set_viewport_size({"width": 1280, "height": 900})
    expect(axes.first).to_have_text("1. Looking forwork")


def test_without_scripts_the_tables_hold_the_numbers(visit: Open) -> None:
    page = visit("/comparison", scripts=False)
    expect(page.get_by_text("The table below holds the same numbers.")).to_have_count(COMPARISON_PLOTS)
    page.get_by_text("Show the numbers in a table").first.click()
    expect(page.locator("table").first).to_be_visible()


@pytest.mark.parametrize(
    ("language", "width", "scheme"),
    # In Swedish it is the researcher's own page: light on a telephone, dark at a desk (test_pages_by_role).
    [("en", 1280, "light"), ("en", 320, "dark")],
)
def test_a_report_is_drawn_and_accessible(visit: Open, language: str, width: int, scheme: str) -> None:
    page = visit(f"/report/{language}", width, scheme)
    page.locator(f".contents a[href='#{language}-method']").click()
    expect(page.locator(f"#{language}-method")).to_be_in_viewport()
    assert_no_sideways_scroll(page, width)
    unfold(page)
    expect(drawn(page)).to_have_count(REPORT_PLOTS, timeout=30_000)
    assert_no_sideways_scroll(page, width)
    assert_accessible(page)


@pytest.mark.parametrize("width", [320, 1280])
def test_a_report_in_swedish_needs_no_moving_sideways(visit: Open, width: int) -> None:
    page = visit("/report/sv", width)
    assert_no_sideways_scroll(page, width)
    unfold(page)
    expect(drawn(page)).to_have_count(REPORT_PLOTS, timeout=30_000)
    assert_no_sideways_scroll(page, width)


def test_without_scripts_a_report_still_unfolds(visit: Open) -> None:
    page = visit("/report/sv", scripts=False)
    page.locator("figure summary").first.click()
    expect(page.locator("figure table").first).to_be_visible()
