"""Is one step worth the same everywhere: against R, by brute force, and over simulated panels."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binom, chi2, t

from analysis.estimates.analysis import Found, Question
from analysis.estimates.linearity import linearity
from analysis.estimates.results import QUANTITIES, SCALES, Estimate
from tests.analysis.estimates.small_panel import place, question, reference, silent, small_rows

ESTIMATE = 1e-8
# R's derivatives are central differences.
STD_ERROR = 1e-7
P_VALUE = 1e-6
NOBODY = pd.DataFrame({"person": ["0"]})
# Simulated panels with a line.
PANELS = 100


@pytest.fixture(scope="module")
def found() -> Found:
    return linearity(question(small_rows()), silent)


def of(found: Found, indicator: str = "job_search") -> dict[tuple[str, str], Estimate]:
    """By quantity and term."""
    return {place(one)[1:3]: one for one in found.estimates if one.key.indicator == indicator}


def why(found: Found, quantity: str) -> str | None:
    one = of(found)[quantity, ""]
    assert (one.estimate is None) == (one.refused is not None)
    return one.refused and one.refused.key


def test_every_number_agrees_with_r(found: Found) -> None:
    wanted = reference("linearity")
    assert len(found.estimates) == len(wanted)
    for one in found.estimates:
        row = wanted.loc[place(one)]
        assert one.refused is None
        assert one.key.quantity in QUANTITIES["linearity"]
        assert one.key.scale in SCALES["linearity"]
        assert one.estimate == pytest.approx(row["estimate"], rel=ESTIMATE), one.key
        assert one.p_value == pytest.approx(row["p_value"], rel=P_VALUE), one.key
        if one.key.quantity == "level":
            assert one.std_error == pytest.approx(row["std_error"], rel=STD_ERROR), one.key
        else:
            assert one.std_error is None


def test_every_test_carries_its_degrees_of_freedom(found: Found) -> None:
    """The spline has one bend; beside the line the dummies have one less than the steps above the lowest."""
    for one in found.estimates:
        steps = [term for quantity, term in of(found, one.key.indicator or "") if quantity == "level"]
        wanted = {"spline": 1, "categories": len(steps) - 1}.get(one.key.quantity)
        assert one.degrees_of_freedom == wanted
        if wanted is not None:
            assert one.estimate is not None
            assert one.p_value == pytest.approx(chi2.sf(one.estimate, wanted))


def test_adding_a_number_to_every_step_changes_nothing(found: Found) -> None:
    rows = small_rows()
    moved = linearity(
        question(rows.assign(**{"level:job_search": 10 + 3 * rows["level:job_search"]})), silent
    )
    for (quantity, term), one in of(found).items():
        again = f"step:{10 + 3 * int(term[5:])}" if term else ""
        assert of(moved)[quantity, again].estimate == pytest.approx(one.estimate, rel=1e-7)


def drawn(seed: int, log_odds: Callable[[np.ndarray], np.ndarray], persons: int = 250) -> pd.DataFrame:
    """Persons with a taste of their own and three rounds each; one indicator, no covariate that matters."""
    draw = np.random.default_rng(seed)
    person = np.repeat(np.arange(persons), 3)
    level = draw.integers(1, 6, len(person)).astype(float)
    chance = 1 / (1 + np.exp(-(log_odds(level) + draw.normal(0, 0.7, persons)[person])))
    return pd.DataFrame(
        {
            "person": person.astype(str),
            "round": np.tile(np.arange(3), persons),
            "level:job_search": level,
            "outcome": draw.uniform(size=len(person)) < chance,
        }
    )


def p_values(log_odds: Callable[[np.ndarray], np.ndarray], panels: int) -> pd.DataFrame:
    made = [of(linearity(alone(drawn(seed, log_odds)), silent)) for seed in range(panels)]
    return pd.DataFrame({name: [one[name, ""].p_value for one in made] for name in ("categories", "spline")})


def alone(rows: pd.DataFrame) -> Question:
    """One indicator without covariates."""
    return question(rows, people=NOBODY, indicators=("job_search",), covariates=())


def test_a_line_is_called_bent_as_often_as_it_should() -> None:
    share = (p_values(lambda level: -1.5 + 0.3 * level, PANELS) < 0.05).mean()
    low, high = binom.ppf([0.005, 0.995], PANELS, 0.05) / PANELS
    assert share.between(low, high).all(), share


def test_a_bend_is_found() -> None:
    share = (p_values(lambda level: 0.5 - 0.35 * (level - 3) ** 2, 10) < 0.05).mean()
    assert (share == 1).all(), share


def test_a_step_too_rare_goes_with_its_neighbour_and_is_not_shown() -> None:
    """Four persons at step 5: what is shown of step 4 is that of 4 and 5 together."""
    rows = small_rows()
    at_top = rows["level:job_search"] == 5
    kept = rows["person"].isin(sorted(rows.loc[at_top, "person"].unique())[:4])
    rare = rows.assign(**{"level:job_search": rows["level:job_search"].mask(at_top & ~kept, 1.0)})
    assert rare.loc[rare["level:job_search"] == 5, "person"].nunique() == 4
    joined = rare.assign(**{"level:job_search": rare["level:job_search"].clip(upper=4)})
    found, wanted = (of(linearity(question(one), silent)) for one in (rare, joined))
    assert [term for quantity, term in found if quantity == "level"] == ["step:2", "step:3", "step:4"]
    for step in ("step:2", "step:3", "step:4"):
        assert found["level", step].estimate == pytest.approx(wanted["level", step].estimate, rel=1e-8)
    fifth = rare.loc[rare["person"] == "p004"].assign(**{"level:job_search": 5.0})
    five = of(linearity(question(pd.concat([rare, fifth, fifth.assign(outcome=~fifth["outcome"])])), silent))
    assert ("level", "step:5") in five


def test_a_straight_line_stays_straight_where_a_step_without_events_is_joined() -> None:
    """The test asks what is left beside the line itself, which keeps every level as it is."""
    rows = small_rows()
    none = rows.assign(outcome=rows["outcome"] & (rows["level:job_search"] > 1))
    found = of(linearity(question(none), silent))
    assert [term for quantity, term in found if quantity == "level"] == ["step:3", "step:4", "step:5"]
    assert found["categories", ""].refused is None


def _continuous(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.assign(**{"level:job_search": np.random.default_rng(1).uniform(1, 5, len(rows))})


def _two_steps(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.assign(**{"level:job_search": 1.0 + (rows["level:job_search"] > 2)})


def _constant(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.assign(**{"level:job_search": 3.0})


def _few_events(events: int) -> Callable[[pd.DataFrame], pd.DataFrame]:
    return lambda rows: rows.assign(outcome=rows["outcome"] & (rows["outcome"].cumsum() <= events))


@pytest.mark.parametrize(
    ("edit", "categories", "spline"),
    [
        (_continuous, "many_steps", None),
        (_two_steps, "too_few_steps", "too_few_steps"),
        (_constant, "all_constant", "all_constant"),
        (_few_events(0), "no_event", "no_event"),
        (_few_events(3), "few_events_refused", "few_events_refused"),
        # Four columns want sixteen events, two want eight.
        (_few_events(7), "few_events_refused", "few_events_refused"),
        (_few_events(15), "few_events_refused", None),
        (lambda rows: rows.iloc[:0], "no_rows", "no_rows"),
        (lambda rows: rows[rows["person"] < "p004"], "few_persons", "few_persons"),
        (lambda rows: rows[rows["person"] < "p030"].assign(sex="man", region="a"), None, None),
    ],
    ids=["continuous", "two", "constant", "none", "three", "seven", "fifteen", "empty", "4 persons", "30"],
)
def test_what_cannot_be_tested_is_refused(
    edit: Callable[[pd.DataFrame], pd.DataFrame], categories: str | None, spline: str | None
) -> None:
    found = linearity(question(edit(small_rows())), silent)
    assert (why(found, "categories"), why(found, "spline")) == (categories, spline)
    if categories:
        assert not [term for quantity, term in of(found) if quantity == "level"]


def test_few_persons_cannot_carry_a_test_of_many_steps() -> None:
    """Six persons with many rounds: nine coefficients at once are more than six clusters can tell apart."""
    draw = np.random.default_rng(2)
    rows = pd.DataFrame({"person": np.tile(list("abcdef"), 100), "round": 0})
    rows["level:job_search"] = draw.integers(1, 11, 600).astype(float)
    rows["outcome"] = draw.uniform(size=600) < 0.4
    found = linearity(alone(rows), silent)
    assert str(of(found)["categories", ""].refused) == "6 clusters cannot carry a test of 8 terms at once"
    assert why(found, "spline") is None


def test_few_clusters_test_by_f() -> None:
    """Ten persons: the chi square of the bend against F(1, 9), which is the square of t(9)."""
    rows = small_rows()
    rows["person"] = rows["person"].str[-1]
    bend = of(linearity(question(rows, people=NOBODY), silent))["spline", ""]
    assert bend.estimate is not None
    assert bend.n_clusters == 10
    assert bend.p_value == pytest.approx(2 * t.sf(np.sqrt(bend.estimate), 9), rel=1e-9)


def test_few_events_are_warned_of() -> None:
    told = linearity(question(_few_events(20)(small_rows())), silent).notices
    assert {notice.reason.key for notice in told} >= {"few_events"}
