"""Rows that cannot be placed: the closed list of reasons, and what is said of each row."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Reason(StrEnum):
    """Why a row was not placed; the name is stable, so that lists can be counted and compared."""

    FIELDS = "fields"
    NO_PERSON = "no-person"
    EMPTY = "empty"
    UNKNOWN_CODE = "unknown-code"
    NOT_A_NUMBER = "not-a-number"
    NOT_WHOLE = "not-whole"
    WRONG_FORM = "wrong-form"
    OFF_SCALE = "off-scale"
    NOT_ASKED = "not-asked"
    NO_DAY = "no-day"
    BEFORE_START = "before-start"
    EVENT_UNOBSERVED = "event-unobserved"
    DUPLICATE = "duplicate"
    DAY_ORDER = "day-order"
    DISAGREES = "disagrees"


@dataclass(frozen=True)
class RejectedRow:
    """One row that was left out: where it begins, and the first thing found wrong with it.

    `line` is the physical line of the file on which the row begins (in a Parquet file the row's number),
    `column` and `value` what stands there (empty where the fault is not in one cell), `detail` says in words
    what is wrong. The person's id in the foreign table is in none of them.
    """

    line: int
    column: str
    value: str
    reason: Reason
    detail: str


class Unplaced(Exception):
    """The row at hand cannot be placed."""

    def __init__(self, reason: Reason, detail: str, column: str = "", value: str = "") -> None:
        self.reason, self.detail, self.column, self.value = reason, detail, column, value
        super().__init__(detail)
