"""What a run of journeys came to: how many, what went wrong, how long each save took."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, field
from typing import Final

PERCENTILES: Final = (50.0, 95.0, 99.0, 99.9)


@dataclass(slots=True)
class Tally:
    """Counted as it happens; `saves_s` holds the seconds from sending an answer to its acknowledgement."""

    begun: int = 0
    finished: int = 0
    requests: int = 0
    saves_s: list[float] = field(default_factory=list)
    faults: Counter[str] = field(default_factory=Counter)

    @property
    def success(self) -> float:
        """Per cent of the requests that were answered as they should be."""
        return 100.0 * (1 - self.faults.total() / max(self.requests, 1))

    def percentile_ms(self, percent: float) -> float:
        """The smallest latency that so many per cent of the saves do not exceed (nearest rank)."""
        ordered = sorted(self.saves_s)
        return 1000 * ordered[math.ceil(percent / 100 * len(ordered)) - 1] if ordered else math.nan

    def line(self) -> str:
        """Journeys, requests, errors, success and the saves' latencies."""
        latencies = "  ".join(f"p{percent:g} {self.percentile_ms(percent):.0f}" for percent in PERCENTILES)
        return (
            f"{self.finished:,} of {self.begun:,} journeys, {self.requests:,} requests, "
            f"{self.faults.total()} errors, success {self.success:.2f} %, saved in ms: {latencies}"
        )
