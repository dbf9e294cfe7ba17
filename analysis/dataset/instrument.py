"""The instrument as it travels with a study dataset: `instruments/<key>-<version>.json`.

This is the reading side of the resolved instrument; it is handed over as JSON so that estimating needs
none of the code that collects.
"""

from __future__ import annotations

import json
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict

Texts = dict[str, str]
_LARGEST = 10**15  # every whole number up to here is a double of its own


def _finite(bound: float) -> float:
    if not abs(bound) <= _LARGEST:  # written so that NaN does not pass
        raise ValueError("a bound of a scale is a finite number, at most 10^15")
    return bound


Bound = Annotated[int | float, AfterValidator(_finite)]


class _Frozen(BaseModel):
    # Fields that later versions add (audio, layout) are kept, so a dataset is written back whole.
    model_config = ConfigDict(frozen=True, extra="allow")


class Scale(_Frozen):
    """An item's scale: whole steps, or any number between the bounds."""

    kind: Literal["steps", "continuous"]
    lowest: Bound
    highest: Bound
    direction: Literal["higher_is_closer", "lower_is_closer"] = "higher_is_closer"


class RaterForm(_Frozen):
    """What one rater is asked: question and words of the steps, by language.

    `private`: not shown to the other party. `alone`: never put into a model beside the other indicators.
    """

    question: Texts
    steps: dict[str, Texts]
    private: bool = False
    alone: bool = False


class Item(_Frozen):
    """One indicator and what each rater is asked about it."""

    key: str
    number: int
    label: Texts
    scale: Scale
    raters: dict[Literal["participant", "caseworker"], RaterForm]
    sensitive: bool = False

    def form(self, rater: str) -> RaterForm:
        """What `rater` is asked; StopIteration where the item is not asked of that rater."""
        return next(form for name, form in self.raters.items() if name == rater)


class MissingCode(_Frozen):
    """A code that stands for an answer without a value."""

    key: str
    label: Texts
    raters: list[str]


class Instrument(_Frozen):
    """An instrument in one version, as used."""

    key: str
    version: str
    status: str
    first_language: str
    languages: list[str]
    title: Texts
    description: Texts
    references: list[str]
    missing_codes: dict[str, MissingCode]
    items: list[Item]

    @property
    def name(self) -> str:
        """Key and version as `results.json` names it: `bip-11@1`."""
        return f"{self.key}@{self.version}"

    def items_of(self, rater: str) -> list[Item]:
        """The items that this rater is asked, in the instrument's order."""
        return [item for item in self.items if rater in item.raters]

    def text(self, texts: Texts, language: str) -> str:
        """The text in `language`, else in the instrument's first language, else in any; "" if none."""
        return texts.get(language) or texts.get(self.first_language) or next(iter(texts.values()), "")


def to_json(instrument: Instrument) -> str:
    """The same instrument gives the same bytes: sorted keys, one newline at the end."""
    content = instrument.model_dump(mode="json", exclude_unset=True)
    return json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
