"""Making a browser a shared tablet."""

from __future__ import annotations

from collections.abc import Mapping

from tests.bip.pages import Page, Visitor

PIN = "2468"


def start(
    visitor: Visitor, pin: str, again: str | None = None, changes: Mapping[str, str] | None = None
) -> Page:
    """Choose a PIN; the page has a form for every tablet in use as well."""
    form = visitor.get("/kiosk").all("input", name="csrf_token")[-1]
    sent = {"csrf_token": form.attrib["value"], "pin": pin, "again": pin if again is None else again}
    return visitor.post("/kiosk", sent | dict(changes or {}))
