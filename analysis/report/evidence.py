"""The estimates arranged as the report asks for them: by rater, analysis, quantity and indicator."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from statistics import NormalDist

from analysis.dataset.instrument import Instrument
from analysis.dataset.schema import RATERS
from analysis.estimates.results import Estimate, Results
from analysis.estimates.summary import FitSummary

MODELS = ("alone", "adjusted")
QUANTITIES = ("level", "change")
# Level and change in one model come first; the level at the round itself stands in for them where a study
# has one round only.
ANALYSES = ("job_hazard", "job_hazard_level")
SIGNIFICANT = 0.05
# The normal quantile for 80 % power.
POWER = 0.841621


def smallest_found(std_error: float, tests: int = 1) -> float:
    """The smallest true effect that is found in four studies of five, in the unit of `std_error`.

    Two-sided at 5 % divided by `tests`: the first step of Holm, which an effect that stands by itself among
    `tests` questions has to pass. Normal quantiles z: (z(1 - 0.05/(2 m)) + z(0.8)) times the standard error.
    """
    return (NormalDist().inv_cdf(1 - SIGNIFICANT / (2 * tests)) + POWER) * std_error


@dataclass(frozen=True)
class Shown:
    """An estimate in percentage points with the same one in log-odds, and whether events are few."""

    points: Estimate
    log_odds: Estimate | None
    few_events: bool

    @property
    def detectable(self) -> float | None:
        """The smallest effect in percentage points found with 80 % power; None where refused.

        Not corrected for many questions: see `Forest.corrected`.
        """
        return None if self.points.std_error is None else smallest_found(self.points.std_error)

    @property
    def found(self) -> bool:
        """Whether it stands after Holm's correction."""
        return self.points.p_holm is not None and self.points.p_holm < SIGNIFICANT


@dataclass(frozen=True)
class ForestRow:
    """One indicator: by itself, and with the rater's other indicators (None where it has no such model)."""

    indicator: str
    alone: Shown | None
    adjusted: Shown | None

    def of(self, model: str) -> Shown | None:
        """The estimate of a model, "alone" or "adjusted"."""
        return self.alone if model == "alone" else self.adjusted

    @property
    def shown(self) -> tuple[Shown, ...]:
        """The estimates there are, alone first."""
        return tuple(one for one in (self.alone, self.adjusted) if one is not None)


@dataclass(frozen=True)
class Forest:
    """All indicators of one rater, one analysis and one quantity."""

    analysis: str
    rater: str
    quantity: str
    rows: tuple[ForestRow, ...]

    @property
    def estimated(self) -> bool:
        """Whether any number could be given."""
        return any(one.points.refused is None for row in self.rows for one in row.shown)

    @property
    def adjusted(self) -> tuple[Shown, ...]:
        """The adjusted estimates that were not refused."""
        return tuple(r.adjusted for r in self.rows if r.adjusted and r.adjusted.points.refused is None)

    def corrected(self, shown: Shown) -> float | None:
        """As `Shown.detectable`, of an adjusted estimate, after the correction for all of this forest."""
        if shown.points.std_error is None:
            return None
        return smallest_found(shown.points.std_error, len(self.adjusted))


@dataclass(frozen=True)
class Evidence:
    """Every forest, in the order in which the report shows them.

    `refused` holds what could not be estimated in any analysis, once each and not once a scale.
    """

    forests: tuple[Forest, ...]
    refused: tuple[Estimate, ...]

    def forest(self, rater: str, quantity: str) -> Forest | None:
        """The forest that answers for this quantity.

        The first analysis with adjusted estimates, else the first with any, else the first.
        """
        found = [f for f in self.forests if (f.rater, f.quantity) == (rater, quantity)]
        adjusted = (f for f in found if f.adjusted)
        estimated = (f for f in found if f.estimated)
        return next(chain(adjusted, estimated, found), None)

    @property
    def leading(self) -> tuple[Forest, ...]:
        """The forests that the answer rests on."""
        chosen = [self.forest(rater, quantity) for rater in RATERS for quantity in QUANTITIES]
        return tuple(forest for forest in chosen if forest is not None)


def evidence(results: Results, fits: Iterable[FitSummary], instruments: Sequence[Instrument]) -> Evidence:
    """Arrange `results`; indicators stand in the order of their numbers in the instruments."""
    few = {(fit.analysis, fit.rater, fit.model, fit.indicator) for fit in fits if fit.few_events}
    order = {item.key: item.number for instrument in reversed(instruments) for item in instrument.items}
    whole = [e for e in results.estimates if e.key.analysis in ANALYSES]
    forests = [
        Forest(analysis, rater, quantity, rows)
        for rater in RATERS
        for analysis in ANALYSES
        for quantity in QUANTITIES
        if (rows := _rows([e for e in whole if _of(e) == (analysis, rater, quantity)], few, order))
    ]
    refused = {replace(e.key, scale=""): e for e in results.estimates if e.refused is not None}
    return Evidence(tuple(forests), tuple(refused[key] for key in sorted(refused, key=lambda key: key.order)))


def _of(estimate: Estimate) -> tuple[str, str | None, str]:
    return estimate.key.analysis, estimate.key.rater, estimate.key.quantity


def _rows(
    estimates: list[Estimate],
    few: set[tuple[str, str, str, str | None]],
    order: dict[str, int],
) -> tuple[ForestRow, ...]:
    by_place = {(e.key.indicator, e.key.model, e.key.scale): e for e in estimates}
    indicators = {e.key.indicator for e in estimates if e.key.indicator is not None}

    def shown(indicator: str, model: str) -> Shown | None:
        points = by_place.get((indicator, model, "ame_pp"))
        if points is None:
            return None
        fit = (points.key.analysis, points.key.rater or "", model)
        scarce = (*fit, indicator if model == "alone" else None) in few
        return Shown(points, by_place.get((indicator, model, "log_odds")), scarce)

    ordered = sorted(indicators, key=lambda key: (order.get(key, len(order) + 1), key))
    return tuple(ForestRow(key, *(shown(key, model) for model in MODELS)) for key in ordered)
