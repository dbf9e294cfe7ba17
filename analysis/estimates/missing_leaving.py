"""Who does not answer the next round that comes due? A logit on the last answers, covariates and the round.

Rows are due rounds of somebody still at risk who has answered an earlier one. `alone` is one last answer
with the covariates, `adjusted` all that may stand together; there an answer never given is the middle of its
scale, and how many were never given is a term of its own. Clustered by person.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import expit

from analysis.estimates.design import Design, FloatArray, build_design
from analysis.estimates.logit import LogitFit, fit_logit
from analysis.estimates.missing_entry import Size, fitted, refused
from analysis.estimates.missing_rounds import DueRounds
from analysis.estimates.multiplicity import as_one_family
from analysis.estimates.reasons import (
    FEW_EVENTS_PER_TERM,
    FEWEST_EVENTS_PER_TERM,
    SMALLEST_GROUP,
    ModelLabel,
    Notice,
    Reason,
    Refused,
    reason,
)
from analysis.estimates.results import Estimate, Key
from analysis.panel.columns import ROUND, CovariateColumn

ANALYSIS: Final = "missing_next_round"
OUTCOME: Final = "missed_next_round"
_HISTORY: Final = (CovariateColumn(ROUND, True, "t"), CovariateColumn("rounds_missed", True, "t"))
_UNANSWERED: Final = CovariateColumn("unanswered", True, "t")
# An organisation's coefficient would rank organisations: adjusted for, never shown.
_NOT_SHOWN: Final = ("organisation", "unit")


@dataclass(frozen=True)
class LeavingModel:
    """One model: its rows, and the design with its fit, or why there is none."""

    name: str
    terms: tuple[str, ...]
    rows: pd.DataFrame
    design: Design | None = None
    fit: LogitFit | None = None
    why: Reason | None = None

    @property
    def size(self) -> Size:
        """Rows, persons and missed rounds."""
        return Size(len(self.rows), self.rows["person"].nunique(), int(self.rows["outcome"].sum()))

    @property
    def chance(self) -> FloatArray:
        """Each row's chance (n) not to be answered; of fitted models only."""
        assert self.design is not None  # noqa: S101  # asked of fitted models only
        assert self.fit is not None  # noqa: S101  # likewise
        probability: FloatArray = expit(self.design.matrix @ self.fit.params)
        return probability


@dataclass(frozen=True)
class Leaving:
    """The models of a rater: each answer alone, all adjusted, and `without` any answer (for weights)."""

    due: DueRounds
    alone: tuple[LeavingModel, ...]
    adjusted: LeavingModel
    without: LeavingModel


def leaving_rows(due: DueRounds) -> pd.DataFrame:
    """The rows of the models: those of `due` with `outcome` (bool: not answered) and, beside each
    `last:<key>`, `known:<key>` without gaps and `unanswered`, how many of the adjusted answers had none.
    """
    rows = due.rows[due.rows["has_last"] & due.rows["at_risk"]]
    rows = rows.dropna(subset=[c.name for c in due.covariates])
    filled, unanswered = {}, np.zeros(len(rows))
    for key in _together(due):
        last = rows[f"last:{key}"].to_numpy(np.float64)
        unanswered += np.isnan(last)
        # The middle of the scale, so that no answer of anybody shows in another's row.
        filled[f"known:{key}"] = np.where(np.isnan(last), due.middles[key], last)
    return rows.assign(outcome=~rows["answered"], unanswered=unanswered, **filled)


def leaving(due: DueRounds) -> Leaving:
    """Fit every model of a rater; those that cannot be fitted say why."""
    rows = leaving_rows(due)
    covariates = (*due.covariates, *_HISTORY)
    alone = tuple(
        _fitted("alone", rows.dropna(subset=[f"last:{one.key}"]), [f"last:{one.key}"], covariates)
        for one in due.indicators
    )
    together = [f"known:{key}" for key in _together(due)]
    return Leaving(
        due,
        alone,
        _fitted("adjusted", rows, together, (*covariates, _UNANSWERED)),
        _fitted("without", rows, [], covariates),
    )


def _together(due: DueRounds) -> list[str]:
    return [one.key for one in due.indicators if not one.alone]


def _fitted(
    name: str, rows: pd.DataFrame, terms: Sequence[str], covariates: Sequence[CovariateColumn]
) -> LeavingModel:
    bare = LeavingModel(name, tuple(terms), rows)
    try:
        _refuse(bare)
        design = build_design(rows, terms, covariates)
        clusters = pd.factorize(rows["person"], sort=True)[0].astype(np.int64)
        fit = fit_logit(rows["outcome"].to_numpy(bool), design, clusters)
    except Refused as refusal:
        return replace(bare, why=refusal.reason)
    return replace(bare, design=design, fit=fit)


def _refuse(model: LeavingModel) -> None:
    size = model.size
    if size.rows == 0:
        raise Refused("no_next_round")
    if size.persons < SMALLEST_GROUP:
        raise Refused("few_persons")
    if size.events == 0:
        raise Refused("nobody_missing")
    if size.events == size.rows:
        raise Refused("everybody_missing")
    if min(size.events, size.rows - size.events) < FEWEST_EVENTS_PER_TERM * len(model.terms):
        raise Refused("few_missed_refused", terms=len(model.terms))


def who_leaves(found: Leaving) -> Iterator[Estimate]:
    """Average marginal effects in percentage points a step, of every answer and of the covariates."""
    rater = found.due.rater
    for model in (*found.alone, found.adjusted):
        yield from _of_answers(rater, model)
    yield from _of_covariates(rater, found.adjusted)


def _of_answers(rater: str, model: LeavingModel) -> Iterator[Estimate]:
    columns = {} if model.design is None else {t.name: at for at, t in enumerate(model.design.terms, 1)}
    for term in model.terms:
        key = Key(ANALYSIS, OUTCOME, rater, term.split(":", 1)[1], "level", model.name, "ame_pp")
        if model.fit is None:
            yield refused(key, model.why or reason("no_maximum"), model.size)
        elif term not in columns:
            yield refused(key, reason("constant"), model.size)
        else:
            yield _effect(key, model, model.fit, columns[term])


def _effect(key: Key, model: LeavingModel, fit: LogitFit, at: int) -> Estimate:
    return fitted(key, model.size, 100 * fit.ame[at], 100 * fit.ame_se[at], fit)


def _of_covariates(rater: str, model: LeavingModel) -> Iterator[Estimate]:
    """With Holm over all of them: each is a term of its own, so nobody else would correct them together."""
    if model.design is None or model.fit is None:
        return
    made = []
    for at, term in enumerate(model.design.terms, start=1):
        if term.covariate is not None and term.covariate not in _NOT_SHOWN:
            named = term.name if term.name == term.covariate else f"{term.covariate}:{term.name}"
            key = Key(ANALYSIS, OUTCOME, rater, None, "covariate", "adjusted", "ame_pp", term=named)
            made.append(_effect(key, model, model.fit, at))
    yield from as_one_family(made)


def notices(found: Leaving) -> Iterator[Notice]:
    """What was merged in the adjusted model, and whether it has few events."""
    model = found.adjusted
    label = ModelLabel(found.due.rater, ANALYSIS, "adjusted", None)
    if model.design is not None:
        for warning in model.design.warnings:
            yield Notice(warning, (label,))
        if min(model.size.events, model.size.rows - model.size.events) <= FEW_EVENTS_PER_TERM * len(
            model.terms
        ):
            yield Notice(reason("few_missed"), (label,))


def answered_ratio(found: Leaving) -> NDArray[np.float64]:
    """For each row of the adjusted model (n) the chance of what happened without the answers over with."""
    outcome = found.adjusted.rows["outcome"].to_numpy(bool)
    plain, informed = found.without.chance, found.adjusted.chance
    ratio: NDArray[np.float64] = np.where(outcome, plain / informed, (1 - plain) / (1 - informed))
    return ratio
