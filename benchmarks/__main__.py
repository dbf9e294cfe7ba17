"""Runs every benchmark and prints a line for each; `--quick` leaves out those that take minutes."""

from __future__ import annotations

import sys

from benchmarks import fit, marginal_effects, panel, web
from benchmarks.pairing import cost_line, ratio_line

large = "--quick" not in sys.argv[1:]
for module in (marginal_effects, panel):
    print(ratio_line(module.benchmark()), flush=True)
for fitted in fit.benchmarks(large=large):
    print(ratio_line(fitted), flush=True)
for line in fit.memory_lines() if large else ():
    print(line, flush=True)
for line in panel.large_lines() if large else ():
    print(line, flush=True)
with web.benchmarks() as costs:
    for benchmark, goal in costs:
        print(cost_line(benchmark, goal), flush=True)
