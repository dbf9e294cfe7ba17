"""The estimators that are not offered go wrong where the ones that are do not; asked for, they say why.

Persons who drift towards work, and a job that ends the series: the outcome goes with the first answer by 0.3
and with what has been gained since by 0.5 a step, in log-odds, and nothing else matters.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit
from statsmodels.discrete.conditional_models import ConditionalLogit
from statsmodels.discrete.discrete_model import Logit

from analysis.dataset.study import StudyDataset
from analysis.estimates.change_given_past import change_given_past
from analysis.estimates.not_offered import NOT_OFFERED
from analysis.estimates.results import QUANTITIES, SCALES, to_json
from analysis.estimates.run import ANALYSES, UnknownAnalysisError, Wanted, analyse
from tests.analysis.estimates.small_panel import question, silent

Make = Callable[..., StudyDataset]
STUDIES: Final = 10
PERSONS, ROUNDS, DRIFT = 500, 12, 0.1
OF_FIRST, OF_CHANGE = 0.3, 0.5
# In Monte Carlo errors: what is wrong lies beyond, what is right lies within.
WRONG, RIGHT = 6.0, 3.0


def study(seed: int) -> pd.DataFrame:
    """Person-rounds up to the job: the answer `now`, the `first` one, the outcome and its true chance."""
    draw = np.random.default_rng(seed)
    first = draw.normal(3, 1, PERSONS)
    later = np.arange(1, ROUNDS)
    now = first[:, None] + DRIFT * later + draw.normal(0, 0.5, (PERSONS, ROUNDS - 1))
    chance = expit(-3.0 + OF_FIRST * first[:, None] + OF_CHANGE * (now - first[:, None]))
    job = draw.uniform(size=now.shape) < chance
    person, k = np.nonzero(np.cumsum(job, axis=1) - job == 0)
    return pd.DataFrame(
        {
            "person": person.astype(str),
            "round": later[k],
            "now": now[person, k],
            "first": first[person],
            "chance": chance[person, k],
            "outcome": job[person, k],
        }
    )


def given_baseline(rows: pd.DataFrame) -> float:
    """What is offered: the change since the first answer, by the analysis itself."""
    columns = {"level:x": rows["now"], "baseline:x": rows["first"], "past_mean:x": rows["first"]}
    asked = question(rows.assign(**columns), people=rows[["person"]], indicators=("x",), covariates=())
    (one,) = [
        e
        for e in change_given_past(asked, silent).estimates
        if (e.key.analysis, e.key.quantity, e.key.model, e.key.scale)
        == ("change_given_baseline", "change", "alone", "log_odds")
    ]
    assert one.estimate is not None
    return one.estimate - OF_CHANGE


def fixed_effects_logit(rows: pd.DataFrame) -> float:
    """Each person against himself: only those whose outcome varies say anything."""
    varies = rows.groupby("person")["outcome"].transform("nunique") > 1
    used = rows[varies]
    fit = ConditionalLogit(used["outcome"].astype(float), used[["now"]], groups=used["person"])
    return float(fit.fit(method="newton", disp=False).params.iloc[0]) - OF_CHANGE


def fixed_effects_linear(rows: pd.DataFrame) -> float:
    """Within persons, in probability; the error is given in log-odds a step, for comparison."""
    within = rows[["now", "outcome"]].astype(float)
    within -= within.groupby(rows["person"]).transform("mean")
    slope = float(within["now"] @ within["outcome"] / (within["now"] @ within["now"]))
    return slope / float((rows["chance"] * (1 - rows["chance"])).mean()) - OF_CHANGE


def mean_of_whole_period(rows: pd.DataFrame) -> float:
    """Given the mean of all rounds, those that lie ahead included."""
    whole = rows.groupby("person")["now"].transform("mean")
    x = np.column_stack([np.ones(len(rows)), whole, rows["now"]])
    return float(Logit(rows["outcome"].astype(float), x).fit(disp=False).params.iloc[2]) - OF_CHANGE


@pytest.fixture(scope="module")
def studies() -> list[pd.DataFrame]:
    return [study(seed) for seed in range(STUDIES)]


def bias(estimator: Callable[[pd.DataFrame], float], studies: list[pd.DataFrame]) -> tuple[float, float]:
    """The mean error over the studies, and the same in units of its Monte Carlo error."""
    errors = np.array([estimator(rows) for rows in studies])
    return float(errors.mean()), float(errors.mean() / (errors.std(ddof=1) / np.sqrt(len(errors))))


def test_change_given_baseline_is_right(studies: list[pd.DataFrame]) -> None:
    off, errors = bias(given_baseline, studies)
    assert abs(errors) < RIGHT
    assert abs(off) < 0.1


@pytest.mark.parametrize("estimator", [fixed_effects_logit, fixed_effects_linear, mean_of_whole_period])
def test_what_is_not_offered_is_wrong(
    estimator: Callable[[pd.DataFrame], float], studies: list[pd.DataFrame]
) -> None:
    off, errors = bias(estimator, studies)
    assert estimator.__name__ in NOT_OFFERED
    assert errors > WRONG, (off, errors)
    assert off > 0.2


@pytest.mark.parametrize("name", NOT_OFFERED)
def test_asked_for_it_is_refused_and_says_why(name: str, make_dataset: Make, rows: dict) -> None:
    results = analyse(make_dataset(rows), Wanted(analyses=[name])).results
    assert {one.key.rater for one in results.estimates} == {"participant", "caseworker"}
    for one in results.estimates:
        assert str(one.refused).startswith("not offered: ")
        assert one.key.quantity in QUANTITIES[one.key.analysis]
        assert one.key.scale in SCALES[one.key.analysis]
    assert '"not offered: ' in to_json(results)
    assert name not in ANALYSES


def test_the_refusals_name_the_remedy_and_the_size_of_the_failure(make_dataset: Make, rows: dict) -> None:
    asked = Wanted(analyses=("fixed_effects_logit", "job_hazard"))
    refused = {e.key.analysis: str(e.refused) for e in analyse(make_dataset(rows), asked).results.estimates}
    assert "change_given_past" in refused["fixed_effects_logit"]
    assert "+1.0 to +2.0" in refused["fixed_effects_logit"]
    assert refused["job_hazard"] == "fewer than 5 persons"


def test_an_analysis_that_nobody_knows_is_an_error(make_dataset: Make, rows: dict) -> None:
    with pytest.raises(UnknownAnalysisError, match="there is no tea_leaves; there are job_hazard, "):
        analyse(make_dataset(rows), Wanted(analyses=["tea_leaves"]))
