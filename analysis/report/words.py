"""The report's words and numbers in one language: a catalogue of texts, and Babel for every number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from babel import Locale
from babel.numbers import format_decimal
from ruamel.yaml import YAML

from analysis.estimates.reasons import Reason
from analysis.report.suppression import LIMIT

TEXTS = Path(__file__).parent / "texts"
LANGUAGES = ("sv", "en")
_LOCALES = {"sv": "sv_SE", "en": "en_GB"}
_PLURAL = {"one", "other"}
_MINUS = "\N{MINUS SIGN}"

Text = str | tuple[str, ...] | dict[str, str]


@cache
def catalogue(language: str) -> dict[str, Text]:
    """Every text of a language by its dotted key: a sentence, several paragraphs, or plural forms."""
    content = YAML(typ="safe", pure=True).load(TEXTS / f"{language}.yaml")
    return _flat(content, "")


@cache
def reasons(language: str) -> dict[str, str]:
    """Words of the closed lists of reasons in a language other than English, which they have themselves."""
    content: dict[str, str] = YAML(typ="safe", pure=True).load(TEXTS / f"reasons.{language}.yaml")
    return content


def unbroken(text: str) -> str:
    """`text` on one line, however narrow the column."""
    return text.replace(" ", "\N{NO-BREAK SPACE}")


def _flat(node: dict[str, Any], prefix: str) -> dict[str, Text]:
    found: dict[str, Text] = {}
    for name, value in node.items():
        key = f"{prefix}{name}"
        if isinstance(value, dict) and set(value) != _PLURAL:
            found |= _flat(value, f"{key}.")
        else:
            found[key] = tuple(value) if isinstance(value, list) else value
    return found


@dataclass(frozen=True)
class Words:
    """Texts and number formats of one language."""

    language: str

    def __call__(self, key: str, **values: str) -> str:
        """The text under `key`, its placeholders filled; a number must come formatted."""
        text = catalogue(self.language)[key]
        if not isinstance(text, str):
            raise TypeError(f"{key} is not a single text")
        return text.format(**values)

    def paragraphs(self, key: str, **values: str) -> tuple[str, ...]:
        """The paragraphs under `key`."""
        text = catalogue(self.language)[key]
        if not isinstance(text, tuple):
            raise TypeError(f"{key} is not a list of paragraphs")
        return tuple(part.format(**values) for part in text)

    def count(self, key: str, number: int, *, guarded: bool = False, **values: str) -> str:
        """The plural form under `key` that `number` asks for, with `{n}` as the formatted number.

        `guarded`: a number of persons or of what they did, not told where it is under the limit.
        """
        forms = catalogue(self.language)[key]
        if not isinstance(forms, dict):
            raise TypeError(f"{key} has no plural forms")
        if guarded and 0 < number < LIMIT:
            return forms["other"].format(n=self.guarded(number), **values)
        form = Locale.parse(_LOCALES[self.language]).plural_form(number)
        return forms[form].format(n=self.whole(number), **values)

    def name(self, group: str, key: str) -> str:
        """A name from a closed list, or the key itself where the list does not hold it."""
        text = catalogue(self.language).get(f"{group}.{key}", key)
        return text if isinstance(text, str) else key

    def reason(self, why: Reason) -> str:
        """Why something was refused or is warned of."""
        if self.language == "en":
            return str(why)
        return reasons(self.language)[why.key].format(**dict(why.values))

    def whole(self, number: int) -> str:
        """A count with the language's thousands separator."""
        return self._number(number, "#,##0")

    def guarded(self, number: int) -> str:
        """A count, or that it is under the limit for groups that may be shown."""
        if 0 < number < LIMIT:
            return self("number.fewer", limit=self.whole(LIMIT))
        return self.whole(number)

    def decimal(self, number: float, places: int) -> str:
        """A number with a fixed count of decimals and a true minus sign; never a negative zero."""
        rounded = round(number, places) + 0.0
        return self._number(rounded, "#,##0." + "0" * places if places else "#,##0")

    def signed(self, number: float, places: int) -> str:
        """As `decimal`, with a plus sign before what is above zero."""
        text = self.decimal(number, places)
        return f"+{text}" if round(number, places) > 0 else text

    def interval(self, low: float, high: float, places: int) -> str:
        """`low` to `high`, which no line breaks."""
        ends = {"low": self.decimal(low, places), "high": self.decimal(high, places)}
        return unbroken(self("number.interval", **ends))

    def with_interval(self, number: str, low: float | None, high: float | None, places: int) -> str:
        """`number` with its interval in brackets; alone where it has none."""
        if low is None or high is None:
            return number
        return self("number.with", number=number, beside=self.interval(low, high, places))

    def chi_square(self, statistic: float, degrees_of_freedom: int) -> str:
        """A statistic with its degrees of freedom, which no line breaks."""
        value = self.decimal(statistic, 1)
        return unbroken(self("number.chi_square", degrees=self.whole(degrees_of_freedom), value=value))

    def range_of(self, numbers: Sequence[float]) -> str:
        """From the least to the largest of `numbers`, or the one number where both are written alike."""
        low, high = self.decimal(min(numbers), 2), self.decimal(max(numbers), 2)
        return low if low == high else self("number.range", low=low, high=high)

    def percent(self, part: int, whole: int, places: int = 0) -> str:
        """`part` of `whole` in per cent; a dash where there is nothing to divide by."""
        if whole == 0:
            return self("number.none")
        return self("number.percent", value=self.decimal(100 * part / whole, places))

    def p_value(self, number: float | None) -> str:
        """Three decimals, or `< 0.001`; a dash where there is none."""
        if number is None:
            return self("number.none")
        if number < 0.001:
            return "<\N{NO-BREAK SPACE}" + self.decimal(0.001, 3)
        return self.decimal(number, 3)

    def listed(self, parts: Sequence[str], link: str = "and", *, names: bool = False) -> str:
        """`a`, `a and b`, `a, b and c`; or with the link "or".

        `names`: names from the data, which semicolons part where a name has a comma itself.
        """
        if names and any("," in part for part in parts):
            return "; ".join(parts)
        if len(parts) < 2:
            return "".join(parts)
        return self(f"number.{link}", first=", ".join(parts[:-1]), last=parts[-1])

    def _number(self, number: float, pattern: str) -> str:
        return format_decimal(number, format=pattern, locale=_LOCALES[self.language]).replace("-", _MINUS)
