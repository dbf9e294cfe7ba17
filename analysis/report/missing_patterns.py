"""Who answers which rounds, and which questions stay without an answer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from analysis.dataset.schema import RATERS
from analysis.estimates.results import Estimate
from analysis.report.look import Look, Told
from analysis.report.parts import Table
from analysis.report.words import unbroken

_PATTERNS: Final = ("complete", "stopped", "gaps", "never")
_CODES: Final = ("dont_know", "prefer_not", "could_not_observe", "skipped")


def patterns(look: Look) -> Told:
    """A sentence a rater, and tables by pattern, by round and by question."""
    words = look.words
    said = []
    for rater in RATERS:
        shares = {name: look.one("missing_patterns", rater, quantity=name) for name in _PATTERNS}
        told = [
            words(f"missing.patterns.say.{name}", share=look.percent(one))
            for name, one in shares.items()
            if one
        ]
        if told:
            said.append(
                words("missing.patterns.said", rater=look.names.rater(rater), parts=words.listed(told))
            )
    return Told((words("missing.patterns.text"),), _pattern_tables(look), lead=tuple(said))


def _pattern_tables(look: Look) -> Iterator[Table]:
    words = look.words
    raters = [rater for rater in RATERS if look.of("missing_patterns", rater)]
    heads = [look.names.rater(rater) for rater in raters]

    def cells(**parts: str) -> list[str]:
        found = (look.of("missing_patterns", rater, **parts) for rater in raters)
        return [_share(look, one[0] if one else None) for one in found]

    rows = [[words(f"missing.patterns.{name}"), *cells(quantity=name)] for name in _PATTERNS if raters]
    caption = words("missing.patterns.caption")
    yield look.table("missing-patterns", caption, ([words("missing.pattern")], heads), rows)
    groups = {
        one.key.group for rater in raters for one in look.of("missing_patterns", rater, quantity="missed")
    }
    rounds = sorted(int(group.removeprefix("round:")) for group in groups if group)
    by_round = [[words.whole(k), *cells(quantity="missed", group=f"round:{k}")] for k in rounds]
    caption = words("missing.patterns.rounds")
    yield look.table("missing-rounds", caption, ([words("missing.round")], heads), by_round)
    for rater in raters:
        yield _questions(look, rater)


def _questions(look: Look, rater: str) -> Table:
    """A row a question, a column a missing code that this rater could choose."""
    words = look.words
    found = {
        (one.key.indicator, one.key.quantity): one
        for one in look.of("missing_patterns", rater)
        if one.key.indicator is not None
    }
    codes = [code for code in _CODES if any(quantity == code for _, quantity in found)]
    rows = [
        [look.names.indicator(key or ""), *(_share(look, found.get((key, code))) for code in codes)]
        for key in dict.fromkeys(indicator for indicator, _ in found)
    ]
    heads = ([words("missing.question")], [words(f"missing.{code}") for code in codes])
    caption = words("missing.patterns.questions", rater=look.rater(rater))
    return look.table(f"missing-questions-{rater}", caption, heads, rows)


def _share(look: Look, one: Estimate | None) -> str:
    """How many of how many, with the share and its interval; hidden where it may not be told."""
    words = look.words
    if one is None:
        return words("number.none")
    if one.estimate is None:
        return words("number.hidden")
    shown = look.percent(one)
    if one.ci_low is not None and one.ci_high is not None:
        shown = words("missing.list", first=shown, second=words.interval(one.ci_low, one.ci_high, 1))
    counts = words("missing.of", n=words.whole(one.n_events), of=words.whole(one.n_rows))
    return words("number.with", number=counts, beside=unbroken(shown))
