"""The true values of what the report estimates, from a large population and without a drawn job.

An estimate's truth is its large-sample value: the coefficient that the same model, on rows chosen by the
same rules, has in a population of paths where every row counts with its chance of being there and has its
chance of a job as outcome. So measurement error, frailty, selection and dropout are in the truth as they
are in the data, and only sampling is not.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Final

import numpy as np

from analysis.dataset.instrument import Instrument
from analysis.dataset.schema import RATERS
from analysis.simulate.arrays import INTERVAL_DAYS, Floats
from analysis.simulate.expected_rows import ExpectedRows, expected_rows
from analysis.simulate.logit import LogitFit, Rows, fractional_logit
from analysis.simulate.population import PARTS, raters_of, true_population
from analysis.simulate.scenario import Scenario
from analysis.simulate.truth_horizons import FirstAnswers, check_reach, first_answers, horizon_rows

# Columns that vary in these vary, and mostly all do.
_SOME_ROWS: Final = 4096

# Analyses of change, and what each measures the change from, which is their level.
_STARTS: Final[Mapping[str, Callable[[ExpectedRows], Floats]]] = {
    "job_hazard": lambda rows: rows.previous,
    "change_given_baseline": lambda rows: rows.baseline,
    "change_given_past_mean": lambda rows: rows.past_mean,
}

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class _Model:
    """One model: `indicators` are positions among the rater's items, `quantities` what each contributes."""

    analysis: str
    name: str
    indicators: tuple[int, ...]

    @property
    def quantities(self) -> tuple[str, ...]:
        return ("level", "change") if self.analysis in _STARTS else ("level",)


def true_values(
    scenario: Scenario,
    *,
    instrument: Instrument,
    rounds: int,
    horizons: bool = False,
    progress: Progress | None = None,
) -> list[dict[str, Any]]:
    """The rows of `truth.json`: the keys of `results.json`, `estimate` and `mc_error`.

    With `horizons` those of `true_horizons` too, of the same population. `mc_error` is the standard error
    of the truth itself, from the differences between eight parts of the population, which share nothing but
    the scenario. `progress` is called with steps done and steps in all.
    """
    if horizons:
        check_reach(rounds)
    steps = PARTS + sum(len(_models(instrument, rater, rounds)) for rater in RATERS)
    report = _counted(steps, progress)
    population: dict[str, list[ExpectedRows]] = {rater: [] for rater in raters_of(instrument)}
    first: dict[str, list[FirstAnswers]] = {rater: [] for rater in population}
    for paths in true_population(scenario, instrument, rounds):
        for rater, parts in population.items():
            parts.append(expected_rows(scenario, paths, rater))
            if horizons:
                first[rater].append(first_answers(paths, rater))
        report()
    found = horizon_rows(first, instrument) if horizons else []
    for rater, parts in population.items():
        keys = [item.key for item in instrument.items_of(rater)]
        for model in _models(instrument, rater, rounds):
            found += [_row(model, rater, keys[value.indicator], value) for value in _solve(model, parts)]
            report()
    return sorted(found, key=lambda row: [str(row[key] or "") for key in _KEYS])


def truth_json(scenario: Scenario, *, instrument: Instrument, rounds: int, rows: list[dict[str, Any]]) -> str:
    """The text of `truth.json`; same input, same bytes."""
    content = {
        "scenario": scenario.name,
        "parameters": {
            **asdict(scenario),
            "rounds": rounds,
            "instrument": instrument.name,
            "interval_days": INTERVAL_DAYS,
        },
        "estimates": rows,
    }
    return json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True, allow_nan=False) + "\n"


_KEYS: Final = (
    "analysis",
    "outcome",
    "rater",
    "indicator",
    "quantity",
    "model",
    "scale",
    "term",
    "horizon_days",
    "group",
)


def _counted(steps: int, progress: Progress | None) -> Callable[[], None]:
    done = iter(range(1, steps + 1))
    return lambda: progress(next(done), steps) if progress else None


def _models(instrument: Instrument, rater: str, rounds: int) -> list[_Model]:
    items = instrument.items_of(rater)
    together = tuple(i for i, item in enumerate(items) if not item.form(rater).alone)
    analyses = ["job_hazard_level", *(_STARTS if rounds > 1 else ())]
    return [
        model
        for analysis in analyses
        for model in (
            *(_Model(analysis, "alone", (i,)) for i in range(len(items))),
            *([_Model(analysis, "adjusted", together)] if together else []),
        )
    ]


@dataclass(frozen=True)
class _Value:
    """One true value: `indicator` is a position among the rater's items."""

    indicator: int
    quantity: str
    scale: str
    estimate: float
    mc_error: float


def _solve(model: _Model, parts: Sequence[ExpectedRows]) -> Iterator[_Value]:
    """Every indicator term of the model, on both scales."""
    whole, by_part = fractional_logit(_without_constants([_rows(model, part) for part in parts]))
    terms = [(indicator, quantity) for quantity in model.quantities for indicator in model.indicators]
    for scale, of in (("log_odds", _log_odds), ("ame_pp", _ame_pp)):
        values = of(whole)[-len(terms) :].tolist()
        spread = np.std([of(part)[-len(terms) :] for part in by_part], axis=0, ddof=1)
        errors = (spread / np.sqrt(len(by_part))).tolist()
        for (indicator, quantity), value, error in zip(terms, values, errors, strict=True):
            yield _Value(indicator, quantity, scale, value, error)


def _rows(model: _Model, part: ExpectedRows) -> Rows:
    """Covariates, then all levels, then all changes, of the rows that are complete in them."""
    at = list(model.indicators)
    terms = part.level[:, at]
    if model.analysis in _STARTS:
        start = _STARTS[model.analysis](part)[:, at]
        terms = np.concatenate([start, terms - start], axis=1)
    complete = ~np.isnan(terms).any(axis=1)
    x = np.concatenate([part.covariates[complete], terms[complete]], axis=1)
    return Rows(x, part.probability[complete], part.weight[complete])


def _without_constants(parts: Sequence[Rows]) -> list[Rows]:
    """Covariates that do not vary drop out, as in the panel: the round, where there is but one."""
    if np.all(np.ptp(parts[0].x[:_SOME_ROWS, 1:], axis=0) > 0.0):
        return list(parts)
    lowest = np.min([part.x.min(axis=0) for part in parts], axis=0)
    highest = np.max([part.x.max(axis=0) for part in parts], axis=0)
    kept = highest > lowest
    kept[0] = True
    return [replace(part, x=part.x[:, kept]) for part in parts]


def _log_odds(fit: LogitFit) -> Floats:
    return fit.coefficients


def _ame_pp(fit: LogitFit) -> Floats:
    return 100.0 * fit.slope * fit.coefficients


def _row(model: _Model, rater: str, key: str, value: _Value) -> dict[str, Any]:
    return {
        "analysis": model.analysis,
        "outcome": "job_next_interval",
        "rater": rater,
        "indicator": key,
        "quantity": value.quantity,
        "model": model.name,
        "scale": value.scale,
        "term": None,
        "horizon_days": None,
        "group": None,
        "estimate": value.estimate,
        "mc_error": value.mc_error,
    }
