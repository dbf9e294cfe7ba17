"""What was meant to hold, and whether it did."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Final

from tests.recovery.summary import Row

# A value and its Monte Carlo error.
Value = tuple[float | None, float]


@dataclass(frozen=True)
class Goal:
    """`of` a row of `analysis` in `scenario` should lie between `least` and `most`."""

    scenario: str
    analysis: str
    name: str
    of: Callable[[Row], Value]
    least: float
    most: float


def _share(row: Row) -> Value:
    """Of the shares with a job, not of what contrasts them."""
    return (row.relative if "cumulative_incidence" in row.family else None), row.relative_error


def _binomial(percent: float | None, studies: int) -> Value:
    return percent, 0.0 if percent is None else sqrt(percent * (100.0 - percent) / studies)


GOALS: Final = (
    Goal(
        "published",
        "job_hazard",
        "largest bias, points",
        lambda r: (abs(r.largest), r.largest_error),
        0,
        0.035,
    ),
    Goal("published", "job_hazard", "summed bias, %", lambda r: (r.relative, r.relative_error), -5, 5),
    Goal("published", "job_hazard", "mean coverage, %", lambda r: (r.coverage, r.coverage_error), 93, 97),
    Goal("published", "job_hazard", "lowest coverage, %", lambda r: _binomial(r.lowest, r.studies), 89, 100),
    Goal(
        "null", "job_hazard", "false alarms of a test, %", lambda r: (r.false_alone, r.false_error), 3.5, 6.5
    ),
    Goal("null", "job_hazard", "any after Holm, %", lambda r: _binomial(r.false_family, r.studies), 0, 8),
    Goal("dropout", "horizons", "bias of the shares by a year, %", _share, -5, 5),
)


@dataclass(frozen=True)
class Found:
    """What the families came to that a goal is for: from least to most, and the largest error of one."""

    goal: Goal
    values: tuple[tuple[float, float], ...]

    @property
    def least(self) -> float:
        return min(value for value, _ in self.values)

    @property
    def most(self) -> float:
        return max(value for value, _ in self.values)

    @property
    def error(self) -> float:
        return max(error for _, error in self.values)

    @property
    def families(self) -> int:
        return len(self.values)

    @property
    def verdict(self) -> str:
        """By every family; errors excuse what lies outside by less than two of them."""
        if self._holds(0.0):
            return "met"
        return "within error" if self._holds(2.0) else "**not met**"

    def _holds(self, errors: float) -> bool:
        least, most = self.goal.least, self.goal.most
        return all(least - errors * error <= value <= most + errors * error for value, error in self.values)


def found(scenarios: Mapping[str, Sequence[Row]]) -> Iterator[Found]:
    """Every goal of a scenario that was estimated."""
    for goal in GOALS:
        rows = (row for row in scenarios.get(goal.scenario, ()) if row.family[0] == goal.analysis)
        values = [(value, error) for value, error in map(goal.of, rows) if value is not None]
        if values:
            yield Found(goal, tuple(values))
