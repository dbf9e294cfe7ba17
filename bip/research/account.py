"""What an export holds and what it had to leave out: counted by table and reason, never silently."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from flask_babel import LazyString, lazy_gettext


class Reason(StrEnum):
    """Why a row is not in the dataset, or not as it is stored."""

    SEALED = "sealed"
    BEFORE_ENROLMENT = "before_enrolment"
    AFTER_AS_OF = "after_as_of"
    AFTER_WITHDRAWAL = "after_withdrawal"
    END_AFTER_WITHDRAWAL = "end_after_withdrawal"
    AFTER_EXIT = "after_exit"
    AFTER_OBSERVATION = "after_observation"
    OUT_OF_ORDER = "out_of_order"


WORDS: Mapping[Reason, LazyString] = {
    Reason.SEALED: lazy_gettext("left out: the window is open and not both raters have submitted"),
    Reason.BEFORE_ENROLMENT: lazy_gettext("left out: before the enrolment started"),
    Reason.AFTER_AS_OF: lazy_gettext("left out: dated after the day of the export"),
    Reason.AFTER_WITHDRAWAL: lazy_gettext("left out: after the person withdrew"),
    Reason.END_AFTER_WITHDRAWAL: lazy_gettext(
        "kept, but without its last day, which lies after the person withdrew"
    ),
    Reason.AFTER_EXIT: lazy_gettext("left out: submitted after the exit"),
    Reason.AFTER_OBSERVATION: lazy_gettext("left out: after the last day that the register covers"),
    Reason.OUT_OF_ORDER: lazy_gettext(
        "kept as not independent: given after the same rater's response of a later round"
    ),
}


@dataclass(frozen=True, slots=True, order=True)
class Remark:
    """So many rows of a table were treated so."""

    table: str
    reason: Reason
    rows: int


@dataclass(frozen=True, slots=True)
class ExportAccount:
    """Rows by table, and what was not taken as it is stored."""

    rows: Mapping[str, int]
    remarks: tuple[Remark, ...]

    def to_json(self) -> dict[str, object]:
        """For a file beside the dataset."""
        listed = [[remark.table, str(remark.reason), remark.rows] for remark in self.remarks]
        return {"rows": dict(self.rows), "remarks": listed}


def remarks(counted: Counter[tuple[str, Reason]]) -> tuple[Remark, ...]:
    """In the order of tables and reasons."""
    return tuple(sorted(Remark(table, reason, rows) for (table, reason), rows in counted.items()))
