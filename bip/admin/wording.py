"""The closed lists of setting up, in words."""

from collections.abc import Iterable, Mapping
from typing import Final

from flask_babel import LazyString, lazy_gettext

from bip.store.lists import LegalBasis, Role

ROLES: Final[Mapping[Role, LazyString]] = {
    Role.CASEWORKER: lazy_gettext("Caseworker"),
    Role.COORDINATOR: lazy_gettext("Coordinator"),
    Role.RESEARCHER: lazy_gettext("Researcher"),
    Role.ADMINISTRATOR: lazy_gettext("Administrator"),
}
MAY: Final[Mapping[Role, LazyString]] = {
    Role.CASEWORKER: lazy_gettext("Caseworker: follows and rates their own participants"),
    Role.COORDINATOR: lazy_gettext("Coordinator: enrols participants and gives them a caseworker"),
    Role.RESEARCHER: lazy_gettext("Researcher: exports the study without names and reads the analyses"),
    Role.ADMINISTRATOR: lazy_gettext("Administrator: sets up units, staff and studies"),
}
LEGAL_BASES: Final[Mapping[LegalBasis, LazyString]] = {
    LegalBasis.PUBLIC_TASK: lazy_gettext("A task in the public interest (GDPR article 6.1 e)"),
    LegalBasis.LEGAL_OBLIGATION: lazy_gettext("A duty laid down in law (GDPR article 6.1 c)"),
    LegalBasis.RESEARCH: lazy_gettext("Research that has been approved (GDPR articles 6.1 e and 9.2 j)"),
    LegalBasis.CONSENT: lazy_gettext("The participant's consent (GDPR articles 6.1 a and 9.2 a)"),
}


def roles_in_words(roles: Iterable[Role]) -> str:
    """The roles in the order of the list, with commas."""
    held = set(roles)
    return ", ".join(str(label) for role, label in ROLES.items() if role in held)
