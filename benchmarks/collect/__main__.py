"""Runs the stages with thinking people, then the race without thinking against oTree; a line for each."""

from __future__ import annotations

import asyncio
import os
import resource
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Final

from benchmarks.collect.otree import REQUIREMENT, NotInstalledError, peer
from benchmarks.collect.server import Installation, installation
from benchmarks.collect.tablets import Envelopes, Journey, crowd, journeys, stream
from benchmarks.collect.tally import Tally

THINK_S: Final = (2.0, 4.0)
# How many tablets, and the goal for the 99th percentile of a save; the last is the measure for more of them.
STAGES: Final = ((100, 60), (1000, 250))
MORE: Final = (2000, 4000)
# People come one after the other, over about as long as one of them takes.
SPREAD_S: Final = 33.0
RACERS, BLOCK_S, BLOCKS, RATIO_GOAL = 20, 8.0, 3, 10
# More journeys than any server here gets through in the blocks, and in one of them.
WAITING, IN_A_BLOCK = 4000, 1000


def main() -> int:
    """0, or 1 where oTree could not be had."""
    _allow_connections(2 * MORE[-1])
    with tempfile.TemporaryDirectory(prefix="bip-collect-") as folder:
        people = sum(tablets for tablets, _ in STAGES) + sum(MORE) + WAITING
        with installation(Path(folder), people) as ours:
            envelopes = Envelopes(ours.key)
            walks = journeys(ours, envelopes)
            acknowledged = _stages(ours, walks, envelopes)
            kept = ours.answers()
            lost = max(acknowledged - kept, 0)
            print(f"answers acknowledged {acknowledged:,}, in the database {kept:,}, lost {lost}", flush=True)
            return _race(ours, walks, envelopes)


def _stages(ours: Installation, walks: Iterator[Journey], envelopes: Envelopes) -> int:
    """Each stage, then more tablets while the last goal is kept; returns how many saves were acknowledged."""
    acknowledged, goal = 0, STAGES[-1][1]
    for tablets, goal in STAGES:
        envelopes.make(tablets)
        tally = _stage(ours, walks, tablets, goal)
        acknowledged += len(tally.saves_s)
    for tablets in MORE:
        if not _holds(tally, goal):
            break
        envelopes.make(tablets)
        tally = _stage(ours, walks, tablets, goal)
        acknowledged += len(tally.saves_s)
    return acknowledged


def _stage(ours: Installation, walks: Iterator[Journey], tablets: int, goal: int) -> Tally:
    tally = asyncio.run(crowd((ours.host, ours.port), walks, tablets, SPREAD_S, THINK_S))
    met = "met" if _holds(tally, goal) else "NOT met"
    print(f"{tablets:>5,} tablets: {tally.line()} (goal: p99 {goal} ms, 100 %: {met}){_load()}", flush=True)
    for words, number in tally.faults.most_common(3):
        print(f"              {number} x {words}", flush=True)
    return tally


def _holds(tally: Tally, goal: int) -> bool:
    return not tally.faults and tally.percentile_ms(99) <= goal


def _race(ours: Installation, walks: Iterator[Journey], envelopes: Envelopes) -> int:
    try:
        with tempfile.TemporaryDirectory(prefix="otree-") as folder, peer(Path(folder), WAITING) as theirs:
            sides = ((ours.host, ours.port), walks), ((theirs.host, theirs.port), theirs.journeys())
            blocks = []
            for _ in range(BLOCKS):
                envelopes.make(IN_A_BLOCK)
                blocks.append([asyncio.run(stream(*side, RACERS, BLOCK_S)) for side in sides])
    except NotInstalledError as error:
        print(f"against oTree: not measured. {error}", flush=True)
        return 1
    own, other = (
        median(len(tally.saves_s) / BLOCK_S for tally in side) for side in zip(*blocks, strict=True)
    )
    errors = sum(tally.faults.total() for block in blocks for tally in block)
    ratio = f"{own / other:.1f}x" if other else "none of its saves came through"
    print(
        f"{RACERS} tablets without thinking: {own:.0f} saves a second, {REQUIREMENT} {other:.0f}: {ratio} "
        f"(goal: at least {RATIO_GOAL}x), {errors} errors{_load()}",
        flush=True,
    )
    return 0


def _load() -> str:
    """What else the machine has to do shows in its load."""
    return f" [load {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors]"


def _allow_connections(wanted: int) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(wanted, hard), hard))


if __name__ == "__main__":
    sys.exit(main())
