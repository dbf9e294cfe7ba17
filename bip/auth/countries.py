"""The countries an organisation can be in, in the words of the page's language."""

from typing import Final

from flask_babel import get_locale
from wtforms import SelectChoice

# Regions, reserved and private codes, which CLDR lists among the territories but ISO 3166-1 does not assign.
_NO_COUNTRY: Final = frozenset(
    ("AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "XK", "ZZ")
)
_OF_LANGUAGE: Final = {"sv": "SE", "da": "DK"}


def countries() -> list[SelectChoice]:
    """The choices of a field, by name; the values are ISO 3166-1 alpha-2."""
    found = [
        SelectChoice(code, name)
        for code, name in get_locale().territories.items()
        if len(code) == 2 and code.isalpha() and code not in _NO_COUNTRY
    ]
    return sorted(found, key=lambda country: country.label.casefold())


def likely_country() -> str:
    """The country whose language the page speaks; Sweden where that says nothing."""
    return _OF_LANGUAGE.get(get_locale().language, "SE")
