"""E1 on panels made by hand: what is fitted, what is refused and why."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from analysis.estimates.design import build_design, merged_into
from analysis.estimates.hazard import ModelResult, fit_model
from analysis.estimates.hazard_model import models
from analysis.estimates.job_hazard import JOB_HAZARD, JOB_HAZARD_LEVEL
from analysis.estimates.logit import fit_logit
from analysis.estimates.multiplicity import corrected
from analysis.estimates.ratios import odds_ratios, risk_ratios
from analysis.estimates.results import SCALES, Estimate, Key
from analysis.estimates.unmeasured import e_value, e_value_of_interval
from analysis.panel.build import FlowStep, Indicator, Panel
from analysis.panel.columns import CovariateColumn

SEX = CovariateColumn("sex", False, "p")
KEYS = ("job_search", "work_belief", "job_belief")
Edit = Callable[[pd.DataFrame], pd.DataFrame | None]


def make_panel(edit: Edit = lambda rows: None, *, comparable: bool = True) -> Panel:
    """400 persons with two rounds: 800 rows, about 200 events; job_belief is `alone`."""
    draw = np.random.default_rng(3)
    n = 800
    rows = pd.DataFrame({"person": np.repeat([f"p{i:03}" for i in range(n // 2)], 2)})
    rows["round"] = np.tile([1, 2], n // 2)
    for key in KEYS:
        rows[f"previous:{key}"] = draw.integers(1, 6, n).astype(float)
        rows[f"level:{key}"] = draw.integers(1, 6, n).astype(float)
        rows[f"change:{key}"] = rows[f"level:{key}"] - rows[f"previous:{key}"]
    rows["sex"] = draw.choice(["woman", "man"], n)
    rows["has_previous"] = True
    rows["outcome"] = draw.uniform(size=n) < 1 / (1 + np.exp(2.5 - 0.5 * rows["level:job_search"]))
    edited = edit(rows)
    rows = rows if edited is None else edited
    indicators = tuple(Indicator(key, key == "job_belief", comparable) for key in KEYS)
    flow = (FlowStep("participant:responses", n // 2, n),)
    return Panel("participant", indicators, (SEX,), rows, flow)


def fit_all(panel: Panel, specification=JOB_HAZARD) -> dict[str, ModelResult]:  # noqa: ANN001
    return {str(m.label): fit_model(m) for m in models(panel, specification, "job_next_interval")}


def reasons(result: ModelResult) -> set[str | None]:
    return {estimate.refused and str(estimate.refused) for estimate in result.estimates}


def test_every_indicator_alone_and_the_others_together() -> None:
    results = fit_all(make_panel())
    assert list(results) == [
        *(f"participant job_hazard alone {key}" for key in KEYS),
        "participant job_hazard adjusted",
    ]
    adjusted = results["participant job_hazard adjusted"]
    found = {(e.key.indicator, e.key.quantity, e.key.scale) for e in adjusted.estimates}
    expected = {
        (key, quantity, scale)
        for key in ("job_search", "work_belief")
        for quantity in ("level", "change")
        for scale in SCALES["job_hazard"]
    }
    assert found == expected
    assert reasons(adjusted) == {None}
    assert adjusted.fit is not None
    assert adjusted.fit.n_parameters == 1 + 4 + 1
    assert [(t.covariate, t.term) for t in adjusted.fit.covariates] == [("sex", "man against woman")] or [
        (t.covariate, t.term) for t in adjusted.fit.covariates
    ] == [("sex", "woman against man")]


def test_intervals_and_p_values_belong_to_the_estimates() -> None:
    found = fit_all(make_panel())["participant job_hazard adjusted"].estimates
    for estimate in (one for one in found if one.key.scale != "e_value"):
        assert estimate.estimate is not None
        assert estimate.std_error is not None
        ratio = estimate.key.scale.endswith("_ratio")
        # A ratio's interval and test are those of its logarithm.
        middle = np.log(estimate.estimate) if ratio else estimate.estimate
        half = 1.959963984540054 * estimate.std_error / (estimate.estimate if ratio else 1)
        limits = np.array([middle - half, middle + half])
        assert (estimate.ci_low, estimate.ci_high) == pytest.approx(np.exp(limits) if ratio else limits)
        assert estimate.p_value is not None
        assert (estimate.p_value < 0.05) == (abs(middle) > half)
        assert estimate.n_clusters == estimate.n_persons == 400


def test_each_row_carries_its_own_n() -> None:
    def lose(rows: pd.DataFrame) -> None:
        rows.loc[:99, ["level:work_belief", "change:work_belief"]] = np.nan
        rows.loc[700:, "sex"] = None

    results = fit_all(make_panel(lose))
    sizes = {label: result.estimates[0].n_rows for label, result in results.items()}
    assert list(sizes.values()) == [700, 600, 700, 600]


def _no_event(rows: pd.DataFrame) -> None:
    rows["outcome"] = False


def _one_event(rows: pd.DataFrame) -> None:
    rows["outcome"] = np.arange(len(rows)) == 7


def _only_events(rows: pd.DataFrame) -> None:
    rows["outcome"] = True


def _one_round(rows: pd.DataFrame) -> None:
    rows["has_previous"] = False


def _four_persons(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.iloc[:8]


def _empty(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.iloc[:0]


def _never_answered(rows: pd.DataFrame) -> None:
    for name in ("level", "previous", "change"):
        rows[f"{name}:work_belief"] = np.nan


def _separated(rows: pd.DataFrame) -> None:
    rows["outcome"] = rows["previous:work_belief"] >= 3


def _all_terms_alike(rows: pd.DataFrame) -> None:
    for name in ("previous", "change"):
        rows[f"{name}:job_search"] = rows[f"{name}:work_belief"]


@pytest.mark.parametrize(
    ("edit", "reason"),
    [
        (_no_event, "no event in the rows used"),
        (_one_event, "too few events (or non-events) for 4 indicator terms: fewer than 4 a term"),
        (_only_events, "nothing but events"),
        (_one_round, "no person-round has an independent answer at the round before"),
        (_four_persons, "fewer than 5 persons"),
        (_empty, "no person-round is at risk and observed"),
        (_never_answered, "no row is complete in the model's terms and covariates: work_belief never"),
        (_separated, "separation: previous:work_belief divide"),
        (_all_terms_alike, "terms follow exactly from the others"),
    ],
)
def test_what_cannot_be_estimated_is_refused_with_its_reason(edit: Edit, reason: str) -> None:
    adjusted = fit_all(make_panel(edit))["participant job_hazard adjusted"]
    (found,) = reasons(adjusted)
    assert found is not None
    assert found.startswith(reason)
    assert adjusted.fit is None
    assert len(adjusted.estimates) == 2 * 2 * len(SCALES["job_hazard"])
    assert all(e.estimate is None and e.p_value is None for e in adjusted.estimates)


def test_scales_that_differ_between_versions_are_not_pooled() -> None:
    results = fit_all(make_panel(comparable=False))
    assert "participant job_hazard adjusted" not in results
    assert {r for result in results.values() for r in reasons(result)} == {
        "versions of the instrument give it different scales, so its values cannot be pooled"
    }


def test_a_constant_indicator_is_refused_and_the_others_stay() -> None:
    def edit(rows: pd.DataFrame) -> None:
        for name, value in (("level", 3.0), ("previous", 3.0), ("change", 0.0)):
            rows[f"{name}:work_belief"] = value

    results = fit_all(make_panel(edit))
    (alone,) = reasons(results["participant job_hazard alone work_belief"])
    assert alone == "no indicator varies in the rows used (work_belief)"
    adjusted = results["participant job_hazard adjusted"].estimates
    by_key = {e.key.indicator: e.refused and e.refused.key for e in adjusted}
    assert by_key == {"job_search": None, "work_belief": "constant"}


def test_four_to_ten_events_a_term_are_fitted_with_a_warning() -> None:
    def edit(rows: pd.DataFrame) -> None:
        keep = np.flatnonzero(rows["outcome"])[:30]
        rows["outcome"] = np.isin(np.arange(len(rows)), keep)

    adjusted = fit_all(make_panel(edit))["participant job_hazard adjusted"]
    assert reasons(adjusted) == {None}
    assert adjusted.fit is not None
    assert adjusted.fit.few_events
    assert adjusted.fit.events_per_term == 7.5
    assert any(warning.key == "few_events" for warning in adjusted.warnings)


def test_the_level_analysis_needs_no_previous_round() -> None:
    results = fit_all(make_panel(_one_round), JOB_HAZARD_LEVEL)
    adjusted = results["participant job_hazard_level adjusted"]
    assert {e.key.quantity for e in adjusted.estimates} == {"level"}
    assert reasons(adjusted) == {None}


def test_organisations_are_adjusted_for_and_never_shown() -> None:
    panel = make_panel(lambda rows: rows.insert(0, "organisation", np.repeat(["a", "b"], 400)))
    columns = (SEX, CovariateColumn("organisation", False, "e"))
    panel = Panel(panel.rater, panel.indicators, columns, panel.rows, panel.flow)
    fit = fit_all(panel)["participant job_hazard adjusted"].fit
    assert fit is not None
    assert fit.n_parameters == 1 + 4 + 2
    assert {term.covariate for term in fit.covariates} == {"sex"}


def test_categories_without_events_are_merged_and_named() -> None:
    def edit(rows: pd.DataFrame) -> None:
        rows.loc[:30, "sex"] = "other"
        rows.loc[:30, "outcome"] = False

    panel = make_panel(edit)
    design = build_design(panel.rows, ["level:job_search"], [SEX])
    assert len(design.terms) == 2
    assert str(design.warnings[0]).startswith("sex: the category 'other' is too small or too uniform")


@pytest.mark.parametrize(
    ("values", "events", "persons", "stands_for"),
    [
        ("aaabbbcc", "10010000", "555", "aba"),
        ("aaaabbcc", "00001000", "555", "bbb"),
        ("aabb", "0000", "55", "aa"),
        ("aabb", "1010", "55", "ab"),
        ("abb", "011", "55", "bb"),
        ("aaabb", "10010", "54", "aa"),
    ],
)
def test_merging_rule(values: str, events: str, persons: str, stands_for: str) -> None:
    codes = np.array(["abc".index(value) for value in values])
    outcome = np.array([event == "1" for event in events])
    target = merged_into(codes, outcome, np.array([int(n) for n in persons]))
    assert "".join("abc"[code] for code in target) == stands_for


def test_categories_of_few_persons_are_merged_though_both_outcomes_occur() -> None:
    def edit(rows: pd.DataFrame) -> None:
        rows.loc[:5, "sex"] = "other"
        rows.loc[:5, "outcome"] = [True, False, False, False, False, False]

    adjusted = fit_all(make_panel(edit))["participant job_hazard adjusted"]
    assert [warning.key for warning in adjusted.warnings] == ["merged"]
    assert adjusted.fit is not None
    assert not any("other" in term.term for term in adjusted.fit.covariates)


def test_each_number_belongs_to_its_term() -> None:
    """Every estimate, error and effect of a model is that of the same column in the fit itself."""
    panel = make_panel()
    found = fit_all(panel)["participant job_hazard adjusted"].estimates
    terms = [f"{prefix}:{key}" for key in KEYS[:2] for prefix in ("previous", "change")]
    design = build_design(panel.rows, terms, [SEX])
    clusters = pd.factorize(panel.rows["person"])[0]
    fit = fit_logit(panel.rows["outcome"].to_numpy(), design, clusters)
    column = {term.name: place for place, term in enumerate(design.terms, start=1)}
    odds, risks = (
        odds_ratios(fit, list(column.values())),
        risk_ratios(fit, design.matrix, list(column.values())),
    )
    assert len(found) == len(SCALES["job_hazard"]) * len(terms)
    ratios = {one.key.indicator + one.key.quantity: one for one in found if one.key.scale == "risk_ratio"}
    for estimate in found:
        if estimate.key.scale == "e_value":
            ratio = ratios[estimate.key.indicator + estimate.key.quantity]
            limits = (e_value(ratio.estimate), e_value_of_interval(ratio.ci_low, ratio.ci_high))
            assert (estimate.estimate, estimate.ci_low) == pytest.approx(limits, rel=1e-12)
            continue
        prefix = {"level": "previous", "change": "change"}[estimate.key.quantity]
        place = column[f"{prefix}:{estimate.key.indicator}"]
        expected = {
            "log_odds": (fit.params[place], fit.std_errors[place]),
            "ame_pp": (100 * fit.ame[place], 100 * fit.ame_se[place]),
            "odds_ratio": (odds.values[place - 1], odds.std_errors[place - 1]),
            "risk_ratio": (risks.values[place - 1], risks.std_errors[place - 1]),
        }[estimate.key.scale]
        assert (estimate.estimate, estimate.std_error) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize(("events", "refused"), [(15, "few_events_refused"), (16, None)])
def test_four_events_a_term_are_enough_and_fewer_are_not(events: int, refused: str | None) -> None:
    def edit(rows: pd.DataFrame) -> None:
        keep = np.flatnonzero(rows["outcome"])[:events]
        rows["outcome"] = np.isin(np.arange(len(rows)), keep)

    adjusted = fit_all(make_panel(edit))["participant job_hazard adjusted"].estimates
    assert {estimate.refused and estimate.refused.key for estimate in adjusted} == {refused}


@pytest.mark.parametrize(("events", "few"), [(40, True), (41, False)])
def test_ten_events_a_term_are_few_and_more_are_not(events: int, few: bool) -> None:
    def edit(rows: pd.DataFrame) -> None:
        keep = np.flatnonzero(rows["outcome"])[:events]
        rows["outcome"] = np.isin(np.arange(len(rows)), keep)

    fit = fit_all(make_panel(edit))["participant job_hazard adjusted"].fit
    assert fit is not None
    assert fit.few_events == few


def test_holm_is_within_quantity_and_model() -> None:
    results = fit_all(make_panel())
    made = corrected(e for result in results.values() for e in result.estimates)
    family = sorted(
        (e.p_value, e.p_holm, e.p_bh)
        for e in made
        if (e.key.quantity, e.key.model, e.key.scale) == ("change", "alone", "log_odds")
    )
    p = [one[0] for one in family]
    assert len(p) == 3
    expected = np.minimum(1, np.maximum.accumulate(np.array(p) * [3, 2, 1]))
    assert [one[1] for one in family] == pytest.approx(list(expected))
    stepped_up = np.minimum.accumulate((np.array(p) * [3, 3 / 2, 1])[::-1])[::-1]
    assert [one[2] for one in family] == pytest.approx(list(stepped_up))


def test_holm_families_do_not_mix_raters_analyses_outcomes_or_scales() -> None:
    """The same p everywhere: in a family of three it is tripled, whatever else there is."""
    keys = [
        Key(analysis, outcome, rater, indicator, quantity, model, scale)
        for analysis in ("job_hazard", "job_hazard_level")
        for outcome in ("job_next_interval", "study_next_interval")
        for rater in ("participant", "caseworker")
        for indicator in KEYS
        for quantity in ("level", "change")
        for model in ("alone", "adjusted")
        for scale in ("log_odds", "ame_pp")
    ]
    made = [Estimate(key, 10, 10, 10, "person", 10, 1.0, 1.0, 0.0, 2.0, 0.01) for key in keys]
    assert [estimate.p_holm for estimate in corrected(made)] == pytest.approx([0.03] * len(made))
