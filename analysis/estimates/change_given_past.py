"""E3: how far somebody has moved from where he was, given where that is.

Two ways to say where somebody was, neither with a round that lies ahead: the first answer of the enrolment
(`change_given_baseline`), and the mean of all answers before this one (`change_given_past_mean`, the device
of Mundlak (1978), Econometrica 46, 69-85, with the past alone). `level` is where, `change` the answer now
less that. The mean over the whole period instead would hold rounds that lie ahead: see `not_offered`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from analysis.estimates.analysis import Found, Progress, Question
from analysis.estimates.hazard import hazards
from analysis.estimates.hazard_model import Specification
from analysis.panel.build import Panel

GIVEN_BASELINE = Specification(
    "change_given_baseline", (("level", "baseline"), ("change", "since_baseline")), needs_previous=False
)
GIVEN_PAST_MEAN = Specification(
    "change_given_past_mean", (("level", "past_mean"), ("change", "since_past_mean")), needs_previous=False
)


def change_given_past(question: Question, progress: Progress) -> Found:
    """Change since the first answer and change since the mean so far, alone and adjusted."""
    panels = tuple(with_distances(panel) for panel in question.panels)
    return hazards(replace(question, panels=panels), (GIVEN_BASELINE, GIVEN_PAST_MEAN), progress)


def with_distances(panel: Panel, since: Sequence[str] = ("baseline", "past_mean")) -> Panel:
    """The panel with `since_<from>:<key>` for every indicator: the level at k less where it started from."""
    distances = {
        f"since_{start}:{i.key}": panel.rows[f"level:{i.key}"] - panel.rows[f"{start}:{i.key}"]
        for i in panel.indicators
        for start in since
    }
    return replace(panel, rows=panel.rows.assign(**distances))
