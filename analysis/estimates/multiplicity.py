"""Holm's correction within families: levels and changes of one rater are two families."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace

from statsmodels.stats.multitest import multipletests

from analysis.estimates.results import Estimate


def with_holm(estimates: Iterable[Estimate]) -> tuple[Estimate, ...]:
    """The same estimates with `p_holm`; refused ones count in no family.

    Source: Holm (1979), Scandinavian Journal of Statistics 6, 65-70.
    """
    families: dict[tuple[str | None, ...], list[int]] = defaultdict(list)
    corrected = list(estimates)
    for index, estimate in enumerate(corrected):
        key = estimate.key
        if estimate.p_value is not None:
            family = (key.analysis, key.outcome, key.rater, key.quantity, key.model, key.scale, key.group)
            families[family].append(index)
    for members in families.values():
        p_holm = multipletests([corrected[i].p_value for i in members], method="holm")[1]
        for index, p in zip(members, p_holm, strict=True):
            corrected[index] = replace(corrected[index], p_holm=float(p))
    return tuple(corrected)
