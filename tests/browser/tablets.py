"""A tablet in a real browser, with a network that can be taken away, and what it leaves behind."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Route, expect

from surveys.load import load_builtin

TABLET, PHONE, DESKTOP = (768, 1024), (360, 740), (1280, 900)
KEYS = [item.key for item in load_builtin("bip-11").items_for("participant")]
# What the browser itself says when a request fails because a test has taken the network away.
_NETWORK = ("ERR_INTERNET_DISCONNECTED", "ERR_FAILED", "ERR_CONNECTION", "responded with a status of")
# Without HTTPS it says so itself.
_INSECURE = "Cross-Origin-Opener-Policy header has been ignored"
# All that a browser keeps of a site, read as whoever finds the tablet could.
LEFT_BEHIND = """async () => {
  const read = (store) => new Promise((done) => {
    const opening = indexedDB.open("bip", 1);
    opening.onsuccess = () => {
      const all = opening.result.transaction(store).objectStore(store).getAll();
      all.onsuccess = () => done(all.result);
    };
  });
  const text = (value) => value instanceof ArrayBuffer || ArrayBuffer.isView(value)
    ? String.fromCharCode(...new Uint8Array(value.buffer ?? value)) : JSON.stringify(value);
  const outbox = await read("outbox");
  return {
    outbox: outbox.map(({ body }) => text(body)),
    copies: (await read("copies")).length,
    session: { ...sessionStorage },
    local: { ...localStorage },
    pages: (await caches.has("bip-pages"))
      ? (await (await caches.open("bip-pages")).keys()).map((one) => one.url) : [],
  };
}"""


@dataclass
class Tablet:
    """One tab of a browser on the participants' pages; what its console says besides the network is kept."""

    context: BrowserContext
    page: Page
    address: str
    complaints: list[str] = field(default_factory=list)

    def ready(self) -> None:
        """The script has taken over."""
        self.page.wait_for_selector("html[data-ready]", state="attached")

    def guarded(self) -> None:
        """The worker is at work: it serves what is loaded from now on, though perhaps not this page yet."""
        self.page.evaluate("navigator.serviceWorker.ready.then(() => undefined)")

    def enter(self, code: str) -> None:
        """Write the code and go to the page before the questions."""
        self.page.goto(f"{self.address}/")
        self.page.fill("input[name=code]", code)
        self.page.click("main button[type=submit]")
        self.ready()

    def begin(self, code: str) -> None:
        """To the first question."""
        self.enter(code)
        self.page.click("main .actions a")
        expect(self.page.locator("main .choice").first).to_be_visible()

    def choose(self, value: int) -> None:
        """Touch a step."""
        self.page.locator(f"main input[value='{value}'] + label").click()

    def next(self) -> None:
        self.page.click("main .actions .primary")

    def back(self) -> None:
        self.page.click("main button[name=back]")

    def skip(self) -> None:
        self.page.click("main button[name=skip]")

    def answer_rest(self, value: int) -> None:
        """The same step everywhere, up to the summary."""
        while self.page.locator("main .choice").count():
            self.choose(value)
            self.next()

    @property
    def saving(self) -> Any:  # noqa: ANN401  # Playwright's assertions are untyped
        """Expectations of the line that says what is saved."""
        return expect(self.page.locator("#saving"))

    @property
    def way(self) -> str:
        """The address that all pages of the response begin with."""
        return self.page.url[: self.page.url.index("/answer/")] + "/".join(
            self.page.url[self.page.url.index("/answer/") :].split("/")[:3]
        )

    def offline(self, away: bool = True) -> None:
        self.context.set_offline(away)

    def left_behind(self) -> dict[str, Any]:
        found: dict[str, Any] = self.page.evaluate(LEFT_BEHIND)
        return found

    def lose_replies(self, times: int) -> list[bytes]:
        """Let the server get the next answers, and the tablet no reply; the bytes that were sent."""
        sent: list[bytes] = []

        def lose(route: Route) -> None:
            sent.append(route.request.post_data_buffer or b"")
            if len(sent) <= times:
                route.fetch()
                route.abort()
            else:
                route.continue_()

        # A worker of the page would answer before the route is asked.
        self.context.route("**/answers?*", lose)
        return sent

    def note_console(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not any(words in message.text for words in (*_NETWORK, _INSECURE)):
            self.complaints.append(message.text)


@contextmanager
def tablet(browser: Browser, address: str, size: tuple[int, int] = TABLET, **how: Any) -> Iterator[Tablet]:  # noqa: ANN401
    """A browser that knows nobody; nothing may complain to the end."""
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]}, locale="en-GB", has_touch=True, **how
    )
    made = another_tab(context, address)
    try:
        yield made
    finally:
        context.close()
    assert made.complaints == []


def another_tab(context: BrowserContext, address: str) -> Tablet:
    """A further tab of the same browser."""
    made = Tablet(context, context.new_page(), address)
    made.page.set_default_timeout(20_000)
    made.page.on("console", made.note_console)
    made.page.on("pageerror", lambda error: made.complaints.append(str(error)))
    return made
