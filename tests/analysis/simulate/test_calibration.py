"""A study of the published size has the published figures, within what chance and the model allow."""

from __future__ import annotations

import pytest

from analysis.dataset.instrument import Instrument
from analysis.simulate.calibration import CalibrationFigure, calibration, calibration_table
from analysis.simulate.generate import simulate
from analysis.simulate.scenarios import PUBLISHED

# Name -> (lowest, highest) simulated figure. Crude ratios rest on some 250 jobs, so that
# their logarithms have standard errors of 0.13 and, for new caseworkers, 0.17: wide bounds.
BOUNDS = {
    "Participants": (5512, 5512),
    "Responses of participants": (15_818 * 0.97, 15_818 * 1.03),
    "Job centres": (10, 10),
    "Caseworkers": (299, 301),
    "Job within a year of enrolment": (5.2, 6.8),
    "  where the caseworker does not believe in it (step 1), raw": (0.4, 1.8),
    "  where the caseworker believes in it (step 5), raw": (16, 30),
    "Belief: an unconditional yes (step 5)": (5, 7.5),
    "Belief: good chances (step 4)": (18.5, 22.5),
    "Belief: no or doubt (steps 1 and 2)": (46, 52),
    "Job chance: optimistic against pessimistic caseworker (crude here)": (0.9, 2.0),
    "Job chance: new caseworker against the same (crude here)": (0.45, 1.25),
    "At least one change of caseworker": (38, 43),
    "No activity in the last three months": (21, 25.5),
}


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_published_figures_are_met(seed: int, bip_11: Instrument) -> None:
    dataset = simulate(PUBLISHED, persons=5512, rounds=17, seed=seed, instrument=bip_11)
    figures = {figure.name: figure for figure in calibration(dataset)}
    assert set(figures) == set(BOUNDS)
    for name, (lowest, highest) in BOUNDS.items():
        simulated = figures[name].simulated
        assert simulated is not None
        assert lowest <= simulated <= highest, f"{name}: {simulated}"


def test_every_figure_names_its_source(bip_11: Instrument) -> None:
    figures = calibration(simulate(PUBLISHED, persons=1, rounds=1, seed=1, instrument=bip_11))
    assert all("BIP" in figure.source or "doi" in figure.source for figure in figures)
    assert figures[0].simulated == 1


def test_the_table_has_a_line_a_figure_and_a_dash_where_there_is_none() -> None:
    figures = [
        CalibrationFigure("Participants", "count", 5512, 5512, "a paper"),
        CalibrationFigure("Job within a year", "percent", 6, None, "another"),
        CalibrationFigure("Optimism", "ratio", 1.32, 1.299, "a third"),
    ]
    *lines, explained = calibration_table(figures).splitlines()
    assert explained.startswith("Crude: one study's ratio")
    assert lines == [
        "Figure             Published  Simulated  Source",
        "Participants           5,512      5,512  a paper",
        "Job within a year      6.0 %          -  another",
        "Optimism                1.32       1.30  a third",
    ]
