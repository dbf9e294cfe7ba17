"""The model behind the studies: what depends on what, and by how much."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from analysis.dataset.instrument import Instrument
from analysis.simulate.arrays import Bools, Floats, Ints, accumulated
from analysis.simulate.paths import Paths, draw_paths
from analysis.simulate.scenario import Scenario
from analysis.simulate.scenarios import PUBLISHED, SCENARIOS

PERSONS = 30_000


def draw(scenario: Scenario, instrument: Instrument, *, persons: int = PERSONS, rounds: int = 5) -> Paths:
    return draw_paths(scenario, persons, rounds, instrument, np.random.SeedSequence(11))


@pytest.fixture(scope="module")
def published(bip_11: Instrument) -> Paths:
    return draw(PUBLISHED, bip_11)


def in_the_first_year(paths: Paths) -> Floats:
    """Each person's probability of a job within a year of enrolment."""
    days = np.full((len(paths.people), 1), 365)
    chance: Floats = -np.expm1(-accumulated(paths.cumulative, days)[:, 0])
    return chance


def next_quarter(paths: Paths) -> Floats:
    """Probability of a job in each quarter (persons, quarters)."""
    chance: Floats = -np.expm1(-np.diff(paths.cumulative, axis=1, prepend=0.0))
    return chance


def test_nothing_but_the_hazard_depends_on_the_job(bip_11: Instrument) -> None:
    """The truth stands on this: a path is the same whether jobs are rare or common."""
    rare, common = (
        draw(replace(PUBLISHED, intercept=intercept), bip_11, persons=200) for intercept in (-9.0, 0.0)
    )
    assert (rare.ratings.caseworker == common.ratings.caseworker).all()
    assert (rare.answering.participant.given == common.answering.participant.given).all()
    assert (rare.leaving.exit_day == common.leaving.exit_day).all()
    assert (rare.cumulative < common.cumulative).all()


def test_latent_traits_have_unit_variance_and_the_stated_correlations(published: Paths) -> None:
    first, second = published.traits.theta[:, 0], published.traits.theta[:, 1]
    assert first.std(axis=0) == pytest.approx(np.ones(11), abs=0.03)
    assert np.corrcoef(first[:, 0], first[:, 4])[0, 1] == pytest.approx(PUBLISHED.general_share, abs=0.03)
    carried = PUBLISHED.stable_share + (1 - PUBLISHED.stable_share) * PUBLISHED.carry_over
    assert np.corrcoef(first[:, 0], second[:, 0])[0, 1] == pytest.approx(carried, abs=0.02)


def test_ratings_are_as_spread_and_as_stable_as_measured(published: Paths) -> None:
    """Item sd 1.33, retest r 0.68 and most items moving a step each quarter, within what the model allows."""
    now, later = published.ratings.participant[:, 0, 0], published.ratings.participant[:, 1, 0]
    both: Bools = (now > 0) & (later > 0)
    assert now[now > 0].std() == pytest.approx(1.33, abs=0.03)
    assert np.corrcoef(now[both], later[both])[0, 1] == pytest.approx(0.65, abs=0.05)
    assert np.mean(now[both] != later[both]) == pytest.approx(0.58, abs=0.05)


def test_belief_is_distributed_as_published_and_knows_the_prospects(published: Paths) -> None:
    belief = published.ratings.caseworker[:, 0, -1]
    shares = [np.mean(belief[belief > 0] == step) for step in (1, 2, 3, 4, 5)]
    assert shares == pytest.approx([0.20, 0.30, 0.24, 0.20, 0.06], abs=0.012)
    chance = in_the_first_year(published)
    assert chance[belief == 1].mean() < 0.015
    assert chance[belief == 5].mean() > 0.18
    participant = published.ratings.participant[:, 0, -1]
    log_odds = np.log(chance)
    assert np.corrcoef(log_odds, belief)[0, 1] > np.corrcoef(log_odds, participant)[0, 1] + 0.15


def test_frailty_is_no_part_of_the_indicators(published: Paths) -> None:
    values = published.ratings.participant[:, 0, :10]
    correlations = [np.corrcoef(published.people.frailty, values[:, item])[0, 1] for item in range(10)]
    assert np.max(np.abs(correlations)) < 4 / np.sqrt(PERSONS)


def _halves(paths: Paths) -> tuple[Bools, Ints]:
    casework = paths.casework
    return casework.optimism > np.median(casework.optimism), casework.caseworker


def test_optimism_raises_the_chance_of_a_job_by_a_third(published: Paths) -> None:
    optimist, caseworker = _halves(published)
    chance = next_quarter(published)
    mine = optimist[caseworker]
    # About 1,630 caseworkers: their halves' means are 1.6 sd apart to within 0.05.
    assert chance[mine].mean() / chance[~mine].mean() == pytest.approx(1.32, abs=0.06)


def test_optimism_moves_caseworkers_ratings_and_belief_most(published: Paths) -> None:
    optimism = published.casework.optimism[published.casework.caseworker[:, 0]]
    slopes = [
        np.polyfit(optimism[given], rating[given], 1)[0]
        for rating in published.ratings.caseworker[:, 0].T
        if (given := rating > 0).any()
    ]
    assert min(slopes[:-1]) > 0.1
    assert slopes[-1] > 2 * max(slopes[:-1])
    participant = published.ratings.participant[:, 0, 0]
    assert abs(np.corrcoef(optimism, participant)[0, 1]) < 4 / np.sqrt(PERSONS)


def test_a_new_caseworker_lowers_the_chance_in_that_quarter(published: Paths) -> None:
    chance = next_quarter(published)[:, 1:]
    new = published.casework.new[:, 1:]
    assert chance[new].mean() / chance[~new].mean() == pytest.approx(0.78, abs=0.03)


def test_a_new_caseworker_is_another_one_of_the_same_centre(published: Paths) -> None:
    casework = published.casework
    now, before = casework.caseworker[:, 1:], casework.caseworker[:, :-1]
    assert ((now != before) == casework.new[:, 1:]).all()
    assert (casework.centre[casework.caseworker] == published.people.centre[:, None]).all()


def test_activities_move_the_traits_as_the_scenario_says(published: Paths) -> None:
    change = np.diff(published.traits.theta.mean(axis=2), axis=1)
    pattern = published.traits.pattern[:, :-1]
    # Patterns are drawn by the traits of the day, so some regression to the mean is in the contrasts.
    moved = [change[pattern == kind].mean() for kind in range(4)]
    assert moved == pytest.approx(PUBLISHED.activities.growth, abs=0.03)
    assert moved[2] - moved[1] == pytest.approx(0.08, abs=0.03)


def test_those_who_leave_early_are_worse_off(published: Paths) -> None:
    ill = np.array(list(PUBLISHED.exits))[published.leaving.cause] == "ill"
    ill &= published.leaving.exit_day < 365
    health = published.traits.theta[:, 0, published.traits.keys.index("health_coping")]
    assert health[ill].mean() < health[~ill].mean() - 0.2


def test_sorting_brings_better_prospects_to_optimistic_caseworkers(
    bip_11: Instrument, published: Paths
) -> None:
    def correlation(paths: Paths) -> float:
        optimism = paths.casework.optimism[paths.casework.caseworker[:, 0]]
        return float(np.corrcoef(optimism, paths.traits.prognosis[:, 0])[0, 1])

    assert abs(correlation(published)) < 0.03
    assert correlation(draw(SCENARIOS["sorting"], bip_11, persons=8000)) > 0.4


def test_drift_raises_all_traits(bip_11: Instrument) -> None:
    drifting, steady = (
        draw(SCENARIOS[name], bip_11, persons=3000).traits.theta for name in ("drift", "published")
    )
    raised = (drifting - steady).mean(axis=(0, 2))
    assert raised == pytest.approx(0.1 * np.arange(6), abs=0.02)


def test_clusters_differ_strongly(bip_11: Instrument, published: Paths) -> None:
    def between_centres(paths: Paths) -> float:
        chance = in_the_first_year(paths)
        return float(np.std([np.log(chance[paths.people.centre == c].mean()) for c in range(10)]))

    clustered = draw(SCENARIOS["clusters"], bip_11)
    assert between_centres(clustered) > 2.5 * between_centres(published)
    assert clustered.casework.effect.std() == pytest.approx(0.6, abs=0.05)


def test_without_effects_the_traits_say_nothing_about_the_job(bip_11: Instrument) -> None:
    null = draw(SCENARIOS["null"], bip_11)
    log_hazard = np.log(next_quarter(null)[:, 1]) - null.people.log_odds
    for rating in (null.ratings.participant[:, 1], null.ratings.caseworker[:, 1]):
        correlations = [np.corrcoef(log_hazard, rating[:, item])[0, 1] for item in range(11)]
        assert np.max(np.abs(correlations)) < 4 / np.sqrt(PERSONS)


def test_even_the_smallest_study_has_two_caseworkers_a_centre(bip_11: Instrument) -> None:
    paths = draw(PUBLISHED, bip_11, persons=1, rounds=1)
    assert np.bincount(paths.casework.centre).tolist() == [2] * 10
