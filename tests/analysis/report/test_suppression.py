"""No hidden count can be worked out, not even by somebody who knows the rule."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.report.suppression import suppress


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
