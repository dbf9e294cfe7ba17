"""`docs/recovery.md`: the figures of every scenario, and what they were meant to be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from analysis.simulate.scenarios import SCENARIOS
from tests.recovery.studies import PERSONS, ROUNDS
from tests.recovery.summary import Row

_COLUMNS: Final = (
    "Estimands", "n", "Studies", "Mean bias", "Largest bias", "Relative, %", "Coverage, %", "Lowest, %",
    "False alarms, %", "Any after Holm, %", "Power, %", "Power, Holm, %",
)  # fmt: skip
_HEAD: Final = """# Do the estimates find what is there?

Simulated studies of {persons:,} persons and {rounds} rounds with known truth, estimated as `bip analyse`
does and held against it. Made by `make recovery`, which takes up where it was stopped. Not edited by hand.

Biases are in percentage points a step (shares and contrasts at 365 days: percentage points); the number
behind ± is the Monte Carlo error. *Relative* is the sum of biases over the sum of true values. *False
alarms* are tests of what has no effect in truth, *any after Holm* studies in which a family of those has a
finding, *power* is of what has one.
"""


def page(scenarios: Mapping[str, Sequence[Row]]) -> str:
    """The text of the page."""
    parts = [_HEAD.format(persons=PERSONS, rounds=ROUNDS)]
    for name, rows in scenarios.items():
        parts += [f"## {name}", f"{SCENARIOS[name].description}.", _table(rows)]
    return "\n\n".join(part.strip() for part in parts) + "\n"


def _table(rows: Sequence[Row]) -> str:
    lines = ["| " + " | ".join(_COLUMNS) + " |", "|" + "---|" + "---:|" * (len(_COLUMNS) - 1)]
    return "\n".join([*lines, *(_line(row) for row in rows)])


def _line(row: Row) -> str:
    cells = (
        " ".join(part for part in row.family if part),
        str(row.estimands),
        str(row.studies),
        f"{row.bias:+.3f}",
        f"{row.largest:+.3f} ± {row.largest_error:.3f}",
        _number(row.relative, "+.1f"),
        f"{row.coverage:.1f} ± {row.coverage_error:.1f}",
        f"{row.lowest:.0f}",
        _number(row.false_alone),
        _number(row.false_family),
        _number(row.power_alone),
        _number(row.power_holm),
    )
    return "| " + " | ".join(cells) + " |"


def _number(value: float | None, form: str = ".1f") -> str:
    return "–" if value is None else format(value, form)
