"""E2: who has got a job by a day, and how that goes together with the first answers.

Each person counts once: from the first round with an independent answer of the rater, given in the first
enrolment that has one, on day d(0), to a job in (d(0), d(0) + h], h = 91, 182, 365. At risk on d(0) are those
without a job, studies, exit or withdrawal up to and including that day. Censored is who is observed no
longer, at `observed_to_day`, whether or not a job is known after it.

An exit for another reason, or studies, does not end this: as the study dataset's contract has it, a job known
after an exit counts, and `observed_to_day` says until when one would be known. So whoever leaves stays at
risk as long as observed, by a register mostly to the end, by contact as long as the contact lasts; then he is
censored and weighted. To let an exit compete where contact is lost with it would count the lost as without a
job. Beside it stand Aalen-Johansen curves of what comes first, the job (`job_first`) or the exit
(`left_first`), where each rules the other out.

Contrast of an indicator: whose first answer lies above the middle of its scale ("upper") against those below
it ("lower"); those exactly on the middle, step 3 of 1 to 5, belong to neither. It is not adjusted for other
indicators: those who answered differently differ otherwise too.

Everything is weighted for those lost (`censoring`); the terms `lost_...` say what the numbers would be if
those lost fared otherwise than those who stayed (`lost`).
"""

from __future__ import annotations

from collections.abc import Iterator

from analysis.estimates.analysis import Found, Progress, Question
from analysis.estimates.censoring import Weights, censoring_weights
from analysis.estimates.follow_up import follow_up
from analysis.estimates.horizon_contrasts import contrasts
from analysis.estimates.horizon_curves import ANALYSIS, Persons, by_group, lost, overall
from analysis.estimates.reasons import ModelLabel, Notice, Reason, reason
from analysis.panel.build import Panel


def horizons(question: Question, progress: Progress) -> Found:
    """Curves and contrasts of every rater, all persons once.

    Estimates of `analysis` "horizons", all with `horizon_days`:

    - quantity `cumulative_incidence`, scale `percent`: the share with a job by the day, each 30 days and at
      the horizons, with n at risk on the day in `n_rows` (rounded down to whole fives, so that steps do not
      tell single persons apart) and events by the day in `n_events`. Of all, or of a `group`, upper or
      lower, of `indicator`. `term`: None; `job_first`, `left_first`; `unweighted`; `same_caseworker`,
      `same_organisation` (persons within one taken as alike); `lost_none`, `lost_all`, `lost_ratio_<x>` (if
      those lost had no job, all a job, or x times the hazard of those who stayed).
    - quantity `contrast`, scales `risk_difference_pp` (percentage points) and `risk_ratio`, `term`
      `upper_against_lower`, and with `:lost_ratio_<x>` after it under that assumption. One family for the
      corrections holds the indicators of a rater, scale and horizon.
    - quantity `lost`, scale `percent`: the share lost before the horizon. Quantity `weight`, scale `factor`,
      `term` `lowest` and `highest`: where the weights were cut.

    Intervals cover 95 %: of shares by log-log, of ratios by logarithm; numbers under an assumption have none.
    A day between which and its neighbours fewer than five had the event is left out, a horizon refused.
    """
    found: list[Found] = []
    for number, panel in enumerate(question.panels):
        progress(f"{panel.rater} {ANALYSIS}", number, len(question.panels))
        found.append(_of_rater(question, panel))
    progress("done", len(question.panels), len(question.panels))
    return Found(
        tuple(estimate for one in found for estimate in one.estimates),
        notices=tuple(notice for one in found for notice in one.notices),
        flow=tuple(step for one in found for step in one.flow),
    )


def _of_rater(question: Question, panel: Panel) -> Found:
    study, rater = question.study, panel.rater
    followed = follow_up(study, rater, panel.indicators, panel.covariates, question.outcome_kinds)
    weights = censoring_weights(followed)
    outcome = question.outcome.removesuffix("_next_interval") + "_by_horizon"
    persons = Persons(followed, weights, outcome, _middles(question, rater))
    return Found(
        (*overall(persons), *by_group(persons), *contrasts(persons), *lost(persons)),
        notices=tuple(
            Notice(warning, (ModelLabel(rater, ANALYSIS, "loss", None),))
            for warning in _warnings(weights, rater)
        ),
        flow=followed.flow,
    )


def _middles(question: Question, rater: str) -> dict[str, float]:
    """The middle of each indicator's scale."""
    return {
        item.key: (float(item.scale.lowest) + float(item.scale.highest)) / 2
        for instrument in question.study.instruments
        for item in instrument.items_of(rater)
    }


def _warnings(weights: Weights, rater: str) -> Iterator[Reason]:
    yield from weights.warnings
    if weights.refused is not None and weights.lost > 0:
        yield reason("unweighted", rater=rater)
