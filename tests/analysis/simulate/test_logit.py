"""The truth's own logit against statsmodels."""

from __future__ import annotations

import numpy as np
import pytest
import statsmodels.api as sm

from analysis.simulate.logit import Rows, fractional_logit


def _rows(size: int, seed: int) -> Rows:
    rng = np.random.default_rng(seed)
    x = np.column_stack([np.ones(size), rng.standard_normal((size, 3))])
    index = x @ np.array([-3.0, 0.4, 0.0, -0.2]) + 0.5 * rng.standard_normal(size)
    return Rows(x, 1 / (1 + np.exp(-index)), rng.random(size))


def test_coefficients_and_slope_equal_a_weighted_fractional_fit() -> None:
    parts = [_rows(5000, 1), _rows(6000, 2)]
    x, q, w = (np.concatenate([getattr(p, name) for p in parts]) for name in ("x", "probability", "weight"))
    reference = sm.GLM(q, x, family=sm.families.Binomial(), var_weights=w).fit(tol=1e-14)
    fit, _ = fractional_logit(parts)
    assert fit.coefficients == pytest.approx(reference.params, abs=1e-6)
    fitted = reference.fittedvalues
    assert fit.slope == pytest.approx(np.average(fitted * (1 - fitted), weights=w), rel=1e-6)


def test_each_part_says_what_it_would_say_alone() -> None:
    parts = [_rows(4000, seed) for seed in range(4)]
    _, by_part = fractional_logit(parts)
    for part, found in zip(parts, by_part, strict=True):
        alone, _ = fractional_logit([part])
        assert found.coefficients == pytest.approx(alone.coefficients, abs=0.005)
        assert found.slope == pytest.approx(alone.slope, rel=0.02)


def test_rows_that_cannot_carry_the_model_are_refused() -> None:
    rows = _rows(50, 1)
    empty_category = Rows(np.column_stack([rows.x, np.zeros(50)]), rows.probability, rows.weight)
    with pytest.raises(ArithmeticError, match="too small"):
        fractional_logit([empty_category])
