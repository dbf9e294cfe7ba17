"""Somebody with a course, and the ways in which staff write into it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from bip.auth.staff import Staff
from bip.store.lists import Role
from tests.bip.house import House
from tests.bip.pages import Page, Visitor, _fields
from tests.bip.participants.people import enrolled

# The day of the tests' clock, and an enrolment long before it.
TODAY = date(2026, 3, 2)
ENROLLED = date(2025, 9, 1)


def begun(house: House, **more: Any) -> UUID:  # noqa: ANN401  # whatever `enrolled` takes
    """Somebody enrolled half a year ago, in the caseworker's hands; the enrolment's id."""
    with house.installed.store.writing() as session:
        return enrolled(house, session, **{"enrolled_on": ENROLLED, **more}).id


def course(visitor: Visitor, enrolment_id: UUID) -> Page:
    return visitor.get(f"/enrolments/{enrolment_id}/course")


def filled(page: Page, changes: dict[str, Any], address: str | None = None) -> dict[str, Any]:
    """What the form with this address (the page's own, if none) sends; beside it stand some that remove."""
    wanted = address or page.response.request.path
    form = next(form for form in page.all("form") if form.get("action") == wanted)
    return {**_fields(form), **changes}


def take(visitor: Visitor, page: Page, enrolment_id: UUID, kind: str, **changes: str) -> Page:
    """The two taps on the page of the course: a step was taken, and which."""
    address = f"/enrolments/{enrolment_id}/steps"
    return visitor.post(address, filled(page, {"kind": kind, **changes}, address))


def write(visitor: Visitor, enrolment_id: UUID, what: str, **changes: str) -> Page:
    """Fill in and send a form of the course; the page where it leads."""
    address = f"/enrolments/{enrolment_id}/{what}"
    return visitor.post(address, filled(visitor.get(address), changes))


def remove(visitor: Visitor, enrolment_id: UUID, what: str) -> Page:
    page = visitor.get(f"/enrolments/{enrolment_id}/{what}")
    return visitor.submit(page, action=f"{what}/remove")


def member(house: House, role: Role) -> Staff:
    """The house's member of staff, as services know one."""
    return Staff(house.accounts[role], house.organisation_id, house.unit_id, "Kim Berg", frozenset({role}))


def ago(days: int) -> str:
    return (TODAY - timedelta(days=days)).isoformat()
