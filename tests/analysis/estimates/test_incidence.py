"""The weighted Aalen-Johansen curve and its robust errors, against R and against their definition."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.duration.survfunc import CumIncidenceRight

from analysis.estimates.incidence import Followed, incidence

REFERENCE = Path(__file__).resolve().parents[2] / "reference"
EDGES = (91, 182, 273, 365)
SHARE = 1e-12
# R's errors of the weighted curves are central differences, ours a closed form; without weights survfit has
# its own, to be met to rounding.
STD_ERROR = {"plain": 1e-12, "weighted": 1e-8, "weighted one cause": 1e-8}


def persons(curve: str) -> Followed:
    rows = pd.read_csv(REFERENCE / "survival_persons.csv")
    weights = rows[["w1", "w2", "w3", "w4"]].to_numpy(np.float64)
    cause = rows["cause"].to_numpy(np.int64)
    return Followed(
        rows["days"].to_numpy(np.int64),
        np.where(cause == 2, 0, cause) if "one cause" in curve else cause,
        weights if "weighted" in curve else np.ones_like(weights),
        EDGES,
    )


@pytest.mark.parametrize(
    ("curve", "cause"),
    [("plain", 1), ("plain", 2), ("weighted", 1), ("weighted", 2), ("weighted one cause", 1)],
)
def test_curve_and_errors_agree_with_r(curve: str, cause: int) -> None:
    reference = pd.read_csv(REFERENCE / "survival_reference.csv")
    wanted = reference[(reference["curve"] == curve) & (reference["cause"] == cause)]
    found = incidence(persons(curve), cause, wanted["day"].tolist())
    assert len(wanted) == 6
    np.testing.assert_allclose(found.share, wanted["share"], rtol=0, atol=SHARE)
    np.testing.assert_allclose(found.std_error, wanted["std_error"], rtol=0, atol=STD_ERROR[curve])
    # R's persons are numbered from 0 and come in that order; its error is without our factor.
    grouped = found.clustered_error(np.arange(len(found.influence)) % 7) / np.sqrt(7 / 6)
    np.testing.assert_allclose(grouped, wanted["grouped_error"], rtol=0, atol=1e-8)


def draw(seed: int, n: int, longest: int = 40) -> Followed:
    rng = np.random.default_rng(seed)
    days = rng.integers(0, longest, n)
    cause = np.where(days == 0, 0, rng.integers(0, 3, n))
    return Followed(days, cause, rng.uniform(0.5, 2.0, (n, 2)), (15, 30))


def by_definition(followed: Followed, scale: np.ndarray, until: int) -> float:
    """The share with cause 1 by `until`, day by day and person by person; `scale` multiplies the weights."""
    left, share = 1.0, 0.0
    for day in range(1, until + 1):
        weight = scale * followed.weights[:, 0 if day <= followed.edges[0] else 1]
        at_risk = weight[followed.days >= day].sum()
        if at_risk == 0:
            break
        today = followed.days == day
        share += left * weight[today & (followed.cause == 1)].sum() / at_risk
        left *= 1 - weight[today & (followed.cause > 0)].sum() / at_risk
    return share


@given(seed=st.integers(0, 10_000), n=st.integers(1, 25), until=st.integers(0, 30))
@settings(max_examples=100, deadline=None)
def test_share_is_its_definition(seed: int, n: int, until: int) -> None:
    followed = draw(seed, n)
    found = incidence(followed, 1, [until])
    assert found.share[0] == pytest.approx(by_definition(followed, np.ones(n), until), abs=1e-12)
    assert found.at_risk[0] == (followed.days >= until).sum()
    assert found.events[0] == ((followed.days <= until) & (followed.cause == 1)).sum()
    assert np.isfinite(found.influence).all()


@pytest.mark.parametrize("seed", range(5))
def test_influence_is_the_derivative_in_each_persons_weight(seed: int) -> None:
    followed, until, step = draw(seed, 20), 25, 1e-6
    found = incidence(followed, 1, [10, until]).influence[:, 1]
    for person in range(len(followed)):
        moved = step * (np.arange(len(followed)) == person)
        up, down = (by_definition(followed, 1 + sign * moved, until) for sign in (1, -1))
        assert found[person] == pytest.approx((up - down) / (2 * step), abs=1e-8)


def test_without_weights_it_is_what_statsmodels_says() -> None:
    followed = draw(3, 200)
    plain = Followed(followed.days + 1, followed.cause, np.ones((200, 1)), (60,))
    # The last standard error divides by zero where everybody has reached an outcome.
    with np.errstate(divide="ignore", invalid="ignore"):
        other = CumIncidenceRight(plain.days, plain.cause)
    days = [5, 17, 29]
    place = np.searchsorted(other.times, days, side="right") - 1
    np.testing.assert_allclose(incidence(plain, 2, days).share, other.cinc[1][place], atol=1e-12)


def test_everybody_at_risk_has_the_event() -> None:
    followed = Followed(np.array([3, 5, 5]), np.array([0, 1, 1]), np.ones((3, 1)), (10,))
    found = incidence(followed, 1, [4, 5, 10])
    assert found.share.tolist() == [0.0, 1.0, 1.0]
    assert found.std_error.tolist() == [0.0, 0.0, 0.0]


def test_a_day_outside_the_periods_is_refused() -> None:
    with pytest.raises(ValueError, match="within 0 and 30"):
        incidence(draw(1, 5), 1, [31])
