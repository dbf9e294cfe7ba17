"""Which counts of persons may be told beside each other, so that none from 1 to 4 can be worked out."""

from __future__ import annotations

import math
from collections.abc import Sequence

from analysis.estimates.reasons import SMALLEST_GROUP


def hidden_up_to(counts: Sequence[int]) -> float:
    """Counts from 1 to this are not told (0: all are told; infinity: none is, the zeros neither).

    The rule of the report's tables, for counts whose total is known: the threshold rises until the hidden
    counts are not all equal and add up to a group that may be shown.
    """
    small = [count for count in counts if 0 < count < SMALLEST_GROUP]
    if not small:
        return 0
    for threshold in sorted(count for count in counts if count >= max(small)):
        hidden = [count for count in counts if 0 < count <= threshold]
        if len(set(hidden)) > 1 and sum(hidden) >= SMALLEST_GROUP and threshold < max(counts):
            return threshold
    return math.inf


def told(count: int, counts: Sequence[int]) -> bool:
    """Whether `count`, one of `counts`, may be told."""
    threshold = hidden_up_to(counts)
    return count > threshold or (count == 0 and threshold < math.inf)
