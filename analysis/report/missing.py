"""What missing answers may do, part by part; made from the estimates alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from analysis.estimates.results import Estimate
from analysis.report.look import Asked, Look, tell
from analysis.report.missing_leaving import leaving
from analysis.report.missing_patterns import patterns
from analysis.report.missing_ways import bounds, ways
from analysis.report.names import Names
from analysis.report.parts import Part
from analysis.report.words import Words

_MADE_UP: Final = ("job_hazard_weighted", "job_hazard_imputed", "job_hazard_bounds")
ANALYSES: Final = ("missing_patterns", "missing_next_round", *_MADE_UP, "job_share_bounds")


def missing_parts(
    words: Words, names: Names, order: dict[str, int], estimates: Sequence[Estimate]
) -> tuple[Part, ...]:
    """Every part of which there are estimates; `order` gives the indicators' places."""
    asked = (
        Asked("patterns", ("missing_patterns",), patterns),
        Asked("leaving", ("missing_next_round",), leaving),
        Asked("ways", _MADE_UP, ways),
        Asked("bounds", ("job_share_bounds",), bounds),
    )
    return tell(Look(words, names, order, estimates), "missing", asked)
