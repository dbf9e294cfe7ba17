"""Missing answers: patterns, who misses the next round, E1 with them made up for, and bounds.

Made from the estimates alone; each part is a few sentences with tables behind them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from analysis.dataset.schema import RATERS
from analysis.estimates.results import Estimate
from analysis.report.closer import Part
from analysis.report.evidence import SIGNIFICANT
from analysis.report.names import Names
from analysis.report.parts import Column, Table
from analysis.report.words import Words

_PATTERNS: Final = ("complete", "stopped", "gaps", "never")
_CODES: Final = ("dont_know", "prefer_not", "could_not_observe", "skipped")
# Columns of E1 made up for in different ways, with the scale that each shows.
_WAYS: Final = (
    ("job_hazard", "ame_pp"),
    ("job_hazard_weighted", "ame_pp"),
    ("job_hazard_imputed", "ame_pp"),
    ("job_hazard_imputed", "missing_information_percent"),
    ("job_hazard_bounds", "ame_pp"),
)
_COMPARED: Final = ("job_hazard_weighted", "job_hazard_imputed", "job_hazard_bounds")


@dataclass(frozen=True)
class _Look:
    """The estimates of one report and the words for them."""

    words: Words
    names: Names
    order: dict[str, int]
    estimates: Sequence[Estimate]

    def of(self, analysis: str, rater: str, **parts: str | None) -> list[Estimate]:
        """Those of an analysis and rater whose keys have these parts, in the order of the questionnaire."""
        found = [
            one
            for one in self.estimates
            if (one.key.analysis, one.key.rater) == (analysis, rater)
            and all(getattr(one.key, name) == part for name, part in parts.items())
        ]
        return sorted(found, key=lambda one: (self.order.get(one.key.indicator or "", 0), one.key.order))

    def one(self, analysis: str, rater: str, **parts: str | None) -> Estimate | None:
        """The only one there is, if it has a number."""
        found = self.of(analysis, rater, **parts)
        return found[0] if found and found[0].estimate is not None else None

    def rater(self, rater: str) -> str:
        """The rater within a caption or after a colon."""
        return self.names.rater(rater).lower()

    def share(self, one: Estimate | None) -> str:
        """How many of how many, with the share and its interval; hidden where it may not be told."""
        if one is None:
            return self.words("number.none")
        if one.estimate is None:
            return self.words("number.hidden")
        counts = self.words("missing.of", n=self.words.whole(one.n_events), of=self.words.whole(one.n_rows))
        shown = self.percent(one)
        if one.ci_low is not None and one.ci_high is not None:
            interval = self.words.interval(one.ci_low, one.ci_high, 1)
            shown = self.words("missing.list", first=shown, second=interval)
        return self.words("missing.with", number=counts, interval=shown)

    def percent(self, one: Estimate) -> str:
        """The share alone."""
        return self.words("number.percent", value=self.words.decimal(one.estimate or 0.0, 1))

    def bound(self, one: Estimate) -> str:
        """The share, with its interval where it has one."""
        if one.ci_low is None or one.ci_high is None:
            return self.percent(one)
        interval = self.words.interval(one.ci_low, one.ci_high, 1)
        return self.words("missing.with", number=self.percent(one), interval=interval)

    def effect(self, one: Estimate | None) -> str:
        """An effect with its interval; a share of information as it is."""
        if one is None or one.estimate is None:
            return self.words("number.none")
        if one.key.scale == "missing_information_percent":
            return self.words("number.percent", value=self.words.decimal(one.estimate, 1))
        size = self.words.decimal(one.estimate, 2)
        if one.ci_low is None or one.ci_high is None:
            return size
        interval = self.words.interval(one.ci_low, one.ci_high, 2)
        return self.words("missing.with", number=size, interval=interval)

    def table(self, name: str, caption: str, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> Table:
        """`heads` are words already; the first column names the row."""
        columns = tuple(Column(head, number=place > 0) for place, head in enumerate(heads))
        return Table(f"missing-{name}", caption, columns, tuple(map(tuple, rows)))


def missing_parts(
    words: Words, names: Names, order: dict[str, int], estimates: Sequence[Estimate]
) -> tuple[Part, ...]:
    """Every part of which there are estimates; `order` gives the indicators' places."""
    look = _Look(words, names, order, estimates)
    made: list[tuple[str, Callable[[_Look], tuple[tuple[str, ...], Iterator[Table]]]]] = [
        ("patterns", _patterns),
        ("leaving", _leaving),
        ("ways", _ways),
        ("bounds", _bounds),
    ]
    parts = []
    for name, of in made:
        sentences, tables = of(look)
        kept = tuple(table for table in tables if table.rows)
        if kept:
            parts.append(Part(name, words(f"missing.{name}.heading"), sentences, kept))
    return tuple(parts)


def _patterns(look: _Look) -> tuple[tuple[str, ...], Iterator[Table]]:
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
    return (words("missing.patterns.text"), *said), _pattern_tables(look)


def _pattern_tables(look: _Look) -> Iterator[Table]:
    words = look.words
    raters = [rater for rater in RATERS if look.of("missing_patterns", rater)]
    heads = [look.names.rater(rater) for rater in raters]

    def cells(**parts: str) -> list[str]:
        found = (look.of("missing_patterns", rater, **parts) for rater in raters)
        return [look.share(one[0] if one else None) for one in found]

    rows = [[words(f"missing.patterns.{name}"), *cells(quantity=name)] for name in _PATTERNS if raters]
    yield look.table("patterns", words("missing.patterns.caption"), [words("missing.pattern"), *heads], rows)
    groups = {
        one.key.group for rater in raters for one in look.of("missing_patterns", rater, quantity="missed")
    }
    rounds = sorted(int(group.removeprefix("round:")) for group in groups if group)
    by_round = [[words.whole(k), *cells(quantity="missed", group=f"round:{k}")] for k in rounds]
    yield look.table("rounds", words("missing.patterns.rounds"), [words("missing.round"), *heads], by_round)
    for rater in raters:
        yield _questions(look, rater)


def _questions(look: _Look, rater: str) -> Table:
    """A row a question, a column a missing code that this rater could choose."""
    words = look.words
    found = {
        (one.key.indicator, one.key.quantity): one
        for one in look.of("missing_patterns", rater)
        if one.key.indicator is not None
    }
    codes = [code for code in _CODES if any(quantity == code for _, quantity in found)]
    rows = [
        [look.names.indicator(indicator or ""), *(look.share(found.get((indicator, code))) for code in codes)]
        for indicator in dict.fromkeys(indicator for indicator, _ in found)
    ]
    heads = [words("missing.question"), *(words(f"missing.{code}") for code in codes)]
    return look.table(
        f"questions-{rater}", words("missing.patterns.questions", rater=look.rater(rater)), heads, rows
    )


def _leaving(look: _Look) -> tuple[tuple[str, ...], Iterator[Table]]:
    words = look.words
    said = []
    for rater in RATERS:
        tested = [
            one
            for one in look.of("missing_next_round", rater, quantity="level", model="adjusted")
            if one.p_holm is not None
        ]
        standing = [one for one in tested if one.p_holm is not None and one.p_holm < SIGNIFICANT]
        if standing:
            listed = words.listed(
                [look.names.indicator(one.key.indicator or "", quoted=True) for one in standing], names=True
            )
            said.append(words("missing.leaving.found", rater=look.names.rater(rater), questions=listed))
        elif tested:
            said.append(words("missing.leaving.nothing", rater=look.names.rater(rater)))
    tables = (table for rater in RATERS for table in (_last_answers(look, rater), _background(look, rater)))
    return (words("missing.leaving.text"), *said), tables


def _last_answers(look: _Look, rater: str) -> Table:
    words = look.words
    by_model = {
        model: {
            one.key.indicator: one
            for one in look.of("missing_next_round", rater, quantity="level", model=model)
        }
        for model in ("alone", "adjusted")
    }
    rows = [
        [look.names.indicator(indicator or "")]
        + [cell for found in by_model.values() for cell in _tested(look, found.get(indicator))]
        for indicator, one in by_model["alone"].items()
        if any(found[indicator].estimate is not None for found in by_model.values() if indicator in found)
    ]
    heads = [words("missing.question")]
    for model in by_model:
        heads += [words(f"missing.leaving.{model}"), words(f"missing.leaving.{model}_holm")]
    return look.table(
        f"leaving-{rater}", words("missing.leaving.caption", rater=look.rater(rater)), heads, rows
    )


def _tested(look: _Look, one: Estimate | None) -> tuple[str, str]:
    return look.effect(one), look.words.p_value(None if one is None else one.p_holm)


def _background(look: _Look, rater: str) -> Table:
    words = look.words
    found = look.of("missing_next_round", rater, quantity="covariate")
    rows = [[_covariate(look, one.key.term or ""), *_tested(look, one)] for one in found]
    heads = [
        words("missing.background"),
        words("missing.leaving.adjusted"),
        words("missing.leaving.adjusted_holm"),
    ]
    return look.table(
        f"background-{rater}", words("missing.leaving.background", rater=look.rater(rater)), heads, rows
    )


def _covariate(look: _Look, term: str) -> str:
    """A number's name, or a category against the one that it is compared with."""
    name, _, contrast = term.partition(":")
    if not contrast:
        own = look.words.name("missing.covariate", name)
        return own if own != name else look.names.covariate(name)
    category, _, reference = contrast.rpartition(" against ")
    return look.words(
        "missing.against",
        covariate=look.names.covariate(name),
        category=look.words.name("value", category),
        reference=look.words.name("value", reference),
    )


def _ways(look: _Look) -> tuple[tuple[str, ...], Iterator[Table]]:
    words = look.words
    said = []
    for rater in RATERS:
        apart = [
            words(f"missing.ways.apart.{analysis}", distance=words.decimal(one.estimate or 0.0, 2))
            for analysis in _COMPARED
            if (one := look.one("missing_compared", rater, term=analysis)) is not None
        ]
        if apart:
            said.append(words("missing.ways.said", rater=look.names.rater(rater), parts=words.listed(apart)))
        cut = {
            term: look.one("missing_next_round", rater, quantity="weight", term=term)
            for term in ("lowest", "highest")
        }
        limits = {term: words.decimal(one.estimate or 0.0, 2) for term, one in cut.items() if one}
        if len(limits) == len(cut):
            said.append(words("missing.ways.cut", rater=look.names.rater(rater), **limits))
    return (*words.paragraphs("missing.ways.text"), *said), (_way_table(look, rater) for rater in RATERS)


def _way_table(look: _Look, rater: str) -> Table:
    words = look.words
    columns = [
        {
            (one.key.indicator, one.key.quantity): one
            for one in look.of(analysis, rater, model="adjusted", scale=scale)
        }
        for analysis, scale in _WAYS
    ]
    places = dict.fromkeys(
        place for column in columns[1:] for place, one in column.items() if one.estimate is not None
    )
    rows = [
        [look.names.indicator(indicator or ""), words(f"quantity.{quantity}")]
        + [look.effect(column.get((indicator, quantity))) for column in columns]
        for indicator, quantity in places
    ]
    heads = ["question", "quantity", "as_planned", "weighted", "imputed", "information", "as_no_job"]
    made = look.table(
        f"ways-{rater}",
        words("missing.ways.caption", rater=look.rater(rater)),
        [words(f"missing.{head}") for head in heads],
        rows,
    )
    first, second, *others = made.columns
    return Table(made.name, made.caption, (first, Column(second.title), *others), made.rows)


def _bounds(look: _Look) -> tuple[tuple[str, ...], Iterator[Table]]:
    words = look.words
    terms = ("known", "lowest", "highest")
    found = {rater: [look.one("job_share_bounds", rater, term=term) for term in terms] for rater in RATERS}
    rows = [
        [look.names.rater(rater), *(look.bound(one) for one in told if one is not None)]
        for rater, told in found.items()
        if all(told)
    ]
    heads = [words("missing.rater"), *(words(f"missing.bounds.{term}") for term in terms)]
    table = look.table("bounds", words("missing.bounds.caption"), heads, rows)
    return (words("missing.bounds.text"),), iter((table,))
