"""E7: how well the questions measure, for groups and never for one person.

Per rater on the first round (one row a person): alpha and omega of the indicators taken together, the
share at the lowest and the highest step, the share of missing codes, and whether questions work alike in
every language and mode. Over neighbouring rounds: test-retest, the error of measurement and the bound of
reliable change. Between the raters, by round and language: weighted kappa and limits of agreement. Over
all responses: how long they take. Only independent answers count.

Reading: rounds are months apart, so true change is in test-retest and in the error of measurement; the
first is therefore too low and the second too large for what one would see within a week.

| quantity | scale | what it is; rows |
|---|---|---|
| alpha, omega | coefficient | reliability of the indicators taken together; first round, complete |
| retest | icc | ICC(A,1) of a round (`group`) and the one before; one row a person |
| measurement_error | steps | standard error of measurement; all neighbouring rounds |
| reliable_change | steps, whole_steps | what noise passes in 5 %; the fewest whole steps beyond |
| beyond_reliable_change, any_change | percent | changes beyond the bound; changes that are not zero |
| agreement | kappa_quadratic | weighted kappa of the two raters; all rounds, one round, one language |
| mean_difference, limit_low, limit_high | steps | caseworker less participant, limits of agreement |
| floor, ceiling | percent | at the lowest, highest step, of all who were asked; first round |
| dont_know, prefer_not, could_not_observe | percent | missing codes, of the same |
| duration_lower_quartile, _median, _upper_quartile | seconds | time of a response; all rounds, also by mode |
| dif_language, dif_mode | log_odds | check: an answer in a group against another at the same other answers |

`group` is "round:2", "language:ar" (of the participant's response) or "mode:paper"; `term` says which groups
a check contrasts; an `indicator` of None is the mean of the indicators taken together, or all of them.
"""

from __future__ import annotations

from collections.abc import Iterator

from analysis.dataset.schema import RATERS
from analysis.estimates.analysis import Found, Progress, Question
from analysis.estimates.measurement_answers import RaterAnswers, read_answers
from analysis.estimates.measurement_both import of_both
from analysis.estimates.measurement_entry import ANALYSIS
from analysis.estimates.measurement_rater import of_rater
from analysis.estimates.measurement_same import CHECKS, of_groups
from analysis.estimates.reasons import ModelLabel, Notice, Reason, reason
from analysis.estimates.results import Estimate

_SIGNIFICANT = 0.05


def measurement(question: Question, progress: Progress) -> Found:
    """Look at the measurement of both raters; what cannot be told is refused with its reason.

    Estimates are sorted by key. A rater of whom there is no independent answer has no entries but that the
    two cannot be compared. Notices name the indicators that seem to work differently between languages or
    modes, or were left out of the mean.
    """
    raters = [read_answers(question.study, rater) for rater in RATERS]
    answered = [one for one in raters if len(one.rows)]
    made: list[Estimate] = []
    for number, answers in enumerate(answered):
        progress(f"{answers.rater} {ANALYSIS}", number, len(answered) + 1)
        made += [*of_rater(answers), *of_groups(answers)]
    progress(f"both {ANALYSIS}", len(answered), len(answered) + 1)
    made += of_both(*raters)
    made.sort(key=lambda one: one.key.order)
    return Found(tuple(made), notices=(*_left_out(answered), *_different(made)))


def _left_out(raters: list[RaterAnswers]) -> Iterator[Notice]:
    for answers in raters:
        labels = [_label(answers.rater, item.key) for item in answers.left_out()]
        if labels:
            yield Notice(reason("left_out"), tuple(labels))


def _different(made: list[Estimate]) -> Iterator[Notice]:
    """A warning a check and rater, with the indicators that stand after Holm."""
    for check in CHECKS:
        for rater in RATERS:
            own = [one for one in made if (one.key.quantity, one.key.rater) == (check, rater)]
            found = {one.key.indicator: None for one in own if _stands(one)}
            if found:
                yield Notice(Reason(check), tuple(_label(rater, indicator) for indicator in found))


def _stands(one: Estimate) -> bool:
    return one.p_holm is not None and one.p_holm < _SIGNIFICANT


def _label(rater: str, indicator: str | None) -> ModelLabel:
    return ModelLabel(rater, ANALYSIS, "adjusted", indicator)
