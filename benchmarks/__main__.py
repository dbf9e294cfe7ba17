"""Runs every benchmark and prints a line for each."""

from __future__ import annotations

from benchmarks import marginal_effects, panel
from benchmarks.pairing import ratio_line

for module in (marginal_effects, panel):
    print(ratio_line(module.benchmark()), flush=True)
