"""What a scenario is made of: every parameter of the simulated world, frozen.

Latent traits have standard deviation 1 in the population at the first round; effects on the job are in
log-odds of a job within a quarter for one such standard deviation.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class IndicatorModel:
    """One indicator. An indicator that a scenario does not name has the defaults: no effect.

    `level` and `change`: log-odds of a job in the quarter after round k for the trait at round k-1 and
    for its change since. `belief`: weight of the trait in what raters believe of the person's chances.
    `easiness`: how far the whole population stands above the middle of the scale. `optimism`: how far one
    standard deviation of optimism moves the caseworker's rating.
    """

    level: float = 0.0
    change: float = 0.0
    belief: float = 0.0
    easiness: float = 0.0
    optimism: float = 0.15


@dataclass(frozen=True)
class Category:
    """One category of a covariate: its share, its log-odds of a job, its shift of all traits."""

    share: float
    log_odds: float = 0.0
    trait: float = 0.0


@dataclass(frozen=True)
class Centre:
    """One organisation. Its effects are constants, so that the truth does not move with the seed."""

    share: float
    log_odds: float
    trait: float


@dataclass(frozen=True)
class ExitCause:
    """A competing reason to leave: rate a quarter for average traits, and its log rate ratio by trait.

    `contact_days`: how long the person is heard of after leaving, where jobs are known by contact.
    """

    rate: float
    traits: Mapping[str, float]
    contact_days: int = 400


@dataclass(frozen=True)
class ActivityModel:
    """Activities in the quarter before a round, in four patterns: none, job-oriented alone, job-oriented
    with others, others alone.

    `shares` are those of a new draw, `growth` moves every trait, `selection` is the log-odds ratio of a
    pattern by mean trait; a pattern is kept from one quarter to the next with probability `kept`.
    """

    shares: tuple[float, float, float, float]
    growth: tuple[float, float, float, float]
    selection: tuple[float, float, float, float]
    kept: float


@dataclass(frozen=True)
class BeliefModel:
    """The indicator `key`, belief that the person gets a job: no trait, but what raters know of chances.

    `participant` and `caseworker`: correlation of the rater's belief with the true prognosis. `knows`:
    the prognosis holds covariates and frailty too, which nobody else sees. `optimism`: as for traits.
    `shares`: how often each step is used, lowest first; other numbers of steps are used evenly.
    """

    key: str
    participant: float
    caseworker: float
    knows: bool
    optimism: float
    shares: tuple[float, ...]


@dataclass(frozen=True)
class Scenario:
    """A simulated world. `persons` and `rounds` are what the command line takes where none are given."""

    name: str
    description: str
    indicators: Mapping[str, IndicatorModel]
    covariates: Mapping[str, Mapping[str, Category]]
    centres: tuple[Centre, ...]
    exits: Mapping[str, ExitCause]
    activities: ActivityModel
    belief: BeliefModel
    persons: int
    rounds: int
    persons_a_caseworker: float
    # The job: log-odds of a job within a quarter; lower in the first one, when help has only begun.
    intercept: float
    first_quarter: float
    frailty_sd: float
    optimism_effect: float
    new_caseworker_effect: float
    caseworker_sd: float
    # Traits: share of the variance that all share, that is stable; how the rest carries over; drift a round.
    general_share: float
    stable_share: float
    carry_over: float
    drift: float
    # Ratings: measurement error and the caseworker's leniency, which has nothing to do with the job.
    participant_error: float
    caseworker_error: float
    leniency_sd: float
    # Casework: chance of a new caseworker each quarter; correlation of prognosis with optimism.
    new_caseworker: float
    sorting: float
    # Answering: log-odds of an answer at average traits, by everyday coping, between persons.
    participant_answers: float
    caseworker_answers: float
    answers_by_coping: float
    answers_sd: float
    late_share: float
    withdrawal_rate: float
    leaves_after_job: float
    observed_by: Literal["register", "contact"]
    country: str
    truth_persons: int = 64_000

    def indicator(self, key: str) -> IndicatorModel:
        """The model of an indicator; one without effect where the scenario does not name it."""
        return self.indicators.get(key, IndicatorModel())
