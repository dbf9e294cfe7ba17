"""Would it have come out the same? Other ways to ask, other decisions, bends, groups, the unmeasured.

Made from the estimates alone; each part is a few sentences with tables behind them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from analysis.dataset.schema import RATERS
from analysis.estimates.results import Estimate
from analysis.report.evidence import SIGNIFICANT
from analysis.report.names import Names
from analysis.report.parts import Column, Table
from analysis.report.words import Words

_QUANTITIES: Final = ("level", "change")
# How a table of decisions finds its columns: analysis, term.
_DECISIONS: Final = (
    ("job_hazard", None),
    ("job_hazard_sensitivity", "without_proxy"),
    ("job_hazard_sensitivity", "same_caseworker"),
    ("job_hazard_sensitivity", "same_organisation"),
    ("job_hazard_linear", None),
    ("job_hazard_cloglog", None),
)
_GROUPINGS: Final = ("sex_origin", "age_band", "language")
_CHANGES: Final = ("job_hazard", "change_given_baseline", "change_given_past_mean")


@dataclass(frozen=True)
class Part:
    """A heading, what it comes to, and the tables that it rests on."""

    name: str
    heading: str
    sentences: tuple[str, ...]
    tables: tuple[Table, ...]


@dataclass(frozen=True)
class _Look:
    """The estimates of one report and the words for them."""

    words: Words
    names: Names
    order: dict[str, int]
    estimates: Sequence[Estimate]

    def of(self, analysis: str, **parts: str | None) -> list[Estimate]:
        """Those of an analysis whose keys have these parts, in the order of the questionnaire."""
        found = [
            one
            for one in self.estimates
            if one.key.analysis == analysis
            and all(getattr(one.key, name) == part for name, part in parts.items())
        ]
        return sorted(found, key=lambda one: (self.order.get(one.key.indicator or "", 0), one.key.order))

    def table(self, name: str, rater: str, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> Table:
        """The first two columns hold words, the others numbers."""
        words = self.words
        heads = tuple(
            Column(words(f"closer.{column}"), number=place > 1) for place, column in enumerate(columns)
        )
        caption = words(f"closer.{name}.caption", rater=self.names.rater(rater).lower())
        return Table(f"closer-{name}-{rater}", caption, heads, tuple(tuple(row) for row in rows))

    def number(self, one: Estimate | None) -> str:
        """The estimate with its interval."""
        if one is None or one.estimate is None:
            return self.words("number.none")
        size = self.words.decimal(one.estimate, 2)
        if one.ci_low is None or one.ci_high is None:
            return size
        return f"{size} ({self.words.interval(one.ci_low, one.ci_high, 2)})"


def closer(
    words: Words, names: Names, order: dict[str, int], estimates: Sequence[Estimate]
) -> tuple[Part, ...]:
    """Every part of which there are estimates; `order` gives the indicators' places."""
    look = _Look(words, names, order, estimates)
    made: list[tuple[str, Callable[[_Look], tuple[tuple[str, ...], Iterator[Table]]]]] = [
        ("past", _past),
        ("decisions", _decisions),
        ("bends", _bends),
        ("groups", _groups),
        ("unmeasured", _unmeasured),
    ]
    parts = []
    for name, of in made:
        sentences, tables = of(look)
        kept = tuple(table for table in tables if table.rows)
        if kept:
            parts.append(Part(name, words(f"closer.{name}.heading"), sentences, kept))
    return tuple(parts)


def _past(look: _Look) -> tuple[tuple[str, ...], Iterator[Table]]:
    def tables() -> Iterator[Table]:
        for rater in RATERS:
            rows = [
                [look.names.indicator(indicator), look.words(f"model.{model}"), *cells]
                for indicator, model, cells in _across(look, rater)
            ]
            yield look.table("past", rater, ("question", "model", "since_previous", "baseline", "mean"), rows)

    return (look.words("closer.past.text"),), tables()


def _across(look: _Look, rater: str) -> Iterator[tuple[str, str, list[str]]]:
    """Each question and model with the change of the three analyses."""
    by_analysis = {
        analysis: {
            (one.key.indicator, one.key.model): one
            for one in look.of(analysis, rater=rater, quantity="change", scale="ame_pp")
        }
        for analysis in _CHANGES
    }
    for indicator, model in by_analysis["change_given_baseline"]:
        if indicator and model:
            cells = [look.number(found.get((indicator, model))) for found in by_analysis.values()]
            yield indicator, model, cells


def _decisions(look: _Look) -> tuple[tuple[str, ...], Iterator[Table]]:
    def tables() -> Iterator[Table]:
        for rater in RATERS:
            columns = [_decided(look, rater, *decision) for decision in _DECISIONS]
            rows = [
                [look.names.indicator(place[0]), look.words(f"quantity.{place[1]}")]
                + [look.number(column.get(place)) for column in columns]
                for place in columns[0]
                if any(place in column for column in columns[1:])
            ]
            titles = (
                "as_planned",
                "without_proxy",
                "same_caseworker",
                "same_organisation",
                "linear",
                "ratio",
            )
            yield look.table("decisions", rater, ("question", "quantity", *titles), rows)

    return look.words.paragraphs("closer.decisions.text"), tables()


def _decided(look: _Look, rater: str, analysis: str, term: str | None) -> dict[tuple[str, str], Estimate]:
    scale = "hazard_ratio" if analysis == "job_hazard_cloglog" else "ame_pp"
    found = look.of(analysis, rater=rater, term=term, model="adjusted", scale=scale)
    return {(one.key.indicator or "", one.key.quantity): one for one in found}


def _bends(look: _Look) -> tuple[tuple[str, ...], Iterator[Table]]:
    words = look.words
    tests = [one for one in look.of("linearity", scale="wald_chi2") if one.p_holm is not None]
    bent = sum(one.p_holm is not None and one.p_holm < SIGNIFICANT for one in tests)
    sentence = words.count("closer.bends.found", len(tests), bent=words.whole(bent))
    return (words("closer.bends.text"), sentence), (_bend_table(look, rater) for rater in RATERS)


def _bend_table(look: _Look, rater: str) -> Table:
    """A row a question: the two tests, then every step against the lowest."""
    words = look.words
    tests = {
        (one.key.indicator, one.key.quantity): one
        for one in look.of("linearity", rater=rater, scale="wald_chi2")
    }
    steps = {
        (one.key.indicator, (one.key.term or "").removeprefix("step:")): one
        for one in look.of("linearity", rater=rater, scale="difference_pp")
    }
    names = sorted({step for _, step in steps}, key=float)
    rows = [
        [
            look.names.indicator(indicator or ""),
            *(_p_values(words, tests.get((indicator, test))) for test in ("categories", "spline")),
            *(look.number(steps.get((indicator, step))) for step in names),
        ]
        for indicator in dict.fromkeys(indicator for indicator, _ in tests)
    ]
    heads = [words("closer.question"), words("closer.bends.categories"), words("closer.bends.spline")]
    heads += [words("closer.bends.step", step=step) for step in names]
    columns = tuple(Column(head, number=place > 0) for place, head in enumerate(heads))
    caption = words("closer.bends.caption", rater=look.names.rater(rater).lower())
    return Table(f"closer-bends-{rater}", caption, columns, tuple(map(tuple, rows)))


def _p_values(words: Words, test: Estimate | None) -> str:
    """Holm's p, and the plain one in brackets."""
    if test is None or test.p_value is None:
        return words("number.none")
    return f"{words.p_value(test.p_holm)} ({words.p_value(test.p_value)})"


def _groups(look: _Look) -> tuple[tuple[str, ...], Iterator[Table]]:
    words = look.words
    tests = [one for one in look.of("subgroups", scale="wald_chi2") if one.p_holm is not None]
    standing = [one for one in tests if one.p_holm is not None and one.p_holm < SIGNIFICANT]

    def tables() -> Iterator[Table]:
        for rater in RATERS:
            columns = ("question", "quantity", *_GROUPINGS)
            yield look.table("groups", rater, columns, _tested(look, rater))
            shown = [
                [
                    look.names.indicator(one.key.indicator or ""),
                    _group_name(words, one.key.group),
                    words(f"quantity.{one.key.quantity}"),
                    look.number(one),
                    words.guarded(one.n_persons),
                ]
                for one in look.of("subgroups", rater=rater, scale="ame_pp")
                if one.estimate is not None
            ]
            columns = ("question", "group", "quantity", "size", "persons")
            yield look.table("group_sizes", rater, columns, shown)

    sentence = words.count("closer.groups.found", len(tests), standing=words.whole(len(standing)))
    return (words("closer.groups.text"), sentence), tables()


def _tested(look: _Look, rater: str) -> Iterator[list[str]]:
    """A row a question and measure, a column a grouping."""
    tests = {
        (one.key.indicator, one.key.quantity, one.key.term): one
        for one in look.of("subgroups", rater=rater, scale="wald_chi2")
    }
    for indicator, quantity in dict.fromkeys(place[:2] for place in tests):
        cells = [_p_values(look.words, tests.get((indicator, quantity, one))) for one in _GROUPINGS]
        yield [look.names.indicator(indicator or ""), look.words(f"quantity.{quantity}"), *cells]


def _group_name(words: Words, group: str | None) -> str:
    """Categories in words where the contract knows them, as they are where not (ages, languages)."""
    named = (group or "").partition(":")[2]
    return ", ".join(words.name("value", part) for part in named.split("/"))


def _unmeasured(look: _Look) -> tuple[tuple[str, ...], Iterator[Table]]:
    def tables() -> Iterator[Table]:
        for rater in RATERS:
            values = {
                (one.key.indicator, one.key.quantity): one
                for one in look.of("job_hazard", rater=rater, model="adjusted", scale="e_value")
            }
            rows = []
            for one in look.of("job_hazard", rater=rater, model="adjusted", scale="risk_ratio"):
                found = values.get((one.key.indicator, one.key.quantity))
                if one.estimate is None or found is None or found.estimate is None:
                    continue
                limit = (
                    look.words("number.none") if found.ci_low is None else look.words.decimal(found.ci_low, 2)
                )
                rows.append(
                    [
                        look.names.indicator(one.key.indicator or ""),
                        look.words(f"quantity.{one.key.quantity}"),
                        look.number(one),
                        look.words.decimal(found.estimate, 2),
                        limit,
                    ]
                )
            columns = ("question", "quantity", "risk_ratio", "e_value", "e_limit")
            yield look.table("unmeasured", rater, columns, rows)

    return look.words.paragraphs("closer.unmeasured.text"), tables()
