"""Do level and change go together with the outcome in the same way in every group?

First the question whether groups differ at all: a Wald test of the interactions of each indicator (alone,
level and change in one model as in E1) with sex and origin, with age and with language, and Holm over all of
a rater's tests. Only where a test stands are there numbers of groups; elsewhere they would be noise that
somebody reads. Groups too small to carry two terms are not compared; their rows stay out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import pandas as pd
from scipy.special import expit

from analysis.estimates.analysis import Found, Progress, Question
from analysis.estimates.design import Design, Term
from analysis.estimates.hazard_model import Counts, Model, Ready, count, keys_of, make_ready, models
from analysis.estimates.job_hazard import JOB_HAZARD
from analysis.estimates.logit import LogitFit, fit_logit
from analysis.estimates.multiplicity import holm
from analysis.estimates.reasons import FEWEST_EVENTS_PER_TERM, SMALLEST_GROUP, Reason, Refused, reason
from analysis.estimates.results import Estimate
from analysis.estimates.wald import wald_test
from analysis.panel.build import Panel
from analysis.panel.columns import CovariateColumn

ANALYSIS: Final = "subgroups"
# What a group is made of: columns of `persons`.
GROUPINGS: Final = {"sex_origin": ("sex", "origin"), "age_band": ("age_band",), "language": ("language",)}
SIGNIFICANT: Final = 0.05
_GROUP: Final = "_group"


def subgroups(question: Question, progress: Progress) -> Found:
    """The tests of every rater and grouping, and the groups' numbers where a test stands."""
    wanted = [list(_wanted(question, panel)) for panel in question.panels]
    total, done = sum(map(len, wanted)), 0
    made: list[Estimate] = []
    for of_rater in wanted:
        tested = []
        for grouping, model in of_rater:
            progress(f"{model.label} {grouping}", done, total)
            tested.append(_tested(model, grouping))
            done += 1
        made += _told(tested)
    progress("done", total, total)
    return Found(tuple(made))


@dataclass(frozen=True)
class _Tested:
    """One model with its interactions fitted, or why not; `places` are the interactions of each quantity."""

    model: Model
    grouping: str
    counts: Counts
    rows: pd.DataFrame
    design: Design | None = None
    fit: LogitFit | None = None
    groups: tuple[str, ...] = ()
    why: Reason | None = None

    def at(self, quantity: int) -> list[int]:
        """Columns of a quantity's interactions: 0 for level, 1 for change."""
        return [3 + 2 * g + quantity for g in range(len(self.groups) - 1)]

    def test(self, quantity: int) -> tuple[float, float]:
        """Wald's statistic that no group differs, and its p."""
        assert self.fit is not None  # noqa: S101  # asked of fitted models only
        return wald_test(self.fit, self.at(quantity))


def _wanted(question: Question, panel: Panel) -> Iterator[tuple[str, Model]]:
    """Each grouping with the models that it is tried in."""
    specification = replace(JOB_HAZARD, analysis=ANALYSIS)
    for grouping, columns in GROUPINGS.items():
        for model in models(_grouped(question, panel, columns), specification, question.outcome):
            if model.name == "alone":
                yield grouping, model


def _grouped(question: Question, panel: Panel, columns: Sequence[str]) -> Panel:
    """The panel with the group as a covariate, in the place of those that it is made of."""
    query = f"SELECT person, concat_ws('/', {', '.join(columns)}) AS named FROM persons"
    people = question.study.connection.execute(query).df().set_index("person")["named"]
    rows = panel.rows.assign(**{_GROUP: panel.rows["person"].astype(str).map(people)})
    others = tuple(covariate for covariate in panel.covariates if covariate.name not in columns)
    return replace(panel, rows=rows, covariates=(*others, CovariateColumn(_GROUP, False, "p")))


def _tested(model: Model, grouping: str) -> _Tested:
    rows = _comparable(model.rows())
    counts = count(model, rows)
    groups = tuple(sorted(rows[_GROUP].unique()))
    bare = _Tested(model, grouping, counts, rows)
    try:
        if len(groups) < 2:
            raise Refused("few_groups")
        ready = make_ready(model, rows, counts)
        design = _with_interactions(ready, rows, groups)
        fit = fit_logit(ready.outcome, design, ready.clusters, repeated=True)
    except Refused as refusal:
        return replace(bare, why=refusal.reason)
    return replace(bare, design=design, fit=fit, groups=groups)


def _comparable(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows of groups with enough persons, and events and non-events for two terms.

    Everybody's number is known from the other analyses: so that nobody can subtract, those left out are none
    or as many as may be shown, if need be with the smallest group that could have been compared.
    """
    groups = rows.groupby(_GROUP).agg(
        persons=("person", "nunique"), rows=("outcome", "size"), events=("outcome", "sum")
    )
    rarer = np.minimum(groups["events"], groups["rows"] - groups["events"])
    kept = groups[(groups["persons"] >= SMALLEST_GROUP) & (rarer >= 2 * FEWEST_EVENTS_PER_TERM)]
    if 0 < groups["persons"].sum() - kept["persons"].sum() < SMALLEST_GROUP:
        kept = kept.sort_values("persons", kind="stable").iloc[1:]
    return rows[rows[_GROUP].isin(kept.index)]


def _with_interactions(ready: Ready, rows: pd.DataFrame, groups: Sequence[str]) -> Design:
    """Level, change, then for each group but the first its own part of both, then the covariates."""
    design = ready.design
    if [term.covariate for term in design.terms[:2]] != [None, None]:
        raise Refused("constant")
    parts, terms = [], []
    for group in groups[1:]:
        inside = (rows[_GROUP] == group).to_numpy(np.float64)
        parts.append(inside[:, None] * design.matrix[:, 1:3])
        terms += [Term(f"{group} {term.name}") for term in design.terms[:2]]
    matrix = np.column_stack([design.matrix[:, :3], *parts, design.matrix[:, 3:]])
    return replace(design, matrix=matrix, terms=(*design.terms[:2], *terms, *design.terms[2:]))


def _told(tested: Sequence[_Tested]) -> Iterator[Estimate]:
    """The tests with Holm over all of them, then what may be told of groups."""
    fitted = [(one, q, *one.test(q)) for one in tested if one.fit is not None for q in (0, 1)]
    stands = holm([p for *_, p in fitted])
    for (one, quantity, wald, p_value), p_holm in zip(fitted, stands, strict=True):
        test = _bare(one, quantity, "wald_chi2", one.grouping)
        yield replace(
            test,
            estimate=wald,
            p_value=p_value,
            p_holm=float(p_holm),
            degrees_of_freedom=len(one.at(quantity)),
        )
        if p_holm < SIGNIFICANT:
            yield from (_of_group(one, quantity, group) for group in one.groups)
        else:
            yield replace(_bare(one, quantity, "ame_pp", one.grouping), refused=reason("no_difference"))
    for one in tested:
        if one.why is not None:
            for quantity in (0, 1):
                yield replace(_bare(one, quantity, "wald_chi2", one.grouping), refused=one.why)


def _of_group(one: _Tested, quantity: int, group: str) -> Estimate:
    """The average marginal effect within a group, with the delta method's error, in percentage points."""
    assert one.fit is not None  # noqa: S101  # as above
    assert one.design is not None  # noqa: S101  # likewise
    fit, inside = one.fit, (one.rows[_GROUP] == group).to_numpy()
    place = one.groups.index(group)
    weights = np.zeros(len(fit.params))
    weights[1 + quantity] = 1.0
    if place:
        weights[one.at(quantity)[place - 1]] = 1.0
    matrix = one.design.matrix[inside]
    probability = expit(matrix @ fit.params)
    slope = probability * (1 - probability)
    effect = float(weights @ fit.params)
    gradient = slope.mean() * weights + effect * ((slope * (1 - 2 * probability)) @ matrix) / len(matrix)
    value, error = 100 * effect * slope.mean(), 100 * float(np.sqrt(gradient @ fit.covariance @ gradient))
    half = fit.quantile * error
    rows = one.rows[inside]
    key = replace(_bare(one, quantity, "ame_pp", one.grouping).key, group=f"{one.grouping}:{group}")
    persons = rows["person"].nunique()
    return Estimate(
        key,
        len(rows),
        persons,
        int(rows["outcome"].sum()),
        "person",
        persons,
        estimate=float(value),
        std_error=error,
        ci_low=float(value - half),
        ci_high=float(value + half),
        p_value=fit.p_value(value, error),
    )


def _bare(one: _Tested, quantity: int, scale: str, grouping: str) -> Estimate:
    key = replace(keys_of(one.model, one.model.terms[quantity])[scale], term=grouping)
    counts = one.counts
    return Estimate(key, counts.rows, counts.persons, counts.events, "person", counts.clusters)
