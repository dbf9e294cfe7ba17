"""What a report may tell of a fit beside its estimates: size, convergence, what was adjusted for.

There is no intercept and no organisation's coefficient here: the first would let a reader compute a
single person's probability, the second would rank organisations.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class CovariateTerm:
    """A covariate's coefficient: `term` is what is contrasted, e.g. "man against woman" of `sex`."""

    covariate: str
    term: str
    log_odds: float
    std_error: float


@dataclass(frozen=True)
class FitSummary:
    """One fitted model. `indicator` is set where it holds one indicator alone.

    `events_per_term` counts indicator terms only; `largest_score` is the largest absolute element of the
    score at the estimate, divided by the number of rows (0 at an exact maximum). `few_events` is true
    where there are 4 to 10 events an indicator term.
    """

    analysis: str
    rater: str
    model: str
    indicator: str | None
    n_rows: int
    n_persons: int
    n_events: int
    n_parameters: int
    events_per_term: float
    few_events: bool
    log_likelihood: float
    iterations: int
    largest_score: float
    covariates: tuple[CovariateTerm, ...]
