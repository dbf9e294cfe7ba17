"""The complementary log-log hazard: hazard ratios whatever the interval, its information, its refusals."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.estimates.cloglog import fit_cloglog, hazard_ratios
from analysis.estimates.design import Design, Term
from analysis.estimates.logit import fit_logit
from analysis.estimates.reasons import Refused


def design_of(**columns: np.ndarray) -> Design:
    matrix = np.column_stack([np.ones(len(next(iter(columns.values())))), *columns.values()])
    return Design(matrix, tuple(Term(name) for name in columns), (), ())


@pytest.fixture
def draw() -> np.random.Generator:
    return np.random.default_rng(11)


def test_the_hazard_ratio_is_that_of_continuous_time_whatever_the_interval(draw: np.random.Generator) -> None:
    """One exponential waiting time a person, seen after a short or a long interval: the same ratio, 1.5.

    An odds ratio is larger, and the more so the longer the interval.
    """
    x = draw.integers(0, 3, 16_000).astype(float)
    waiting = draw.exponential(1.0 / (0.1 * 1.5**x))
    for interval in (1.0, 5.0):
        seen = (waiting <= interval, design_of(x=x), np.arange(16_000))
        fit = fit_cloglog(*seen)
        assert abs(fit.params[1] - np.log(1.5)) < 3.0 * fit.std_errors[1]
        assert (
            fit_logit(*seen, repeated=True).params[1]
            > fit.params[1] + 3.0 * (interval > 1.0) * fit.std_errors[1]
        )


def test_the_covariance_is_the_sandwich_with_the_observed_information(draw: np.random.Generator) -> None:
    x, z = draw.normal(size=(2, 4000))
    people = np.repeat(np.arange(1000), 4)
    outcome = draw.uniform(size=4000) < 1 - np.exp(-np.exp(-2 + 0.5 * x))
    design = design_of(x=x, z=z)
    fit = fit_cloglog(outcome, design, people)
    hazard = np.exp(design.matrix @ fit.params)
    gone = np.exp(-hazard) / -np.expm1(-hazard)
    # Of log p for an event and log(1 - p) = -hazard else, by the linear predictor.
    first = np.where(outcome, hazard * gone, -hazard)
    second = np.where(outcome, hazard * gone * (1 - hazard - hazard * gone), -hazard)
    observed = -(design.matrix * second[:, None]).T @ design.matrix
    expected = (design.matrix * (hazard**2 * gone)[:, None]).T @ design.matrix
    within = np.add.reduceat(design.matrix * first[:, None], np.arange(0, 4000, 4))
    factor = 1000 / 999 * 3999 / 3997
    errors = [
        np.sqrt(factor * np.diag(np.linalg.inv(bread) @ within.T @ within @ np.linalg.inv(bread)))
        for bread in (observed, expected)
    ]
    assert fit.std_errors == pytest.approx(errors[0], rel=1e-8)
    assert fit.std_errors == pytest.approx(errors[1], rel=0.02)
    assert np.max(np.abs(errors[1] / errors[0] - 1)) > 1e-6


def test_units_of_a_column_do_not_matter(draw: np.random.Generator) -> None:
    x = draw.normal(size=600)
    outcome = draw.uniform(size=600) < 0.3
    plain = fit_cloglog(outcome, design_of(x=x), np.arange(600))
    large = fit_cloglog(outcome, design_of(x=1e6 * x), np.arange(600))
    assert large.params[1] * 1e6 == pytest.approx(plain.params[1], rel=1e-9)
    assert large.std_errors[1] * 1e6 == pytest.approx(plain.std_errors[1], rel=1e-9)


@pytest.mark.parametrize("share", [0.001, 0.5, 0.97])
def test_rare_and_common_events_reach_their_maximum(draw: np.random.Generator, share: float) -> None:
    x = draw.integers(1, 6, 6000).astype(float)
    index = np.log(-np.log1p(-share)) + 0.2 * (x - 3)
    outcome = draw.uniform(size=6000) < -np.expm1(-np.exp(index))
    fit = fit_cloglog(outcome, design_of(x=x), np.arange(6000))
    assert fit.largest_score < 1e-9
    assert abs(fit.params[1] - 0.2) < 3.5 * fit.std_errors[1]


def test_the_interval_of_a_ratio_is_exponentiated(draw: np.random.Generator) -> None:
    x = draw.normal(size=500)
    fit = fit_cloglog(draw.uniform(size=500) < 0.3, design_of(x=x), np.arange(500) % 10)
    ratios = hazard_ratios(fit, [1])
    low, high = ratios.interval(fit.quantile)
    # Ten clusters: t with nine degrees of freedom.
    assert np.log([low[0], high[0]]) == pytest.approx(
        fit.params[1] + np.array([-1, 1]) * 2.262157 * fit.std_errors[1], rel=1e-6
    )


def test_what_the_logit_refuses_is_refused(draw: np.random.Generator) -> None:
    x, z = draw.normal(size=(2, 100))
    with pytest.raises(Refused, match="separation: x divide"):
        fit_cloglog(x > 0, design_of(x=x, z=z), np.arange(100))
    with pytest.raises(Refused, match="follow exactly from the others"):
        fit_cloglog(draw.uniform(size=100) < 0.5, design_of(x=x, z=z, sum=x + z), np.arange(100))
    with pytest.raises(Refused, match="4 clusters"):
        fit_cloglog(draw.uniform(size=100) < 0.5, design_of(x=x), np.arange(100) % 4)
