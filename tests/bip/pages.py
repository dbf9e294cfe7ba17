"""A browser without a screen that looks over every page it gets: what is wrong on one is found on all."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections import Counter
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin

import html5lib
from flask import Flask
from html5lib.constants import E as ERROR_TEXTS
from werkzeug.test import TestResponse

TITLE_END = " – BIP"


@dataclass
class Page:
    """A fetched page, parsed; `response` is Werkzeug's."""

    response: TestResponse
    tree: ET.Element

    @property
    def status(self) -> int:
        return self.response.status_code

    @property
    def text(self) -> str:
        """All words of the page, white space made single."""
        body = self.tree.find("body")
        assert body is not None
        return " ".join("".join(body.itertext()).split())

    @property
    def heading(self) -> str:
        return " ".join("".join(self.only("h1").itertext()).split())

    def all(self, tag: str, **attributes: str) -> list[ET.Element]:
        """The elements of a tag whose attributes are as given (`class_` means has that class)."""
        wanted = {name.rstrip("_").replace("_", "-"): value for name, value in attributes.items()}
        return [e for e in self.tree.iter(tag) if all(_has(e, n, v) for n, v in wanted.items())]

    def only(self, tag: str, **attributes: str) -> ET.Element:
        found = self.all(tag, **attributes)
        assert len(found) == 1, f"{len(found)} of {tag} {attributes} on {self.response.request.path}"
        return found[0]

    def link(self, words: str) -> str:
        """The address of the only link with these words."""
        found = [a for a in self.all("a") if words in " ".join("".join(a.itertext()).split())]
        assert len({a.get("href") for a in found}) == 1, f"{len(found)} links {words!r} in {self.text}"
        return urljoin(self.response.request.path, found[0].attrib["href"])

    def form(self, action: str | None = None) -> dict[str, Any]:
        """What a browser would send with the form as it stands; `action`: a part of its address."""
        return _fields(self._form(action))

    def action(self, action: str | None = None) -> str:
        return self._form(action).get("action") or self.response.request.full_path.rstrip("?")

    def _form(self, action: str | None) -> ET.Element:
        forms = [f for f in self.tree.iter("form") if f.get("method", "get").lower() == "post"]
        if action is not None:
            forms = [f for f in forms if action in (f.get("action") or "")]
        else:
            forms = [f for f in forms if not (f.get("action") or "").endswith("/sign-out")]
        assert len(forms) == 1, f"{len(forms)} forms on {self.response.request.path}: {self.text[:300]}"
        return forms[0]


def _has(element: ET.Element, name: str, value: str) -> bool:
    actual = element.get(name)
    return actual is not None and (value in actual.split() if name == "class" else actual == value)


def _fields(form: ET.Element) -> dict[str, Any]:
    values: dict[str, list[str]] = {}
    for element in form.iter():
        name = element.get("name")
        if name is None or element.get("disabled") is not None:
            continue
        for value in _sent(element):
            values.setdefault(name, []).append(value)
    return {name: found if len(found) > 1 else found[0] for name, found in values.items()}


def _sent(element: ET.Element) -> list[str]:
    if element.tag == "input":
        kind = element.get("type", "text")
        if kind in {"submit", "button", "image", "reset"}:
            return []
        if kind in {"checkbox", "radio"} and element.get("checked") is None:
            return []
        return [element.get("value", "on" if kind in {"checkbox", "radio"} else "")]
    if element.tag == "textarea":
        return ["".join(element.itertext())]
    if element.tag == "select":
        options = list(element.iter("option"))
        chosen = [o for o in options if o.get("selected") is not None] or options[:1]
        return [o.get("value", "".join(o.itertext())) for o in chosen]
    return []


@dataclass
class Visitor:
    """Somebody with a browser. Every page is looked over; `expect` is the status that must come."""

    app: Flask
    language: str = "en"

    def __post_init__(self) -> None:
        self.client = self.app.test_client()

    def get(self, address: str, expect: int = 200) -> Page:
        return self._page(self._open("GET", address), expect)

    def post(self, address: str, data: dict[str, Any] | None = None, expect: int = 200) -> Page:
        return self._page(self._open("POST", address, data=data or {}), expect)

    def submit(
        self,
        page: Page,
        changes: dict[str, Any] | None = None,
        *,
        action: str | None = None,
        expect: int = 200,
    ) -> Page:
        """Send the form with some fields changed and follow where it leads; None leaves a field out."""
        data = {**page.form(action), **(changes or {})}
        sent = {name: value for name, value in data.items() if value is not None}
        return self.post(page.action(action), sent, expect)

    def raw(self, method: str, address: str, **more: Any) -> TestResponse:  # noqa: ANN401  # as Werkzeug takes them
        """The answer as it is: no redirect followed, nothing looked over."""
        return self.client.open(
            address, method=method, buffered=True, headers={"Accept-Language": self.language}, **more
        )

    def sign_in(self, email: str, password: str, expect: int = 200) -> Page:
        return self.submit(self.get("/sign-in"), {"email": email, "password": password}, expect=expect)

    def pass_door(self, email: str, password: str) -> None:
        """Sign in without looking at the page that this leads to."""
        page = self.get("/sign-in")
        data = {**page.form(), "email": email, "password": password}
        answer = self.raw("POST", page.action(), data=data)
        assert (answer.status_code, answer.location) == (302, "/start"), answer.text

    def _open(self, method: str, address: str, **more: Any) -> TestResponse:  # noqa: ANN401  # as Werkzeug takes them
        headers = {"Accept-Language": self.language}
        return self.client.open(address, method=method, headers=headers, follow_redirects=True, **more)

    def _page(self, response: TestResponse, expect: int) -> Page:
        assert response.status_code == expect, (response.status_code, response.text[:2000])
        assert response.mimetype == "text/html", response.mimetype
        page = Page(response, _parsed(response))
        look_over(page)
        return page


def _parsed(response: TestResponse) -> ET.Element:
    parser = html5lib.HTMLParser(tree=html5lib.getTreeBuilder("etree"), namespaceHTMLElements=False)
    tree: ET.Element = parser.parse(response.text)
    lines = response.text.splitlines()
    problems = [f"{lines[at[0] - 1]!r}: {ERROR_TEXTS[code] % data}" for at, code, data in parser.errors]
    assert problems == []
    for template in tree.iter("template"):
        # For a script to show; nobody sees it here.
        template[:] = []
        template.text = None
    return tree


def look_over(page: Page) -> None:
    """What must be so on every page."""
    root = page.tree
    assert re.fullmatch(r"[a-z]{2,3}(-[A-Za-z]+)*", root.get("lang", "")), "the page says no language"
    assert root.get("dir") in {"ltr", "rtl"}
    title = " ".join("".join(page.only("title").itertext()).split())
    assert title == page.heading + TITLE_END
    repeated = [
        name for name, times in Counter(e.get("id") for e in root.iter()).items() if name and times > 1
    ]
    assert repeated == [], "ids are unique"
    _look_over_policy(page)
    _look_over_labels(page)


def _look_over_policy(page: Page) -> None:
    policy = page.response.headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    nonces = re.findall(r"'nonce-([^']+)'", policy)
    assert len(nonces) == 1
    for script in page.all("script"):
        assert script.get("type") == "application/json" or script.get("nonce") == nonces[0]
    assert page.all("style") == []
    for element in page.tree.iter():
        inline = [name for name in element.attrib if name == "style" or name.startswith("on")]
        assert inline == [], f"<{element.tag}> has {inline}"
    assert page.response.headers["Cache-Control"] == "no-store"


def _look_over_labels(page: Page) -> None:
    labelled = {label.get("for") for label in page.all("label")}
    wrapped = {id(e) for label in page.all("label") for e in label.iter()}
    for element in page.tree.iter():
        if element.tag not in {"input", "select", "textarea"} or element.get("type") in {"hidden", "submit"}:
            continue
        named = element.get("id") in labelled or id(element) in wrapped or element.get("aria-label")
        assert named, f"{element.tag} {element.get('name')} has no label"
