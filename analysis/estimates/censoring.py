"""Weights for those who were lost: everybody still followed stands for the lost who had answered alike.

A person is lost in a period if observed to its end neither until a job nor without one. The chance of that
is a pooled logit on person-periods: last known answers, covariates and the period.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import expit

from analysis.estimates.design import Design, FloatArray, build_design
from analysis.estimates.follow_up import EDGES, FollowUp, known
from analysis.estimates.logit import fit_logit
from analysis.estimates.reasons import FEWEST_EVENTS_PER_TERM, Reason, Refused
from analysis.panel.columns import CovariateColumn

TRUNCATED_AT: Final = (1.0, 99.0)
_PERIOD = CovariateColumn("period", False, "t")
_UNANSWERED = "unanswered"
_UNKNOWN = "unknown"


@dataclass(frozen=True)
class Weights:
    """Weights of n persons in the periods of `EDGES`.

    `weights` (n x periods): stabilised, truncated at the 1st and 99th percentile over person-periods.
    `kept` (periods): the share not yet lost in the middle of the period, so that `weights / kept` counts
    how many persons one who is followed stands for, himself included. `lost`: persons lost before the last
    edge. `lowest` and `highest`: the percentiles at which weights were cut. `refused`: why all weights are
    1, or None. `warnings`: what was merged in the model.
    """

    weights: FloatArray
    kept: FloatArray
    lost: int
    lowest: float
    highest: float
    refused: Reason | None
    warnings: tuple[Reason, ...] = ()


def censoring_weights(follow: FollowUp) -> Weights:
    """Inverse-probability-of-censoring weights of every person in `follow`.

    w_ij = product over periods l < j of (1 - q_l) / (1 - q_il), times the root of that for l = j: the
    middle of a period stands for the whole of it. q_il: chance to be lost in period l, from the pooled
    logit; q_l: share lost in it. Where the model cannot be fitted the weights are 1, with the reason.
    Source: Robins and Finkelstein (2000), Biometrics 56, 779-788; stabilised and truncated as in Cole and
    Hernan (2008), American Journal of Epidemiology 168, 656-664.
    """
    at_risk, lost = periods(follow)
    share = _ratio(lost.sum(axis=0), at_risk.sum(axis=0))
    kept = _middle(1.0 - share[None, :])[0]
    try:
        chance, warnings = _chances(follow, at_risk, lost)
    except Refused as refusal:
        ones = np.ones(at_risk.shape)
        return Weights(ones, kept, int(lost.sum()), 1.0, 1.0, refusal.reason)
    weights = np.where(at_risk, kept / _middle(1.0 - chance), 1.0)
    low, high = np.percentile(weights[at_risk], TRUNCATED_AT)
    return Weights(
        np.clip(weights, low, high), kept, int(lost.sum()), float(low), float(high), None, warnings
    )


def periods(follow: FollowUp) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Who begins each period followed and without a job, and who is lost in it (n x periods, each)."""
    job, observed = follow.days("job")[:, None], follow.days("observed")[:, None]
    starts, ends = np.array([0, *EDGES[:-1]]), np.array(EDGES)
    at_risk = (job > starts) & (observed >= starts)
    lost = at_risk & (observed < ends) & (job > observed)
    return at_risk, lost


def _ratio(part: NDArray[np.int64], whole: NDArray[np.int64]) -> FloatArray:
    return np.divide(part, whole, out=np.zeros(len(part)), where=whole > 0)


def _middle(stays: FloatArray) -> FloatArray:
    """Chance not to be lost by the middle of each period, from the chances (n x periods) to stay in each."""
    until_end = np.cumprod(stays, axis=1)
    before: FloatArray = np.concatenate([np.ones((len(stays), 1)), until_end[:, :-1]], axis=1)
    return before * np.sqrt(stays)


def _chances(
    follow: FollowUp, at_risk: NDArray[np.bool_], lost: NDArray[np.bool_]
) -> tuple[FloatArray, tuple[Reason, ...]]:
    """Each person's chance to be lost (n x periods; 0 where not at risk), and the model's warnings.

    Raises Refused where it cannot be fitted.
    """
    rows = _rows(follow, at_risk, lost)
    terms = [*(i.key for i in follow.indicators if i.comparable), _UNANSWERED]
    if lost.sum() < FEWEST_EVENTS_PER_TERM * len(terms):
        raise Refused("few_events_refused", terms=len(terms))
    design = build_design(rows, [f"answer:{term}" for term in terms], (*follow.covariates, _PERIOD))
    chance = np.zeros(at_risk.shape)
    chance[at_risk] = _fitted(rows, design)
    return chance, design.warnings


def _fitted(rows: pd.DataFrame, design: Design) -> FloatArray:
    clusters = pd.factorize(rows["person"])[0].astype(np.int64)
    fit = fit_logit(rows["outcome"].to_numpy(bool), design, clusters)
    probability: FloatArray = expit(design.matrix @ fit.params)
    return probability


def _rows(follow: FollowUp, at_risk: NDArray[np.bool_], lost: NDArray[np.bool_]) -> pd.DataFrame:
    """Person-periods, persons first: an answer never given is the mean of the others, and counted.

    A covariate that is null is the mean of the others too, or a category "unknown".
    """
    person, period = np.nonzero(at_risk)
    columns: dict[str, object] = {
        "person": follow.persons["person"].to_numpy()[person],
        "outcome": lost[person, period],
        "period": np.array([str(number) for number in range(len(EDGES))])[period],
    }
    unanswered = np.zeros(len(person))
    for indicator in follow.indicators:
        if indicator.comparable:
            last = [follow.persons[known(j, indicator.key)].to_numpy(np.float64) for j in range(len(EDGES))]
            values = np.column_stack(last)[person, period]
            absent = np.isnan(values)
            unanswered += absent
            columns[f"answer:{indicator.key}"] = np.where(absent, _mean(values), values)
    columns[f"answer:{_UNANSWERED}"] = unanswered
    for covariate in follow.covariates:
        values = follow.persons[covariate.name].to_numpy()[person]
        if covariate.numeric:
            numbers = values.astype(np.float64)
            values = np.where(np.isnan(numbers), _mean(numbers), numbers)
        else:
            values = np.where(pd.isna(values), _UNKNOWN, values.astype(object))
        columns[covariate.name] = values
    return pd.DataFrame(columns)


def _mean(values: FloatArray) -> float:
    given = values[~np.isnan(values)]
    return float(given.mean()) if len(given) else 0.0
