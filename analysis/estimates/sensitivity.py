"""Would E1 say the same if something had been decided otherwise? The adjusted model again, one change each.

`without_proxy` leaves out levels and changes for which somebody else answered in the participant's place, now
or at the round before; `same_caseworker` and
`same_organisation` take rows within a caseworker or an organisation as alike (few clusters: t quantiles),
`cloglog` is the hazard of continuous time (hazard ratios), `linear` a linear probability, which is off by a
tenth at hazards of a few per cent and stands beside, never first.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from statsmodels.regression.linear_model import OLS

from analysis.estimates.analysis import Found, Progress, Question
from analysis.estimates.cloglog import fit_cloglog, hazard_ratios
from analysis.estimates.design import Design
from analysis.estimates.hazard import fit_all, refusals_of
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
from analysis.estimates.job_hazard import JOB_HAZARD
from analysis.estimates.logit import ClusteredFit, prepare
from analysis.estimates.reasons import FEW_EVENTS_PER_TERM, Notice, Reason, Refused, reason
from analysis.estimates.results import Estimate
from analysis.panel.build import Panel

ANALYSIS: Final = "job_hazard_sensitivity"
_BY_PROXY: Final = "by_proxy"
LOGITS: Final = (
    replace(JOB_HAZARD, analysis=ANALYSIS, term="without_proxy", without=_BY_PROXY),
    replace(JOB_HAZARD, analysis=ANALYSIS, term="same_caseworker", cluster="caseworker"),
    replace(JOB_HAZARD, analysis=ANALYSIS, term="same_organisation", cluster="organisation"),
)
CLOGLOG: Final = replace(JOB_HAZARD, analysis="job_hazard_cloglog")
LINEAR: Final = replace(JOB_HAZARD, analysis="job_hazard_linear")


def sensitivity(question: Question, progress: Progress) -> Found:
    """The adjusted models of level and change, each with one thing decided otherwise."""
    panels = [_prepared(question, panel) for panel in question.panels]
    logits = _adjusted(question, panels, LOGITS)
    others = _adjusted(question, panels, (CLOGLOG, LINEAR))
    total = len(logits) + len(others)
    found = fit_all(
        logits, lambda what, done, of: progress(what, done, total) if done < of else None, repeated=True
    )
    made, notices = list(found.estimates), [*found.notices, *_without_caseworker(logits)]
    for number, model in enumerate(others, start=len(logits)):
        progress(str(model.label), number, total)
        estimates, warnings = _fit_otherwise(model)
        made += estimates
        notices += [Notice(warning, (model.label,)) for warning in warnings]
    progress("done", total, total)
    return Found(tuple(made), notices=tuple(notices))


def _prepared(question: Question, panel: Panel) -> Panel:
    """The panel with `by_proxy`, and `organisation`, which it need not have as a covariate."""
    rows = panel.rows
    # The round before of a row at risk is itself a row of the panel.
    given = rows.loc[rows["proxy"], "response"]
    added = {_BY_PROXY: rows["proxy"] | rows["previous_response"].isin(given)}
    if "organisation" not in rows:
        people = question.study.connection.execute("SELECT person, organisation FROM persons").df()
        by_person = people.set_index("person")["organisation"].astype(str)
        added["organisation"] = rows["person"].astype(str).map(by_person)
    return replace(panel, rows=rows.assign(**added))


def _adjusted(
    question: Question, panels: Sequence[Panel], specifications: Sequence[Specification]
) -> list[Model]:
    return [
        model
        for panel in panels
        for specification in specifications
        for model in models(panel, specification, question.outcome)
        if model.name == "adjusted"
    ]


def _without_caseworker(wanted: Sequence[Model]) -> Iterator[Notice]:
    """Where rows drop out because nobody was responsible on the day."""
    for model in wanted:
        by_person = replace(model, specification=replace(model.specification, cluster="person"))
        if model.specification.cluster == "caseworker" and len(model.rows()) < len(by_person.rows()):
            yield Notice(reason("no_caseworker"), (model.label,))


def _fit_otherwise(model: Model) -> tuple[tuple[Estimate, ...], Sequence[Reason]]:
    rows = model.needed_rows()
    counts = count(model, rows)
    try:
        ready = make_ready(model, rows, counts)
        shown = _hazard_ratios(ready) if model.specification is CLOGLOG else _points(ready)
    except Refused as refusal:
        return refusals_of(model, counts, model.terms, refusal.reason), ()
    design = ready.design
    made = tuple(
        _estimate(model, counts, term.name, one)
        for term, one in zip(design.terms, shown, strict=True)
        if term.covariate is None
    )
    constant = refusals_of(model, counts, design.constant, reason("constant"))
    few = counts.rarer <= FEW_EVENTS_PER_TERM * len(made)
    return made + constant, (*design.warnings, *([reason("few_events")] if few else []))


@dataclass(frozen=True)
class _Shown:
    """One number with its error, interval and p, and how many clusters the error rests on."""

    value: float
    error: float
    low: float
    high: float
    p_value: float
    clusters: int


def _hazard_ratios(ready: Ready) -> list[_Shown | None]:
    """Ratios, None where one is beyond all numbers."""
    fit = fit_cloglog(ready.outcome, ready.design, ready.clusters)
    columns = _columns(ready.design)
    ratios = hazard_ratios(fit, columns)
    low, high = ratios.interval(fit.quantile)
    told = ratios.told(fit.quantile)
    return [
        _Shown(
            ratios.values[i],
            ratios.std_errors[i],
            low[i],
            high[i],
            fit.p_value(ratios.log[i], ratios.log_se[i]),
            fit.n_clusters,
        )
        if told[i]
        else None
        for i in range(len(columns))
    ]


def _points(ready: Ready) -> list[_Shown | None]:
    """Coefficients of a linear probability in percentage points.

    Raises Refused where terms are collinear or separate the outcome, or the clusters are too few.
    """
    prepare(ready.outcome, ready.design, ready.clusters)
    result = OLS(100.0 * ready.outcome, ready.design.matrix).fit(
        cov_type="cluster", cov_kwds={"groups": ready.clusters, "use_correction": True}
    )
    fit = ClusteredFit(
        np.asarray(result.params),
        np.asarray(result.cov_params()),
        float(result.llf),
        1,
        0.0,
        len(np.unique(ready.clusters)),
    )
    shown: list[_Shown | None] = []
    for i in _columns(ready.design):
        value, error = fit.params[i], fit.std_errors[i]
        half = fit.quantile * error
        shown.append(
            _Shown(value, error, value - half, value + half, fit.p_value(value, error), fit.n_clusters)
        )
    return shown


def _columns(design: Design) -> range:
    return range(1, len(design.terms) + 1)


def _estimate(model: Model, counts: Counts, term: str, one: _Shown | None) -> Estimate:
    if one is None:
        (refused,) = refusals_of(model, counts, [term], reason("ratio_beyond"))
        return refused
    (key,) = keys_of(model, term).values()
    return Estimate(
        key,
        counts.rows,
        counts.persons,
        counts.events,
        model.specification.cluster,
        one.clusters,
        estimate=float(one.value),
        std_error=float(one.error),
        ci_low=float(one.low),
        ci_high=float(one.high),
        p_value=float(one.p_value),
    )
