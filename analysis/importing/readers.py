"""From the text of one cell to a value; each reader raises Unplaced where the text cannot be one."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from functools import partial

from analysis.dataset.schema import ColumnType
from analysis.importing.rejected import Reason, Unplaced

Value = str | int | float | bool | None
Reader = Callable[[str], Value]

_NUMBER = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?")
_LARGEST = 2**53  # beyond it a float no longer tells whole numbers apart
_OLDEST = 120


def number(text: str, decimal: str = ".") -> float:
    """A finite number written with `decimal`; no thousands separators, no blank inside."""
    if not text:
        raise Unplaced(Reason.EMPTY, "the cell is empty, and the mapping has no code for that")
    # With a decimal comma a point is not a decimal, so 1.234 must not become one and a bit.
    plain = text if decimal == "." else text.replace(".", " ").replace(decimal, ".")
    if not _NUMBER.fullmatch(plain) or not math.isfinite(float(plain)):
        raise Unplaced(Reason.NOT_A_NUMBER, f"not a number (decimals are written with {decimal!r})")
    return float(plain)


def whole(text: str, decimal: str = ".") -> int:
    """A whole number, also where it is written as 12.0."""
    value = number(text, decimal)
    if not value.is_integer() or abs(value) > _LARGEST:
        raise Unplaced(Reason.NOT_WHOLE, "not a whole number")
    return int(value)


def day(text: str, decimal: str = ".") -> int:
    """A whole day since the start of the enrolment, from 0."""
    if not text:
        raise Unplaced(Reason.NO_DAY, "the day is missing")
    value = whole(text, decimal)
    if value < 0:
        raise Unplaced(Reason.BEFORE_START, "the day lies before the start of the enrolment (day 0)")
    return value


def round_number(text: str, decimal: str = ".") -> int:
    """The number of a round, from 0."""
    value = whole(text, decimal)
    if value < 0:
        raise Unplaced(Reason.OFF_SCALE, "rounds are numbered from 0")
    return value


def text_value(text: str) -> str:
    """Any text but an empty one."""
    if not text:
        raise Unplaced(Reason.EMPTY, "the cell is empty, and the mapping has no code for that")
    return text


def one_of(values: tuple[str, ...], text: str) -> str:
    """One of a closed list."""
    if text not in values:
        raise Unplaced(Reason.UNKNOWN_CODE, f"not one of {', '.join(values)}; add it to `codes`")
    return text


def in_form(pattern: str, example: str, text: str) -> str:
    """A text of a fixed form."""
    if not re.fullmatch(pattern, text_value(text)):
        raise Unplaced(Reason.WRONG_FORM, f"not of the form of {example}")
    return text


def boolean(text: str) -> bool:
    """`true` or `false`."""
    return one_of(("true", "false"), text) == "true"


def age_band(bands: tuple[int, ...], decimal: str, text: str) -> str:
    """The band of an age in years: 24.9 with bands 18, 25 is "18-24"; the last one is open ("25+")."""
    age = number(text, decimal)
    if not 0 <= age <= _OLDEST:
        raise Unplaced(Reason.OFF_SCALE, f"not an age between 0 and {_OLDEST}")
    edges = (0, *bands)
    last = max(i for i, edge in enumerate(edges) if edge <= age)
    return f"{edges[last]}+" if last == len(edges) - 1 else f"{edges[last]}-{edges[last + 1] - 1}"


def covariate_reader(kind: ColumnType, decimal: str) -> Reader:
    """The reader for a covariate of this type."""
    readers: dict[ColumnType, Reader] = {
        "string": text_value,
        "integer": partial(whole, decimal=decimal),
        "number": partial(number, decimal=decimal),
        "boolean": boolean,
    }
    return readers[kind]
