"""What things of the study are called in a language: indicators, steps, raters, covariates."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from analysis.dataset.instrument import Instrument, Item
from analysis.dataset.study import Covariate
from analysis.report.words import Words


@dataclass(frozen=True)
class Names:
    """Looks names up, in the instrument's first language where it lacks the one asked for."""

    words: Words
    instruments: Sequence[Instrument]
    covariates: Sequence[Covariate] = ()

    def indicator(self, key: str, *, quoted: bool = False) -> str:
        """An indicator's label, marked where a low step is the one closest to work."""
        instrument, item = self._item(key)
        if instrument is None or item is None:
            label, reversed_scale = key, False
        else:
            label = instrument.text(item.label, self.words.language)
            reversed_scale = item.scale.direction == "lower_is_closer"
        if quoted:
            label = self.words("name.quoted", name=label)
        return self.words("name.lower_is_closer", name=label) if reversed_scale else label

    def step_words(self, instrument: Instrument, item: Item, rater: str) -> tuple[tuple[str, str], ...]:
        """Each step with its words, as this rater read them."""
        form = item.form(rater)
        return tuple(
            (step, instrument.text(texts, self.words.language)) for step, texts in form.steps.items()
        )

    def rater(self, key: str) -> str:
        """The rater, in the plural."""
        return self.words.name("rater", key)

    def covariate(self, name: str) -> str:
        """A covariate of the contract by our name, one of the study's own by its label."""
        own = next((c.label for c in self.covariates if c.name == name and c.label), None)
        return own or self.words.name("covariate", name)

    def _item(self, key: str) -> tuple[Instrument, Item] | tuple[None, None]:
        for instrument in self.instruments:
            for item in instrument.items:
                if item.key == key:
                    return instrument, item
        return None, None
