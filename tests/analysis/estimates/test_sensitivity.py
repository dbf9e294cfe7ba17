"""E1 decided otherwise: every number against R on the same rows, or against the decision taken by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from scipy.stats import norm
from statsmodels.genmod.families import Binomial
from statsmodels.genmod.families.links import CLogLog
from statsmodels.genmod.generalized_linear_model import GLM

from analysis.dataset.instrument import Instrument
from analysis.dataset.study import StudyDataset
from analysis.estimates.analysis import Found
from analysis.estimates.results import QUANTITIES, SCALES, Estimate
from analysis.estimates.run import Wanted, analyse
from analysis.estimates.sensitivity import sensitivity
from analysis.simulate.generate import simulate
from analysis.simulate.scenarios import SCENARIOS
from surveys.load import load_builtin
from tests.analysis.estimates.small_panel import (
    COVARIATES,
    INDICATORS,
    place,
    question,
    reference,
    silent,
    small_rows,
)

ESTIMATE = 1e-8
# R's derivatives are central differences.
STD_ERROR = 1e-7
P_VALUE = 1e-6


def of(found: Found, analysis: str, term: str | None = None) -> list[Estimate]:
    return [one for one in found.estimates if (one.key.analysis, one.key.term) == (analysis, term)]


def numbers(estimates: Iterable[Estimate]) -> list[tuple[object, ...]]:
    return [
        (e.key.indicator, e.key.quantity, e.n_rows, e.n_persons, e.estimate, e.std_error, e.p_value)
        for e in estimates
    ]


@pytest.fixture(scope="module")
def bip_11() -> Instrument:
    return Instrument.model_validate(load_builtin("bip-11").to_json())


@pytest.fixture(scope="module")
def found() -> Found:
    return sensitivity(question(small_rows()), silent)


def test_closed_lists(found: Found) -> None:
    for one in found.estimates:
        assert one.key.quantity in QUANTITIES[one.key.analysis]
        assert one.key.scale in SCALES[one.key.analysis]
        assert one.key.model == "adjusted"
        assert one.refused is None


@pytest.mark.parametrize("analysis", ["job_hazard_sensitivity", "job_hazard_linear"])
def test_every_number_agrees_with_r(found: Found, analysis: str) -> None:
    wanted = reference(analysis)
    made = [one for one in found.estimates if one.key.analysis == analysis]
    assert len(made) == len(wanted)
    for one in made:
        row = wanted.loc[place(one)]
        assert one.estimate == pytest.approx(row["estimate"], rel=ESTIMATE), one.key
        assert one.std_error == pytest.approx(row["std_error"], rel=STD_ERROR), one.key
        assert one.p_value == pytest.approx(row["p_value"], rel=P_VALUE), one.key
        assert one.n_rows == row["n_rows"]


def test_few_clusters_widen_the_interval_by_t(found: Found) -> None:
    for term, clusters, quantile in (("same_caseworker", 22, 2.0796), ("same_organisation", 7, 2.4469)):
        for one in of(found, "job_hazard_sensitivity", term):
            assert one.ci_low is not None
            assert one.ci_high is not None
            assert one.std_error is not None
            assert one.cluster == term.removeprefix("same_")
            assert one.n_clusters == pytest.approx(clusters, abs=1)
            assert (one.ci_high - one.ci_low) / 2 == pytest.approx(quantile * one.std_error, rel=5e-3)


def test_hazard_ratios_are_those_of_a_plain_cloglog(found: Found) -> None:
    """By statsmodels' own matrix and clusters, with the design made by hand."""
    rows = small_rows()
    dummies = pd.get_dummies(rows[["sex", "region"]], drop_first=True, dtype=float)
    shown = [f"{part}:{key}" for key in INDICATORS for part in ("previous", "change")]
    x = np.column_stack([np.ones(len(rows)), rows[[*shown, "age", "round"]].to_numpy(float), dummies])
    fit = GLM(rows["outcome"].astype(float).to_numpy(), x, family=Binomial(CLogLog())).fit(
        cov_type="cluster", cov_kwds={"groups": pd.factorize(rows["person"])[0]}, tol=1e-12
    )
    made = {place(one)[:2]: one for one in of(found, "job_hazard_cloglog")}
    assert len(made) == len(shown)
    for column, name in enumerate(shown, start=1):
        part, key = name.split(":")
        one = made[key, "level" if part == "previous" else "change"]
        ratio, error = np.exp(fit.params[column]), fit.bse[column]
        assert one.estimate == pytest.approx(ratio, rel=1e-7)
        assert one.std_error == pytest.approx(ratio * error, rel=1e-6)
        assert one.ci_low == pytest.approx(np.exp(fit.params[column] - norm.ppf(0.975) * error), rel=1e-6)
        assert one.p_value == pytest.approx(2 * norm.sf(abs(fit.params[column] / error)), rel=1e-5)


def days_apart(dataset: StudyDataset, proxies: Callable[[pd.DataFrame], pd.Series]) -> StudyDataset:
    """The dataset with answers just an interval apart, so that leaving one out changes no interval."""
    responses = dataset.tables["responses"]
    rows = responses.to_pandas()
    rows["submitted_day"] = 91 * rows["round"]
    rows["proxy"] = proxies(rows)
    table = pa.Table.from_pandas(rows, schema=responses.schema, preserve_index=False)
    return replace(dataset, tables={**dataset.tables, "responses": table})


def test_without_proxy_is_e1_of_a_dataset_without_them(bip_11: Instrument) -> None:
    drawn = simulate(SCENARIOS["published"], persons=5512, rounds=8, seed=4, instrument=bip_11)
    dataset = days_apart(drawn, lambda rows: np.arange(len(rows)) % 25 == 2)
    responses = dataset.tables["responses"]
    kept = responses.filter(pc.invert(responses["proxy"]))
    by_hand = replace(dataset, tables={**dataset.tables, "responses": kept})
    wanted = analyse(by_hand, Wanted(("sex",), analyses=("job_hazard",))).results
    found = analyse(dataset, Wanted(("sex",), analyses=("sensitivity",))).results
    made = {e.key: e for e in found.estimates if e.key.term == "without_proxy"}
    compared = [e for e in wanted.estimates if (e.key.model, e.key.scale) == ("adjusted", "ame_pp")]
    assert len(made) == len(compared) == 2 * (11 + 10)
    for e in compared:
        one = made[replace(e.key, analysis="job_hazard_sensitivity", term="without_proxy")]
        assert (one.n_rows, one.n_persons, one.n_events) == (e.n_rows, e.n_persons, e.n_events)
        assert one.estimate == pytest.approx(e.estimate, rel=1e-8)
        assert one.std_error == pytest.approx(e.std_error, rel=1e-8)


def test_rows_without_a_caseworker_are_left_out_and_it_is_said(found: Found) -> None:
    rows = small_rows()
    without = int(rows["caseworker"].isna().sum())
    assert without > 0
    assert {one.n_rows for one in of(found, "job_hazard_sensitivity", "same_caseworker")} == {
        len(rows) - without
    }
    assert [notice.reason.key for notice in found.notices] == ["no_caseworker"]
    everybody = sensitivity(question(rows.assign(caseworker=rows["caseworker"].fillna("c0"))), silent)
    assert everybody.notices == ()


def test_no_caseworker_at_all_is_a_reason(found: Found) -> None:
    nobody = sensitivity(question(small_rows().assign(caseworker=None)), silent)
    refused = of(nobody, "job_hazard_sensitivity", "same_caseworker")
    assert {one.refused and one.refused.key for one in refused} == {"incomplete"}
    assert len(of(nobody, "job_hazard_linear")) == len(of(found, "job_hazard_linear"))


def test_the_organisation_need_be_no_covariate(found: Found) -> None:
    rows = small_rows()
    people = rows.drop_duplicates("person")[["person", "organisation"]]
    without = sensitivity(question(rows.drop(columns="organisation"), people=people), silent)
    assert numbers(without.estimates) == numbers(found.estimates)


def test_one_organisation_is_a_reason() -> None:
    alone = sensitivity(question(small_rows().assign(organisation="north")), silent)
    refused = of(alone, "job_hazard_sensitivity", "same_organisation")
    assert {str(one.refused) for one in refused} == {
        "1 clusters, of which at least 5 are needed for an error that allows for likeness within them"
    }


def test_what_cannot_be_fitted_is_refused_everywhere_without_a_number() -> None:
    rows = small_rows()
    cases = {
        "no_event": rows.assign(outcome=False),
        "few_persons": rows[rows["person"] <= "p003"],
        "few_events_refused": rows.assign(outcome=np.arange(len(rows)) < 15),
        "collinear": rows.assign(
            **{f"{part}:work_belief": rows[f"{part}:job_search"] for part in ("previous", "change")}
        ),
        "no_rows": rows.iloc[:0],
    }
    for key, edited in cases.items():
        made = sensitivity(question(edited), silent).estimates
        assert len(made) == 5 * 4
        assert {one.refused and one.refused.key for one in made} == {key}


def test_a_constant_indicator_is_refused_and_the_others_stand() -> None:
    still = small_rows().assign(**{"previous:work_belief": 3.0, "change:work_belief": 0.0})
    made = sensitivity(question(still), silent).estimates
    assert len(made) == 5 * 4
    for one in made:
        constant = one.key.indicator == "work_belief"
        assert (one.refused is not None and one.refused.key == "constant") == constant


def test_few_events_are_warned_of_in_every_decision() -> None:
    rows = small_rows()
    few = rows.assign(outcome=rows["outcome"] & (rows["outcome"].cumsum() <= 40))
    told = sensitivity(question(few, covariates=COVARIATES[2:3]), silent).notices
    warned = {
        label.analysis for notice in told if notice.reason.key == "few_events" for label in notice.models
    }
    assert warned == {"job_hazard_sensitivity", "job_hazard_cloglog", "job_hazard_linear"}


def test_progress_only_goes_forward() -> None:
    told: list[float] = []
    sensitivity(question(small_rows()), lambda what, done, total: told.append(done / total))
    assert told == sorted(told)
    assert told[-1] == 1.0
