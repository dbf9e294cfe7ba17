"""Corrections for many questions within families: levels and changes of one rater are two families."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace

from statsmodels.stats.multitest import multipletests

from analysis.estimates.results import Estimate


def corrected(estimates: Iterable[Estimate]) -> tuple[Estimate, ...]:
    """The same estimates with `p_holm` and `p_bh`; refused ones count in no family.

    A family is one question asked of several indicators: the same analysis, outcome, rater, quantity, model,
    scale, term, group and horizon. An analysis whose questions make other families corrects for itself, and
    what has `p_holm` already stays as it is.

    Sources: Holm (1979), Scandinavian Journal of Statistics 6, 65-70, for the chance of any false finding;
    Benjamini and Hochberg (1995), JRSS B 57, 289-300, for the share of false ones among the findings.
    """
    families: dict[tuple[str | int | None, ...], list[int]] = defaultdict(list)
    made = list(estimates)
    for index, estimate in enumerate(made):
        if estimate.p_value is not None and estimate.p_holm is None:
            families[_family(estimate)].append(index)
    for members in families.values():
        p_values = [made[i].p_value for i in members]
        holm, benjamini_hochberg = (multipletests(p_values, method=name)[1] for name in ("holm", "fdr_bh"))
        for index, p_holm, p_bh in zip(members, holm, benjamini_hochberg, strict=True):
            made[index] = replace(made[index], p_holm=float(p_holm), p_bh=float(p_bh))
    return tuple(made)


def _family(estimate: Estimate) -> tuple[str | int | None, ...]:
    key = estimate.key
    return (
        key.analysis,
        key.outcome,
        key.rater,
        key.quantity,
        key.model,
        key.scale,
        key.term,
        key.group,
        key.horizon_days,
    )
