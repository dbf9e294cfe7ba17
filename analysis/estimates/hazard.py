"""A discrete-time hazard of the outcome in the next interval: logit on person-rounds at risk.

`alone` is one indicator with the covariates, `adjusted` all of the rater's indicators together, but those
that the instrument marks `alone`. Which columns of the panel are the terms is the analysis' to say.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from analysis.estimates.analysis import Found, Progress, Question
from analysis.estimates.design import Design
from analysis.estimates.firth import fit_firth
from analysis.estimates.hazard_model import (
    Counts,
    Model,
    Ready,
    Specification,
    count,
    keys_of,
    make_ready,
    models,
)
from analysis.estimates.logit import LogitFit, fit_logit
from analysis.estimates.ratios import Ratios, odds_ratios, risk_ratios
from analysis.estimates.reasons import FEW_EVENTS_PER_TERM, ModelLabel, Notice, Reason, Refused, reason
from analysis.estimates.results import Estimate, Key
from analysis.estimates.summary import CovariateTerm, FitSummary
from analysis.estimates.unmeasured import e_value, e_value_of_interval

# An organisation's coefficient would rank organisations: adjusted for, never shown.
_NOT_SHOWN = ("organisation", "unit")


@dataclass(frozen=True)
class ModelResult:
    """What came of a model: its estimates (or refusals), its summary if it was fitted, its warnings."""

    estimates: tuple[Estimate, ...]
    fit: FitSummary | None
    warnings: tuple[Reason, ...]


def fit_all(wanted: Sequence[Model], progress: Progress, *, repeated: bool) -> Found:
    """Fit every model; each warning comes once, with the models that it concerns.

    `repeated`: as of `fit_logit`.
    """
    done = []
    for number, model in enumerate(wanted):
        progress(str(model.label), number, len(wanted))
        done.append((model, fit_model(model, repeated=repeated)))
    progress("done", len(wanted), len(wanted))
    return Found(
        tuple(estimate for _, result in done for estimate in result.estimates),
        tuple(result.fit for _, result in done if result.fit is not None),
        tuple(_notices(done)),
    )


def _notices(done: Iterable[tuple[Model, ModelResult]]) -> Iterator[Notice]:
    concerned: dict[Reason, list[ModelLabel]] = defaultdict(list)
    for model, result in done:
        for warning in result.warnings:
            concerned[warning].append(model.label)
    for warning, labels in sorted(concerned.items()):
        yield Notice(warning, tuple(labels))


def hazards(
    question: Question,
    specifications: Sequence[Specification],
    progress: Progress,
    *,
    repeated: bool = True,
) -> Found:
    """Every model of every rater: the same for each specification."""
    wanted = [
        model
        for panel in question.panels
        for specification in specifications
        for model in models(panel, specification, question.outcome)
    ]
    return fit_all(wanted, progress, repeated=repeated)


def fit_model(model: Model, *, repeated: bool = False) -> ModelResult:
    """Fit a model, or say why not: every indicator's quantities come out either way."""
    rows = model.needed_rows()
    counts = count(model, rows)
    try:
        ready = make_ready(model, rows, counts)
        fit = _fit(ready, repeated=repeated, penalised=model.specification.penalised)
    except Refused as refusal:
        return ModelResult(refusals_of(model, counts, model.terms, refusal.reason), None, ())
    design = ready.design
    fitted = _Fitted(model, counts, design, fit)
    warnings = design.warnings + ((reason("few_events"),) if fitted.few_events else ())
    constant = refusals_of(model, counts, design.constant, reason("constant"))
    return ModelResult(fitted.estimates() + constant, fitted.summary(), warnings)


def _fit(ready: Ready, *, repeated: bool, penalised: bool) -> LogitFit:
    if penalised:
        return fit_firth(ready.outcome, ready.design, ready.clusters)
    return fit_logit(ready.outcome, ready.design, ready.clusters, repeated=repeated)


def refusals_of(model: Model, counts: Counts, terms: Sequence[str], why: Reason) -> tuple[Estimate, ...]:
    """An entry without numbers for every quantity and scale of these terms, with the reason."""
    return tuple(
        Estimate(
            key,
            counts.rows,
            counts.persons,
            counts.events,
            model.specification.cluster,
            counts.clusters,
            refused=why,
        )
        for term in terms
        for key in keys_of(model, term).values()
    )


@dataclass(frozen=True)
class _Fitted:
    """A model that was fitted: what may be told of it."""

    model: Model
    counts: Counts
    design: Design
    fit: LogitFit

    @property
    def events_per_term(self) -> float:
        return self.counts.rarer / (len(self.model.terms) - len(self.design.constant))

    @property
    def few_events(self) -> bool:
        return self.events_per_term <= FEW_EVENTS_PER_TERM

    def estimates(self) -> tuple[Estimate, ...]:
        columns = [place for place, term in enumerate(self.design.terms, start=1) if term.covariate is None]
        odds, risks = odds_ratios(self.fit, columns), risk_ratios(self.fit, self.design.matrix, columns)
        made = []
        for place, column in enumerate(columns):
            for scale, key in keys_of(self.model, self.design.terms[column - 1].name).items():
                if scale == "log_odds":
                    made.append(self._estimate(key, self.fit.params[column], self.fit.std_errors[column]))
                elif scale == "ame_pp":
                    made.append(
                        self._estimate(key, 100 * self.fit.ame[column], 100 * self.fit.ame_se[column])
                    )
                elif scale == "e_value":
                    made.append(self._e_value(key, risks, place))
                else:
                    made.append(self._ratio(key, odds if scale == "odds_ratio" else risks, place))
        return tuple(made)

    def _estimate(self, key: Key, value: float, error: float) -> Estimate:
        half = self.fit.quantile * error
        limits = (value - half, value + half)
        return self._made(key, value, error, limits, self.fit.p_value(value, error))

    def _ratio(self, key: Key, ratios: Ratios, place: int) -> Estimate:
        if not ratios.told(self.fit.quantile)[place]:
            return replace(self._bare(key), refused=reason("ratio_beyond"))
        low, high = ratios.interval(self.fit.quantile)
        p_value = self.fit.p_value(ratios.log[place], ratios.log_se[place])
        limits = (low[place], high[place])
        return self._made(key, ratios.values[place], ratios.std_errors[place], limits, p_value)

    def _e_value(self, key: Key, risks: Ratios, place: int) -> Estimate:
        """Of the risk ratio; `ci_low` is that of its limit closer to 1, and an upper one says nothing."""
        if not risks.told(self.fit.quantile)[place]:
            return replace(self._bare(key), refused=reason("ratio_beyond"))
        low, high = risks.interval(self.fit.quantile)
        limit = e_value_of_interval(float(low[place]), float(high[place]))
        return replace(self._bare(key), estimate=e_value(float(risks.values[place])), ci_low=limit)

    def _made(
        self, key: Key, value: float, error: float, limits: tuple[float, float], p_value: float
    ) -> Estimate:
        return replace(
            self._bare(key),
            estimate=float(value),
            std_error=float(error),
            ci_low=float(limits[0]),
            ci_high=float(limits[1]),
            p_value=float(p_value),
        )

    def _bare(self, key: Key) -> Estimate:
        counts = self.counts
        cluster = self.model.specification.cluster
        return Estimate(key, counts.rows, counts.persons, counts.events, cluster, self.fit.n_clusters)

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
