"""Whole journeys of many tablets at once against the real server: `python -m benchmarks.collect`.

The server is `bip serve` in a process of its own on a fresh SQLite database; the load runs beside it on the
same machine. Nothing is asserted here: each line says what was measured and what the goal is.
"""
