"""Timing two ways of doing the same thing in turn, so that a machine that slows down slows both."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

REPETITIONS = 7


@dataclass(frozen=True)
class Benchmark:
    """`ours` and `theirs` give the same answer; `name` and `against` say in a few words what they are."""

    name: str
    against: str
    ours: Callable[[], object]
    theirs: Callable[[], object]


def ratio_line(benchmark: Benchmark) -> str:
    """Name, how many times faster ours is (median of interleaved repetitions), against what."""
    pairs = _pairs(benchmark)
    ratio = statistics.median(theirs / ours for ours, theirs in pairs)
    own = statistics.median(ours for ours, _ in pairs)
    return f"{benchmark.name:<44} {ratio:6.1f}x  against {benchmark.against} (ours {1000 * own:.0f} ms)"


def cost_line(benchmark: Benchmark, goal: float) -> str:
    """Name, how many times as long ours takes (median of interleaved repetitions), and the goal."""
    pairs = _pairs(benchmark)
    ratio = statistics.median(ours / theirs for ours, theirs in pairs)
    return f"{benchmark.name:<44} {ratio:6.1f}x  the time of {benchmark.against} (goal: at most {goal:g}x)"


def _pairs(benchmark: Benchmark) -> list[tuple[float, float]]:
    """Seconds of ours and of theirs, in turn, after each has run once."""
    benchmark.ours()
    benchmark.theirs()
    return [(_seconds(benchmark.ours), _seconds(benchmark.theirs)) for _ in range(REPETITIONS)]


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start
