"""Bounds against every possible world, by brute force."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pandas as pd
import pytest

from analysis.estimates.hazard import fit_model
from analysis.estimates.hazard_model import Model
from analysis.estimates.job_hazard import JOB_HAZARD
from analysis.estimates.missing_bounds import AS_NO_JOB, no_job, share_bounds
from analysis.panel.build import Panel
from analysis.panel.values import Indicator

BELIEF = (Indicator("work_belief", alone=False, comparable=True),)


def panel(persons: int, seed: int, *, cut: float) -> Panel:
    """Three rounds a person; intervals are cut short with chance `cut`; a job may be known in them."""
    rng = np.random.default_rng(seed)
    n = 3 * persons
    level = rng.integers(1, 6, n).astype(float)
    previous = rng.integers(1, 6, n).astype(float)
    observed = rng.random(n) >= cut
    rows = pd.DataFrame(
        {
            "person": np.repeat([f"p{i:04}" for i in range(persons)], 3),
            "has_previous": True,
            "observed": observed,
            "outcome": (rng.random(n) < 0.08 * level) & (observed | (rng.random(n) < 0.5)),
            "level:work_belief": level,
            "previous:work_belief": previous,
            "change:work_belief": level - previous,
        }
    )
    return Panel("participant", BELIEF, (), rows, ())


def shares(of: Panel) -> dict[str | None, float | None]:
    return {one.key.term: one.estimate for one in share_bounds(of, "job_next_interval")}


def test_no_world_lies_outside_the_bounds_and_two_lie_on_them() -> None:
    rows = panel(60, 7, cut=0.05).rows
    had, observed = rows["outcome"].to_numpy(bool), rows["observed"].to_numpy(bool)
    unknown = np.flatnonzero(~observed)
    assert 5 <= len(unknown) <= 12
    assert had[unknown].any()
    worlds = []
    for jobs in product((False, True), repeat=len(unknown)):
        world = had.copy()
        world[unknown] = jobs
        worlds.append(100 * world.mean())
    found = shares(Panel("participant", BELIEF, (), rows, ()))
    assert found["lowest"] == pytest.approx(min(worlds))
    assert found["highest"] == pytest.approx(max(worlds))
    assert found["known"] == pytest.approx(100 * had[observed].mean())


def test_bounds_have_no_interval_and_the_known_share_has() -> None:
    for one in share_bounds(panel(300, 2, cut=0.1), "job_next_interval"):
        assert (one.ci_low is None) == (one.key.term != "known")


def test_few_intervals_cut_short_are_not_told() -> None:
    of = panel(100, 3, cut=0.0)
    of.rows.loc[of.rows.index[:3], ["observed", "outcome"]] = [False, False]
    found = list(share_bounds(of, "job_next_interval"))
    assert {one.refused.key for one in found if one.refused} == {"hidden_group"}
    assert {one.n_rows for one in found} == {0}


def test_nothing_to_bound() -> None:
    of = panel(100, 4, cut=0.0)
    found = shares(of)
    assert found["lowest"] == found["highest"] == found["known"]
    empty = Panel("participant", BELIEF, (), of.rows[:0], ())
    assert {one.refused.key for one in share_bounds(empty, "x") if one.refused} == {"no_rows"}


def test_e1_with_every_interval_cut_short_as_no_job() -> None:
    of = panel(800, 5, cut=0.3)
    observed = Panel("participant", BELIEF, (), of.rows[of.rows["observed"]], ())
    model = Model(JOB_HAZARD, observed, "job_next_interval", "adjusted", BELIEF)
    found = {one.key.quantity: one for one in no_job(replace(model, specification=AS_NO_JOB), of)}
    seen = of.rows.assign(
        outcome=[job if known else False for job, known in of.rows[["outcome", "observed"]].to_numpy()]
    )
    whole = Model(AS_NO_JOB, replace(of, rows=seen), "job_next_interval", "adjusted", BELIEF)
    expected = {one.key.quantity: one for one in fit_model(whole).estimates}
    planned = {e.key.quantity: e for e in fit_model(model).estimates if e.key.scale == "ame_pp"}
    for quantity, one in found.items():
        assert one == expected[quantity]
        assert one.n_rows == len(of.rows)
        assert one.key.term == "censored_as_no_job"
        # Jobs that nobody could see are missed, so the effect is smaller.
    assert (found["level"].estimate or 0) < (planned["level"].estimate or 0)
    nothing = panel(800, 5, cut=0.0)
    again = Model(AS_NO_JOB, nothing, "job_next_interval", "adjusted", BELIEF)
    assert {one.refused.key for one in no_job(again, nothing) if one.refused} == {"nothing_censored"}
