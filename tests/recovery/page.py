"""`docs/recovery.md`: the figures of every scenario, and what they were meant to be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from analysis.simulate.scenarios import SCENARIOS
from tests.recovery.goals import found
from tests.recovery.studies import PERSONS, ROUNDS, TRUTH_PERSONS
from tests.recovery.summary import Row

_COLUMNS: Final = (
    "Estimands", "n", "Studies", "Mean bias", "Largest bias", "Relative, %", "Coverage, %", "Lowest, %",
    "False alarms, %", "Any after Holm, %", "Power, %", "Power, Holm, %",
)  # fmt: skip
_HEAD: Final = """# Do the estimates find what is there?

Simulated studies of {persons:,} persons and {rounds} rounds with known truth, estimated as `bip analyse`
does and held against it. Made by `make recovery`, which takes up where it was stopped. Not edited by hand.

Biases are in percentage points a step (shares and contrasts at 365 days: percentage points); the number
behind ± is the Monte Carlo error, of the studies and of the true values, which come from {truth:,} persons.
*Relative* is the sum of biases over the sum of true values. *False alarms* are tests of what has no effect in
truth, *any after Holm* studies in which a family of those has a finding, *power* is of what has one.
"""


_VERDICTS: Final = """The least and the largest of all families, and the largest Monte Carlo error among them.
*Within error*: outside, but by less than two of its errors, so that more studies would have to tell; the
largest of many numbers that are only known so well is larger than what it should be known as."""


def page(scenarios: Mapping[str, Sequence[Row]]) -> str:
    """The text of the page."""
    parts = [_HEAD.format(persons=PERSONS, rounds=ROUNDS, truth=TRUTH_PERSONS), *_goals(scenarios)]
    for name, rows in scenarios.items():
        parts += [f"## {name}", f"{SCENARIOS[name].description}.", _table(rows)]
    return "\n\n".join(part.strip() for part in parts) + "\n"


def _goals(scenarios: Mapping[str, Sequence[Row]]) -> list[str]:
    """The goals, each with the range over its families and what that says."""
    lines = [
        f"| {one.goal.scenario}, {one.goal.analysis}: {one.goal.name} "
        f"| {one.goal.least:g} to {one.goal.most:g} | {one.least:.3g} to {one.most:.3g} "
        f"| {one.error:.2g} | {one.families} | {one.verdict} |"
        for one in found(scenarios)
    ]
    if not lines:
        return []
    head = "| What | Meant | Found | ± | Families | |\n|---|---:|---:|---:|---:|---|"
    return ["## What was meant to hold", _VERDICTS, "\n".join([head, *lines])]


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
        "–" if row.relative is None else f"{row.relative:+.1f} ± {row.relative_error:.1f}",
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
