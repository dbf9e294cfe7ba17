"""What is hidden stays hidden: nobody can solve a table for it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from bip.overview.suppression import LIMIT, TOTAL, Index, Table, suppress, tabulate

COUNTS = st.one_of(st.integers(0, 6), st.integers(0, 40))


def table(cells: Sequence[Sequence[int]]) -> Table:
    shape = (len(cells), len(cells[0]))
    places = [place for place in product(*map(range, shape)) for _ in range(cells[place[0]][place[1]])]
    return suppress(tabulate(places, shape), shape)


def shown(found: Table) -> list[list[int | None]]:
    rows, columns = found.shape
    return [[found.shown(i, j) for j in (*range(columns), TOTAL)] for i in (*range(rows), TOTAL)]


def feasible(found: Table, index: Index) -> tuple[float, float]:
    """The least and the largest value that a hidden count can have for who sees the rest."""
    inner = list(product(*map(range, found.shape)))

    def parts(of: Index) -> np.ndarray:
        return np.array([all(w in (TOTAL, p) for w, p in zip(of, place, strict=True)) for place in inner])

    known = [of for of in found.counts if of not in found.hidden]
    matrix = np.array([parts(of) for of in known], dtype=float).reshape(len(known), len(inner))
    values = np.array([found.counts[of] for of in known], dtype=float)
    goal = parts(index).astype(float)
    ends = []
    for sign in (1, -1):
        solved = linprog(sign * goal, A_eq=matrix, b_eq=values, bounds=(0, None), method="highs")
        # Without a bound there is no solution.
        ends.append(sign * (-np.inf if solved.fun is None else solved.fun))
    return ends[0], ends[1]


tables = st.tuples(st.integers(1, 4), st.integers(1, 4)).flatmap(
    lambda size: st.lists(
        st.lists(COUNTS, min_size=size[1], max_size=size[1]), min_size=size[0], max_size=size[0]
    )
)


@settings(max_examples=120, deadline=None, derandomize=True)
@given(tables)
def test_no_hidden_count_can_be_solved(cells: list[list[int]]) -> None:
    found = table(cells)
    for index, count in found.counts.items():
        assert index in found.hidden or count == 0 or count >= LIMIT
    for index in found.hidden:
        low, high = feasible(found, index)
        assert high - low >= 1 - 1e-6


@settings(max_examples=120, deadline=None, derandomize=True)
@given(tables)
def test_nothing_is_hidden_where_nothing_is_small(cells: list[list[int]]) -> None:
    found = table([[0 if count < LIMIT else count for count in row] for row in cells])
    assert found.hidden == frozenset()


@settings(max_examples=120, deadline=None, derandomize=True)
@given(tables)
def test_hidden_counts_of_a_line_are_not_few_together(cells: list[list[int]]) -> None:
    found = table(cells)
    rows, columns = found.shape
    lines = [
        [[(i, j) for j in (*range(columns), TOTAL)] for i in (*range(rows), TOTAL)],
        [[(i, j) for i in (*range(rows), TOTAL)] for j in (*range(columns), TOTAL)],
    ]
    for *parts, total in lines[0] + lines[1]:
        together = sum(found.counts[index] for index in parts if index in found.hidden)
        assert total in found.hidden or together == 0 or together >= LIMIT


@settings(max_examples=25, deadline=None, derandomize=True)
@given(st.lists(COUNTS, min_size=12, max_size=12))
def test_a_third_axis_tells_no_more(counts: list[int]) -> None:
    shape = (2, 3, 2)
    cells = zip(product(*map(range, shape)), counts, strict=True)
    found = suppress(tabulate([place for place, count in cells for _ in range(count)], shape), shape)
    for index in found.hidden:
        low, high = feasible(found, index)
        assert high - low >= 1 - 1e-6


@settings(max_examples=60, deadline=None, derandomize=True)
@given(tables)
def test_the_total_of_all_is_hidden_only_where_it_is_small(cells: list[list[int]]) -> None:
    found = table(cells)
    assert ((TOTAL, TOTAL) in found.hidden) == (0 < sum(map(sum, cells)) < LIMIT)


def test_a_small_count_takes_the_least_others_with_it() -> None:
    found = table([[3, 20, 30], [8, 40, 60], [50, 70, 90]])
    assert shown(found) == [
        [None, None, 30, 53],
        [None, None, 60, 108],
        [50, 70, 90, 210],
        [61, 130, 180, 371],
    ]


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ([[3, 9]], [[None, None, 12], [None, None, 12]]),
        ([[3]], [[None, None], [None, None]]),
        ([[0, 0]], [[0, 0, 0], [0, 0, 0]]),
        # 2 + 2 would be told by the total: the 9 goes too.
        ([[2, 2, 9, 30]], [[None, None, None, 30, 43], [None, None, None, 30, 43]]),
    ],
)
def test_small_cases(cells: list[list[int]], expected: list[list[int | None]]) -> None:
    assert shown(table(cells)) == expected


def test_what_is_hidden_for_another_reason_cannot_be_solved_either() -> None:
    shape = (2, 2)
    places = [place for place in product(range(2), range(2)) for _ in range(10 + place[0])]
    found = suppress(tabulate(places, shape), shape, also=[(TOTAL, TOTAL)])
    low, high = feasible(found, (TOTAL, TOTAL))
    assert (TOTAL, TOTAL) in found.hidden
    assert high > low
