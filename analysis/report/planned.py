"""What a plan named before anybody looked, and what was added: a mark for headings, and a table."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from analysis.estimates.results import Estimate
from analysis.report.parts import Column, Table
from analysis.report.words import Words


def mark(words: Words, estimates: Sequence[Estimate], analyses: Collection[str]) -> str | None:
    """Whether these analyses were planned, in words; None without a plan or without estimates of them."""
    told = {one.planned for one in estimates if one.key.analysis in analyses and one.planned is not None}
    if not told:
        return None
    return words("plan.some" if len(told) > 1 else _when(True in told)).lower()


def plan_table(words: Words, estimates: Sequence[Estimate]) -> Table | None:
    """Which analyses a plan named before and which were added; None where there was no plan."""
    planned = {one.key.analysis: one.planned for one in estimates if one.planned is not None}
    if not planned:
        return None
    columns = (Column(words("refusals.analysis")), Column(words("plan.when")))
    rows = tuple(
        (words.name("analysis", analysis), words(_when(bool(first))))
        for analysis, first in sorted(planned.items(), key=lambda one: (not one[1], one[0]))
    )
    return Table("plan", words("plan.caption"), columns, rows)


def _when(planned: bool) -> str:
    return "plan.planned" if planned else "plan.added"
