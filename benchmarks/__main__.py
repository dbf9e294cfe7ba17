"""Runs every benchmark and prints a line for each."""

from __future__ import annotations

from benchmarks import marginal_effects, panel, web
from benchmarks.pairing import cost_line, ratio_line

for module in (marginal_effects, panel):
    print(ratio_line(module.benchmark()), flush=True)
with web.benchmarks() as costs:
    for benchmark, goal in costs:
        print(cost_line(benchmark, goal), flush=True)
