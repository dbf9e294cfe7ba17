"""Caseworkers, their optimism, and who has whom in which quarter."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.simulate.arrays import INTERVAL_DAYS, Bools, Floats, Ints
from analysis.simulate.people import People
from analysis.simulate.scenario import Scenario

FEWEST_IN_A_CENTRE = 2
HANDOVER_DAYS = 20
"""A new caseworker comes at most so many days before the round that he or she rates."""


@dataclass(frozen=True)
class Casework:
    """Arrays over caseworkers, and over persons and quarters.

    `centre`, `optimism`, `leniency`, `effect` (caseworkers,): `leniency` moves ratings only, `effect` the
    log-odds of a job only, optimism both. `caseworker` (persons, quarters); `new`: another one than in
    the quarter before; `since`: first day of that caseworker.
    """

    centre: Ints
    optimism: Floats
    leniency: Floats
    effect: Floats
    caseworker: Ints
    new: Bools
    since: Ints


def draw_casework(
    scenario: Scenario, people: People, prognosis: Floats, rng: np.random.Generator
) -> Casework:
    """`prognosis` (persons, quarters): that of the first quarter matters where the scenario sorts."""
    quarters = prognosis.shape[1]
    centre = _centres_of_caseworkers(scenario, len(people))
    optimism = rng.standard_normal(len(centre))
    leniency = scenario.leniency_sd * rng.standard_normal(len(centre))
    effect = scenario.caseworker_sd * rng.standard_normal(len(centre))
    by_optimism = np.lexsort((optimism, centre))
    new = rng.random((len(people), quarters)) < scenario.new_caseworker
    new[:, 0] = False
    luck = np.sqrt(1 - scenario.sorting**2) * rng.standard_normal(new.shape)
    place = _places(people.centre, scenario.sorting * prognosis[:, :1] + luck, centre, new)
    handover = rng.integers(1, HANDOVER_DAYS + 1, new.shape)
    since = np.where(new, INTERVAL_DAYS * np.arange(quarters) - handover, 0)
    return Casework(centre, optimism, leniency, effect, by_optimism[place], new, since)


def _centres_of_caseworkers(scenario: Scenario, persons: int) -> Ints:
    shares = np.array([c.share for c in scenario.centres])
    wanted = persons / scenario.persons_a_caseworker * shares / shares.sum()
    counts = np.maximum(FEWEST_IN_A_CENTRE, np.round(wanted).astype(np.int64))
    return np.repeat(np.arange(len(shares)), counts)


def _places(centre_of_person: Ints, score: Floats, centre: Ints, new: Bools) -> Ints:
    """Places (persons, quarters): positions among all caseworkers ordered by centre and optimism.

    `score` (persons, quarters) decides who comes to whom wherever a caseworker is `new`.
    """
    place = np.empty(new.shape, dtype=np.int64)
    counts = np.bincount(centre)
    for k in range(new.shape[1]):
        place[:, k] = _place(centre_of_person, score[:, k], counts)
        if k > 0:
            before = place[:, k - 1]
            place[:, k] = np.where(new[:, k], _another(place[:, k], before, centre), before)
    return place


def _place(centre: Ints, score: Floats, counts: Ints) -> Ints:
    """Within each centre, persons in the order of their score go to its caseworkers in equal numbers."""
    order = np.lexsort((score, centre))
    persons = np.bincount(centre, minlength=len(counts))
    first = np.cumsum(persons) - persons
    rank = np.empty(len(centre), dtype=np.int64)
    rank[order] = np.arange(len(centre)) - first[centre[order]]
    place: Ints = np.cumsum(counts)[centre] - counts[centre] + rank * counts[centre] // persons[centre]
    return place


def _another(place: Ints, before: Ints, centre: Ints) -> Ints:
    """`place`, or the next one in the same centre where it is the caseworker of before."""
    counts = np.bincount(centre)
    first = np.cumsum(counts) - counts
    mine = centre[place]
    following = first[mine] + (place - first[mine] + 1) % counts[mine]
    return np.where(place == before, following, place)
