"""Work done piece by piece on two threads: numpy and Arrow let go of the interpreter while they compute."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

Piece = TypeVar("Piece")
Made = TypeVar("Made")

_THREADS = 2


def in_threads(make: Callable[[Piece], Made], pieces: Iterable[Piece]) -> Iterator[Made]:
    """What is made of each piece, in their order, with no more pieces under way than there are threads."""
    with ThreadPoolExecutor(_THREADS) as threads:
        under_way: deque[Future[Made]] = deque()
        for piece in pieces:
            under_way.append(threads.submit(make, piece))
            if len(under_way) > _THREADS:
                yield under_way.popleft().result()
        while under_way:
            yield under_way.popleft().result()
