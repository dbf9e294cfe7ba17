"""Every text of the pages has its words in every language; a stale catalogue fails here."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import read_po

from bip.localisation import CATALOGUES, LANGUAGES, PARTICIPANT_LANGUAGES, SOURCE

ROOT = Path(__file__).parents[2]
TRANSLATED = [language for language in PARTICIPANT_LANGUAGES if language != SOURCE]
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%%")


def mappings(language: str) -> list[dict[str, str]]:
    """Where the texts of a language stand: everywhere, or on the pages of participants."""
    if language in LANGUAGES:
        settings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["babel"]
    else:
        settings = tomllib.loads((CATALOGUES / "participants.toml").read_text())
    found: list[dict[str, str]] = settings["mappings"]
    return found


@cache
def in_use(language: str) -> Catalog:
    """The texts that code and templates hold today."""
    methods = [(mapping["pattern"], mapping["method"]) for mapping in mappings(language)]
    keywords = DEFAULT_KEYWORDS | {"lazy_gettext": None}
    found = Catalog()
    for folder in ("bip", "templates"):
        for _, _, texts, _, context in extract_from_dir(
            ROOT / folder, methods_below(folder, methods), keywords=keywords
        ):
            found.add(texts, context=context)
    return found


def methods_below(folder: str, methods: list[tuple[str, str]]) -> list[tuple[str, str]]:
    return [
        (pattern.removeprefix(f"{folder}/"), method)
        for pattern, method in methods
        if pattern.startswith(folder)
    ]


@cache
def translated(language: str) -> Catalog:
    with (CATALOGUES / language.replace("-", "_") / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return read_po(file, locale=language.partition("-")[0])


def messages(catalogue: Catalog) -> Iterator[Message]:
    return (message for message in catalogue if message.id)


def forms(text: str | tuple[str, ...] | list[str]) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text)


def test_there_are_texts() -> None:
    assert sum(1 for _ in messages(in_use("sv"))) > sum(1 for _ in messages(in_use("ar"))) > 150


@pytest.mark.parametrize("language", TRANSLATED)
def test_the_catalogue_holds_exactly_the_texts_in_use(language: str) -> None:
    used = {message.id for message in messages(in_use(language))}
    known = {message.id for message in messages(translated(language))}
    assert (sorted(map(str, used - known)), sorted(map(str, known - used))) == ([], []), "remedy: make texts"


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_text_is_translated(language: str) -> None:
    wanting = [m.id for m in messages(translated(language)) if not all(forms(m.string)) or m.fuzzy]
    assert wanting == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_translation_has_the_same_gaps_to_fill(language: str) -> None:
    for message in messages(translated(language)):
        wanted = {name for text in forms(message.id) for name in PLACEHOLDER.findall(text)}
        for text in forms(message.string):
            assert set(PLACEHOLDER.findall(text)) <= wanted, message.id
            if isinstance(message.id, str):
                assert set(PLACEHOLDER.findall(text)) == wanted, message.id
