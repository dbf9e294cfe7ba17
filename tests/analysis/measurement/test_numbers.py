"""Each closed form against a slower way to the same number: leaving persons out, simulation, brute force."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.estimates.measurement_agreement import limits_of_agreement, weighted_kappa
from analysis.estimates.measurement_change import (
    error_of_measurement,
    reliable_change,
    standard_error,
    whole_steps,
)
from analysis.estimates.measurement_hidden import hidden_up_to, told
from analysis.estimates.measurement_number import Floats, Ints, Number, quantile, share
from analysis.estimates.measurement_reliability import alpha, icc, mean_squares, omega
from analysis.estimates.reasons import Refused
from analysis.report.suppression import suppress

Rows = tuple[Floats, Floats, Ints, Ints]


def ratings(persons: int = 300, seed: int = 1) -> Rows:
    """Two raters' steps in one to four rounds a person, alike within persons; persons and rounds."""
    rng = np.random.default_rng(seed)
    person = np.repeat(np.arange(persons), rng.integers(1, 5, persons))
    rounds = np.concatenate([np.arange(n) for n in np.bincount(person)])
    latent = rng.normal(0, 1, persons)[person]
    own_bias = rng.normal(0, 0.5, persons)[person]
    first, second = (
        np.clip(np.round(3 + latent + bias + rng.normal(0, 0.6, len(person))), 1, 5)
        for bias in (0.0, own_bias)
    )
    return first, second, person, rounds


def jackknifed(compute: Callable[[np.ndarray], float], persons: Ints) -> float:
    """Standard error by leaving out one person at a time."""
    left = np.array([compute(np.flatnonzero(persons != one)) for one in np.unique(persons)])
    n = len(left)
    return math.sqrt((n - 1) / n * float(((left - left.mean()) ** 2).sum()))


def table_kappa(first: Floats, second: Floats) -> float:
    """Weighted kappa from the table of counts, weight by weight."""
    steps = range(1, 6)
    n = len(first)
    observed = expected = 0.0
    for a in steps:
        for b in steps:
            weight = (a - b) ** 2 / 16
            observed += weight * ((first == a) & (second == b)).sum() / n
            expected += weight * (first == a).sum() / n * (second == b).sum() / n
    return 1 - observed / expected


def test_kappa_is_that_of_the_table_and_its_error_that_of_leaving_persons_out() -> None:
    first, second, persons, _ = ratings()
    found = weighted_kappa(first, second, persons)
    assert found.value == pytest.approx(table_kappa(first, second), abs=1e-12)
    slow = jackknifed(lambda rows: table_kappa(first[rows], second[rows]), persons)
    assert found.std_error == pytest.approx(slow, rel=0.02)
    # Rows as if they were persons would be surer than they may be.
    alone = weighted_kappa(first, second, np.arange(len(first)))
    assert alone.std_error is not None
    assert found.std_error is not None
    assert found.std_error > 1.1 * alone.std_error


def test_limits_lie_where_they_should_and_their_errors_are_those_of_leaving_persons_out() -> None:
    first, second, persons, _ = ratings()
    for place, found in enumerate(limits_of_agreement(first, second, persons)):

        def compute(rows: np.ndarray, place: int = place) -> float:
            d = second[rows] - first[rows]
            return float(d.mean() + (0, -1.959964, 1.959964)[place] * d.std(ddof=1))

        assert found.value == pytest.approx(compute(np.arange(len(first))), abs=1e-6)
        assert found.std_error == pytest.approx(jackknifed(compute, persons), rel=0.02)


def test_error_of_measurement_is_the_usual_one_and_its_error_that_of_leaving_persons_out() -> None:
    first, second, persons, rounds = ratings()

    def compute(rows: np.ndarray) -> float:
        rest = second[rows] - first[rows]
        for number in np.unique(rounds[rows]):
            here = rounds[rows] == number
            rest[here] = rest[here] - rest[here].mean()
        return math.sqrt(float(rest @ rest) / (len(rest) - len(np.unique(rounds[rows]))) / 2)

    found = error_of_measurement(second - first, rounds, persons)
    assert found.value == pytest.approx(compute(np.arange(len(first))), abs=1e-12)
    assert found.std_error == pytest.approx(jackknifed(compute, persons), rel=0.02)


def test_error_of_measurement_is_spread_times_root_of_unreliability() -> None:
    first, second, persons, rounds = ratings()
    here = rounds == 0
    pairs = np.column_stack([first[here], second[here]])
    between, _, rest = mean_squares(pairs)
    found = error_of_measurement(second[here] - first[here], rounds[here], persons[here])
    spread = math.sqrt(float(pairs.var(axis=0, ddof=1).mean()))
    assert found.value == pytest.approx(
        standard_error(spread, (between - rest) / (between + rest)), abs=1e-12
    )


def test_three_steps_of_one_item_are_beyond_noise() -> None:
    """Item deviation 1.33, retest 0.68: the bound lies between two and three steps."""
    bound = reliable_change(standard_error(1.33, 0.68))
    assert bound == pytest.approx(1.96 * math.sqrt(2) * 1.33 * math.sqrt(0.32), rel=1e-4)
    assert whole_steps(bound) == 3
    assert whole_steps(2.0) == 3


def test_the_mean_of_nine_items_needs_about_one_step() -> None:
    """A mean with deviation 0.97 and retest 0.84: the bound 1.08 of the guide."""
    assert reliable_change(standard_error(0.974, 0.84)) == pytest.approx(1.08, abs=0.005)


@pytest.mark.parametrize(
    ("compute", "truth"),
    [
        (lambda v: alpha(v[:, :5]), 5 * 0.5 / (1 + 4 * 0.5)),
        (lambda v: icc(v[:, :2]), 1.0 / (2.0 + 0.25**2 / 2)),
    ],
    ids=["alpha", "icc"],
)
def test_intervals_cover_the_truth(compute: Callable[[Floats], Number], truth: float) -> None:
    """Correlation 0.5 between columns; the second column 0.25 higher on average, drawn as a random shift."""
    rng = np.random.default_rng(7)
    hits = 0
    for _ in range(400):
        values = rng.normal(size=(40, 1)) + rng.normal(size=(40, 5))
        values[:, 1] += 0.25
        found = compute(values)
        hits += found.low <= truth <= found.high
    # Monte Carlo error 0.011.
    assert 0.92 <= hits / 400 <= 0.98


def test_intervals_of_kappa_and_limits_cover_the_truth_with_several_rows_a_person() -> None:
    first, second, persons, _ = ratings(60_000, seed=99)
    truth = weighted_kappa(first, second, persons).value, limits_of_agreement(first, second, persons)[2].value
    hits = np.zeros(2)
    for seed in range(300):
        first, second, persons, _ = ratings(60, seed=seed)
        made = weighted_kappa(first, second, persons), limits_of_agreement(first, second, persons)[2]
        hits += [one.low <= true <= one.high for one, true in zip(made, truth, strict=True)]
    # Monte Carlo error 0.013; with rows as if they were persons kappa would have 0.86.
    assert (hits / 300 >= 0.91).all()
    assert (hits / 300 <= 0.98).all()


def test_omega_covers_the_truth() -> None:
    loadings = np.array([0.8, 0.7, 0.6, 0.5, 0.4])
    truth = loadings.sum() ** 2 / (loadings.sum() ** 2 + (1 - loadings**2).sum())
    rng = np.random.default_rng(11)
    hits = 0
    for _ in range(40):
        factor, noise = rng.normal(size=(150, 1)), rng.normal(size=(150, 5))
        found = omega(factor * loadings + noise * np.sqrt(1 - loadings**2))
        hits += found.low <= truth <= found.high
    assert hits >= 33


def test_omega_is_the_same_each_time() -> None:
    values = np.random.default_rng(3).normal(size=(60, 1)) + np.random.default_rng(4).normal(size=(60, 4))
    assert omega(values) == omega(values)


def test_shares_of_persons_with_several_rows_have_wider_intervals() -> None:
    flags = np.repeat(np.arange(40) < 10, 5)
    together = share(flags, np.repeat(np.arange(40), 5))
    apart = share(np.arange(40) < 10, np.arange(40))
    assert (together.value, together.low, together.high) == pytest.approx(
        (apart.value, apart.low, apart.high), abs=1e-12
    )


@pytest.mark.parametrize("found", [0, 40])
def test_a_share_of_nobody_or_everybody_still_has_an_interval(found: int) -> None:
    number = share(np.arange(40) < found, np.arange(40))
    assert 0 <= number.low <= number.value <= number.high <= 1
    assert number.high - number.low > 0.05


def test_the_interval_of_a_median_covers_it() -> None:
    rng = np.random.default_rng(5)
    hits = 0
    for _ in range(400):
        persons = np.repeat(np.arange(60), 3)
        values = np.exp(rng.normal(size=60))[persons] * np.exp(rng.normal(size=180))
        found = quantile(values, persons, 0.5)
        hits += found.low <= 1 <= found.high
    assert 0.91 <= hits / 400 <= 0.98


def test_no_quantile_has_fewer_than_five_persons_beyond_its_interval() -> None:
    values = np.arange(20.0)
    found = quantile(values, np.arange(20), 0.5)
    assert (values < found.low).sum() >= 4
    with pytest.raises(Refused) as refusal:
        quantile(values, np.arange(20), 0.25)
    assert refusal.value.reason.key == "few_beyond"


@settings(max_examples=300, deadline=None)
@given(st.lists(st.integers(0, 30), min_size=1, max_size=7))
def test_counts_are_hidden_as_in_the_report(counts: list[int]) -> None:
    shown = suppress(counts)
    assert [told(count, counts) for count in counts] == [cell is not None for cell in shown.cells]


def test_nothing_small_hides_nothing() -> None:
    assert hidden_up_to([0, 5, 8]) == 0
