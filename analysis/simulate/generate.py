"""A simulated study: paths, jobs drawn from their hazard, and the tables of the contract."""

from __future__ import annotations

import numpy as np

from analysis.dataset.instrument import Instrument
from analysis.dataset.study import Study, StudyDataset
from analysis.simulate.arrays import INTERVAL_DAYS
from analysis.simulate.course import draw_course
from analysis.simulate.paths import draw_paths
from analysis.simulate.scenario import Scenario
from analysis.simulate.simulated import Simulated, draw_languages, name_everybody
from analysis.simulate.tables_course import course_tables
from analysis.simulate.tables_people import people_tables
from analysis.simulate.tables_rounds import rounds_tables


def simulate(
    scenario: Scenario, *, persons: int, rounds: int, seed: int, instrument: Instrument
) -> StudyDataset:
    """A study of `persons` over `rounds` rounds; the same arguments give the same dataset.

    Raises ValueError where `persons` or `rounds` is under 1 or `seed` under 0.
    """
    if persons < 1 or rounds < 1 or seed < 0:
        raise ValueError("persons and rounds must be at least 1, seed at least 0")
    for_paths, for_jobs, for_records = np.random.SeedSequence(seed).spawn(3)
    paths = draw_paths(scenario, persons, rounds, instrument, for_paths)
    course = draw_course(scenario, paths, np.random.default_rng(for_jobs))
    rng = np.random.default_rng(for_records)
    names = name_everybody(scenario, paths)
    languages = draw_languages(scenario, paths, instrument, rng)
    simulated = Simulated(scenario, instrument, paths, course, names, languages)
    tables = {
        **people_tables(simulated, rng),
        **rounds_tables(simulated, rng),
        **course_tables(simulated, rng),
    }
    return StudyDataset(_describe(scenario, seed), (instrument,), tables)


def _describe(scenario: Scenario, seed: int) -> Study:
    return Study(
        key=f"simulated-{scenario.name}",
        title=f"Simulated study, scenario {scenario.name}: {scenario.description}",
        interval_days=INTERVAL_DAYS,
        release=f"seed {seed}",
        disclosure="Simulated: no real person is in these data.",
        created_by="bip simulate",
    )
