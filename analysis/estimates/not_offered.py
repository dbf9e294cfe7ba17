"""Estimators that are wrong for this design: asked for, each is refused with what it does to the numbers.

The figures are those of simulated studies of the published size with known truth; a test of each shows the
failure on data of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from analysis.estimates.analysis import Analysis, Found, Progress, Question
from analysis.estimates.reasons import reason
from analysis.estimates.results import Estimate, Key

NOT_OFFERED: Final = (
    "fixed_effects_logit",
    "fixed_effects_linear",
    "mean_of_whole_period",
    "own_belief_as_optimism",
    "complete_cases_only",
)


def _refusing(name: str) -> Analysis:
    def refuse(question: Question, _progress: Progress) -> Found:
        return Found(
            tuple(
                Estimate(
                    Key(name, question.outcome, panel.rater, None, "change", None, "log_odds"),
                    0,
                    0,
                    0,
                    "person",
                    0,
                    refused=reason(name),
                )
                for panel in question.panels
            )
        )

    return refuse


REFUSING: Final[Mapping[str, Analysis]] = {name: _refusing(name) for name in NOT_OFFERED}
