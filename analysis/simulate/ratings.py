"""From latent traits to the answers on the form: error, optimism, cut-points, missing codes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.special import ndtr, ndtri

from analysis.dataset.instrument import Instrument, Item, Scale
from analysis.dataset.schema import COULD_NOT_OBSERVE, DONT_KNOW, PREFER_NOT_TO_ANSWER, SKIPPED
from analysis.simulate.arrays import Bools, Floats
from analysis.simulate.casework import Casework
from analysis.simulate.scenario import Scenario
from analysis.simulate.traits import Traits

STEP_SHARES: Final = {5: (0.17, 0.20, 0.24, 0.21, 0.18)}
"""How often each step of an average item is used; other numbers of steps are used evenly."""
_HABITUAL: Final = 0.15
_DONT_KNOW: Final = (0.0005, 0.025)
_PREFER_NOT: Final = (0.0002, 0.008)
_COULD_NOT_OBSERVE: Final = 0.004
_HURRIED: Final = 0.025
_SKIPPED_WHEN_HURRIED: Final = 0.25


@dataclass(frozen=True)
class Ratings:
    """Values or missing codes (persons, rounds, items of that rater), whether or not they were given."""

    participant: Floats
    caseworker: Floats


def draw_ratings(
    scenario: Scenario, traits: Traits, casework: Casework, instrument: Instrument, rng: np.random.Generator
) -> Ratings:
    """Each rater sees each trait with error; the caseworker's optimism and leniency add to it."""
    return Ratings(
        _rated(scenario, traits, instrument.items_of("participant"), None, rng),
        _rated(scenario, traits, instrument.items_of("caseworker"), casework, rng),
    )


def _rated(
    scenario: Scenario,
    traits: Traits,
    items: Sequence[Item],
    casework: Casework | None,
    rng: np.random.Generator,
) -> Floats:
    """The caseworker's ratings where there is `casework`, else the participant's."""
    latent = np.empty((*traits.theta[:, :-1, 0].shape, len(items)))
    for column, item in enumerate(items):
        seen = _seen(scenario, traits, item.key, casework is None, rng)
        if casework is not None:
            seen += _caseworkers_shift(scenario, item.key, casework)[:, :-1]
        easiness = scenario.indicator(item.key).easiness
        latent[:, :, column] = (seen + easiness) / _spread(scenario, item.key, casework is None)
    return _with_missing(_on_scales(scenario, items, latent), items, casework is None, rng)


def _seen(
    scenario: Scenario, traits: Traits, key: str, by_participant: bool, rng: np.random.Generator
) -> Floats:
    if key == scenario.belief.key:
        return _belief(scenario, traits.prognosis[:, :-1], by_participant, rng)
    trait = traits.theta[:, :-1, traits.keys.index(key)]
    return trait + _error(scenario, by_participant) * rng.standard_normal(trait.shape)


def _error(scenario: Scenario, by_participant: bool) -> float:
    return scenario.participant_error if by_participant else scenario.caseworker_error


def _optimism(scenario: Scenario, key: str) -> float:
    return scenario.belief.optimism if key == scenario.belief.key else scenario.indicator(key).optimism


def _caseworkers_shift(scenario: Scenario, key: str, casework: Casework) -> Floats:
    shift = _optimism(scenario, key) * casework.optimism + casework.leniency
    return shift[casework.caseworker]


def _belief(scenario: Scenario, prognosis: Floats, by_participant: bool, rng: np.random.Generator) -> Floats:
    """What the rater knows of the prospects, and a view of the rater's own, half of it lasting."""
    known = scenario.belief.participant if by_participant else scenario.belief.caseworker
    lasting = rng.standard_normal((len(prognosis), 1))
    passing = rng.standard_normal(prognosis.shape)
    seen: Floats = known * prognosis + np.sqrt((1 - known**2) / 2) * (lasting + passing)
    return seen


def _spread(scenario: Scenario, key: str, by_participant: bool) -> float:
    """Standard deviation of what is cut into steps, in the first round."""
    error = 0.0 if key == scenario.belief.key else _error(scenario, by_participant)
    variance = 1.0 + error**2
    if not by_participant:
        variance += _optimism(scenario, key) ** 2 + scenario.leniency_sd**2
    return float(np.sqrt(variance))


def _on_scales(scenario: Scenario, items: Sequence[Item], latent: Floats) -> Floats:
    values = np.empty_like(latent)
    for column, item in enumerate(items):
        shares = scenario.belief.shares if item.key == scenario.belief.key else None
        values[:, :, column] = _on_scale(item.scale, latent[:, :, column], shares)
    return values


def _on_scale(scale: Scale, latent: Floats, shares: tuple[float, ...] | None) -> Floats:
    """Standard normal values as values of a scale; the higher the closer, unless the scale turns round."""
    if scale.kind == "continuous":
        values = scale.lowest + (scale.highest - scale.lowest) * ndtr(latent)
    else:
        steps = int(scale.highest - scale.lowest) + 1
        used = (
            shares if shares is not None and len(shares) == steps else STEP_SHARES.get(steps, (1.0,) * steps)
        )
        cuts = ndtri(np.cumsum(used)[:-1] / np.sum(used))
        values = scale.lowest + np.searchsorted(cuts, latent, side="right").astype(np.float64)
    if scale.direction == "lower_is_closer":
        values = scale.lowest + scale.highest - values
    result: Floats = values
    return result


def _with_missing(
    values: Floats, items: Sequence[Item], by_participant: bool, rng: np.random.Generator
) -> Floats:
    """Some persons often do not know or do not want to say; some responses are filled in in a hurry."""
    draw = rng.random(values.shape)
    if by_participant:
        habitual = (rng.random((len(values), 1, 1)) < _HABITUAL).astype(np.int64)
        unknown = np.array(_DONT_KNOW)[habitual]
        unsaid = np.array(_PREFER_NOT)[habitual] * np.array(
            [3.0 if item.sensitive else 1.0 for item in items]
        )
        values[draw < unknown] = DONT_KNOW
        values[(draw >= unknown) & (draw < unknown + unsaid)] = PREFER_NOT_TO_ANSWER
    else:
        values[draw < _COULD_NOT_OBSERVE] = COULD_NOT_OBSERVE
    hurried = rng.random((*values.shape[:2], 1)) < _HURRIED
    values[hurried & (rng.random(values.shape) < _SKIPPED_WHEN_HURRIED)] = SKIPPED
    return values


def is_missing(values: Floats) -> Bools:
    """Where `values` holds a missing code instead of a value."""
    codes = (DONT_KNOW, PREFER_NOT_TO_ANSWER, COULD_NOT_OBSERVE, SKIPPED)
    return np.isin(values, codes)
