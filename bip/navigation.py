"""The main menu: one line a page, with the roles that may open it."""

from dataclasses import dataclass

from flask import request, url_for
from flask_babel import LazyString, lazy_gettext

from bip.auth.staff import Staff
from bip.store.lists import Role


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the menu; `below`: where the pages that belong to it lie, beside its own address."""

    endpoint: str
    label: LazyString
    roles: tuple[Role, ...]
    below: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Link:
    """A line of the menu; `current` also on the pages below it."""

    href: str
    label: str
    current: bool


PAGES = (
    Page("worklist.index", lazy_gettext("Worklist"), (Role.CASEWORKER, Role.COORDINATOR)),
    Page(
        "participants.index",
        lazy_gettext("Participants"),
        (Role.CASEWORKER, Role.COORDINATOR),
        below=("/rounds", "/enrolments"),
    ),
    Page("rounds.matrix", lazy_gettext("Rounds"), (Role.CASEWORKER, Role.COORDINATOR)),
    Page("followup.reconciliation", lazy_gettext("To sort out"), (Role.CASEWORKER, Role.COORDINATOR)),
    Page("overview.unit", lazy_gettext("Overview"), (Role.COORDINATOR,)),
    Page("overview.mine", lazy_gettext("My participants in figures"), (Role.CASEWORKER,)),
    Page("bulk.files", lazy_gettext("Files"), (Role.COORDINATOR,), below=("/intake", "/letters")),
    Page("kiosk.index", lazy_gettext("Shared tablets"), (Role.CASEWORKER, Role.COORDINATOR)),
    Page("research.index", lazy_gettext("Research"), (Role.RESEARCHER,)),
    Page("admin.studies", lazy_gettext("Studies"), (Role.ADMINISTRATOR,)),
    Page("admin.units", lazy_gettext("Units"), (Role.ADMINISTRATOR,)),
    Page("admin.people", lazy_gettext("Staff"), (Role.ADMINISTRATOR,)),
    Page("admin.organisation", lazy_gettext("Organisation"), (Role.ADMINISTRATOR,)),
)


def menu(staff: Staff) -> list[Link]:
    """The pages this member of staff may open."""
    hrefs = {page: url_for(page.endpoint) for page in PAGES if staff.has(*page.roles)}
    return [
        Link(href, str(page.label), current=any(map(_is_here, (href, *page.below))))
        for page, href in hrefs.items()
    ]


def _is_here(address: str) -> bool:
    return f"{request.path}/".startswith(f"{address}/")


def first_page(staff: Staff) -> str:
    """The endpoint where this member of staff begins; everybody has a role, so there is one."""
    return next(page.endpoint for page in PAGES if staff.has(*page.roles))
