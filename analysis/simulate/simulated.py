"""Everything that the tables are made from: what happened, and what everybody is called."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from analysis.dataset.instrument import Instrument
from analysis.simulate.arrays import Ints
from analysis.simulate.columns import numbered
from analysis.simulate.course import Course
from analysis.simulate.paths import Paths
from analysis.simulate.scenario import Scenario

_UNITS_A_CENTRE: Final = 2
_MAJORITY: Final = {"DK": "da", "SE": "sv", "NO": "nb"}
_MINORITIES: Final = ("ar", "so", "tr", "fa", "pl", "en")
_MINORITY_SHARES: Final = (0.34, 0.16, 0.14, 0.12, 0.12, 0.12)
_MINORITY_WHERE_FOREIGN: Final = 0.9


@dataclass(frozen=True)
class Names:
    """The pseudonyms: of organisations, persons, enrolments and caseworkers; `units` of caseworkers."""

    organisations: Sequence[str]
    persons: Sequence[str]
    enrolments: Sequence[str]
    caseworkers: Sequence[str]
    units: Sequence[str]


@dataclass(frozen=True)
class Languages:
    """`first` (persons,): index into `spoken` (BCP 47). `questionnaire`: what speakers of each get."""

    first: Ints
    spoken: Sequence[str]
    questionnaire: Sequence[str]


@dataclass(frozen=True)
class Simulated:
    """A simulated study before it is put into tables."""

    scenario: Scenario
    instrument: Instrument
    paths: Paths
    course: Course
    names: Names
    languages: Languages


def name_everybody(scenario: Scenario, paths: Paths) -> Names:
    """Numbers in the order drawn; each centre has two units with every second caseworker."""
    casework = paths.casework
    organisations = numbered("centre-", 2, np.arange(1, len(scenario.centres) + 1))
    everybody = np.arange(1, len(paths.people) + 1)
    units = [
        f"{organisations[centre]}-u{1 + index % _UNITS_A_CENTRE}"
        for index, centre in enumerate(casework.centre.tolist())
    ]
    return Names(
        organisations,
        numbered("p", 5, everybody),
        numbered("e", 5, everybody),
        numbered("c", 4, np.arange(1, len(casework.centre) + 1)),
        units,
    )


def draw_languages(
    scenario: Scenario, paths: Paths, instrument: Instrument, rng: np.random.Generator
) -> Languages:
    """The questionnaire comes in the person's language, else in the country's, else in its own first."""
    majority = _MAJORITY.get(scenario.country, "en")
    origin = np.array(list(scenario.covariates["origin"]))[paths.people.covariates["origin"]]
    minority = 1 + rng.choice(len(_MINORITIES), len(origin), p=_MINORITY_SHARES)
    speaks = (origin == "foreign") & (rng.random(len(origin)) < _MINORITY_WHERE_FOREIGN)
    usual = majority if majority in instrument.languages else instrument.first_language
    spoken = (majority, *_MINORITIES)
    asked = tuple(code if code in instrument.languages else usual for code in spoken)
    return Languages(np.where(speaks, minority, 0), spoken, asked)
