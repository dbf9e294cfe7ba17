"""Groups: the test that they differ against R, Holm over all tests, and numbers only where a test stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy.stats import chi2
from statsmodels.discrete.discrete_model import Logit
from statsmodels.stats.multitest import multipletests

from analysis.estimates import subgroups as module
from analysis.estimates.analysis import Found, Question
from analysis.estimates.multiplicity import corrected
from analysis.estimates.results import QUANTITIES, SCALES, Estimate, estimate_row
from analysis.estimates.subgroups import subgroups
from tests.analysis.estimates.small_panel import (
    PERSON_COLUMNS,
    place,
    question,
    reference,
    silent,
    small_rows,
)

ESTIMATE = 1e-8
# R's derivatives are central differences.
STD_ERROR = 1e-6
P_VALUE = 1e-6


def wald_of(found: Found) -> list[Estimate]:
    return [e for e in found.estimates if e.key.scale == "wald_chi2" and e.refused is None]


def groups_of(found: Found, indicator: str, quantity: str, grouping: str) -> dict[str, Estimate]:
    """The numbers of groups, by group."""
    asked = (indicator, quantity, grouping)
    return {
        e.key.group.removeprefix(f"{grouping}:"): e
        for e in found.estimates
        if e.key.group is not None and (e.key.indicator, e.key.quantity, e.key.term) == asked
    }


def refusals(found: Found, term: str) -> set[str | None]:
    return {e.refused and e.refused.key for e in found.estimates if e.key.term == term}


def test_every_test_agrees_with_r_and_holm_is_over_all_of_them() -> None:
    wanted = reference("subgroups")
    made = wald_of(subgroups(question(small_rows()), silent))
    assert len(made) == 2 * 2 * 2
    for one in made:
        row = wanted.loc[place(one)]
        assert one.estimate == pytest.approx(row["estimate"], rel=ESTIMATE), one.key
        assert one.p_value == pytest.approx(row["p_value"], rel=P_VALUE), one.key
        assert one.p_holm == pytest.approx(row["p_holm"], rel=P_VALUE), one.key
        assert one.n_rows == row["n_rows"]
        assert one.key.quantity in QUANTITIES["subgroups"]
        assert one.key.scale in SCALES["subgroups"]


def test_every_test_carries_its_degrees_of_freedom() -> None:
    """One less than the groups compared: with many persons the p is that of chi square with so many."""
    rows = small_rows()
    found = subgroups(question(rows), silent)
    groups = {"sex_origin": rows[["sex", "origin"]].drop_duplicates(), "age_band": rows["age_band"].unique()}
    for one in wald_of(found):
        assert one.key.term is not None
        assert one.estimate is not None
        assert one.degrees_of_freedom == len(groups[one.key.term]) - 1
        assert one.p_value == pytest.approx(chi2.sf(one.estimate, one.degrees_of_freedom))
        assert estimate_row(one)["degrees_of_freedom"] == one.degrees_of_freedom
    others = [one for one in found.estimates if one.key.scale != "wald_chi2" or one.refused is not None]
    assert {one.degrees_of_freedom for one in others} == {None}


def test_the_report_s_own_families_leave_this_holm_alone() -> None:
    found = subgroups(question(small_rows()), silent)
    kept = {e.key: e.p_holm for e in corrected(found.estimates) if e.key.scale == "wald_chi2"}
    assert kept == {e.key: e.p_holm for e in found.estimates if e.key.scale == "wald_chi2"}


def test_every_number_of_a_group_agrees_with_r(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SIGNIFICANT", 2.0)
    wanted = reference("subgroups")
    made = [e for e in subgroups(question(small_rows()), silent).estimates if e.key.group is not None]
    assert len(made) == (wanted.index.get_level_values("group") != "").sum()
    for one in made:
        row = wanted.loc[place(one)]
        assert one.estimate == pytest.approx(row["estimate"], rel=ESTIMATE), one.key
        assert one.std_error == pytest.approx(row["std_error"], rel=STD_ERROR), one.key
        assert one.p_value == pytest.approx(row["p_value"], rel=P_VALUE), one.key
        assert one.n_rows == row["n_rows"]


def test_where_no_test_stands_no_group_is_shown() -> None:
    found = subgroups(question(small_rows()), silent)
    assert all(one.key.group is None for one in found.estimates)
    shown = [one for one in found.estimates if one.key.scale == "ame_pp"]
    assert len(shown) == 2 * 2 * 2
    assert {one.refused and one.refused.key for one in shown} == {"no_difference"}


def differing(persons: int = 1200, women: float = 1.2, men: float = 0.0) -> pd.DataFrame:
    """Two rows a person; only women's change of job search goes with the outcome."""
    draw = np.random.default_rng(5)
    n = 2 * persons
    rows = pd.DataFrame({"person": np.repeat([f"p{i:04}" for i in range(persons)], 2), "has_previous": True})
    rows["round"] = np.tile([1, 2], persons)
    rows["sex"] = np.repeat(draw.choice(["woman", "man"], persons), 2)
    rows["origin"], rows["language"], rows["organisation"] = "native", "sv", "north"
    rows["age_band"] = np.repeat(draw.choice(["18-29", "30-49"], persons), 2)
    for key in ("job_search", "work_belief"):
        rows[f"previous:{key}"] = draw.integers(1, 6, n).astype(float)
        rows[f"change:{key}"] = draw.integers(-2, 3, n).astype(float)
    worth = np.where(rows["sex"] == "woman", women, men)
    rows["outcome"] = draw.uniform(size=n) < 1 / (1 + np.exp(1.5 - worth * rows["change:job_search"]))
    return rows


def asked(rows: pd.DataFrame, indicators: Sequence[str] = ("job_search", "work_belief")) -> Question:
    return question(rows, indicators=indicators, covariates=())


def test_strong_differences_are_shown_and_equal_brute_force() -> None:
    """One woman and one man at a time: the probability a little further up, less that further down."""
    rows = differing()
    found = subgroups(asked(rows), silent)
    assert {e.key.indicator for e in found.estimates if e.key.group} == {"job_search"}
    shown = groups_of(found, "job_search", "change", "sex_origin")
    assert set(shown) == {"man/native", "woman/native"}
    woman = (rows["sex"] == "woman").to_numpy(float)
    level, change = (rows[f"{part}:job_search"].to_numpy() for part in ("previous", "change"))

    def design(change: np.ndarray) -> np.ndarray:
        return np.column_stack([np.ones(len(rows)), level, change, woman * level, woman * change, woman])

    fit = Logit(rows["outcome"].astype(float), design(change)).fit(disp=0, method="newton", tol=1e-12)
    slope = (fit.predict(design(change + 1e-5)) - fit.predict(design(change - 1e-5))) / 2e-5
    for name, inside in (("woman/native", woman == 1), ("man/native", woman == 0)):
        one = shown[name]
        assert one.estimate == pytest.approx(100 * slope[inside].mean(), rel=1e-6)
        assert (one.n_rows, one.n_persons) == (inside.sum(), rows["person"][inside].nunique())
        assert one.n_events == rows["outcome"][inside].sum()
    assert shown["woman/native"].ci_low is not None
    assert shown["woman/native"].ci_low > 10
    assert groups_of(found, "job_search", "change", "age_band") == {}


def test_alike_groups_are_called_different_as_often_as_holm_says() -> None:
    """Two tests a panel: at most 5 % of the panels should show any group; 6 of 25 would be one in 800."""
    shown = 0
    for seed in range(25):
        rows = differing(300, women=0.4, men=0.4)
        rows["sex"] = np.repeat(np.random.default_rng(seed).choice(["woman", "man"], 300), 2)
        found = subgroups(asked(rows.drop(columns="age_band").assign(age_band="a"), ("job_search",)), silent)
        shown += any(one.key.group for one in found.estimates)
    assert shown <= 5


def _few(rows: pd.DataFrame, persons: int) -> pd.DataFrame:
    """Some women of the first persons become `unknown`, with an event and a non-event each, and more rows."""
    chosen = sorted(rows.loc[rows["sex"] == "woman", "person"].unique())[:persons]
    inside = rows["person"].isin(chosen)
    extra = pd.concat([rows[inside]] * 4).assign(sex="unknown")
    extra["outcome"] = np.arange(len(extra)) % 2 == 0
    return pd.concat([rows[~inside], extra], ignore_index=True)


@pytest.mark.parametrize(("persons", "shown"), [(4, False), (5, True)])
def test_a_group_of_fewer_than_five_persons_is_never_shown(persons: int, shown: bool) -> None:
    rows = _few(differing(), persons)
    assert min(rows[rows["sex"] == "unknown"].groupby("outcome").size()) >= 8
    found = subgroups(asked(rows), silent)
    groups = groups_of(found, "job_search", "change", "sex_origin")
    assert ("unknown/native" in groups) == shown
    for one in found.estimates:
        counts = estimate_row(one)
        assert counts["n_persons"] is None or counts["n_persons"] == 0 or counts["n_persons"] >= 5


def test_nobody_can_subtract_a_small_group() -> None:
    """With four persons left out, the smallest of the other groups stays out with them."""
    rows = _few(differing(), 4)
    third = rows["person"].isin(sorted(rows.loc[rows["sex"] == "man", "person"].unique())[:60])
    rows.loc[third, "origin"] = "foreign"
    found = subgroups(asked(rows), silent)
    everybody = rows["person"].nunique()
    groups = groups_of(found, "job_search", "change", "sex_origin")
    assert set(groups) == {"man/native", "woman/native"}
    assert everybody - sum(one.n_persons for one in groups.values()) == 4 + 60
    (test,) = [e for e in wald_of(found) if place(e)[:3] == ("job_search", "change", "sex_origin")]
    assert everybody - test.n_persons == 4 + 60


@pytest.mark.parametrize("case", ["30 persons", "one group", "no rows", "no event", "separate"])
def test_what_cannot_be_compared_is_refused(case: str) -> None:
    rows = differing()
    edited = {
        "30 persons": rows[rows["person"] < "p0030"].assign(sex="woman", age_band="x"),
        "one group": rows.assign(sex="woman", age_band="x"),
        "no rows": rows.iloc[:0],
        "no event": rows.assign(outcome=False),
        "separate": rows.assign(outcome=rows["change:job_search"] > 0),
    }[case]
    people = rows.drop_duplicates("person")[PERSON_COLUMNS] if case == "no rows" else None
    found = subgroups(question(edited, people=people, indicators=("job_search",), covariates=()), silent)
    assert {e.key.group for e in found.estimates} == {None}
    assert all(one.estimate is None for one in found.estimates)
    reason = "separation" if case == "separate" else "few_groups"
    for term, wanted in (("sex_origin", reason), ("age_band", reason), ("language", "few_groups")):
        assert refusals(found, term) == {wanted}


def test_language_with_one_value_does_not_hinder_the_others() -> None:
    found = subgroups(asked(differing()), silent)
    assert refusals(found, "language") == {"few_groups"}
    assert "few_groups" not in refusals(found, "sex_origin") | refusals(found, "age_band")


def test_an_indicator_that_never_changes_is_refused() -> None:
    still = differing().assign(**{"change:work_belief": 0.0})
    made = subgroups(asked(still), silent).estimates
    why = {one.refused and one.refused.key for one in made if one.key.indicator == "work_belief"}
    assert why == {"constant", "few_groups"}
    assert any(one.refused is None for one in made if one.key.indicator == "job_search")


def test_holm_is_over_all_tests_of_one_rater() -> None:
    found = subgroups(asked(differing()), silent)
    made = wald_of(found)
    assert len(made) == 2 * 2 * 2
    wanted = multipletests([one.p_value for one in made], method="holm")[1]
    assert [one.p_holm for one in made] == pytest.approx(list(wanted))


def test_progress_only_goes_forward() -> None:
    told: list[float] = []
    subgroups(asked(differing(200)), lambda what, done, total: told.append(done / total))
    assert told == sorted(told)
    assert told[-1] == 1.0


def test_another_rater_has_a_holm_of_its_own() -> None:
    one = question(small_rows())
    both = replace(one, panels=(*one.panels, replace(one.panels[0], rater="caseworker")))
    corrected_alone = [e.p_holm for e in wald_of(subgroups(one, silent))]
    assert [e.p_holm for e in wald_of(subgroups(both, silent))] == 2 * corrected_alone


def test_it_is_holm_that_decides(monkeypatch: pytest.MonkeyPatch) -> None:
    """At this bound several tests would stand by themselves, and none does among eight."""
    monkeypatch.setattr(module, "SIGNIFICANT", 0.5)
    found = subgroups(question(small_rows()), silent)
    assert min(one.p_value for one in wald_of(found)) < 0.15
    assert all(one.key.group is None for one in found.estimates)
