"""Hiding small groups in a row of counts, so that no hidden count can be worked out again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from analysis.estimates.reasons import SMALLEST_GROUP

LIMIT = SMALLEST_GROUP


@dataclass(frozen=True)
class Suppressed:
    """A row of counts as it may be shown: None where a count is hidden; `total` is always shown."""

    cells: tuple[int | None, ...]
    total: int

    @property
    def hidden(self) -> bool:
        """Whether anything is hidden."""
        return None in self.cells

    @property
    def hidden_total(self) -> int:
        """What the hidden cells hold together: the total less what is shown."""
        return self.total - sum(cell for cell in self.cells if cell is not None)


def suppress(counts: Sequence[int], limit: int = LIMIT) -> Suppressed:
    """Hide the counts from 1 to `limit` - 1, and the next larger ones until no hidden count can be solved.

    What is hidden depends on the counts alone and not on where they stand: every count from 1 up to a
    threshold. So whoever knows this rule, the total and what is shown cannot tell which hidden cell holds
    which of the hidden counts; the threshold rises until these are not all equal and add up to `limit` at
    least. Where that leaves no count above zero to be shown, the zeros are hidden too.
    """
    total = sum(counts)
    if not any(0 < count < limit for count in counts):
        return Suppressed(tuple(counts), total)
    threshold = _threshold(counts, limit)
    if threshold is None or threshold >= max(counts):
        return Suppressed((None,) * len(counts), total)
    return Suppressed(tuple(None if 0 < count <= threshold else count for count in counts), total)


def _threshold(counts: Sequence[int], limit: int) -> int | None:
    values = sorted({count for count in counts if count > 0})
    largest_small = max(value for value in values if value < limit)
    for threshold in (value for value in values if value >= largest_small):
        hidden = [count for count in counts if 0 < count <= threshold]
        if len(set(hidden)) > 1 and sum(hidden) >= limit:
            return threshold
    return None


@dataclass(frozen=True)
class Left:
    """What a step leaves and has lost, as it may be shown.

    `total` is None where it is not shown: `few` where it lies under the limit, `almost` where it lies less
    than the limit under the last total shown, neither where even that would tell it. `lost` counts from the
    last total shown, None where it may not be told; `since` is the place of that total.
    """

    total: int | None
    lost: int | None
    since: int
    few: bool = False
    almost: bool = False


def steps_left(totals: Sequence[int], limit: int = LIMIT) -> tuple[Left, ...]:
    """`totals` never rise. No loss from 1 to `limit` - 1 on the way can be had by subtracting (limit > 2).

    A small loss stays hidden until more is lost: then the loss is that from the last total shown.
    """
    found: list[Left] = []
    last = 0
    for place, total in enumerate(totals):
        if place == 0:
            few = 0 < total < limit
            found.append(Left(None if few else total, 0, 0, few=few))
        else:
            found.append(_left(totals[last], total, last, limit))
        if found[-1].total is not None:
            last = place
    return tuple(found)


def _left(before: int, total: int, since: int, limit: int) -> Left:
    few, lost = 0 < total < limit, before - total
    if few and before < limit:
        # Whether anything was lost is not told: several such steps would count the persons down.
        return Left(None, None, since, few=True)
    if lost == 0:
        return Left(total, 0, since)
    # Between the limit and one more there is a single number, so "almost as many" would tell it.
    if total > 0 and before <= limit + 1:
        return Left(None, None, since)
    if few:
        return Left(None, None, since, few=True)
    if lost < limit:
        return Left(None if total else 0, None, since, almost=total > 0)
    return Left(total, lost, since)
