"""The second contract: `results.json`, what estimates say to whoever shows them.

Every entry has every key; numbers are finite or null; entries are sorted; same input, same bytes. Nothing
in it concerns a single person.
"""

from __future__ import annotations

import json
import math
from dataclasses import asdict, dataclass, field
from typing import Any

from analysis.estimates.reasons import SMALLEST_GROUP, Notice, Reason
from analysis.panel.build import FlowStep

# Closed lists per analysis. E1 is the discrete-time job hazard: `job_hazard` holds level at the previous
# round and change since it in one model, `job_hazard_level` the level at the round itself.
QUANTITIES = {
    "job_hazard": ("level", "change"),
    "job_hazard_level": ("level",),
    # E3. `level` is where somebody was, `change` how far from there.
    "change_given_baseline": ("level", "change"),
    "change_given_past_mean": ("level", "change"),
    # E1 decided otherwise, one thing at a time; whether a step is worth the same everywhere; groups.
    "job_hazard_sensitivity": ("level", "change"),
    "job_hazard_cloglog": ("level", "change"),
    "job_hazard_linear": ("level", "change"),
    "job_hazard_penalised": ("level", "change"),
    "linearity": ("categories", "spline", "level"),
    "subgroups": ("level", "change"),
    # Never estimated: asked for, refused with the reason.
    "fixed_effects_logit": ("change",),
    "fixed_effects_linear": ("change",),
    "mean_of_whole_period": ("change",),
    "own_belief_as_optimism": ("change",),
    "complete_cases_only": ("change",),
    # E2. Shares in per cent; contrasts in percentage points or as a ratio.
    "horizons": ("cumulative_incidence", "contrast", "lost", "weight"),
    # E7. `retest`, noise and ends of the scale per indicator; `agreement` and limits of the two raters.
    "measurement": (
        "alpha",
        "omega",
        "retest",
        "measurement_error",
        "reliable_change",
        "beyond_reliable_change",
        "any_change",
        "agreement",
        "mean_difference",
        "limit_low",
        "limit_high",
        "floor",
        "ceiling",
        "dont_know",
        "prefer_not",
        "could_not_observe",
        "duration_lower_quartile",
        "duration_median",
        "duration_upper_quartile",
        "dif_language",
        "dif_mode",
    ),
    # E8. Patterns of missing answers, who misses the next round, and E1 with the missing made up for.
    "missing_patterns": (
        "complete",
        "stopped",
        "gaps",
        "never",
        "missed",
        "dont_know",
        "prefer_not",
        "could_not_observe",
        "skipped",
    ),
    "missing_next_round": ("level", "covariate", "weight"),
    "job_hazard_weighted": ("level", "change"),
    "job_hazard_imputed": ("level", "change"),
    "job_hazard_bounds": ("level", "change"),
    "job_share_bounds": ("share",),
    "missing_compared": ("largest_difference",),
}
# Ratios carry the standard error of the ratio; their intervals are those of the logarithm, exponentiated.
# `e_value`: how strong a confounder would have to be; `ci_low` is that of the limit closer to 1.
_HAZARD_SCALES = ("log_odds", "ame_pp", "odds_ratio", "risk_ratio", "e_value")
SCALES = {
    "job_hazard": _HAZARD_SCALES,
    "job_hazard_level": _HAZARD_SCALES,
    "change_given_baseline": _HAZARD_SCALES,
    "change_given_past_mean": _HAZARD_SCALES,
    "job_hazard_sensitivity": ("ame_pp",),
    "job_hazard_cloglog": ("hazard_ratio",),
    "job_hazard_linear": ("ame_pp",),
    "job_hazard_penalised": ("ame_pp",),
    "linearity": ("wald_chi2", "difference_pp"),
    "subgroups": ("wald_chi2", "ame_pp"),
    "fixed_effects_logit": ("log_odds",),
    "fixed_effects_linear": ("log_odds",),
    "mean_of_whole_period": ("log_odds",),
    "own_belief_as_optimism": ("log_odds",),
    "complete_cases_only": ("log_odds",),
    "horizons": ("percent", "risk_difference_pp", "risk_ratio", "factor"),
    "measurement": (
        "coefficient",
        "icc",
        "kappa_quadratic",
        "steps",
        "whole_steps",
        "percent",
        "seconds",
        "log_odds",
    ),
    "missing_patterns": ("percent",),
    "missing_next_round": ("ame_pp", "factor"),
    "job_hazard_weighted": ("ame_pp",),
    "job_hazard_imputed": ("ame_pp", "missing_information_percent"),
    "job_hazard_bounds": ("ame_pp",),
    "job_share_bounds": ("percent",),
    "missing_compared": ("standard_errors",),
}


@dataclass(frozen=True)
class Key:
    """What an estimate is an estimate of; `truth.json` uses the same keys."""

    analysis: str
    outcome: str
    rater: str | None
    indicator: str | None
    quantity: str
    model: str | None
    scale: str
    term: str | None = None
    horizon_days: int | None = None
    group: str | None = None

    @property
    def order(self) -> tuple[str | int, ...]:
        """Sorts keys: by every part, absent ones first."""
        return tuple("" if part is None else str(part) for part in vars(self).values())


@dataclass(frozen=True)
class Estimate:
    """One number with its uncertainty and its n, or the reason why there is none.

    `ame_pp` is in percentage points a step of the indicator, `log_odds` in log-odds a step. The interval
    covers 95 %. `p_holm` and `p_bh` are corrected within the estimate's family (see `multiplicity`).
    `planned`: whether a plan written before names its analysis; None where there is no plan.
    `degrees_of_freedom`: of a chi square, the number of coefficients tested; None for everything else.
    """

    key: Key
    n_rows: int
    n_persons: int
    n_events: int
    cluster: str
    n_clusters: int
    estimate: float | None = None
    std_error: float | None = None
    ci_low: float | None = None
    ci_high: float | None = None
    p_value: float | None = None
    p_holm: float | None = None
    p_bh: float | None = None
    published: float | None = None
    refused: Reason | None = None
    planned: bool | None = None
    degrees_of_freedom: int | None = None

    def __post_init__(self) -> None:
        """A number that is not finite, or a refusal with numbers, is a fault of ours: never let it out."""
        numbers = (self.estimate, self.std_error, self.ci_low, self.ci_high)
        chances = (self.p_value, self.p_holm, self.p_bh)
        given = [number for number in (*numbers, *chances) if number is not None]
        if self.refused is not None and given:
            raise ValueError(f"{self.key}: refused, yet with numbers")
        if not all(math.isfinite(number) for number in given):
            raise ValueError(f"{self.key}: a number that is not finite")


@dataclass(frozen=True)
class Manifest:
    """What is needed to get the same results again."""

    dataset_sha256: str
    instruments: tuple[str, ...]
    code_version: str
    seed: int | None
    plan: str | None
    warnings: tuple[Notice, ...]
    covariates: tuple[str, ...]
    outcome_kinds: tuple[str, ...]
    interval_days: int
    packages: dict[str, str]


@dataclass(frozen=True)
class Results:
    """Everything that `results.json` holds."""

    manifest: Manifest
    flow: tuple[FlowStep, ...]
    estimates: tuple[Estimate, ...] = field(default=())


def estimate_row(estimate: Estimate) -> dict[str, Any]:
    """An estimate as `results.json` writes it: the key's parts beside the numbers.

    Counts of one to four persons or events are null: they may not be shown.
    """
    # Nothing in it is nested but the key and the refusal, so that no deep copy is needed.
    row = {**vars(estimate.key), **vars(estimate)}
    del row["key"]
    row["refused"] = None if estimate.refused is None else str(estimate.refused)
    for count in ("n_persons", "n_events", "n_clusters"):
        # A group too small to be shown has no number here; its refusal or warning says that it is small.
        row[count] = None if 0 < row[count] < SMALLEST_GROUP else row[count]
    return row


def to_json(results: Results) -> str:
    """The text of `results.json`: keys sorted, full precision, estimates in the order of their keys."""
    content = {
        "manifest": asdict(results.manifest) | {"warnings": [str(w) for w in results.manifest.warnings]},
        "flow": [asdict(step) for step in results.flow],
        "estimates": [estimate_row(e) for e in sorted(results.estimates, key=lambda e: e.key.order)],
    }
    return json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True, allow_nan=False) + "\n"
