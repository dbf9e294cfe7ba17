"""What `results.json` says of shares over time, arranged for looking up."""

from __future__ import annotations

from dataclasses import dataclass

from analysis.dataset.schema import RATERS
from analysis.estimates.horizon_curves import ANALYSIS
from analysis.estimates.results import Estimate, Results


@dataclass(frozen=True)
class OverTime:
    """What `results.json` says of one rater's horizons, for looking up."""

    rater: str
    estimates: tuple[Estimate, ...]

    def curve(
        self, *, term: str | None = None, indicator: str | None = None, group: str | None = None
    ) -> tuple[Estimate, ...]:
        """The steps of a curve in the order of days, refused ones among them."""
        wanted = ("cumulative_incidence", term, indicator, group)
        found = [
            e for e in self.estimates if (e.key.quantity, e.key.term, e.key.indicator, e.key.group) == wanted
        ]
        return tuple(sorted(found, key=lambda e: e.key.horizon_days or 0))

    def at(self, day: int, term: str) -> Estimate | None:
        """The share of all at a day under the assumption `term`."""
        return next((e for e in self.curve(term=term) if e.key.horizon_days == day), None)

    def lost(self, day: int) -> Estimate | None:
        """The share lost before a day."""
        return next(
            (e for e in self.estimates if (e.key.quantity, e.key.horizon_days) == ("lost", day)), None
        )

    @property
    def indicators(self) -> tuple[str, ...]:
        """Every indicator with a contrast, in the order of the results."""
        named = (e.key.indicator for e in self.estimates if e.key.quantity == "contrast")
        return tuple(dict.fromkeys(key for key in named if key is not None))

    def contrast(self, indicator: str, day: int, scale: str, term: str) -> Estimate | None:
        """A contrast of an indicator at a day."""
        wanted = ("contrast", indicator, day, scale, term)
        return next((e for e in self.estimates if _contrast_of(e) == wanted), None)


def _contrast_of(one: Estimate) -> tuple[str, str | None, int | None, str, str | None]:
    key = one.key
    return key.quantity, key.indicator, key.horizon_days, key.scale, key.term


def over_time(results: Results) -> tuple[OverTime, ...]:
    """One for each rater of whom anything was estimated or refused."""
    found = []
    for rater in RATERS:
        own = tuple(e for e in results.estimates if (e.key.analysis, e.key.rater) == (ANALYSIS, rater))
        if own:
            found.append(OverTime(rater, own))
    return tuple(found)
