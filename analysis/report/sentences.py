"""The answer in five sentences, made from the numbers and true whatever they are.

In order: what was used, what could have been found, levels, changes, what cannot be said.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from analysis.dataset.schema import RATERS
from analysis.estimates.results import Results
from analysis.report.evidence import Evidence, Forest, Shown
from analysis.report.names import Names
from analysis.report.suppression import LIMIT
from analysis.report.words import Words

# More findings than this for one rater are counted, not named.
NAMED = 3


@dataclass(frozen=True)
class Answer:
    """The five sentences."""

    used: str
    detectable: str
    levels: str
    changes: str
    limits: str

    @property
    def all(self) -> tuple[str, ...]:
        """The sentences in order."""
        return self.used, self.detectable, self.levels, self.changes, self.limits


def answer(words: Words, names: Names, found: Evidence, results: Results) -> Answer:
    """Write the five sentences; counts under the limit are not told."""
    return Answer(
        _used(words, found, results),
        _detectable(words, found),
        _quantity(words, names, found, "level"),
        _quantity(words, names, found, "change"),
        _limits(words, names, found),
    )


def _used(words: Words, found: Evidence, results: Results) -> str:
    enrolled = next((step.persons for step in results.flow if step.step == "enrolled"), 0)
    parts = [_used_by(words, forest) for rater in RATERS if (forest := _widest(found, rater))]
    start = words.count("answer.enrolled", enrolled, guarded=True)
    if not parts:
        return words("answer.used.none", enrolled=start)
    days = words.whole(results.manifest.interval_days)
    return words("answer.used.some", enrolled=start, parts=words.listed(parts), days=days)


def _widest(found: Evidence, rater: str) -> Forest | None:
    """The rater's leading forest with numbers, whose n the first sentence gives."""
    return next((f for f in found.leading if f.rater == rater and f.estimated), None)


def _used_by(words: Words, forest: Forest) -> str:
    by_itself = [one for row in forest.rows for one in row.shown if one.points.refused is None]
    largest = max(
        (one.points for one in forest.adjusted or by_itself),
        key=lambda estimate: (estimate.n_rows, estimate.n_events),
    )
    events = words.count("answer.events", largest.n_events, guarded=True)
    if largest.n_events >= LIMIT:
        share = words.percent(largest.n_events, largest.n_rows, 1)
        events = words("answer.share", events=events, share=share)
    return words(
        f"answer.used.{forest.rater}",
        persons=words.count("answer.persons", largest.n_persons, guarded=True),
        rows=words.count("answer.rows", largest.n_rows, guarded=True),
        events=events,
    )


def _detectable(words: Words, found: Evidence) -> str:
    by_quantity = []
    for quantity in ("level", "change"):
        smallest = [
            size
            for forest in found.leading
            if forest.quantity == quantity
            for one in forest.adjusted
            if (size := forest.corrected(one)) is not None
        ]
        if smallest:
            by_quantity.append(words(f"answer.detectable.{quantity}", size=words.range_of(smallest)))
    if by_quantity:
        return words("answer.detectable.some", parts=words.listed(by_quantity))
    alone = any(forest.estimated for forest in found.leading)
    return words("answer.detectable.alone" if alone else "answer.detectable.none")


def _quantity(words: Words, names: Names, found: Evidence, quantity: str) -> str:
    forests = [f for rater in RATERS if (f := found.forest(rater, quantity))]
    if not forests:
        return words(f"answer.{quantity}.absent")
    resting = [f for f in forests if f.adjusted] or [f for f in forests if f.estimated]
    # Levels at the round itself say so: once where both raters rest on them, else beside the rater.
    at_round = bool(resting) and all(_at_round(forest) for forest in resting)
    suffix = "_at_round" if at_round else ""
    if not any(forest.adjusted for forest in forests):
        return words(f"answer.{quantity}.refused{suffix}", alone=_alone(words, forests))
    parts = []
    for forest in forests:
        part = _found_by(words, names, forest)
        beside = forest.adjusted and _at_round(forest) and not at_round
        parts.append(words("answer.found.at_round", part=part) if beside else part)
    return words(f"answer.{quantity}.some{suffix}", parts="; ".join(parts))


def _at_round(forest: Forest) -> bool:
    return forest.analysis == "job_hazard_level"


def _alone(words: Words, forests: Sequence[Forest]) -> str:
    """How many of the questions go together with a job by themselves; nothing where none was estimated."""
    by_itself = [
        row.alone
        for forest in forests
        for row in forest.rows
        if row.alone and row.alone.points.refused is None
    ]
    if not by_itself:
        return ""
    together = sum(one.found for one in by_itself)
    return words.count("answer.found.alone", len(by_itself), together=words.whole(together))


def _found_by(words: Words, names: Names, forest: Forest) -> str:
    if not forest.adjusted:
        return words(f"answer.found.refused.{forest.rater}")
    rows = [row for row in forest.rows if row.adjusted and row.adjusted.found]
    if not rows:
        tested = len(forest.adjusted)
        return words.count(f"answer.found.nothing.{forest.rater}", tested)
    rows.sort(key=lambda row: -abs(_size(row.adjusted)))
    named = [_named(words, names, row.indicator, row.adjusted) for row in rows[:NAMED]]
    if len(rows) > NAMED:
        named.append(words.count("answer.found.more", len(rows) - NAMED))
    return words(f"answer.found.some.{forest.rater}", named=words.listed(named))


def _size(shown: Shown | None) -> float:
    return 0.0 if shown is None or shown.points.estimate is None else shown.points.estimate


def _named(words: Words, names: Names, indicator: str, shown: Shown | None) -> str:
    if shown is None or shown.points.ci_low is None or shown.points.ci_high is None:
        raise ValueError(f"{indicator}: a finding without its interval")
    return words(
        "answer.found.higher" if _size(shown) > 0 else "answer.found.lower",
        indicator=names.indicator(indicator, quoted=True),
        size=words.signed(_size(shown), 2),
        interval=words.interval(shown.points.ci_low, shown.points.ci_high, 2),
    )


def _limits(words: Words, names: Names, found: Evidence) -> str:
    parts = [words("answer.limits.association")]
    for rater in RATERS:
        # A dict keeps the order and says each indicator once, whichever of the forests estimated it.
        by_itself = {
            row.indicator: None
            for forest in found.leading
            if forest.rater == rater
            for row in forest.rows
            if row.adjusted is None and row.alone is not None and row.alone.points.refused is None
        }
        listed = [names.indicator(key, quoted=True) for key in by_itself]
        if listed:
            parts.append(words(f"answer.limits.alone.{rater}", indicators=words.listed(listed)))
    if found.refused:
        parts.append(words.count("answer.limits.refused", len(found.refused)))
    return words("answer.limits.sentence", parts="; ".join(parts))
