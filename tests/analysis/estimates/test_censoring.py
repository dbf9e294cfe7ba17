"""Weights for those who were lost, and the range for what they may have had."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.estimates.censoring import Weights, censoring_weights, periods
from analysis.estimates.follow_up import EDGES, FollowUp, known
from analysis.estimates.incidence import Followed, incidence
from analysis.estimates.lost import lost_range
from analysis.panel.columns import CovariateColumn
from analysis.panel.enrolled import NEVER
from analysis.panel.values import Indicator

KEYS = ("work_belief", "job_search")
REGION = CovariateColumn("region", False, "e")


def follow(n: int, seed: int, *, rate: float = 1.0, answered: float = 0.95) -> FollowUp:
    """Persons whose job and loss both go with `work_belief`; the rate is that of being lost, a year."""
    rng = np.random.default_rng(seed)
    level = rng.integers(1, 6, n).astype(np.float64)
    job = np.ceil(rng.exponential(365 / (0.30 * np.exp(0.4 * (level - 3))))).astype(np.int64)
    hazard = np.maximum(rate * np.exp(-0.5 * (level - 3)), 1e-12)
    observed = np.floor(rng.exponential(365 / hazard)).clip(max=1000).astype(np.int64)
    columns: dict[str, object] = {
        "person": [f"p{number:05}" for number in range(n)],
        "job": np.minimum(job, NEVER),
        "observed": observed,
        "leaves": np.full(n, NEVER),
        "region": rng.choice(["a", "b"], n),
    }
    for period in range(len(EDGES)):
        columns[known(period, "work_belief")] = np.where(rng.random(n) < answered, level, np.nan)
        columns[known(period, "job_search")] = rng.integers(1, 6, n).astype(np.float64)
    indicators = tuple(Indicator(key, False, True) for key in KEYS)
    return FollowUp("participant", indicators, (REGION,), pd.DataFrame(columns), ())


def followed(persons: FollowUp, weights: np.ndarray) -> Followed:
    job, observed = persons.days("job"), persons.days("observed")
    return Followed(np.minimum(job, observed), (job <= observed).astype(np.int64), weights, EDGES)


def share(persons: FollowUp, weights: np.ndarray) -> float:
    return float(incidence(followed(persons, weights), 1, [365]).share[0])


def true_share(persons: FollowUp) -> float:
    return float((persons.days("job") <= 365).mean())


def test_who_is_at_risk_and_lost_in_which_period() -> None:
    persons = follow(6, 1)
    rows = persons.persons
    rows["job"] = [50, NEVER, NEVER, 300, NEVER, NEVER]
    rows["observed"] = [400, 365, 100, 250, 91, 0]
    at_risk, lost = periods(persons)
    assert at_risk.sum(axis=1).tolist() == [1, 4, 2, 3, 2, 1]
    # Observed to the very end is not lost; a job after the last day observed is not known.
    assert [np.flatnonzero(row).tolist() for row in lost] == [[], [], [1], [2], [1], [0]]


def test_weights_undo_the_bias_of_informative_loss() -> None:
    """Loss goes with the answers: the unweighted share is off by a tenth, the weighted one is not."""
    plain, weighted = [], []
    for seed in range(8):
        persons = follow(4000, 100 + seed, answered=1.0)
        found = censoring_weights(persons)
        truth = true_share(persons)
        plain.append(share(persons, np.ones_like(found.weights)) / truth - 1)
        weighted.append(share(persons, found.weights) / truth - 1)
    assert np.mean(plain) > 0.08
    assert abs(np.mean(weighted)) < 0.02


def test_weights_average_one_and_are_cut_at_their_percentiles() -> None:
    persons = follow(3000, 5)
    found = censoring_weights(persons)
    at_risk, lost = periods(persons)
    used = found.weights[at_risk]
    assert used.mean() == pytest.approx(1.0, abs=0.05)
    assert (used.min(), used.max()) == (found.lowest, found.highest)
    assert ((used == found.lowest) | (used == found.highest)).mean() == pytest.approx(0.02, abs=0.005)
    assert found.lost == lost.sum()
    assert found.refused is None


def test_later_answers_do_not_touch_earlier_weights() -> None:
    """Who has answered alike by a period's first day has the same weight in it, whatever comes later."""
    persons = follow(3000, 6)
    at_risk, _ = periods(persons)
    found = censoring_weights(persons)
    rows = persons.persons.fillna(0.0)
    for period, alike in ((0, 1), (3, 4)):
        said = [known(j, key) for j in range(alike) for key in KEYS]
        in_period = rows.assign(weight=found.weights[:, period])[at_risk[:, period]]
        assert in_period.groupby([*said, "region"])["weight"].agg(np.ptp).max() < 1e-12
        assert in_period["weight"].std() > 0.05


def test_too_few_lost_give_no_weights_but_a_reason() -> None:
    persons = follow(300, 7, rate=0.001)
    found = censoring_weights(persons)
    assert found.refused is not None
    assert found.refused.key == "few_events_refused"
    assert (found.weights == 1.0).all()


def test_nobody_lost() -> None:
    persons = follow(50, 8)
    persons.persons["observed"] = 400
    found = censoring_weights(persons)
    assert (found.lost, found.kept.tolist()) == (0, [1.0] * 4)


def test_an_indicator_that_nobody_answered() -> None:
    persons = follow(2000, 9)
    for period in range(len(EDGES)):
        persons.persons[known(period, "job_search")] = np.nan
    found = censoring_weights(persons)
    assert np.isfinite(found.weights).all()


def stands_for(found: Weights) -> np.ndarray:
    return np.maximum(found.weights / found.kept, 1.0)


def test_the_range_holds_its_bounds_and_the_weighted_share() -> None:
    persons = follow(4000, 10)
    found = censoring_weights(persons)
    job, observed = persons.days("job"), persons.days("observed")
    made = lost_range(followed(persons, stands_for(found)), (0.0, 0.5, 1.0, 2.0), [182, 365])
    for place, day in enumerate((182, 365)):
        had = (job <= np.minimum(observed, day)).mean()
        unknown = ((observed < day) & (job > observed)).mean()
        assert made.none[place] == pytest.approx(had, abs=1e-12)
        assert made.ratio[0.0][place] == pytest.approx(had, abs=1e-12)
        assert made.all[place] == pytest.approx(had + unknown, abs=1e-12)
        shares = [made.ratio[ratio][place] for ratio in (0.0, 0.5, 1.0, 2.0)]
        assert shares == sorted(shares)
    # Ratio 1 says that the lost are as those who stayed: what the weights say, by another way.
    assert made.ratio[1.0][1] == pytest.approx(share(persons, found.weights), rel=0.02)


@pytest.mark.parametrize("ratio", [0.5, 2.0])
def test_the_range_finds_the_share_where_the_lost_fare_otherwise(ratio: float) -> None:
    """Loss and job independent but for the ratio: a job after the loss comes `ratio` times as easily."""
    rng = np.random.default_rng(11)
    n = 60_000
    job, observed = rng.exponential(500, n), rng.exponential(400, n)
    job = np.where(job > observed, observed + (job - observed) / ratio, job)
    days, ends = np.ceil(job).astype(np.int64), np.floor(observed).astype(np.int64)
    kept = np.exp(-np.array([45.5, 136.5, 227.5, 319.0]) / 400)
    made = lost_range(
        Followed(np.minimum(days, ends), (days <= ends).astype(np.int64), np.tile(1 / kept, (n, 1)), EDGES),
        (ratio, 1.0),
        [365],
    )
    truth = (days <= 365).mean()
    assert made.ratio[ratio][0] == pytest.approx(truth, rel=0.02)
    assert abs(made.ratio[1.0][0] / truth - 1) > 0.08


def test_who_is_lost_on_a_day_is_unknown_from_the_day_after() -> None:
    """One lost on day 2, one with the event on it, one followed to the end, each standing for two."""
    made = lost_range(
        Followed(np.array([2, 2, 4]), np.array([0, 1, 0]), np.full((3, 1), 2.0), (4,)), (1.0,), [2, 3, 4]
    )
    third = 1 / 3
    assert made.none.tolist() == pytest.approx([third] * 3)
    assert made.ratio[1.0].tolist() == pytest.approx([third] * 3)
    assert made.all.tolist() == pytest.approx([third, 2 * third, 2 * third])


@given(seed=st.integers(0, 1000), n=st.integers(1, 30), ratio=st.floats(0, 5))
@settings(max_examples=60, deadline=None)
def test_the_range_is_a_range(seed: int, n: int, ratio: float) -> None:
    persons = follow(n, seed, rate=2.0)
    made = lost_range(followed(persons, np.full((n, 4), 1.7)), (ratio,), [0, 91, 365])
    assert (made.none <= made.ratio[ratio] + 1e-12).all()
    assert (made.ratio[ratio] <= made.all + 1e-12).all()
    assert (made.all <= 1 + 1e-12).all()
