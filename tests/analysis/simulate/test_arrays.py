"""The clock: a process reaches its threshold on the first day by which so much hazard has accumulated."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.simulate.arrays import INTERVAL_DAYS, NEVER, accumulated, first_day

CUMULATIVE = np.array([[0.5, 0.7, 2.0]])


@pytest.mark.parametrize("threshold", [0.001, 0.25, 0.5, 0.6, 0.7001, 1.3, 1.999])
def test_the_day_is_the_first_with_enough_hazard(threshold: float) -> None:
    day = first_day(CUMULATIVE, np.array([threshold]))
    assert accumulated(CUMULATIVE, day[:, None])[0, 0] >= threshold - 1e-12
    assert accumulated(CUMULATIVE, day[:, None] - 1)[0, 0] < threshold


def test_a_threshold_beyond_the_study_is_never_reached() -> None:
    assert first_day(CUMULATIVE, np.array([2.001])).tolist() == [NEVER]


def test_hazard_accumulates_evenly_within_a_quarter_and_meets_its_end() -> None:
    days = np.array([[0, INTERVAL_DAYS, 2 * INTERVAL_DAYS, 3 * INTERVAL_DAYS]])
    assert accumulated(CUMULATIVE, days)[0] == pytest.approx([0.0, 0.5, 0.7, 2.0])
    inside = np.array([[10, 20, 30]])
    assert np.diff(accumulated(CUMULATIVE, inside)[0]) == pytest.approx([5 / 91, 5 / 91])


def test_drawn_days_have_the_survival_that_the_hazard_says() -> None:
    size = 40_000
    days = first_day(np.tile(CUMULATIVE, (size, 1)), np.random.default_rng(3).exponential(size=size))
    for day in (30, 91, 140, 250):
        survival = np.exp(-accumulated(CUMULATIVE, np.array([[day]]))[0, 0])
        assert np.mean(days > day) == pytest.approx(survival, abs=4 * np.sqrt(survival / size))
