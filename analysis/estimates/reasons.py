"""Why something is refused or warned of: a closed list of reasons with words, so that others can translate.

`results.json` holds the words below; whoever shows results in another language has the key and the values.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

# Groups of fewer persons are not shown anywhere.
SMALLEST_GROUP: Final = 5
FEWEST_EVENTS_PER_TERM: Final = 4
FEW_EVENTS_PER_TERM: Final = 10

REFUSALS: Final = {
    "different_scales": "versions of the instrument give it different scales, so its values cannot be pooled",
    "few_persons": f"fewer than {SMALLEST_GROUP} persons",
    "no_event": "no event in the rows used",
    "only_events": "nothing but events in the rows used",
    "few_events_refused": (
        "too few events (or non-events) for {terms} indicator terms: "
        f"fewer than {FEWEST_EVENTS_PER_TERM} a term"
    ),
    "no_rows": "no person-round is at risk and observed to the end of its interval",
    "no_previous": "no person-round has an independent answer at the round before: no change to estimate",
    "no_earlier": "no person-round has an earlier independent answer to the questions: no change to estimate",
    "incomplete": "no row is complete in the model's terms and covariates",
    "never_answered": ("no row is complete in the model's terms and covariates: {names} never has a value"),
    "constant": "the indicator does not vary in the rows used",
    "all_constant": "no indicator varies in the rows used ({names})",
    "few_rows": (
        "{rows} rows cannot carry {parameters} parameters; take fewer covariates or fewer indicators"
    ),
    "collinear": "terms follow exactly from the others ({names}); leave one of them out",
    "separation": (
        "separation: {names} divide the rows with an event from those without, "
        "so the estimate would be infinite"
    ),
    "few_clusters": (
        "{clusters} clusters, of which at least "
        f"{SMALLEST_GROUP} are needed for an error that allows for likeness within them"
    ),
    "ratio_beyond": (
        "a whole step is so much longer than answers lie apart that the ratio is too large or small to write"
    ),
    "no_maximum": "the fit did not reach its maximum; its numbers would mean nothing",
    "few_at_horizon": (
        f"fewer than {SMALLEST_GROUP} events by the day, or in one of the groups that are compared"
    ),
    "not_followed": f"fewer than {SMALLEST_GROUP} persons, or in one of the groups, are followed to the day",
    "all_by_horizon": (
        "everybody followed to the day, or in one of the groups, has had the event by then: "
        "no interval can be told"
    ),
    "one_rater": "fewer than two raters have answered independently: nothing to compare",
    "no_pairs": "in no round have both raters answered independently",
    "no_neighbours": "nobody has a value in two rounds that follow each other",
    "no_values": "no independent answer has a value here",
    "unknown_codes": "some answers are neither a value of the scale nor a missing code",
    "not_steps": "the scale is continuous: it has no lowest and highest step",
    "few_indicators": "fewer than {least} indicators with steps that vary and may be taken together",
    "different_ranges": "the indicators have scales of different length, so no mean is taken over them",
    "improper_factor": "one factor does not describe the indicators",
    "same_change": "everybody changed alike from round to round, so there is no noise to measure",
    "same_difference": "the raters differ by the same amount everywhere, so there is no spread to measure",
    "small_group": "fewer than {least} persons, too few for this measure",
    "one_group": "fewer than two groups of at least {least} persons: nothing to compare",
    "hidden_group": (
        f"fewer than {SMALLEST_GROUP} persons, or a number from which fewer than {SMALLEST_GROUP} "
        "could be worked out"
    ),
    "few_beyond": f"fewer than {SMALLEST_GROUP} persons lie beyond the end of its interval",
    "too_few_steps": "fewer than three steps have enough persons with and without the event",
    "no_difference": (
        "no sign that groups differ (Holm over all tests of this rater): the estimate of everybody stands"
    ),
    "many_steps": "more than {most} values: taken as a curve only",
    "few_clusters_test": "{clusters} clusters cannot carry a test of {terms} terms at once",
    "few_groups": "fewer than two groups have enough persons and events to be compared",
    "no_next_round": "no round comes due after an answered one",
    "nobody_missing": "nobody who had answered missed a round that came due later",
    "everybody_missing": "nobody who had answered answered a round that came due later",
    "few_missed_refused": (
        "too few missed (or answered) rounds for {terms} indicator terms: "
        f"fewer than {FEWEST_EVENTS_PER_TERM} a term"
    ),
    "nothing_to_impute": "no question is unanswered in the rounds used: nothing to fill in",
    "nothing_censored": "every interval is observed to its end: nothing to assume",
    "fixed_effects_logit": (
        "not offered: a fixed-effects (conditional) logit needs an outcome that can come again. A job ends "
        "every series, so time itself predicts it: log-odds off by +1.0 to +2.0, coverage 35 % to 0 %. "
        "Take change_given_past"
    ),
    "fixed_effects_linear": (
        "not offered: person fixed effects in a linear probability of an outcome that ends the series are "
        "off by -0.33 to +0.51 on the scale of the effect. Take change_given_past"
    ),
    "mean_of_whole_period": (
        "not offered: the mean over the whole period holds rounds that lie ahead: off by +0.35 to +0.95. "
        "Take change_given_past"
    ),
    "own_belief_as_optimism": (
        "not offered: the caseworker's belief in this person holds what the caseworker knows of the person: "
        "a risk ratio of 1.86 where optimism does 1.32. It is reported as going together with a job, alone"
    ),
    "complete_cases_only": (
        "not offered: leaving out only those without a known job makes effects look larger by a quarter. "
        "Everybody is censored on the same day, with or without a job"
    ),
}
WARNINGS: Final = {
    "few_events": (
        f"few events: at most {FEW_EVENTS_PER_TERM} an indicator term; estimates may lie too far from "
        "zero and intervals be too short"
    ),
    "few_missed": (
        f"few missed (or answered) rounds: at most {FEW_EVENTS_PER_TERM} an indicator term; "
        "estimates may lie too far from zero and intervals be too short"
    ),
    "no_caseworker": (
        "rows without a caseworker on the day of the answer are left out "
        "where rows of the same caseworker are taken as alike"
    ),
    "unweighted": (
        "{rater}: those who were lost are counted as like everybody who stayed, "
        "because no model of who is lost can be fitted"
    ),
    "merged": (
        "{covariate}: the category '{category}' is too small or too uniform in the rows of a model "
        f"(fewer than {SMALLEST_GROUP} persons, no event or nothing but events) and is merged into '{{into}}'"
    ),
    "left_out": (
        "left out of the mean over indicators, because the indicator does not vary in the first round "
        "or holds unknown codes"
    ),
    "dif_language": (
        "persons whose other answers are alike answer this differently in different languages; "
        "compare languages with care"
    ),
    "dif_mode": (
        "persons whose other answers are alike answer this differently in different ways of answering; "
        "compare ways of answering with care"
    ),
}


@dataclass(frozen=True, order=True)
class Reason:
    """A reason of the closed lists and the values that its words name."""

    key: str
    values: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        """The reason in words."""
        return (REFUSALS | WARNINGS)[self.key].format(**dict(self.values))


def reason(key: str, **values: object) -> Reason:
    """The reason `key` with its values."""
    return Reason(key, tuple((name, str(value)) for name, value in values.items()))


class Refused(Exception):
    """The data cannot carry this estimate."""

    def __init__(self, key: str, **values: object) -> None:
        self.reason = reason(key, **values)
        super().__init__(str(self.reason))


@dataclass(frozen=True, order=True)
class ModelLabel:
    """Names a model: `indicator` is None where it holds all of the rater's."""

    rater: str
    analysis: str
    model: str
    indicator: str | None

    def __str__(self) -> str:
        """For example `participant job_hazard alone work_belief`."""
        return " ".join(filter(None, (self.rater, self.analysis, self.model, self.indicator)))


@dataclass(frozen=True)
class Notice:
    """A warning, said once, with the models that it concerns."""

    reason: Reason
    models: tuple[ModelLabel, ...]

    def __str__(self) -> str:
        """The reason, and up to three models by name or else how many."""
        few = len(self.models) <= 3
        return f"{self.reason} ({', '.join(map(str, self.models)) if few else f'{len(self.models)} models'})"
