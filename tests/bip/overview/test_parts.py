"""Which parts of a whole may be told."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bip.overview.parts import LIMIT, together, told


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ([0, 0, 0], ["a", "b", "c"]),
        ([9, 0, 5], ["a", "b", "c"]),
        ([9, 3, 2], ["a", "bc"]),
        # Three alone would be few, so the least of the others stands with them.
        ([9, 3, 6], ["a", "bc"]),
        ([2, 0, 1], ["b", "ac"]),
    ],
)
def test_few_stand_together(counts: list[int], expected: list[str]) -> None:
    parts = together(dict(zip("abc", counts, strict=True)))
    assert ["".join(part) for part in parts] == expected


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.lists(st.integers(0, 12), max_size=6))
def test_every_part_may_be_told_and_every_kind_has_its_place(counts: list[int]) -> None:
    kinds = dict(enumerate(counts))
    parts = together(kinds)
    assert sorted(kind for part in parts for kind in part) == sorted(kinds)
    assert 0 < sum(counts) < LIMIT or told(sum(kinds[kind] for kind in part) for part in parts)
