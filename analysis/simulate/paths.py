"""One person's whole potential path, before any job is drawn.

Nothing here depends on the job: traits, casework, exits for other reasons, answers and their days are
what they would be without one. A job, drawn afterwards from the hazard, only cuts the path short. The
truth rests on this: it needs each path's chance of a job, not the draw.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analysis.dataset.instrument import Instrument
from analysis.simulate.answering import Answering, draw_answering
from analysis.simulate.arrays import Floats
from analysis.simulate.casework import Casework, draw_casework
from analysis.simulate.hazard import cumulative_hazard
from analysis.simulate.leaving import Leaving, draw_leaving
from analysis.simulate.people import People, draw_people
from analysis.simulate.ratings import Ratings, draw_ratings
from analysis.simulate.scenario import Scenario
from analysis.simulate.traits import Traits, draw_traits


@dataclass(frozen=True)
class Paths:
    """Everything but the job. `cumulative` (persons, quarters): accumulated hazard of a job."""

    people: People
    traits: Traits
    casework: Casework
    leaving: Leaving
    answering: Answering
    ratings: Ratings
    cumulative: Floats


def draw_paths(
    scenario: Scenario, persons: int, rounds: int, instrument: Instrument, seed: np.random.SeedSequence
) -> Paths:
    """Draw `persons` paths over `rounds` rounds and the quarter after the last."""
    streams = [np.random.default_rng(child) for child in seed.spawn(6)]
    keys = tuple(item.key for item in instrument.items)
    people = draw_people(scenario, persons, rounds, streams[0])
    traits = draw_traits(scenario, people, keys, rounds + 1, streams[1])
    casework = draw_casework(scenario, people, traits.prognosis, streams[2])
    leaving = draw_leaving(scenario, people, traits, streams[3])
    return Paths(
        people,
        traits,
        casework,
        leaving,
        draw_answering(scenario, people, leaving, traits, streams[4]),
        draw_ratings(scenario, traits, casework, instrument, streams[5]),
        cumulative_hazard(scenario, people, traits, casework),
    )
