"""The true shares with a job by a day and their contrasts, from a large population without a drawn job.

Here a person's own hazard runs on after an exit and after contact is lost, as it does in the simulated
world: what a study that never lost anybody would find, with measurement error and selection as in the data.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from analysis.dataset.instrument import Instrument, Item
from analysis.simulate.answering import RaterAnswers
from analysis.simulate.arrays import INTERVAL_DAYS, Bools, Floats, accumulated
from analysis.simulate.paths import Paths
from analysis.simulate.population import raters_of, true_population
from analysis.simulate.ratings import is_missing
from analysis.simulate.scenario import Scenario

HORIZONS: Final = (91, 182, 365)

_Value = tuple[str | None, str, str, str | None, str | None]


@dataclass(frozen=True)
class FirstAnswers:
    """Persons at risk on the day of their first independent answer.

    `weight` (n): probability that no job has come by that day. `values` (n x items): NaN where there is no
    answer. `chance` (n x horizons): of a job after it.
    """

    weight: Floats
    values: Floats
    chance: Floats


def true_horizons(scenario: Scenario, *, instrument: Instrument, rounds: int) -> list[dict[str, Any]]:
    """The rows of `truth.json` for `analysis` "horizons": the keys of `results.json`, `estimate`, `mc_error`.

    Shares in per cent of all and by group, contrasts in percentage points and as ratios; `mc_error` as in
    `true_values`. Raises ValueError where the rounds do not reach a year beyond the first.
    """
    check_reach(rounds)
    parts: dict[str, list[FirstAnswers]] = {rater: [] for rater in raters_of(instrument)}
    for paths in true_population(scenario, instrument, rounds):
        for rater, drawn in parts.items():
            drawn.append(first_answers(paths, rater))
    return horizon_rows(parts, instrument)


def check_reach(rounds: int) -> None:
    """Raises ValueError where the rounds do not reach a year beyond the first."""
    if HORIZONS[-1] > INTERVAL_DAYS * (rounds - 1):
        raise ValueError("the longest horizon lies beyond the rounds")


def horizon_rows(parts: Mapping[str, Sequence[FirstAnswers]], instrument: Instrument) -> list[dict[str, Any]]:
    """The rows of `true_horizons`, from each part of the population by rater."""
    return [
        row
        for rater, drawn in parts.items()
        for place, horizon in enumerate(HORIZONS)
        for row in _rows(rater, horizon, place, instrument.items_of(rater), drawn)
    ]


def first_answers(paths: Paths, rater: str) -> FirstAnswers:
    """Those of a part of the population."""
    answers: RaterAnswers = getattr(paths.answering, rater)
    usable = answers.given & answers.independent
    first = usable.argmax(axis=1)
    everybody = np.arange(len(first))
    day = answers.day[everybody, first]
    leaving = paths.leaving
    end = np.minimum(np.minimum(leaving.exit_day, leaving.study_day), leaving.withdrawn)
    chosen = np.flatnonzero(usable[everybody, first] & (day < end))
    hazard = accumulated(paths.cumulative[chosen], day[chosen, None] + np.array([0, *HORIZONS]))
    ratings: Floats = getattr(paths.ratings, rater)[chosen, first[chosen]]
    return FirstAnswers(
        np.exp(-hazard[:, 0]),
        np.where(is_missing(ratings), np.nan, ratings),
        -np.expm1(hazard[:, :1] - hazard[:, 1:]),
    )


def _rows(
    rater: str, horizon: int, place: int, items: Sequence[Item], drawn: Sequence[FirstAnswers]
) -> Iterator[dict[str, Any]]:
    """Every number at a horizon: of the whole population, with its error from the parts."""
    by_part = [dict(_numbers(part, place, items)) for part in drawn]
    whole = FirstAnswers(
        *(np.concatenate([getattr(part, name) for part in drawn]) for name in ("weight", "values", "chance"))
    )
    for key, value in _numbers(whole, place, items):
        indicator, quantity, scale, term, group = key
        spread = float(np.std([part[key] for part in by_part], ddof=1))
        yield {
            "analysis": "horizons",
            "outcome": "job_by_horizon",
            "rater": rater,
            "indicator": indicator,
            "quantity": quantity,
            "model": "alone" if indicator else None,
            "scale": scale,
            "term": term,
            "horizon_days": horizon,
            "group": group,
            "estimate": value,
            "mc_error": spread / np.sqrt(len(drawn)),
        }


def _numbers(part: FirstAnswers, place: int, items: Sequence[Item]) -> Iterator[tuple[_Value, float]]:
    chance, weight = part.chance[:, place], part.weight
    yield (None, "cumulative_incidence", "percent", None, None), 100.0 * _mean(chance, weight)
    for column, item in enumerate(items):
        middle = (float(item.scale.lowest) + float(item.scale.highest)) / 2
        above, below = part.values[:, column] > middle, part.values[:, column] < middle
        upper, lower = _mean(chance, weight, above), _mean(chance, weight, below)
        for group, share in (("upper", upper), ("lower", lower)):
            yield (item.key, "cumulative_incidence", "percent", None, group), 100.0 * share
        term = "upper_against_lower"
        yield (item.key, "contrast", "risk_difference_pp", term, None), 100.0 * (upper - lower)
        yield (item.key, "contrast", "risk_ratio", term, None), upper / lower


def _mean(chance: Floats, weight: Floats, chosen: Bools | None = None) -> float:
    return float(np.average(chance, weights=weight if chosen is None else weight * chosen))
