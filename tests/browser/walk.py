"""Somebody with a tablet and a browser. Every page is looked over: what is wrong on one is found on all."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.sync_api import Browser, ConsoleMessage, Error, Locator, Page, Request, Response, expect

from surveys.load import load_builtin
from surveys.schema import Rater
from tests.bip.pages import TITLE_END
from tests.browser.axe import assert_accessible

TABLET = (768, 1024)
ASKED = load_builtin("bip-11")
ITEMS = {item.key: item for item in ASKED.items}
# Pages of one make are looked at once: axe takes longer than everything else.
_LOOKED_AT: set[tuple[str, ...]] = set()
_MAKE = """() => [...document.querySelectorAll("body :not(svg, svg *)")]
  .map(one => [one.localName, one.type, one.getAttribute("class"), one.getAttribute("role")].join("."))
  .filter((one, at, all) => all.indexOf(one) === at).sort().join(" ")"""


def step(item: str, rater: Rater, value: int) -> str:
    """What a step, or another answer, is called in Swedish."""
    form = ITEMS[item].form(rater)
    assert form is not None
    words = dict(form.steps) | {float(code.code): code.label for code in ASKED.codes_for(rater)}
    return words[float(value)].in_language("sv")


def question(item: str, rater: Rater) -> str:
    """What is asked, in Swedish."""
    form = ITEMS[item].form(rater)
    assert form is not None
    return form.question.in_language("sv")


@dataclass
class Walker:
    """A page that is left by following a link or sending a form, and looked over wherever that leads."""

    page: Page
    address: str
    scheme: str = "light"
    scripts: bool = True
    complaints: list[str] = field(default_factory=list)

    @property
    def path(self) -> str:
        return urlsplit(self.page.url).path

    def find(self, selector: str) -> Locator:
        """In the main part of the page."""
        return self.page.locator(f"main {selector}")

    def open(self, path: str) -> None:
        """Go somewhere without looking it over."""
        self.page.goto(path if path.startswith(self.address) else self.address + path)

    def go(self, path: str) -> None:
        self.open(path)
        self.look_over()

    def turned_away(self, path: str, status: int) -> None:
        """Open what is answered with an error, which a browser always notes."""
        self.page.goto(self.address + path)
        noted = [one for one in self.complaints if str(status) in one]
        assert noted == self.complaints != []
        self.complaints.clear()
        self.look_over()

    def follow(self, where: Locator | str, *, look: bool = True) -> None:
        """Tap a link or a button that leads to another page."""
        target = self.find(where) if isinstance(where, str) else where
        with self.page.expect_navigation():
            target.tap()
        if look:
            self.look_over()

    def send(self, **fields: str) -> None:
        """Fill in the only form with one button, and send it."""
        self.fill(**fields)
        self.follow("button[type=submit]")

    def fill(self, **fields: str) -> None:
        """Write into fields, or choose from lists by value."""
        for name, value in fields.items():
            control = self.find(f"[name={name}]")
            if control.evaluate("control => control.localName") == "select":
                control.select_option(value)
            else:
                control.fill(value)

    def tick(self, name: str, value: str) -> None:
        """Tap the words beside a box or a round button."""
        box = self.find(f"[name={name}][value='{value}']")
        self.page.locator(f"label[for='{box.get_attribute('id')}']").tap()
        expect(box).to_be_checked()

    def sign_in(self, email: str, password: str) -> None:
        self.go("/sign-in")
        self.send(email=email, password=password)
        expect(self.page.locator("form.account")).to_be_visible()

    def enter_code(self, code: str) -> None:
        """Write the code of a letter."""
        self.go("/")
        self.send(code=code)

    def begin(self) -> None:
        """From the page before the questions to the first one that is open."""
        self.follow(".actions a.primary")

    def choose(self, words: str, within: Locator | None = None) -> None:
        """Tap the card with these words; the round button of this name is chosen by it."""
        where = within or self.page.locator("main")
        where.get_by_text(words, exact=True).tap()
        expect(where.get_by_role("radio", name=words, exact=True)).to_be_checked()

    def answer(self, item: str, value: int) -> None:
        """On the page of an item's question: choose, and go on."""
        expect(self.page.get_by_role("heading", level=1)).to_have_text(question(item, "participant"))
        self.choose(step(item, "participant", value))
        self.follow("button.primary")

    def rate(self, values: dict[str, int]) -> None:
        """On the page with everything a caseworker is asked: choose for these items."""
        for item, value in values.items():
            group = self.page.get_by_role("radiogroup", name=question(item, "caseworker"), exact=True)
            self.choose(step(item, "caseworker", value), within=group)

    def wear(self, scheme: str) -> None:
        """Prefer light or dark from now on."""
        self.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        self.scheme = scheme

    def unfold(self) -> None:
        """Open everything that is folded."""
        self.page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")

    def assert_drawn(self, plots: int) -> None:
        """So many pictures, each of them there."""
        drawn = self.find(".plot").filter(has=self.page.locator(".trace, .scatterlayer"))
        expect(drawn).to_have_count(plots, timeout=30_000)

    def look_over(self) -> None:
        """What must be so on every page."""
        heading = " ".join((self.page.locator("h1").text_content() or "").split())
        assert self.page.title() == heading + TITLE_END
        self.assert_fits()
        # Without scripts axe does not run either; the pages are the same.
        if self.scripts and self._make() not in _LOOKED_AT:
            self.assert_accessible()
        assert self.complaints == []

    def assert_fits(self) -> None:
        """Nothing has to be moved sideways to be read."""
        found, room = self.page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
        assert found <= room, f"{self.path} is {found} wide on {room}"

    def assert_accessible(self) -> None:
        assert_accessible(self.page)
        _LOOKED_AT.add(self._make())

    def _make(self) -> tuple[str, ...]:
        """What pages have alike that differ in their words only, in one colour scheme."""
        shape = re.sub(r"[^/]*\d[^/]*|[^/]{20,}", "*", self.path)
        return (shape, self.scheme, self.page.evaluate(_MAKE))

    def _note_console(self, message: ConsoleMessage) -> None:
        self.complaints.append(f"{self.path}: {message.text}")

    def _note_error(self, error: Error) -> None:
        self.complaints.append(f"{self.path}: {error}")

    def _note_request(self, request: Request) -> None:
        if not request.url.startswith((f"{self.address}/", "data:", "blob:")):
            self.complaints.append(f"{self.path} asked for {request.url}")

    def _note_response(self, response: Response) -> None:
        if response.status >= 400:
            self.complaints.append(f"{response.url} was answered with {response.status}")


@contextmanager
def walking(
    browser: Browser,
    address: str,
    *,
    size: tuple[int, int] = TABLET,
    scheme: str = "light",
    scripts: bool = True,
) -> Iterator[Walker]:
    """Somebody who speaks Swedish, with a browser that knows nobody; nothing may complain to the end."""
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        has_touch=True,
        locale="sv-SE",
        color_scheme=scheme,  # type: ignore[arg-type]
        java_script_enabled=scripts,
    )
    walker = Walker(context.new_page(), address, scheme, scripts)
    # Pages are put together in Python on a machine that has other work besides.
    walker.page.set_default_timeout(20_000)
    walker.page.on("console", walker._note_console)
    walker.page.on("pageerror", walker._note_error)
    walker.page.on("request", walker._note_request)
    walker.page.on("response", walker._note_response)
    try:
        yield walker
    finally:
        context.close()
    assert walker.complaints == []
