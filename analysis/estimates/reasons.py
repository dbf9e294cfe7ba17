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
    "no_maximum": "the fit did not reach its maximum; its numbers would mean nothing",
}
WARNINGS: Final = {
    "few_events": (
        f"few events: at most {FEW_EVENTS_PER_TERM} an indicator term; estimates may lie too far from "
        "zero and intervals be too short"
    ),
    "merged": (
        "{covariate}: the category '{category}' is too small or too uniform in the rows of a model "
        f"(fewer than {SMALLEST_GROUP} persons, no event or nothing but events) and is merged into '{{into}}'"
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
