"""E8: answers that are missing: how many, whose, and what they do to E1.

`missing_patterns`, percent. Of enrolments: `complete` (all due rounds answered), `stopped` (none answered
after a missed one), `gaps` (some missed before an answered one), `never`. Of the rounds due: `missed`, by
round (`group` "round:2"). Of a question's independent answers in all rounds: `dont_know`, `prefer_not`,
`could_not_observe`, `skipped`.
`missing_next_round`: the chance to miss the next due round; `level`, a step of the last answer, and
`covariate` (named by `term`) in ame_pp; `weight`, the percentiles 1 and 99 (`term` lowest, highest) at which
weights are cut.
`job_hazard_weighted`, `job_hazard_imputed`, `job_hazard_bounds`: E1 adjusted, weighted by the chance to have
answered; with unanswered questions filled in, and the share of information that is missing; with intervals
cut short counted as no job.
`job_share_bounds`, percent: the share with a job, unknown outcomes all a job or none.
`missing_compared`: the farthest (`largest_difference`) that one of these three (`term`) lies from E1
adjusted, in E1's standard errors.

Weights and imputation assume that those who are missing are like those with the same answers, covariates and
history who are not; bounds assume nothing, and are no intervals.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final

from analysis.estimates.analysis import Found, Progress, Question
from analysis.estimates.hazard import fit_model
from analysis.estimates.hazard_model import Model, Specification, models
from analysis.estimates.job_hazard import JOB_HAZARD
from analysis.estimates.missing_bounds import AS_NO_JOB, HAZARD, no_job, share_bounds
from analysis.estimates.missing_entry import Size, plain
from analysis.estimates.missing_imputed import IMPUTED, imputation, with_gaps
from analysis.estimates.missing_leaving import leaving, notices, who_leaves
from analysis.estimates.missing_patterns import patterns
from analysis.estimates.missing_rounds import due_rounds
from analysis.estimates.missing_weights import WEIGHTED, weighted
from analysis.estimates.reasons import FEW_EVENTS_PER_TERM, Notice, reason
from analysis.estimates.results import Estimate, Key
from analysis.panel.build import Panel, build_panel

COMPARED: Final = "missing_compared"
_OTHERWISE: Final = (WEIGHTED.analysis, IMPUTED.analysis, HAZARD)
_STEPS: Final = ("patterns", "leaving", "weights", "imputation", "bounds")


def missing(question: Question, progress: Progress) -> Found:
    """Patterns, who leaves, weights, imputation and bounds, for every rater with a panel.

    Estimates are sorted by key. What cannot be told is refused with its reason.
    """
    made: list[Estimate] = []
    said: list[Notice] = []
    total = len(question.panels) * len(_STEPS)
    for number, panel in enumerate(question.panels):

        def tell(step: int, panel: Panel = panel, first: int = number * len(_STEPS)) -> None:
            progress(f"{panel.rater} missing {_STEPS[step]}", first + step, total)

        estimates, warned = _of_rater(question, panel, tell)
        made += estimates
        said += warned
    progress("done", total, total)
    return Found(tuple(sorted(made, key=lambda one: one.key.order)), notices=tuple(said))


def _of_rater(
    question: Question, panel: Panel, tell: Callable[[int], None]
) -> tuple[list[Estimate], list[Notice]]:
    study = question.study
    made: list[Estimate] = []
    said: list[Notice] = []
    tell(0)
    due = due_rounds(study, panel.rater, panel.covariates, question.outcome_kinds)
    made += patterns(study, due)
    tell(1)
    found = leaving(due)
    made += who_leaves(found)
    tell(2)
    for model in _adjusted(question, panel, WEIGHTED):
        made += _noted(model, weighted(model, found), said)
    tell(3)
    for model in _adjusted(question, panel, IMPUTED):
        made += _noted(model, imputation(model, with_gaps(study, model)), said)
    tell(4)
    everybody = build_panel(study, panel.rater, panel.covariates, question.outcome_kinds, censored=True)
    made += share_bounds(everybody, question.outcome)
    for model in _adjusted(question, panel, AS_NO_JOB):
        made += _noted(model, no_job(model, everybody), said)
    for model in _adjusted(question, panel, JOB_HAZARD):
        made += _compared(made, fit_model(model).estimates, question, panel)
    return made, [*said, *notices(found)]


def _noted(model: Model, estimates: Iterable[Estimate], said: list[Notice]) -> list[Estimate]:
    """The estimates, and a notice in `said` where the events only just carry their model."""
    made = list(estimates)
    rarer = [min(one.n_events, one.n_rows - one.n_events) for one in made if one.estimate is not None]
    if rarer and min(rarer) <= FEW_EVENTS_PER_TERM * len(model.terms):
        said.append(Notice(reason("few_events"), (model.label,)))
    return made


def _adjusted(question: Question, panel: Panel, specification: Specification) -> Iterator[Model]:
    return (one for one in models(panel, specification, question.outcome) if one.name == "adjusted")


def _compared(
    made: Sequence[Estimate], as_planned: Iterable[Estimate], question: Question, panel: Panel
) -> Iterator[Estimate]:
    """How far each other way lies from E1 where both have numbers."""
    first = {_place(one): one for one in as_planned if one.key.scale == "ame_pp"}
    for analysis in _OTHERWISE:
        apart = []
        for one in made:
            before = first.get(_place(one))
            if one.key.analysis != analysis or one.key.scale != "ame_pp" or before is None:
                continue
            if one.estimate is not None and before.estimate is not None and before.std_error:
                apart.append((abs(one.estimate - before.estimate) / before.std_error, one))
        if apart:
            distance, one = max(apart, key=lambda pair: pair[0])
            key = Key(
                COMPARED,
                question.outcome,
                panel.rater,
                None,
                "largest_difference",
                "adjusted",
                "standard_errors",
            )
            size = Size(one.n_rows, one.n_persons, one.n_events)
            yield plain(replace(key, term=analysis), size, distance)


def _place(one: Estimate) -> tuple[str | None, str]:
    return one.key.indicator, one.key.quantity
