"""In which language a page speaks, and the catalogues that hold the words.

The source texts are English; the catalogues are read as their translators wrote them, so nothing has to be
compiled before the application runs.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Final

from babel import Locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from flask import Flask, g, has_request_context, request, session
from flask_babel import Babel, Domain, force_locale

CATALOGUES: Final = Path(__file__).with_name("translations")
# The languages of all pages, and those of participants' pages beside them.
LANGUAGES: Final = ("sv", "da", "en")
PARTICIPANT_LANGUAGES: Final = (*LANGUAGES, "sv-simple", "nb", "fi", "ar", "so", "ti", "fa", "uk")
PARTICIPANT_PAGES: Final = frozenset({"collect", "aside"})
SOURCE: Final = "en"
# Where the name in Unicode's tables is not what people call it.
_NAMES: Final = {"sv-simple": "Lättläst svenska", "nb": "Norsk", "fa": "دری / فارسی"}


class Catalogues(Domain):
    """The domain of all texts, read from the .po files."""

    def get_translations(self) -> NullTranslations:
        """The texts of this request's language."""
        return _words()


@contextmanager
def speaking(language: str, first_language: str = SOURCE) -> Iterator[None]:
    """Let a part of a page speak another language, such as a letter's in the page that prints it."""
    before = {name: g.get(name) for name in ("language", "first_language")}
    g.language, g.first_language = language, first_language
    try:
        with force_locale(_base(language)):
            yield
    finally:
        g.language, g.first_language = before["language"], before["first_language"]


def _words() -> NullTranslations:
    if not has_request_context():
        return _SOURCE_WORDS
    return catalogue(page_language(), g.get("first_language") or SOURCE)


@cache
def catalogue(language: str, first_language: str = SOURCE) -> NullTranslations:
    """The texts of a language; where it has none, those of the study's first language, then the source's."""
    path = CATALOGUES / language.replace("-", "_") / "LC_MESSAGES" / "messages.po"
    if not path.exists():
        return NullTranslations()
    with path.open("rb") as file:
        messages = read_po(file, locale=language.partition("-")[0])
    compiled = BytesIO()
    write_mo(compiled, messages)
    compiled.seek(0)
    words = Translations(compiled)
    if first_language != language:
        words.add_fallback(catalogue(first_language))
    return words


_SOURCE_WORDS: Final = NullTranslations()


def speak(app: Flask) -> None:
    """Let the application choose a language for each request."""
    babel = Babel(app, default_locale=LANGUAGES[0], locale_selector=lambda: _base(page_language()))
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
    if fixed in PARTICIPANT_LANGUAGES:
        return str(fixed)
    # Every text of a page asks.
    if "asked_for" not in g:
        g.asked_for = _asked_for()
    return str(g.asked_for)


def _asked_for() -> str:
    """What was chosen, else what the browser asks for, of the languages that the page speaks."""
    spoken = PARTICIPANT_LANGUAGES if request.blueprint in PARTICIPANT_PAGES else LANGUAGES
    chosen = session.get("language")
    if chosen in spoken:
        return str(chosen)
    return request.accept_languages.best_match(spoken) or LANGUAGES[0]


def _base(language: str) -> str:
    """The language without its variant: dates in easy Swedish are dates in Swedish."""
    return language.partition("-")[0]


@cache
def direction(language: str) -> str:
    """`ltr` or `rtl`."""
    return str(Locale.parse(language, sep="-").text_direction)


@cache
def own_name(language: str) -> str:
    """A language's name in itself, such as Svenska."""
    if language in _NAMES:
        return _NAMES[language]
    name = Locale.parse(language, sep="-").get_display_name(language.replace("-", "_"))
    return (name or language).capitalize()
