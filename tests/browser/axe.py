"""What axe finds on a page; it takes longer than everything else that is done to one."""

from __future__ import annotations

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

_AXE = Axe()
# What lies inside a picture (role=img) is not exposed to anybody, and has thousands of elements.
_CONTEXT = {"exclude": [".main-svg"]}


def assert_accessible(page: Page, *, contrast: bool = True) -> None:
    """No fault is found.

    `contrast`: whether the colours of all text are measured too, two thirds of the time on a page with
    thousands of numbers. They come from the style sheets and the scheme, never from the language.
    """
    options: dict[str, Any] = {"resultTypes": ["violations"]}
    if not contrast:
        options["rules"] = {"color-contrast": {"enabled": False}}
    found = _AXE.run(page, context=_CONTEXT, options=options)
    assert found.violations_count == 0, f"{page.url}\n{found.generate_report()}"
