"""What one model of the job hazard asks, the rows that can answer it, and what they cannot carry."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from analysis.estimates.design import Design, build_design, numbered
from analysis.estimates.reasons import FEWEST_EVENTS_PER_TERM, SMALLEST_GROUP, ModelLabel, Refused
from analysis.estimates.results import SCALES, Key
from analysis.panel.build import Indicator, Panel


@dataclass(frozen=True)
class Specification:
    """Which columns of the panel stand for which quantity, and whether a previous round is needed.

    What an analysis of sensitivity does otherwise: `term` names it in the results, `without` is a column of
    the panel (bool) whose rows are left out, `cluster` the column within which rows are alike. `penalised`:
    fitted with a penalty (`firth`).
    """

    analysis: str
    columns: tuple[tuple[str, str], ...]
    needs_previous: bool
    term: str | None = None
    without: str | None = None
    cluster: str = "person"
    penalised: bool = False


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
        """The panel's rows that are complete in this model's terms and covariates, with all their columns."""
        return self.panel.rows[self._complete()]

    def needed_rows(self) -> pd.DataFrame:
        """The same rows with no more columns than a fit needs."""
        return self.panel.rows[list(dict.fromkeys([*self._needed(), "person", "outcome"]))][self._complete()]

    def _needed(self) -> list[str]:
        """The columns without which a row says nothing."""
        return [*self.terms, *(c.name for c in self.panel.covariates), self.specification.cluster]

    def _complete(self) -> NDArray[np.bool_]:
        rows, asked = self.panel.rows, self.specification
        kept = np.ones(len(rows), bool)
        for name in self._needed():
            kept &= self.panel.known(name)
        if asked.needs_previous:
            kept &= rows["has_previous"].to_numpy(bool)
        if asked.without is not None:
            kept &= ~rows[asked.without].to_numpy(bool)
        return kept


def models(panel: Panel, specification: Specification, outcome: str) -> Iterator[Model]:
    """Every model of a panel: each indicator alone, then all together."""
    for indicator in panel.indicators:
        yield Model(specification, panel, outcome, "alone", (indicator,))
    together = tuple(i for i in panel.indicators if not i.alone and i.comparable)
    if together:
        yield Model(specification, panel, outcome, "adjusted", together)


@dataclass(frozen=True)
class Counts:
    """How many rows, persons, rows with an event and clusters a model has."""

    rows: int
    persons: int
    events: int
    clusters: int

    @property
    def rarer(self) -> int:
        """Events, or non-events where those are fewer: what limits the number of terms."""
        return min(self.events, self.rows - self.events)


def _refuse_by_counts(model: Model, counts: Counts) -> None:
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
    if empty:
        return Refused("never_answered", names=", ".join(empty))
    # The level now has values, so a term without any wants an answer from before.
    return Refused("no_earlier" if rows[model.terms].isna().all().any() else "incomplete")


def _refuse_by_events(counts: Counts, shown: int, design: Design) -> None:
    if shown == 0:
        named = ", ".join(sorted({name.split(":", 1)[1] for name in design.constant}))
        raise Refused("all_constant", names=named)
    if counts.rarer < FEWEST_EVENTS_PER_TERM * shown:
        raise Refused("few_events_refused", terms=shown)


@dataclass(frozen=True)
class Ready:
    """A model's design, outcome (n) and clusters (n, numbered in the order of their names)."""

    design: Design
    outcome: NDArray[np.bool_]
    clusters: NDArray[np.int64]


def count(model: Model, rows: pd.DataFrame) -> Counts:
    """The size of a model with these rows."""
    columns = {"person", model.specification.cluster}
    sizes = {column: len(numbered(rows[column])[1]) for column in columns}
    events = int(rows["outcome"].sum())
    return Counts(len(rows), sizes["person"], events, sizes[model.specification.cluster])


def make_ready(model: Model, rows: pd.DataFrame, counts: Counts) -> Ready:
    """What a fit needs. Raises Refused where the rows cannot carry the model."""
    _refuse_by_counts(model, counts)
    design = build_design(rows, model.terms, model.panel.covariates)
    _refuse_by_events(counts, len(model.terms) - len(design.constant), design)
    clusters, _ = numbered(rows[model.specification.cluster])
    return Ready(design, rows["outcome"].to_numpy(bool), clusters)


def keys_of(model: Model, term: str) -> dict[str, Key]:
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
            term=model.specification.term,
        )
        for scale in SCALES[model.specification.analysis]
    }
