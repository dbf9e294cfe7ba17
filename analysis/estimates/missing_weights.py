"""E1 with everybody counted as often as somebody with such answers is missing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import pandas as pd

from analysis.estimates.design import FloatArray
from analysis.estimates.hazard import refusals_of
from analysis.estimates.hazard_model import Model, count, keys_of, make_ready
from analysis.estimates.job_hazard import JOB_HAZARD
from analysis.estimates.logit import fit_logit
from analysis.estimates.missing_entry import Size, fitted, plain
from analysis.estimates.missing_leaving import ANALYSIS as LEAVING
from analysis.estimates.missing_leaving import OUTCOME, Leaving, answered_ratio
from analysis.estimates.reasons import Refused, reason
from analysis.estimates.results import Estimate, Key

ANALYSIS: Final = "job_hazard_weighted"
WEIGHTED: Final = replace(JOB_HAZARD, analysis=ANALYSIS)
TRUNCATED_AT: Final = (1.0, 99.0)


@dataclass(frozen=True)
class AnsweringWeights:
    """`weights` (n, of the rows asked for), cut at `lowest` and `highest`."""

    weights: FloatArray
    lowest: float
    highest: float


def answering_weights(found: Leaving, rows: pd.DataFrame) -> AnsweringWeights:
    """Stabilised weights of `rows` (with `enrolment` and `round`), cut at the 1st and 99th percentile.

    w at round k = product over the due rounds j <= k of P(what happened at j | covariates, round, rounds
    missed) / P(the same | those and the last answers before j), answered or missed as it was, so that rows
    after a gap count too. A round before anybody knows an answer of the enrolment counts 1: those who never
    answered are made up for by nobody. Nothing looks at an answer of round k or later. Raises Refused where
    the model of who answers cannot be fitted.
    Source: Robins, Hernan and Brumback (2000), Epidemiology 11, 550-560; truncated as in Cole and Hernan
    (2008), American Journal of Epidemiology 168, 656-664.
    """
    for model in (found.adjusted, found.without):
        if model.why is not None:
            raise Refused(model.why.key, **dict(model.why.values))
    modelled = found.adjusted.rows[["enrolment", "round"]].assign(ratio=answered_ratio(found))
    due = found.due.rows[["enrolment", "round"]].merge(modelled, how="left", on=["enrolment", "round"])
    due["weight"] = due["ratio"].fillna(1.0).groupby(due["enrolment"], sort=False).cumprod()
    own = rows[["enrolment", "round"]].merge(due, how="left", on=["enrolment", "round"])
    weights = own["weight"].fillna(1.0).to_numpy(np.float64)
    low, high = np.percentile(weights, TRUNCATED_AT)
    return AnsweringWeights(np.clip(weights, low, high), float(low), float(high))


def weighted(model: Model, found: Leaving) -> Iterator[Estimate]:
    """E1's adjusted model with the weights, and the percentiles at which they were cut.

    The weights are taken as known, which makes intervals a little too long rather than too short.
    """
    rows = model.rows()
    counts = count(model, rows)
    try:
        ready = make_ready(model, rows, counts)
        weights = answering_weights(found, rows)
        fit = fit_logit(ready.outcome, ready.design, ready.clusters, weights=weights.weights)
    except Refused as refusal:
        yield from refusals_of(model, counts, model.terms, refusal.reason)
        return
    size = Size(counts.rows, counts.persons, counts.events)
    for at, term in enumerate(ready.design.terms, start=1):
        if term.covariate is None:
            key = keys_of(model, term.name)["ame_pp"]
            yield fitted(key, size, 100 * fit.ame[at], 100 * fit.ame_se[at], fit)
    yield from refusals_of(model, counts, ready.design.constant, reason("constant"))
    for name, value in (("lowest", weights.lowest), ("highest", weights.highest)):
        yield plain(
            Key(LEAVING, OUTCOME, model.panel.rater, None, "weight", None, "factor", term=name), size, value
        )
