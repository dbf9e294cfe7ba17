"""E1: how level and change of each indicator go with getting a job in the next interval.

A discrete-time hazard: logit on person-rounds at risk, clustered by person. `job_hazard` holds the level
at the round before and the change since it; `job_hazard_level` the level at the round itself, for every
round. `alone` is one indicator with the covariates, `adjusted` all of the rater's indicators together,
but those that the instrument marks `alone`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import norm

from analysis.estimates.design import Design, build_design
from analysis.estimates.logit import LogitFit, fit_logit
from analysis.estimates.reasons import (
    FEW_EVENTS_PER_TERM,
    FEWEST_EVENTS_PER_TERM,
    SMALLEST_GROUP,
    ModelLabel,
    Reason,
    Refused,
    reason,
)
from analysis.estimates.results import Estimate, Key
from analysis.estimates.summary import CovariateTerm, FitSummary
from analysis.panel.build import Indicator, Panel

_Z = float(norm.ppf(0.975))
# An organisation's coefficient would rank organisations: adjusted for, never shown.
_NOT_SHOWN = ("organisation", "unit")


@dataclass(frozen=True)
class Specification:
    """Which columns of the panel stand for which quantity, and whether a previous round is needed."""

    analysis: str
    columns: tuple[tuple[str, str], ...]
    needs_previous: bool


JOB_HAZARD = Specification("job_hazard", (("level", "previous"), ("change", "change")), True)
JOB_HAZARD_LEVEL = Specification("job_hazard_level", (("level", "level"),), False)


@dataclass(frozen=True)
class Model:
    """One model to fit: these indicators, alone or adjusted, of this panel."""

    specification: Specification
    panel: Panel
    outcome: str
    name: str
    indicators: tuple[Indicator, ...]

    @property
    def label(self) -> ModelLabel:
        """How progress and warnings name it."""
        one = self.indicators[0].key if self.name == "alone" else None
        return ModelLabel(self.panel.rater, self.specification.analysis, self.name, one)

    @property
    def terms(self) -> list[str]:
        """Columns of the panel that hold the indicators' terms."""
        return [f"{prefix}:{i.key}" for i in self.indicators for _, prefix in self.specification.columns]

    def rows(self) -> pd.DataFrame:
        """The panel's rows that are complete in this model's terms and covariates."""
        rows = self.panel.rows
        if self.specification.needs_previous:
            rows = rows[rows["has_previous"]]
        return rows.dropna(subset=[*self.terms, *(c.name for c in self.panel.covariates)])


@dataclass(frozen=True)
class ModelResult:
    """What came of a model: its estimates (or refusals), its summary if it was fitted, its warnings."""

    estimates: tuple[Estimate, ...]
    fit: FitSummary | None
    warnings: tuple[Reason, ...]


def models(panel: Panel, specification: Specification, outcome: str) -> Iterator[Model]:
    """Every model of a panel: each indicator alone, then all together."""
    for indicator in panel.indicators:
        yield Model(specification, panel, outcome, "alone", (indicator,))
    together = tuple(i for i in panel.indicators if not i.alone and i.comparable)
    if together:
        yield Model(specification, panel, outcome, "adjusted", together)


def fit_model(model: Model) -> ModelResult:
    """Fit a model, or say why not: every indicator's quantities come out either way."""
    rows = model.rows()
    counts = _Counts(len(rows), rows["person"].nunique(), int(rows["outcome"].sum()))
    try:
        _refuse_by_counts(model, counts)
        design = build_design(rows, model.terms, model.panel.covariates)
        _refuse_by_events(counts, len(model.terms) - len(design.constant), design)
        clusters = pd.factorize(rows["person"], sort=True)[0].astype(np.int64)
        fit = fit_logit(rows["outcome"].to_numpy(bool), design, clusters)
    except Refused as refusal:
        return ModelResult(_refusals(model, counts, model.terms, refusal.reason), None, ())
    fitted = _Fitted(model, counts, design, fit)
    warnings = design.warnings + ((reason("few_events"),) if fitted.few_events else ())
    constant = _refusals(model, counts, design.constant, reason("constant"))
    return ModelResult(fitted.estimates() + constant, fitted.summary(), warnings)


@dataclass(frozen=True)
class _Counts:
    rows: int
    persons: int
    events: int

    @property
    def rarer(self) -> int:
        """Events, or non-events where those are fewer: what limits the number of terms."""
        return min(self.events, self.rows - self.events)


def _refuse_by_counts(model: Model, counts: _Counts) -> None:
    if not all(indicator.comparable for indicator in model.indicators):
        raise Refused("different_scales")
    if counts.rows == 0:
        raise _no_rows(model)
    if counts.persons < SMALLEST_GROUP:
        raise Refused("few_persons")
    if counts.events == 0:
        raise Refused("no_event")
    if counts.events == counts.rows:
        raise Refused("only_events")


def _no_rows(model: Model) -> Refused:
    rows = model.panel.rows
    if rows.empty:
        return Refused("no_rows")
    if model.specification.needs_previous and not rows["has_previous"].any():
        return Refused("no_previous")
    empty = [name for name in (c.name for c in model.panel.covariates) if rows[name].isna().all()]
    empty += [i.key for i in model.indicators if rows[f"level:{i.key}"].isna().all()]
    return Refused("never_answered", names=", ".join(empty)) if empty else Refused("incomplete")


def _refuse_by_events(counts: _Counts, shown: int, design: Design) -> None:
    if shown == 0:
        named = ", ".join(sorted({name.split(":", 1)[1] for name in design.constant}))
        raise Refused("all_constant", names=named)
    if counts.rarer < FEWEST_EVENTS_PER_TERM * shown:
        raise Refused("few_events_refused", terms=shown)


def _keys(model: Model, term: str) -> dict[str, Key]:
    """The keys of a term's estimates, by scale."""
    prefix, indicator = term.split(":", 1)
    quantity = next(q for q, p in model.specification.columns if p == prefix)
    return {
        scale: Key(
            model.specification.analysis,
            model.outcome,
            model.panel.rater,
            indicator,
            quantity,
            model.name,
            scale,
        )
        for scale in ("log_odds", "ame_pp")
    }


def _refusals(model: Model, counts: _Counts, terms: Sequence[str], why: Reason) -> tuple[Estimate, ...]:
    return tuple(
        Estimate(key, counts.rows, counts.persons, counts.events, "person", counts.persons, refused=why)
        for term in terms
        for key in _keys(model, term).values()
    )


@dataclass(frozen=True)
class _Fitted:
    """A model that was fitted: what may be told of it."""

    model: Model
    counts: _Counts
    design: Design
    fit: LogitFit

    @property
    def events_per_term(self) -> float:
        return self.counts.rarer / (len(self.model.terms) - len(self.design.constant))

    @property
    def few_events(self) -> bool:
        return self.events_per_term <= FEW_EVENTS_PER_TERM

    def estimates(self) -> tuple[Estimate, ...]:
        made = []
        for column, term in enumerate(self.design.terms, start=1):
            if term.covariate is None:
                keys = _keys(self.model, term.name)
                made.append(
                    self._estimate(keys["log_odds"], self.fit.params[column], self.fit.std_errors[column])
                )
                made.append(
                    self._estimate(
                        keys["ame_pp"], 100.0 * self.fit.ame[column], 100.0 * self.fit.ame_se[column]
                    )
                )
        return tuple(made)

    def _estimate(self, key: Key, value: float, error: float) -> Estimate:
        return Estimate(
            key,
            self.counts.rows,
            self.counts.persons,
            self.counts.events,
            "person",
            self.fit.n_clusters,
            estimate=float(value),
            std_error=float(error),
            ci_low=float(value - _Z * error),
            ci_high=float(value + _Z * error),
            p_value=float(2.0 * norm.sf(abs(value) / error)),
        )

    def summary(self) -> FitSummary:
        return FitSummary(
            analysis=self.model.specification.analysis,
            rater=self.model.panel.rater,
            model=self.model.name,
            indicator=self.model.indicators[0].key if self.model.name == "alone" else None,
            n_rows=self.counts.rows,
            n_persons=self.counts.persons,
            n_events=self.counts.events,
            n_parameters=len(self.design.terms) + 1,
            events_per_term=self.events_per_term,
            few_events=self.few_events,
            log_likelihood=self.fit.log_likelihood,
            iterations=self.fit.iterations,
            largest_score=self.fit.largest_score,
            covariates=tuple(self._covariate_terms()),
        )

    def _covariate_terms(self) -> Iterator[CovariateTerm]:
        for column, term in enumerate(self.design.terms, start=1):
            if term.covariate is not None and term.covariate not in _NOT_SHOWN:
                log_odds, error = self.fit.params[column], self.fit.std_errors[column]
                yield CovariateTerm(term.covariate, term.name, float(log_odds), float(error))
