"""Average marginal effects and their errors: the closed form against statsmodels' `get_margeff`."""

from __future__ import annotations

import numpy as np
from statsmodels.discrete.discrete_model import Logit

from analysis.estimates.logit import average_marginal_effects
from benchmarks.pairing import Benchmark

_ROWS, _COLUMNS = 16_000, 40


def benchmark() -> Benchmark:
    """A fit of 16,000 rows and 40 columns, made once; only the effects are timed."""
    draw = np.random.default_rng(1)
    matrix = np.column_stack([np.ones(_ROWS), draw.normal(size=(_ROWS, _COLUMNS - 1))])
    outcome = (draw.uniform(size=_ROWS) < 1 / (1 + np.exp(3 - matrix[:, 1]))).astype(float)
    people = np.repeat(np.arange(_ROWS // 4), 4)
    fit = Logit(outcome, matrix).fit(
        method="newton", disp=False, cov_type="cluster", cov_kwds={"groups": people}
    )
    params, covariance = np.asarray(fit.params), np.asarray(fit.cov_params())
    return Benchmark(
        f"marginal effects, {_ROWS:,} rows x {_COLUMNS}",
        "statsmodels get_margeff",
        lambda: average_marginal_effects(matrix, params, covariance),
        fit.get_margeff,
    )
