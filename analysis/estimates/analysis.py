"""What every analysis is given, and what it gives back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from analysis.dataset.open import OpenStudy
from analysis.estimates.reasons import Notice
from analysis.estimates.results import Estimate
from analysis.estimates.summary import FitSummary
from analysis.panel.build import FlowStep, Panel

# Called with what is being done, how much is done, and of how much.
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Question:
    """A study opened, the panels of the raters who answered, and which events count as the outcome.

    `outcome` is what `results.json` calls the outcome in the next interval. `repeated`: many studies are
    estimated one after the other, so the leading fits too take the fast way (see `fit_logit`).
    """

    study: OpenStudy
    panels: tuple[Panel, ...]
    outcome_kinds: tuple[str, ...]
    outcome: str
    repeated: bool = False


@dataclass(frozen=True)
class Found:
    """What one analysis has found: numbers or refusals, the fits behind them, warnings, counts of its own."""

    estimates: tuple[Estimate, ...]
    fits: tuple[FitSummary, ...] = ()
    notices: tuple[Notice, ...] = ()
    flow: tuple[FlowStep, ...] = ()


Analysis = Callable[[Question, Progress], Found]
