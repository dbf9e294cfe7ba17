"""In which language a page speaks, and the catalogues that hold the words.

The source texts are English; the catalogues are read as their translators wrote them, so nothing has to be
compiled before the application runs.
"""

from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Final

from babel import Locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from flask import Flask, g, request, session
from flask_babel import Babel, Domain, get_locale

CATALOGUES: Final = Path(__file__).with_name("translations")
# The languages of the pages; participants' questions have those of their instrument.
LANGUAGES: Final = ("sv", "da", "en")
SOURCE: Final = "en"


class Catalogues(Domain):
    """The domain of all texts, read from the .po files."""

    def get_translations(self) -> NullTranslations:
        """The texts of this request's language."""
        return _words()


def _words() -> NullTranslations:
    locale = get_locale()
    return catalogue(locale.language if locale else SOURCE)


@cache
def catalogue(language: str) -> NullTranslations:
    """The texts of a language; the source texts where it has no catalogue."""
    path = CATALOGUES / language / "LC_MESSAGES" / "messages.po"
    if not path.exists():
        return NullTranslations()
    with path.open("rb") as file:
        messages = read_po(file, locale=language)
    compiled = BytesIO()
    write_mo(compiled, messages)
    compiled.seek(0)
    return Translations(compiled)


def speak(app: Flask) -> None:
    """Let the application choose a language for each request."""
    babel = Babel(app, default_locale=LANGUAGES[0], locale_selector=page_language)
    babel.domain_instance = Catalogues()
    # The shortest way from a template to its words: a page asks some twenty times.
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]  # Jinja's extension adds it
        gettext=lambda text: _words().gettext(text),
        ngettext=lambda one, many, number: _words().ngettext(one, many, number),
        newstyle=True,
    )


def page_language() -> str:
    """What the page itself says (a participant's response), else what was chosen, else what is asked for."""
    fixed = g.get("language")
    if fixed in LANGUAGES:
        return str(fixed)
    chosen = session.get("language")
    if chosen in LANGUAGES:
        return str(chosen)
    return request.accept_languages.best_match(LANGUAGES) or LANGUAGES[0]


@cache
def direction(language: str) -> str:
    """`ltr` or `rtl`."""
    return str(Locale.parse(language, sep="-").text_direction)


@cache
def own_name(language: str) -> str:
    """A language's name in itself, such as Svenska."""
    name = Locale.parse(language, sep="-").get_display_name(language.replace("-", "_"))
    return (name or language).capitalize()
