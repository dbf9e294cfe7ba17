"""An instrument as plain text for a terminal of 80 columns: what one rater is asked, in one language."""

import json
import textwrap
from collections.abc import Iterator

from surveys.model import Instrument, Item, RaterForm, Text
from surveys.schema import Rater

WIDTH = 80
_STATUS = {"provisional": "provisional wording", "final": "final wording"}


def summary(instrument: Instrument) -> str:
    """Key, status, languages and size of an instrument, with its title in English where it has one."""
    languages = ", ".join(f"{language.tag} ({language.status})" for language in instrument.languages)
    asked = ", ".join(f"{rater} {len(instrument.items_for(rater))}" for rater in instrument.raters)
    lines = [
        f"{instrument.id}  {_STATUS[instrument.status]}",
        *_wrapped(instrument.title.in_language("en"), "    "),
        *_wrapped(f"Items: {asked}", "    "),
        *_wrapped(f"Languages: {languages}", "    "),
    ]
    return "\n".join(lines)


def outline(instrument: Instrument, rater: Rater, language: str) -> str:
    """Every question to this rater with its steps, marks and codes. A text not yet translated is marked."""
    lines = list(_head(instrument, rater, language))
    for item in instrument.items:
        form = item.form(rater)
        if form is not None:
            lines += ["", *_question(item, form, language)]
    lines += ["", "Codes for no answer:"]
    for code in instrument.codes_for(rater):
        lines += _hanging(str(code.code), _words(code.label, language))
    return "\n".join(lines)


def _head(instrument: Instrument, rater: Rater, language: str) -> Iterator[str]:
    translation = next(known.status for known in instrument.languages if known.tag == language)
    yield f"{instrument.id}, {rater}, {language}"
    yield from _wrapped(_words(instrument.title, language))
    yield from _wrapped(_words(instrument.description, language))
    yield f"Status: {_STATUS[instrument.status]}; texts in {language}: {translation}"


def _question(item: Item, form: RaterForm, language: str) -> Iterator[str]:
    given = {"sensitive": item.sensitive, "private": form.private, "alone": form.alone}
    marks = [mark for mark, applies in given.items() if applies]
    marked = f"  [{', '.join(marks)}]" if marks else ""
    yield from _hanging(f"{item.number}.", f"{_words(item.label, language)} ({item.key}){marked}")
    yield from _wrapped(_words(form.question, language), "     ")
    if item.scale.kind == "continuous":
        yield from _wrapped(f"Any number from {item.scale.lowest} to {item.scale.highest}.", "     ")
    if item.scale.direction == "lower_is_closer":
        yield "     The lowest answer is closest to work."
    for step, words in form.steps:
        yield from _hanging(json.dumps(step), _words(words, language), 8)


def _words(text: Text, language: str) -> str:
    missing = language not in text.languages
    return f"{text.in_language(language)} [not in {language}]" if missing else text.in_language(language)


def _hanging(number: str, words: str, indent: int = 5) -> list[str]:
    return _wrapped(words, f"{number:>{indent - 2}}  ", " " * indent)


def _wrapped(words: str, first: str = "", following: str | None = None) -> list[str]:
    later = first if following is None else following
    return textwrap.wrap(words, WIDTH, initial_indent=first, subsequent_indent=later)
