"""Is one step worth the same wherever it is taken? Each level by itself, as categories and as a curve.

The model of `job_hazard_level` for one indicator, in which the level is a line, and what a dummy for every
step, or the bend of a restricted cubic spline with a knot at each end and one in the middle (Harrell (2015),
Regression Modeling Strategies, 2.4.5), add to the line: a Wald test, clustered by person. For scales of steps
the table beside it has, for every step, how much likelier the outcome is than at the lowest one, everything
else as it is, in percentage points. A step with fewer persons than may be shown, or without both outcomes,
goes with the nearest that has them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import pandas as pd
from scipy.special import expit

from analysis.estimates.analysis import Found, Progress, Question
from analysis.estimates.design import Design, FloatArray, Term
from analysis.estimates.hazard_model import Counts, Model, Ready, count, make_ready, models
from analysis.estimates.job_hazard import JOB_HAZARD_LEVEL
from analysis.estimates.logit import LogitFit, fit_logit
from analysis.estimates.reasons import (
    FEW_EVENTS_PER_TERM,
    FEWEST_EVENTS_PER_TERM,
    SMALLEST_GROUP,
    Notice,
    Reason,
    Refused,
    reason,
)
from analysis.estimates.results import Estimate, Key
from analysis.estimates.wald import wald_test

ANALYSIS: Final = "linearity"
# More values than these are a curve, not steps.
_MOST_STEPS: Final = 10
_FEWEST_STEPS: Final = 3


def linearity(question: Question, progress: Progress) -> Found:
    """Every indicator of every rater alone: two tests of the line, and its steps one by one."""
    wanted = [
        model
        for panel in question.panels
        for model in models(panel, replace(JOB_HAZARD_LEVEL, analysis=ANALYSIS), question.outcome)
        if model.name == "alone"
    ]
    made: list[Estimate] = []
    notices: list[Notice] = []
    for number, model in enumerate(wanted):
        progress(str(model.label), number, len(wanted))
        estimates, warnings = _of(model)
        made += estimates
        notices += [Notice(warning, (model.label,)) for warning in warnings]
    progress("done", len(wanted), len(wanted))
    return Found(tuple(made), notices=tuple(notices))


@dataclass(frozen=True)
class _Asked:
    """One indicator's level in rows that can carry a line."""

    model: Model
    counts: Counts
    ready: Ready

    @property
    def level(self) -> FloatArray:
        return self.ready.design.matrix[:, 1]

    def fitted(self, columns: FloatArray) -> tuple[LogitFit, FloatArray]:
        """The fit with these columns (n x m) in the place of the level, and its design."""
        if self.counts.rarer < FEWEST_EVENTS_PER_TERM * columns.shape[1]:
            raise Refused("few_events_refused", terms=columns.shape[1])
        design = _with(self.ready.design, columns)
        fit = fit_logit(self.ready.outcome, design, self.ready.clusters, repeated=True)
        return fit, design.matrix

    def beyond(self, quantity: str, columns: FloatArray) -> Estimate:
        """Wald's test that these columns (n x m) add nothing to the line."""
        fit, _ = self.fitted(np.column_stack([self.level, columns]))
        tested = range(2, 2 + columns.shape[1])
        statistic, p_value = wald_test(fit, tested)
        test = self.bare(quantity, "wald_chi2")
        return replace(test, estimate=statistic, p_value=p_value, degrees_of_freedom=len(tested))

    def bare(self, quantity: str, scale: str, term: str | None = None) -> Estimate:
        return _bare(self.model, self.counts, quantity, scale, term)


def _of(model: Model) -> tuple[list[Estimate], Sequence[Reason]]:
    rows = model.rows()
    counts = count(model, rows)
    try:
        asked = _Asked(model, counts, make_ready(model, rows, counts))
    except Refused as refusal:
        return [_refused(model, counts, name, refusal.reason) for name in ("categories", "spline")], ()
    try:
        steps = _steps(rows, model)
        made, terms = _categories(asked, steps), len(steps) - 1
    except Refused as refusal:
        made, terms = [_refused(model, counts, "categories", refusal.reason)], 2
    try:
        made.append(_spline(asked))
    except Refused as refusal:
        made.append(_refused(model, counts, "spline", refusal.reason))
    few = counts.rarer <= FEW_EVENTS_PER_TERM * terms and any(one.refused is None for one in made)
    return made, (*asked.ready.design.warnings, *([reason("few_events")] if few else []))


def _steps(rows: pd.DataFrame, model: Model) -> list[float]:
    """The steps with enough persons and both outcomes among them."""
    (term,) = model.terms
    found = rows.groupby(term).agg(persons=("person", "nunique"), share=("outcome", "mean"))
    if len(found) > _MOST_STEPS:
        raise Refused("many_steps", most=_MOST_STEPS)
    sound = found[(found["persons"] >= SMALLEST_GROUP) & found["share"].between(0, 1, inclusive="neither")]
    if len(sound) < _FEWEST_STEPS:
        raise Refused("too_few_steps")
    return [float(step) for step in sound.index.to_numpy()]


def _categories(asked: _Asked, steps: Sequence[float]) -> list[Estimate]:
    """The test, and the steps above the lowest one by one."""
    # A step too rare to stand by itself goes with the nearest that can.
    nearest = np.array(steps)[np.abs(asked.level[:, None] - np.array(steps)).argmin(axis=1)]
    dummies = np.column_stack([nearest == step for step in steps[1:]]).astype(np.float64)
    # Beside the line one dummy fewer: with all of them the line would follow from them.
    test = asked.beyond("categories", dummies[:, 1:])
    fit, matrix = asked.fitted(dummies)
    columns = range(1, len(steps))
    return [
        test,
        *(_difference(asked, fit, matrix, (at, columns), step) for at, step in enumerate(steps[1:], 1)),
    ]


def _spline(asked: _Asked) -> Estimate:
    if len(np.unique(asked.level)) < _FEWEST_STEPS:
        raise Refused("too_few_steps")
    return asked.beyond("spline", _bend(asked.level)[:, None])


def _bend(level: FloatArray) -> FloatArray:
    """What a restricted cubic spline with three knots has beside the line (n), in units of the scale."""
    low, high = level.min(), level.max()
    middle = (low + high) / 2
    over = {knot: np.maximum(level - knot, 0.0) ** 3 for knot in (low, middle, high)}
    # Beyond the last knot cubes and squares cancel; with knots at equal distances so do these weights.
    bend: FloatArray = (over[low] - 2 * over[middle] + over[high]) / (high - low) ** 2
    return bend


def _with(design: Design, columns: FloatArray) -> Design:
    """The design with these columns in the place of the indicator's."""
    terms = (*(Term(f"column {i}") for i in range(columns.shape[1])), *design.terms[1:])
    matrix = np.column_stack([design.matrix[:, :1], columns, design.matrix[:, 2:]])
    return replace(design, matrix=matrix, terms=terms)


def _difference(
    asked: _Asked, fit: LogitFit, matrix: FloatArray, at: tuple[int, range], step: float
) -> Estimate:
    """Everybody at this step against everybody at the lowest, in percentage points (delta method)."""
    column, dummies = at
    low = matrix.copy()
    low[:, dummies] = 0.0
    high = low.copy()
    high[:, column] = 1.0
    p_low, p_high = expit(low @ fit.params), expit(high @ fit.params)
    gradient = ((p_high * (1 - p_high)) @ high - (p_low * (1 - p_low)) @ low) / len(matrix)
    value = 100.0 * float((p_high - p_low).mean())
    error = 100.0 * float(np.sqrt(gradient @ fit.covariance @ gradient))
    half = fit.quantile * error
    return replace(
        asked.bare("level", "difference_pp", f"step:{step:g}"),
        estimate=value,
        std_error=error,
        ci_low=value - half,
        ci_high=value + half,
        p_value=fit.p_value(value, error),
    )


def _refused(model: Model, counts: Counts, quantity: str, why: Reason) -> Estimate:
    return replace(_bare(model, counts, quantity, "wald_chi2"), refused=why)


def _bare(model: Model, counts: Counts, quantity: str, scale: str, term: str | None = None) -> Estimate:
    (indicator,) = model.indicators
    key = Key(ANALYSIS, model.outcome, model.panel.rater, indicator.key, quantity, "alone", scale, term=term)
    return Estimate(key, counts.rows, counts.persons, counts.events, "person", counts.clusters)
