"""An instrument as the rest of the platform knows it: frozen objects, complete and checked."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from surveys.schema import RATERS, Rater

ScaleKind = Literal["steps", "continuous"]
Direction = Literal["higher_is_closer", "lower_is_closer"]
Json = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Text:
    """The same words in several languages, the instrument's first language first."""

    translations: tuple[tuple[str, str], ...]

    def in_language(self, language: str) -> str:
        """The words in a language; where it has none, those of the first language."""
        return dict(self.translations).get(language, self.translations[0][1])

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages that have words."""
        return tuple(language for language, _ in self.translations)

    def to_json(self) -> Json:
        """Words by language."""
        return dict(self.translations)


@dataclass(frozen=True, slots=True)
class Scale:
    """The possible answers: whole steps, or any number within the bounds. Bounds belong to the scale."""

    kind: ScaleKind
    lowest: int | float
    highest: int | float
    direction: Direction

    @property
    def steps(self) -> tuple[int, ...]:
        """The steps from lowest to highest; none on a continuous scale."""
        if self.kind == "continuous":
            return ()
        return tuple(range(int(self.lowest), int(self.highest) + 1))

    def to_json(self) -> Json:
        """Kind, bounds and direction."""
        return {
            "kind": self.kind,
            "lowest": self.lowest,
            "highest": self.highest,
            "direction": self.direction,
        }


@dataclass(frozen=True, slots=True)
class RaterForm:
    """What one rater is asked about one item. On a continuous scale `steps` are the words of the two ends."""

    rater: Rater
    private: bool
    alone: bool
    question: Text
    steps: tuple[tuple[int | float, Text], ...]

    def to_json(self) -> Json:
        """Marks, question, and the words of the steps; the steps are strings, as JSON keys are."""
        return {
            "private": self.private,
            "alone": self.alone,
            "question": self.question.to_json(),
            "steps": {json.dumps(step): words.to_json() for step, words in self.steps},
        }


@dataclass(frozen=True, slots=True)
class Item:
    """One indicator: its scale, and its form for each rater who is asked."""

    key: str
    number: int
    sensitive: bool
    label: Text
    scale: Scale
    forms: tuple[RaterForm, ...]

    def form(self, rater: Rater) -> RaterForm | None:
        """What this rater is asked, or None."""
        return next((form for form in self.forms if form.rater == rater), None)

    def to_json(self) -> Json:
        """The item with its scale and the forms by rater."""
        return {
            "key": self.key,
            "number": self.number,
            "sensitive": self.sensitive,
            "label": self.label.to_json(),
            "scale": self.scale.to_json(),
            "raters": {form.rater: form.to_json() for form in self.forms},
        }


@dataclass(frozen=True, slots=True)
class MissingCode:
    """A number that stands for no answer, and the raters who can give it."""

    code: int
    key: str
    label: Text
    raters: tuple[Rater, ...]

    def to_json(self) -> Json:
        """Key, label and raters; the code itself is the key of the mapping that holds this."""
        return {"key": self.key, "label": self.label.to_json(), "raters": list(self.raters)}


@dataclass(frozen=True, slots=True)
class Language:
    """A language of an instrument, and whether somebody has reviewed its words."""

    tag: str
    status: Literal["provisional", "reviewed"]


@dataclass(frozen=True, slots=True, order=True)
class InstrumentId:
    """An instrument's key with its version, written `bip-11@1`."""

    key: str
    version: str

    def __str__(self) -> str:
        return f"{self.key}@{self.version}"


@dataclass(frozen=True, slots=True)
class Instrument:
    """One version of a questionnaire: items in the order of their numbers, the first language first."""

    key: str
    version: str
    status: Literal["provisional", "final"]
    languages: tuple[Language, ...]
    title: Text
    description: Text
    references: tuple[str, ...]
    missing_codes: tuple[MissingCode, ...]
    items: tuple[Item, ...]

    @property
    def id(self) -> InstrumentId:
        """Key and version."""
        return InstrumentId(self.key, self.version)

    @property
    def first_language(self) -> str:
        """The language the questions were written in, in which no text is missing."""
        return self.languages[0].tag

    @property
    def raters(self) -> tuple[Rater, ...]:
        """The raters who are asked something, the participant first."""
        asked = {form.rater for item in self.items for form in item.forms}
        return tuple(rater for rater in RATERS if rater in asked)

    def items_for(self, rater: Rater) -> tuple[Item, ...]:
        """The items this rater is asked."""
        return tuple(item for item in self.items if item.form(rater) is not None)

    def codes_for(self, rater: Rater) -> tuple[MissingCode, ...]:
        """The missing codes that answers of this rater can hold."""
        return tuple(code for code in self.missing_codes if rater in code.raters)

    def to_json(self) -> dict[str, object]:
        """The resolved instrument: every text, scale and code in place, nothing to look up."""
        return {
            "key": self.key,
            "version": self.version,
            "status": self.status,
            "first_language": self.first_language,
            "languages": [language.tag for language in self.languages],
            "title": self.title.to_json(),
            "description": self.description.to_json(),
            "references": list(self.references),
            "missing_codes": {str(code.code): code.to_json() for code in self.missing_codes},
            "items": [item.to_json() for item in self.items],
        }


def canonical_json(instrument: Instrument) -> str:
    """The resolved instrument as text whose UTF-8 bytes are the same wherever it is written."""
    return json.dumps(instrument.to_json(), ensure_ascii=False, indent=1, sort_keys=True) + "\n"
