"""Rubin's rules against R's mice and by hand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis.estimates.missing_rubin import pool

REFERENCE = Path(__file__).parents[2] / "reference" / "missing_rubin_reference.csv"
R_TOLERANCE = 1e-12


def numbers(joined: object) -> list[float]:
    return [float(part) for part in str(joined).split(";")]


def test_pooled_as_mice_pools() -> None:
    cases = pd.read_csv(REFERENCE)
    assert len(cases) == 36
    for case in cases.to_dict("records"):
        found = pool(numbers(case["values"]), numbers(case["errors"]), case["clusters"] - 1.0)
        assert found.value == pytest.approx(case["value"], rel=R_TOLERANCE)
        assert found.std_error**2 == pytest.approx(case["variance"], rel=R_TOLERANCE)
        assert found.degrees_of_freedom == pytest.approx(case["df"], rel=R_TOLERANCE)
        assert found.missing_information == pytest.approx(case["fmi"], rel=R_TOLERANCE)


def test_by_hand() -> None:
    """Draws 1 and 3 with errors 1: U = 1, B = 2, T = 1 + 1.5 x 2 = 4, so three quarters are between."""
    found = pool([1.0, 3.0], [1.0, 1.0], 1e12)
    assert (found.value, found.std_error) == (2.0, 2.0)
    assert found.degrees_of_freedom == pytest.approx(1 / 0.75**2)


def test_draws_that_agree_add_nothing() -> None:
    found = pool([0.3] * 10, [0.1] * 10, 400.0)
    assert found.std_error == pytest.approx(0.1)
    assert found.missing_information == pytest.approx(2 / (found.degrees_of_freedom + 3))
    assert found.degrees_of_freedom == pytest.approx(401 / 403 * 400)
    assert np.isfinite(found.p_value)
