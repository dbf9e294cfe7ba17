"""Hiding small counts of a table with totals, so that no hidden count can be worked out from what is shown.

Two things are hidden: counts from 1 to `LIMIT` - 1, and as many further ones as keep those from being had by
subtraction. The further ones are chosen by the hypercube method (Repsilber; GHMITER in tau-ARGUS): each
hidden count is a corner of a box of hidden counts in which one person more or less here can be made good
there. All that is shown stays as it is, and the reader cannot tell which of two values is the true one.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Final

LIMIT: Final = 5
# The place of a total on an axis.
TOTAL: Final = -1

Index = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Counts by place on each axis, totals at `TOTAL`, and which of them are hidden."""

    shape: Index
    counts: Mapping[Index, int]
    hidden: frozenset[Index]

    def shown(self, *index: int) -> int | None:
        """The count, None where it is hidden."""
        return None if index in self.hidden else self.counts[index]


def tabulate(places: Iterable[Index], shape: Index) -> Mapping[Index, int]:
    """How many of `places` lie at each place of a table of this shape, with all totals."""
    inner = Counter(places)
    counts = Counter(dict.fromkeys(product(*map(_along, shape)), 0))
    for place, count in inner.items():
        for index in product(*((at, TOTAL) for at in place)):
            counts[index] += count
    return dict(counts)


def _along(length: int) -> Index:
    return (*range(length), TOTAL)


def suppress(
    counts: Mapping[Index, int],
    shape: Index,
    *,
    also: Iterable[Index] = (),
    limit: int = LIMIT,
) -> Table:
    """The table with nothing in it that would tell of 1 to `limit` - 1 persons.

    `also`: counts that are hidden for another reason. The total of everything is hidden only where it is one
    of them or small itself.
    """
    price = _Price(counts, (TOTAL,) * len(shape), limit)
    hidden = {index for index, count in counts.items() if 0 < count < limit} | set(also)
    safe: set[Index] = set()
    while unsafe := hidden - safe:
        for index in sorted(unsafe):
            if index not in safe:
                box = _cheapest_box(price, shape, index, hidden)
                safe.update(box)
                hidden.update(box)
        hidden.update(_beside_small_sums(price, shape, hidden))
    return Table(shape, counts, frozenset(hidden))


@dataclass(frozen=True, slots=True)
class _Price:
    """What it costs to hide counts that could be shown."""

    counts: Mapping[Index, int]
    grand: Index
    limit: int

    def cost(self, indices: Collection[Index]) -> tuple[bool, int]:
        """Whether the total of everything is among them, then how many persons.

        A hidden zero reads worse than a small count.
        """
        return self.grand in indices, sum(self.counts[index] or self.limit for index in indices)


def _cheapest_box(price: _Price, shape: Index, index: Index, hidden: set[Index]) -> tuple[Index, ...]:
    """The corners of the movable box at `index` that costs least to hide."""
    best: tuple[Index, ...] = (index,)
    least = None
    for opposite in product(*(_others(length, at) for length, at in zip(shape, index, strict=True))):
        corners = tuple(product(*zip(index, opposite, strict=True)))
        new = [corner for corner in corners if corner not in hidden]
        cost = price.cost(new)
        if (least is None or cost < least) and _movable(price.counts, index, opposite):
            best, least = corners, cost
            if not new:
                break
    return best


def _others(length: int, at: int) -> Index:
    return tuple(other for other in _along(length) if other != at)


def _movable(counts: Mapping[Index, int], index: Index, opposite: Index) -> bool:
    """Whether one person more at `index`, or one fewer, can be made good at the other corners.

    Along an axis between two inner places one gains what the other loses; a total goes with its parts.
    """
    moves: dict[bool, list[Index]] = {True: [], False: []}
    for corner in product(*zip(index, opposite, strict=True)):
        turns = sum(
            at != start and TOTAL not in (start, end)
            for at, start, end in zip(corner, index, opposite, strict=True)
        )
        moves[turns % 2 == 0].append(corner)
    return any(all(counts[corner] > 0 for corner in losing) for losing in moves.values())


def _beside_small_sums(price: _Price, shape: Index, hidden: set[Index]) -> Iterator[Index]:
    """The least count shown on each line whose hidden counts are few together, as its total would tell."""
    for line, total in _lines(shape):
        together = sum(price.counts[index] for index in line if index in hidden)
        if total not in hidden and 0 < together < price.limit:
            shown = (index for index in line if index not in hidden and price.counts[index])
            yield min(shown, key=lambda index: (price.cost([index]), index))


def _lines(shape: Index) -> Iterator[tuple[list[Index], Index]]:
    """Each line of the table along each axis, with its total."""
    for axis, length in enumerate(shape):
        across = [_along(other) if k != axis else (TOTAL,) for k, other in enumerate(shape)]
        for total in product(*across):
            yield [(*total[:axis], at, *total[axis + 1 :]) for at in range(length)], total
