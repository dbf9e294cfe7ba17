"""E1 with single unanswered questions filled in several times over, and what that adds to the errors.

Only questions left without a number in rounds that were answered: a round missed as a whole gives no row, and
a question that was not asked is not a missing answer. An answer that stands in two rows, as now and as
before, is drawn in each by itself; that the draws differ is part of the noise that Rubin's rules count.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

import numpy as np
import pandas as pd

from analysis.dataset.open import OpenStudy
from analysis.dataset.schema import NOT_ASKED
from analysis.estimates.design import FloatArray, build_design
from analysis.estimates.hazard import refusals_of
from analysis.estimates.hazard_model import Counts, Model, Ready, count, keys_of, make_ready
from analysis.estimates.job_hazard import JOB_HAZARD
from analysis.estimates.logit import LogitFit, fit_logit
from analysis.estimates.missing_chained import imputed
from analysis.estimates.missing_rubin import Pooled, pool
from analysis.estimates.reasons import Refused, reason
from analysis.estimates.results import Estimate

ANALYSIS: Final = "job_hazard_imputed"
IMPUTED: Final = replace(JOB_HAZARD, analysis=ANALYSIS)
DRAWS: Final = 10
SEED: Final = 20260101


def with_gaps(study: OpenStudy, model: Model) -> pd.DataFrame:
    """The model's rows without asking that every question was answered, but that each was asked.

    Rows stay out where a covariate is null or a question of the model was not asked now or before.
    """
    rows = model.panel.rows[model.panel.rows["has_previous"]]
    rows = rows.dropna(subset=[c.name for c in model.panel.covariates])
    query = """
        SELECT response FROM answers WHERE list_contains($keys::VARCHAR[], item)
        GROUP BY response HAVING bool_or(value = $not_asked) OR count(*) < len($keys::VARCHAR[])"""
    keys = [one.key for one in model.indicators]
    incomplete = study.connection.execute(query, {"keys": keys, "not_asked": NOT_ASKED}).df()["response"]
    out = rows["response"].isin(incomplete) | rows["previous_response"].isin(incomplete)
    return rows[~out].reset_index(drop=True)


def imputation(model: Model, rows: pd.DataFrame) -> Iterator[Estimate]:
    """The model pooled over DRAWS imputations of `rows`, with each term's fraction of missing information."""
    counts = count(model, rows)
    try:
        fits = _fits(model, rows, counts)
    except Refused as refusal:
        yield from refusals_of(model, counts, model.terms, refusal.reason)
        return
    ready, made = fits[0][0], [fit for _, fit in fits]
    for at, term in enumerate(ready.design.terms, start=1):
        if term.covariate is None:
            freedom = made[0].n_clusters - 1.0
            pooled = pool([fit.ame[at] for fit in made], [fit.ame_se[at] for fit in made], freedom)
            yield from _told(model, term.name, counts, pooled, made[0].n_clusters)
    yield from refusals_of(model, counts, ready.design.constant, reason("constant"))


def _fits(model: Model, rows: pd.DataFrame, counts: Counts) -> list[tuple[Ready, LogitFit]]:
    columns = [f"{when}:{one.key}" for when in ("previous", "level") for one in model.indicators]
    answers = rows[columns].to_numpy(np.float64)
    gaps = np.isnan(answers)
    # Refused as E1 would be, before anything is drawn.
    make_ready(model, _filled(model, rows, columns, np.where(gaps, _middles(answers), answers)), counts)
    if not gaps.any():
        raise Refused("nothing_to_impute")
    empty = [name.split(":", 1)[1] for name, all_ in zip(columns, gaps.all(axis=0), strict=True) if all_]
    if empty:
        raise Refused("never_answered", names=", ".join(sorted(set(empty))))
    made = []
    for filled in imputed(answers, _helping(model, rows), DRAWS, SEED):
        ready = make_ready(model, _filled(model, rows, columns, filled), counts)
        made.append((ready, fit_logit(ready.outcome, ready.design, ready.clusters, repeated=True)))
    if len({ready.design.terms for ready, _ in made}) > 1:
        raise Refused("all_constant", names=", ".join(sorted({c.split(":", 1)[1] for c in columns})))
    return made


def _middles(answers: FloatArray) -> FloatArray:
    known = np.isfinite(answers)
    totals = np.where(known, answers, 0.0).sum(axis=0)
    middles: FloatArray = totals / np.maximum(known.sum(axis=0), 1)
    return middles


def _filled(model: Model, rows: pd.DataFrame, columns: list[str], answers: FloatArray) -> pd.DataFrame:
    """The rows with these answers, and the changes that follow from them."""
    given = {name: answers[:, at] for at, name in enumerate(columns)}
    changes = {
        f"change:{i.key}": given[f"level:{i.key}"] - given[f"previous:{i.key}"] for i in model.indicators
    }
    return rows.assign(**given, **changes)


def _helping(model: Model, rows: pd.DataFrame) -> FloatArray:
    """The outcome and the covariates as E1 codes them."""
    covariates = build_design(rows, (), model.panel.covariates).matrix[:, 1:]
    return np.column_stack([rows["outcome"].to_numpy(np.float64), covariates])


def _told(model: Model, term: str, counts: Counts, pooled: Pooled, clusters: int) -> Iterator[Estimate]:
    keys = keys_of(model, term)
    bare = Estimate(keys["ame_pp"], counts.rows, counts.persons, counts.events, "person", clusters)
    half = pooled.quantile * pooled.std_error
    yield replace(
        bare,
        estimate=100 * pooled.value,
        std_error=100 * pooled.std_error,
        ci_low=100 * (pooled.value - half),
        ci_high=100 * (pooled.value + half),
        p_value=pooled.p_value,
    )
    yield replace(bare, key=keys["missing_information_percent"], estimate=100 * pooled.missing_information)
