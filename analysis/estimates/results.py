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
QUANTITIES = {"job_hazard": ("level", "change"), "job_hazard_level": ("level",)}
SCALES = {"job_hazard": ("log_odds", "ame_pp"), "job_hazard_level": ("log_odds", "ame_pp")}


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
        return tuple("" if part is None else str(part) for part in asdict(self).values())


@dataclass(frozen=True)
class Estimate:
    """One number with its uncertainty and its n, or the reason why there is none.

    `ame_pp` is in percentage points a step of the indicator, `log_odds` in log-odds a step. The interval
    covers 95 %. `p_holm` is Holm's p within the family (analysis, outcome, rater, quantity, model, scale).
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
    published: float | None = None
    refused: Reason | None = None

    def __post_init__(self) -> None:
        """A number that is not finite, or a refusal with numbers, is a fault of ours: never let it out."""
        numbers = (self.estimate, self.std_error, self.ci_low, self.ci_high, self.p_value, self.p_holm)
        given = [number for number in numbers if number is not None]
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
    row = asdict(estimate)
    row["refused"] = None if estimate.refused is None else str(estimate.refused)
    for count in ("n_persons", "n_events", "n_clusters"):
        # A group too small to be shown has no number here; its refusal or warning says that it is small.
        row[count] = None if 0 < row[count] < SMALLEST_GROUP else row[count]
    return {**row.pop("key"), **row}


def to_json(results: Results) -> str:
    """The text of `results.json`: keys sorted, full precision, estimates in the order of their keys."""
    content = {
        "manifest": asdict(results.manifest) | {"warnings": [str(w) for w in results.manifest.warnings]},
        "flow": [asdict(step) for step in results.flow],
        "estimates": [estimate_row(e) for e in sorted(results.estimates, key=lambda e: e.key.order)],
    }
    return json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True, allow_nan=False) + "\n"
