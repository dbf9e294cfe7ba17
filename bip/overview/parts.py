"""Parts of a whole that can be told without telling of few people.

Everything that an overview shows is a count of such parts: each division of the same people is told whole,
and every part of it holds nobody or at least `LIMIT`. Parts that hold fewer are put together before they are
counted, so nothing is hidden that could be worked out from what is shown. Two divisions tell no more together
than each alone as long as a part of one may fall anywhere in the other: for each person, at least `LIMIT`
could be in the same parts of all of them. Where that is not so it is looked at apart (`staying`).
"""

from collections.abc import Hashable, Iterable, Mapping
from typing import Final, TypeVar

LIMIT: Final = 5

K = TypeVar("K", bound=Hashable)


def few(count: int) -> bool:
    """Whether a count would tell of few people."""
    return 0 < count < LIMIT


def told(counts: Iterable[int]) -> bool:
    """Whether all of these may be shown."""
    return not any(few(count) for count in counts)


def together(counts: Mapping[K, int]) -> tuple[tuple[K, ...], ...]:
    """Parts that may be told: each kind by itself, the few ones together, with the least others if need be.

    All in one where they are few in all.
    """
    joined = [kind for kind, count in counts.items() if few(count)]
    others = sorted((kind for kind in counts if counts[kind] >= LIMIT), key=lambda kind: counts[kind])
    while others and few(sum(counts[kind] for kind in joined)):
        joined.append(others.pop(0))
    alone = [(kind,) for kind in counts if kind not in joined]
    return (*alone, tuple(kind for kind in counts if kind in joined)) if joined else tuple(alone)
