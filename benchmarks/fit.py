"""The logit with clustered errors and marginal effects in blocks, against statsmodels on the same rows.

Peak memory is that of a process of its own: `python -m benchmarks.fit matrix` or `... stream`.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray
from statsmodels.discrete.discrete_model import Logit, LogitResults

from analysis.estimates.blocks import Block
from analysis.estimates.design import Design, FloatArray, Term
from analysis.estimates.logit import fit_logit, fit_logit_blocks
from benchmarks.memory import peak_mb
from benchmarks.pairing import Benchmark

_COLUMNS = 40
_LARGE, _STREAMED = 1_600_000, 16_000_000
_ROWS_A_PERSON = 4
_STREAM_BLOCK = 65_536
# What a process may take in all, by what it is asked to do.
_MEMORY_GOALS = {"matrix": 1_000, "stream": 400}
_TERMS = tuple(Term(f"x{column}") for column in range(1, _COLUMNS))


def benchmarks(*, large: bool) -> Iterator[Benchmark]:
    """A fit of 16,000 rows; if `large` also of 160,000 and, without their marginal effects, 1.6 million."""
    yield _benchmark(16_000, 12, effects=True)
    if large:
        yield _benchmark(160_000, 40, effects=True)
        yield _benchmark(_LARGE, 10, effects=False)


def memory_lines() -> Iterator[str]:
    """The peak memory of a fit of 1.6 million rows held as a matrix, and of 16 million streamed as int8."""
    for what, rows in (("matrix", _LARGE), ("stream", _STREAMED)):
        done = subprocess.run(  # noqa: S603 - our own module, no input from outside
            [sys.executable, "-m", "benchmarks.fit", what], capture_output=True, text=True, check=True
        )
        name = f"peak memory of a fit, {rows:,} rows x {_COLUMNS} ({what})"
        yield f"{name:<44} {int(done.stdout):6d} MB in all (goal: at most {_MEMORY_GOALS[what]} MB)"


def _benchmark(rows: int, goal: int, *, effects: bool) -> Benchmark:
    design, outcome, people = _data(rows)

    def theirs() -> object:
        fit: LogitResults = Logit(outcome.astype(float), design.matrix).fit(
            method="newton", disp=False, cov_type="cluster", cov_kwds={"groups": people}
        )
        return fit.get_margeff() if effects else fit

    return Benchmark(
        f"fit, clusters, effects, {rows:,} rows x {_COLUMNS}",
        f"statsmodels Logit {'and get_margeff' if effects else 'without effects'}, goal {goal}x,",
        lambda: fit_logit(outcome, design, people, repeated=True),
        theirs,
    )


def _data(rows: int) -> tuple[Design, NDArray[np.bool_], NDArray[np.int64]]:
    """Normal columns and about 5 % events, four rows a person."""
    draw = np.random.default_rng(1)
    matrix = draw.standard_normal((rows, _COLUMNS))
    matrix[:, 0] = 1.0
    outcome = _outcome(draw, -3.0 + matrix[:, 1] * 0.3)
    return Design(matrix, _TERMS, (), ()), outcome, np.arange(rows, dtype=np.int64) // _ROWS_A_PERSON


def _outcome(draw: np.random.Generator, predictor: FloatArray) -> NDArray[np.bool_]:
    return draw.uniform(size=len(predictor)) < 1.0 / (1.0 + np.exp(-predictor))


def _stream() -> Iterator[Block]:
    """Answers of one to five, the same at every walk."""
    for start in range(0, _STREAMED, _STREAM_BLOCK):
        rows = min(_STREAM_BLOCK, _STREAMED - start)
        draw = np.random.default_rng(start)
        matrix = draw.integers(1, 6, (rows, _COLUMNS), dtype=np.int8)
        matrix[:, 0] = 1
        outcome = _outcome(draw, -4.0 + 0.3 * matrix[:, 1].astype(np.float64))
        yield Block(matrix, outcome, np.arange(start, start + rows) // _ROWS_A_PERSON)


def _fit_matrix() -> object:
    design, outcome, people = _data(_LARGE)
    return fit_logit(outcome, design, people)


def _fit_stream() -> object:
    return fit_logit_blocks((_stream,), _TERMS)


_ASKED: dict[str, Callable[[], object]] = {"matrix": _fit_matrix, "stream": _fit_stream}

if __name__ == "__main__":
    _ASKED[sys.argv[1]]()
    print(round(peak_mb()))
