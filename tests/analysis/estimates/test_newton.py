"""The fit in blocks gives statsmodels' numbers, refuses what statsmodels' way refuses, and streams."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.discrete.discrete_model import Logit
from statsmodels.genmod.families import Binomial
from statsmodels.genmod.generalized_linear_model import GLM
from statsmodels.tools.sm_exceptions import SpecificationWarning

from analysis.estimates import identified, logit, newton
from analysis.estimates.blocks import MANY_ROWS, Block, FloatArray, matrix_source
from analysis.estimates.design import Design, Term
from analysis.estimates.logit import LogitFit, fit_logit, fit_logit_blocks
from analysis.estimates.reasons import Refused

EQUAL = 1e-8
KINDS = ("plain", "rare", "nearly collinear", "units", "small category")
Rows = tuple[FloatArray, np.ndarray, np.ndarray]


def rows_of(kind: str, seed: int, rows: int = 3000) -> Rows:
    """Matrix (n x 6, constant first), outcome, and persons of uneven size whose rows come in no order."""
    draw = np.random.default_rng(seed)
    matrix = np.column_stack([np.ones(rows), draw.integers(1, 6, (rows, 5)).astype(float)])
    people = draw.integers(0, rows // 4, rows)
    if kind == "nearly collinear":
        matrix[:, 2] = matrix[:, 1] + 0.02 * draw.normal(size=rows)
    taste = draw.normal(0.0, 0.7, rows)[people]
    index = (-5.5 if kind == "rare" else -1.0) + 0.3 * matrix[:, 1] - 0.1 * matrix[:, 2] + taste
    outcome = draw.uniform(size=rows) < 1.0 / (1.0 + np.exp(-index))
    if kind == "units":
        matrix = matrix * [1.0, 1e6, 1e-6, 1.0, 1e3, 1.0] + np.array([0.0, 0.0, 0.0, 50.0, 0.0, 0.0])
    if kind == "small category":
        matrix[:, 5] = np.arange(rows) < 8
        outcome[:8] = np.arange(8) < 3
    return matrix, outcome, people


def design_of(matrix: FloatArray) -> Design:
    return Design(matrix, tuple(Term(f"x{column}") for column in range(1, matrix.shape[1])), (), ())


def assert_equal(fit: LogitFit, wanted: LogitFit) -> None:
    for name in ("params", "std_errors", "ame", "ame_se"):
        np.testing.assert_allclose(getattr(fit, name), getattr(wanted, name), rtol=EQUAL, err_msg=name)
    np.testing.assert_allclose(fit.covariance, wanted.covariance, rtol=1e-7, atol=EQUAL * EQUAL)
    assert fit.log_likelihood == pytest.approx(wanted.log_likelihood, rel=1e-12)
    assert fit.n_clusters == wanted.n_clusters


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("kind", KINDS)
def test_every_number_equals_that_of_statsmodels(kind: str, seed: int) -> None:
    """statsmodels alone, started from 0: only the columns' units are taken from it and given back."""
    matrix, outcome, people = rows_of(kind, seed)
    fit = fit_logit(outcome, design_of(matrix), people, repeated=True)
    spread = np.where(np.ptp(matrix, axis=0) > 0.0, matrix.std(axis=0), 1.0)
    reference = Logit(outcome.astype(float), matrix / spread).fit(
        method="newton", maxiter=50, tol=1e-12, disp=False, cov_type="cluster", cov_kwds={"groups": people}
    )
    effects = reference.get_margeff()
    np.testing.assert_allclose(fit.params * spread, reference.params, rtol=EQUAL)
    np.testing.assert_allclose(fit.std_errors * spread, reference.bse, rtol=EQUAL)
    np.testing.assert_allclose((fit.ame * spread)[1:], effects.margeff, rtol=EQUAL)
    np.testing.assert_allclose((fit.ame_se * spread)[1:], effects.margeff_se, rtol=EQUAL)
    assert fit.log_likelihood == pytest.approx(reference.llf, rel=1e-12)
    assert fit.n_clusters == len(np.unique(people))
    assert fit.largest_score < EQUAL


@pytest.mark.parametrize("kind", ["plain", "rare", "small category"])
def test_many_rows_with_a_samples_start_and_two_threads_equal_statsmodels(kind: str) -> None:
    matrix, outcome, people = rows_of(kind, 3, rows=MANY_ROWS + 4321)
    assert len(matrix_source(matrix, outcome, people)) == 2
    fit = fit_logit(outcome, design_of(matrix), people, repeated=True)
    assert_equal(fit, fit_logit(outcome, design_of(matrix), people))


def test_one_cluster_over_all_rows_but_a_few_is_cut_nowhere() -> None:
    """Centres are few and large: one of them fills the middle of the rows and many blocks."""
    matrix, outcome, _ = rows_of("plain", 4, rows=MANY_ROWS)
    centres = np.searchsorted([10, 20, 30, 40, 49_000], np.arange(len(matrix)), side="right")
    fit = fit_logit(outcome, design_of(matrix), centres, repeated=True)
    assert_equal(fit, fit_logit(outcome, design_of(matrix), centres))
    assert fit.n_clusters == 6


@pytest.mark.parametrize("kind", ["plain", "rare", "units"])
def test_weights_equal_those_of_statsmodels(kind: str) -> None:
    matrix, outcome, people = rows_of(kind, 5)
    weights = np.random.default_rng(5).uniform(0.2, 5.0, len(matrix))
    fit = fit_logit(outcome, design_of(matrix), people, weights=weights)
    spread = np.where(np.ptp(matrix, axis=0) > 0.0, matrix.std(axis=0), 1.0)
    with warnings.catch_warnings():
        # Its numbers are R's (see test_against_r).
        warnings.filterwarnings("ignore", "cov_type not fully supported", SpecificationWarning)
        reference = GLM(outcome.astype(float), matrix / spread, family=Binomial(), var_weights=weights).fit(
            tol=1e-13, tol_criterion="params", cov_type="cluster", cov_kwds={"groups": people}
        )
    np.testing.assert_allclose(fit.params * spread, reference.params, rtol=EQUAL)
    np.testing.assert_allclose(fit.std_errors * spread, reference.bse, rtol=EQUAL)

    def effects(params: FloatArray) -> FloatArray:
        probability = 1.0 / (1.0 + np.exp(-(matrix / spread) @ params))
        return params * np.average(probability * (1.0 - probability), weights=weights)

    params = np.asarray(reference.params)
    steps = 1e-5 * np.eye(len(params))
    jacobian = np.column_stack([(effects(params + h) - effects(params - h)) / 2e-5 for h in steps])
    errors = np.sqrt(np.diag(jacobian @ np.asarray(reference.cov_params()) @ jacobian.T))
    np.testing.assert_allclose(fit.ame * spread, effects(params), rtol=EQUAL)
    np.testing.assert_allclose(fit.ame_se * spread, errors, rtol=1e-6)


def test_rows_of_weight_two_estimate_what_rows_that_come_twice_do() -> None:
    matrix, outcome, people = rows_of("plain", 6)
    twice = np.concatenate([np.arange(3000), np.arange(1000)])
    weights = np.where(np.arange(3000) < 1000, 2.0, 1.0)
    fit = fit_logit(outcome, design_of(matrix), people, weights=weights)
    copied = fit_logit(outcome[twice], design_of(matrix[twice]), people[twice], repeated=True)
    np.testing.assert_allclose(fit.params, copied.params, rtol=EQUAL)
    np.testing.assert_allclose(fit.ame, copied.ame, rtol=EQUAL)
    assert fit.log_likelihood == pytest.approx(copied.log_likelihood, rel=1e-12)


@pytest.mark.parametrize("wrong", [-1.0, np.nan, np.inf])
def test_weights_that_are_none_are_an_error_of_the_caller(wrong: float) -> None:
    matrix, outcome, people = rows_of("plain", 6)
    with pytest.raises(ValueError, match="weights must be finite"):
        fit_logit(outcome, design_of(matrix), people, weights=np.r_[wrong, np.ones(2999)])


@settings(max_examples=10, deadline=None, derandomize=True)
@given(seed=st.integers(0, 10**6), sizes=st.lists(st.integers(1, 9000), min_size=1, max_size=4))
def test_how_the_rows_are_cut_into_blocks_does_not_matter(seed: int, sizes: list[int]) -> None:
    matrix, outcome, people = rows_of("plain", seed, rows=sum(sizes) + 200)
    order = np.argsort(people, kind="stable")
    matrix, outcome, people = np.rint(matrix[order]), outcome[order], people[order]

    def stream() -> Iterator[Block]:
        for rows in np.split(np.arange(len(outcome)), np.cumsum(sizes)):
            yield Block(matrix[rows].astype(np.int8), outcome[rows], people[rows])

    streamed = fit_logit_blocks((stream,), design_of(matrix).terms)
    assert_equal(streamed, fit_logit(outcome, design_of(matrix), people, repeated=True))


def test_clusters_that_come_back_are_an_error_of_the_caller() -> None:
    matrix, outcome, _ = rows_of("plain", 7)
    people = np.arange(3000) % 100
    with pytest.raises(ValueError, match="order of their clusters"):
        fit_logit_blocks((lambda: [Block(matrix, outcome, people)],), design_of(matrix).terms)


def _border(matrix: FloatArray, draw: np.random.Generator) -> np.ndarray:
    """Everybody above three has an event, at three some have: only the border keeps the steps finite."""
    some = draw.uniform(size=len(matrix)) < 0.5
    events: np.ndarray = (matrix[:, 3] > 3.0) | ((matrix[:, 3] == 3.0) & some)
    return events


def _line(matrix: FloatArray, draw: np.random.Generator) -> np.ndarray:
    above: np.ndarray = 3.0 * matrix[:, 1] + 2.0 * matrix[:, 2] > 15.0
    return above


@pytest.mark.parametrize("outcomes", [_border, _line])
@pytest.mark.parametrize("rows", [1500, 6000])
def test_separation_is_refused_in_the_same_words(
    outcomes: Callable[[FloatArray, np.random.Generator], np.ndarray],
    rows: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Also where the linear programme takes in its constraints by and by."""
    monkeypatch.setattr(identified, "_AT_ONCE", 400)
    matrix, _, people = rows_of("plain", 8, rows=rows)
    outcome = outcomes(matrix, np.random.default_rng(8))
    said = [_refusal(outcome, design_of(matrix), people, repeated=way) for way in (True, False)]
    assert said[0] == said[1]
    assert said[0].startswith("separation: x")


def _refusal(outcome: np.ndarray, design: Design, people: np.ndarray, *, repeated: bool) -> str:
    with pytest.raises(Refused) as refused:
        fit_logit(outcome, design, people, repeated=repeated)
    return str(refused.value)


def test_separation_of_the_first_rows_alone_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """The programme starts with them, and must look at the others."""
    monkeypatch.setattr(identified, "_AT_ONCE", 400)
    matrix, _, people = rows_of("plain", 14)
    outcome = matrix[:, 1] > 3.0
    source = matrix_source(matrix, outcome, np.sort(people))
    terms = design_of(matrix).terms
    with pytest.raises(Refused, match="separation: x1 divide"):
        identified.refuse_separated(source, np.ones(6), terms)
    outcome[-1500:] = ~outcome[-1500:]
    identified.refuse_separated(source, np.ones(6), terms)


def test_far_out_predictors_without_separation_are_not_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A few rows lie far out, which looks like separation until the programme finds one on the other side."""
    monkeypatch.setattr(identified, "_AT_ONCE", 500)
    matrix, _, people = rows_of("plain", 9)
    draw = np.random.default_rng(9)
    matrix[:, 1] = draw.normal(size=3000)
    matrix[:5, 1] = 10.0
    outcome = draw.uniform(size=3000) < 1.0 / (1.0 + np.exp(-2.0 * matrix[:, 1]))
    fit = fit_logit(outcome, design_of(matrix), people, repeated=True)
    assert np.max(np.abs(matrix @ fit.params)) > logit._SUSPICIOUS_PREDICTOR


def _collinear(matrix: FloatArray, outcome: np.ndarray) -> tuple[FloatArray, np.ndarray]:
    return np.column_stack([matrix, matrix[:, 1] + matrix[:, 2]]), outcome


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (_collinear, "terms follow exactly from the others"),
        (lambda m, y: (m[:6], np.arange(6) < 3), "6 rows cannot carry 6 parameters"),
        (lambda m, y: (m, y & False), "no event in the rows used"),
        (lambda m, y: (m, y | True), "nothing but events in the rows used"),
        (lambda m, y: (m * np.nan, y), "did not reach its maximum"),
    ],
)
def test_what_cannot_be_fitted_is_refused(
    change: Callable[[FloatArray, np.ndarray], tuple[FloatArray, np.ndarray]], said: str
) -> None:
    matrix, outcome, people = rows_of("plain", 10)
    matrix, outcome = change(matrix, outcome)
    assert said in _refusal(outcome, design_of(matrix), people[: len(outcome)], repeated=True)


@pytest.mark.parametrize("repeated", [True, False])
def test_fewer_than_five_clusters_are_refused(repeated: bool) -> None:
    matrix, outcome, _ = rows_of("plain", 11)
    said = _refusal(outcome, design_of(matrix), np.arange(3000) % 4, repeated=repeated)
    assert said.startswith("4 clusters")


@pytest.mark.parametrize(
    ("repeated", "rows", "wanted"),
    [(False, 3000, "statsmodels"), (True, 3000, "blocks"), (False, 6000, "blocks")],
)
def test_size_and_repetition_decide_who_fits(
    repeated: bool, rows: int, wanted: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logit, "MOST_ROWS", 5000)
    called: list[str] = []

    def seen(name: str, function: Callable[..., LogitFit]) -> Callable[..., LogitFit]:
        def noted(*given: object) -> LogitFit:
            called.append(name)
            return function(*given)

        return noted

    monkeypatch.setattr(logit, "_fit_with_statsmodels", seen("statsmodels", logit._fit_with_statsmodels))
    monkeypatch.setattr(logit, "fit_logit_blocks", seen("blocks", logit.fit_logit_blocks))
    matrix, outcome, people = rows_of("plain", 12, rows=rows)
    fit_logit(outcome, design_of(matrix), people, repeated=repeated)
    assert called == [wanted]


def test_a_separated_sample_does_not_mislead_the_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    """Twenty rows of a category, of which the sample has one or none."""
    monkeypatch.setattr(newton, "MANY_ROWS", 2000)
    matrix, outcome, people = rows_of("rare", 13)
    matrix[:, 5] = np.arange(3000) < 20
    outcome[:20] = np.arange(20) < 1
    fit = fit_logit(outcome, design_of(matrix), people, repeated=True)
    assert_equal(fit, fit_logit(outcome, design_of(matrix), people))
