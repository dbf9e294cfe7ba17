"""No hidden count can be worked out, not even by somebody who knows the rule."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import combinations_with_replacement, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.report.suppression import steps_left, suppress


def tables(cells: int, total: int) -> Iterator[tuple[int, ...]]:
    """Every row of `cells` counts that adds up to `total`."""
    if cells == 1:
        yield (total,)
        return
    for first in range(total + 1):
        for rest in tables(cells - 1, total - first):
            yield first, *rest


@pytest.mark.parametrize(("cells", "limit", "largest"), [(2, 5, 40), (3, 5, 30), (4, 4, 20), (6, 3, 14)])
def test_whoever_knows_the_rule_cannot_solve_a_hidden_cell(cells: int, limit: int, largest: int) -> None:
    for total in range(limit, largest + 1):
        # What is printed -> every row that would be printed so.
        behind: dict[tuple[int | None, ...], list[tuple[int, ...]]] = defaultdict(list)
        for row in tables(cells, total):
            behind[suppress(row, limit).cells].append(row)
        for printed, rows in behind.items():
            for place, shown in enumerate(printed):
                possible = {row[place] for row in rows}
                assert len(possible) == 1 if shown is not None else len(possible) > 1, (printed, rows)


@given(st.lists(st.integers(0, 60), min_size=3, max_size=7), st.integers(2, 10))
def test_small_counts_are_hidden_and_the_rest_is_right(counts: list[int], limit: int) -> None:
    shown = suppress(counts, limit)
    assert shown.total == sum(counts)
    for count, cell in zip(counts, shown.cells, strict=True):
        assert cell in {count, None}
        assert not (0 < count < limit) or cell is None
    hidden = [count for count, cell in zip(counts, shown.cells, strict=True) if cell is None]
    assert shown.hidden_total == sum(hidden)
    assert shown.hidden == bool(hidden)
    assert len(hidden) != 1


def test_nothing_is_hidden_without_need() -> None:
    assert suppress([5, 0, 12, 7]).cells == (5, 0, 12, 7)
    assert suppress([2, 4, 0, 12, 7]).cells == (None, None, 0, 12, 7)
    assert suppress([2, 0, 12, 7]).cells == (None, 0, 12, None)


def test_equal_hidden_counts_take_a_larger_one_with_them() -> None:
    assert suppress([4, 4, 9, 20]).cells == (None, None, None, 20)


def test_zeros_are_hidden_where_nothing_else_could_be_shown() -> None:
    assert suppress([1, 30, 0]).cells == (None, None, None)


@pytest.mark.parametrize(("steps", "limit", "largest"), [(2, 5, 30), (3, 5, 22), (4, 5, 14), (5, 3, 11)])
def test_whoever_knows_the_rule_cannot_solve_a_small_loss(steps: int, limit: int, largest: int) -> None:
    # What is printed -> every falling row of totals that would be printed so.
    behind: dict[object, list[tuple[int, ...]]] = defaultdict(list)
    for rising in combinations_with_replacement(range(largest + 1), steps):
        totals = rising[::-1]
        behind[steps_left(totals, limit)].append(totals)
    for printed, rows in behind.items():
        for place in range(1, steps):
            losses = {row[place - 1] - row[place] for row in rows}
            if losses & set(range(1, limit)):
                assert len(losses) > 1, (printed, rows)


@given(st.lists(st.integers(0, 40), min_size=2, max_size=7))
def test_no_small_loss_is_the_difference_of_shown_totals(counts: list[int]) -> None:
    totals = sorted(counts, reverse=True)
    left = steps_left(totals)
    shown = [one.total for one in left if one.total is not None]
    for before, after in pairwise(shown):
        assert before - after not in range(1, 5) or before < 5
    for total, one in zip(totals, left, strict=True):
        assert one.total in {total, None}
        assert one.total not in range(1, 5)
        assert one.lost not in range(1, 5)
        assert one.lost is None or one.lost == totals[one.since] - total


def test_a_small_loss_is_carried_to_the_next_step() -> None:
    enrolled, answered, independent, at_risk = steps_left([800, 797, 797, 700])
    assert (enrolled.total, answered.total, independent.total, at_risk.total) == (800, None, None, 700)
    assert answered.almost
    assert independent.almost
    assert (at_risk.lost, at_risk.since) == (100, 0)
    assert steps_left([800, 3])[1].few
    assert steps_left([800, 800, 790])[1].total == 800
