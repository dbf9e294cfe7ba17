"""Every sign of every text has a shape in the fonts that a device with Debian's Noto fonts has."""

from __future__ import annotations

import subprocess
import unicodedata
from functools import cache

import pytest
from babel.messages.pofile import read_po

from bip.admin.studies import drafts
from bip.localisation import CATALOGUES, PARTICIPANT_LANGUAGES, SOURCE, own_name
from surveys.load import load_builtin

# The scripts that the words of a language may hold, by the first word of each sign's Unicode name.
SCRIPTS = {"ar": "ARABIC", "fa": "ARABIC", "ti": "ETHIOPIC", "uk": "CYRILLIC"}
# Marks that join or part signs and have no shape of their own.
SHAPELESS = {"\n", "\u200c", "\u200d", "\u200e", "\u200f"}


@cache
def with_a_glyph() -> frozenset[int]:
    """The code points of all installed fonts."""
    command = ["fc-list", "--format", "%{charset}\n"]
    listed = subprocess.run(command, capture_output=True, text=True, check=True)
    found: set[int] = set()
    for part in listed.stdout.split():
        first, _, last = part.partition("-")
        found.update(range(int(first, 16), int(last or first, 16) + 1))
    return frozenset(found)


def texts(language: str) -> str:
    """All words of a language: questions, pages, what participants are told, its own name."""
    asked = load_builtin("bip-11", "1")
    words = [own_name(language), asked.title.in_language(language)]
    for item in asked.items:
        words.append(item.label.in_language(language))
        for form in item.forms:
            shown = [form.question, *(text for _, text in form.steps)]
            words += [text.in_language(language) for text in shown]
    words += [code.label.in_language(language) for code in asked.missing_codes]
    words += drafts("BIP", [language]).values()
    if language != SOURCE:
        with (CATALOGUES / language.replace("-", "_") / "LC_MESSAGES" / "messages.po").open("rb") as file:
            for message in read_po(file, locale=language.partition("-")[0]):
                words += [message.string] if isinstance(message.string, str) else message.string
    return "\n".join(words)


@pytest.mark.parametrize("language", PARTICIPANT_LANGUAGES)
def test_every_sign_has_a_glyph(language: str) -> None:
    wanting = {one for one in texts(language) if one not in SHAPELESS and ord(one) not in with_a_glyph()}
    assert {f"{one} U+{ord(one):04X}" for one in wanting} == set(), "remedy: apt-get install fonts-noto-core"


@pytest.mark.parametrize("language", PARTICIPANT_LANGUAGES)
def test_the_signs_are_in_the_form_that_fonts_and_searches_expect(language: str) -> None:
    text = texts(language)
    assert unicodedata.normalize("NFC", text) == text
    strange = {sign for sign in text if unicodedata.category(sign) in {"Cn", "Co", "Cs"} or sign == "\ufffd"}
    assert strange == set()


@pytest.mark.parametrize(("language", "script"), SCRIPTS.items())
def test_a_language_is_written_in_its_script(language: str, script: str) -> None:
    letters = [sign for sign in texts(language) if sign.isalpha()]
    own = sum(unicodedata.name(sign).startswith(script) for sign in letters)
    assert own > 0.9 * len(letters)
