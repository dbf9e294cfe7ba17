"""What the fit refuses, and that its marginal effects are those of statsmodels."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import norm, t
from statsmodels.discrete.discrete_model import Logit
from statsmodels.genmod.families import Binomial
from statsmodels.genmod.generalized_linear_model import GLM

from analysis.estimates.design import Design, Term
from analysis.estimates.logit import fit_logit
from analysis.estimates.ratios import risk_ratios
from analysis.estimates.reasons import Refused


def design_of(**columns: np.ndarray) -> Design:
    matrix = np.column_stack([np.ones(len(next(iter(columns.values())))), *columns.values()])
    return Design(matrix, tuple(Term(name) for name in columns), (), ())


@pytest.fixture
def draw() -> np.random.Generator:
    return np.random.default_rng(7)


def test_marginal_effects_equal_those_of_statsmodels(draw: np.random.Generator) -> None:
    x, z = draw.normal(size=(2, 400))
    outcome = draw.uniform(size=400) < 1 / (1 + np.exp(1.5 - x))
    design = design_of(x=x, z=z)
    people = np.repeat(np.arange(100), 4)
    fit = fit_logit(outcome, design, people)
    reference = Logit(outcome.astype(float), design.matrix).fit(
        method="newton", disp=False, cov_type="cluster", cov_kwds={"groups": people}
    )
    effects = reference.get_margeff()
    np.testing.assert_allclose(fit.params, reference.params, atol=1e-10)
    np.testing.assert_allclose(fit.ame[1:], effects.margeff, atol=1e-12)
    np.testing.assert_allclose(fit.ame_se[1:], effects.margeff_se, atol=1e-10)


@pytest.mark.parametrize("overlap", [0, 1])
def test_separation_is_refused_and_names_the_term(draw: np.random.Generator, overlap: int) -> None:
    """Complete separation, and the kind with a tie at the border that leaves Newton creeping."""
    x = np.arange(60.0)
    outcome = x >= 30
    if overlap:
        x[30] = x[29]
    with pytest.raises(Refused, match=r"separation: x divide"):
        fit_logit(outcome, design_of(x=x, noise=draw.normal(size=60)), np.arange(60))


def test_separation_by_a_combination_names_its_terms(draw: np.random.Generator) -> None:
    x, z = draw.normal(size=(2, 80))
    with pytest.raises(Refused, match=r"separation: x, z divide"):
        fit_logit(x + z > 0, design_of(x=x, z=z), np.arange(80))


def test_a_category_without_events_separates(draw: np.random.Generator) -> None:
    group = np.repeat([0.0, 1.0], [80, 20])
    outcome = (draw.uniform(size=100) < 0.4) & (group == 0)
    with pytest.raises(Refused, match="separation: group divide"):
        fit_logit(outcome, design_of(group=group, noise=draw.normal(size=100)), np.arange(100))


def test_collinear_terms_are_refused_by_name(draw: np.random.Generator) -> None:
    x, z = draw.normal(size=(2, 100))
    outcome = draw.uniform(size=100) < 0.5
    with pytest.raises(Refused, match=r"follow exactly from the others"):
        fit_logit(outcome, design_of(x=x, z=z, total=x + z), np.arange(100))


def test_more_parameters_than_rows_are_refused(draw: np.random.Generator) -> None:
    columns = {f"x{i}": draw.normal(size=6) for i in range(6)}
    with pytest.raises(Refused, match="6 rows cannot carry 7 parameters"):
        fit_logit(np.array([True, False] * 3), design_of(**columns), np.arange(6))


def test_units_of_a_column_do_not_matter(draw: np.random.Generator) -> None:
    x = draw.normal(size=300)
    outcome = draw.uniform(size=300) < 1 / (1 + np.exp(-x))
    plain = fit_logit(outcome, design_of(x=x), np.arange(300))
    large = fit_logit(outcome, design_of(x=1e6 * x), np.arange(300))
    np.testing.assert_allclose(large.params[1] * 1e6, plain.params[1], rtol=1e-10)
    np.testing.assert_allclose(large.ame_se[1] * 1e6, plain.ame_se[1], rtol=1e-8)


@pytest.mark.parametrize("rows", [2, 3, 5, 8, 10])
def test_a_small_category_with_one_event_does_not_throw_the_fit_off(
    draw: np.random.Generator, rows: int
) -> None:
    """At a low base rate Newton's full steps diverge here, though the maximum is an ordinary one."""
    x = draw.integers(1, 6, 4000).astype(float)
    small = np.zeros(4000)
    small[:rows] = 1.0
    outcome = draw.uniform(size=4000) < 1 / (1 + np.exp(5 - 0.3 * x))
    outcome[:rows] = np.arange(rows) == 0
    design = design_of(x=x, small=small)
    fit = fit_logit(outcome, design, np.arange(4000))
    reference = GLM(outcome.astype(float), design.matrix, family=Binomial()).fit(tol=1e-12)
    np.testing.assert_allclose(fit.params, reference.params, atol=1e-6)


@pytest.mark.parametrize(
    ("clusters", "quantile", "p_value"),
    [
        (10, t.ppf(0.975, 9), 2 * t.sf(1.5, 9)),
        (49, t.ppf(0.975, 48), 2 * t.sf(1.5, 48)),
        (50, norm.ppf(0.975), 2 * norm.sf(1.5)),
        (400, norm.ppf(0.975), 2 * norm.sf(1.5)),
    ],
)
def test_few_clusters_take_the_t_distribution(
    draw: np.random.Generator, clusters: int, quantile: float, p_value: float
) -> None:
    x = draw.normal(size=400)
    outcome = draw.uniform(size=400) < 0.4
    fit = fit_logit(outcome, design_of(x=x), np.arange(400) % clusters)
    assert fit.quantile == pytest.approx(quantile, rel=1e-12)
    assert fit.p_value(-0.3, 0.2) == pytest.approx(p_value, rel=1e-12)


@pytest.mark.parametrize("weighted", [False, True])
def test_risk_ratios_equal_brute_force(draw: np.random.Generator, weighted: bool) -> None:
    x, z = draw.integers(1, 6, (2, 500)).astype(float)
    outcome = draw.uniform(size=500) < 1 / (1 + np.exp(3 - 0.5 * x))
    weights = draw.uniform(0.5, 3, 500) if weighted else None
    design = design_of(x=x, z=z)
    fit = fit_logit(outcome, design, np.arange(500) // 5, weights=weights)
    found = risk_ratios(fit, design.matrix, [1, 2], weights)

    def log_ratio(params: np.ndarray, column: int) -> float:
        total = [0.0, 0.0]
        for row, share in zip(design.matrix, np.ones(500) if weights is None else weights, strict=True):
            more = row + np.eye(3)[column]
            for at, values in enumerate((row, more)):
                total[at] += share / (1 + np.exp(-values @ params))
        return float(np.log(total[1] / total[0]))

    for at, column in enumerate((1, 2)):
        gradient = np.array(
            [
                (log_ratio(fit.params + h, column) - log_ratio(fit.params - h, column)) / 2e-5
                for h in 1e-5 * np.eye(3)
            ]
        )
        assert found.log[at] == pytest.approx(log_ratio(fit.params, column), rel=1e-10)
        assert found.log_se[at] == pytest.approx(np.sqrt(gradient @ fit.covariance @ gradient), rel=1e-7)
    assert found.std_errors == pytest.approx(found.values * found.log_se)
