"""Estimates as parts of a page: what could be found, forest plots with their tables, what was refused."""

from __future__ import annotations

from collections.abc import Sequence

from analysis.dataset.schema import RATERS
from analysis.report.evidence import MODELS, QUANTITIES, Evidence, Forest, Shown
from analysis.report.figures import forest_figure
from analysis.report.names import Names
from analysis.report.parts import Column, Figure, Group, Table
from analysis.report.planned import mark
from analysis.report.words import Words


def detectable_ranges(words: Words, names: Names, found: Evidence) -> tuple[str, ...]:
    """A sentence a rater and quantity: from the smallest to the largest of its detectable effects."""
    said = []
    for forest in found.leading:
        sizes = [one.detectable for one in forest.adjusted if one.detectable is not None]
        corrected = [size for one in forest.adjusted if (size := forest.corrected(one)) is not None]
        if sizes:
            said.append(
                words(
                    "detectable.summary",
                    rater=names.rater(forest.rater),
                    quantity=words(f"quantity.{forest.quantity}").lower(),
                    size=words.range_of(sizes),
                    corrected=words.range_of(corrected),
                )
            )
    return tuple(said)


def detectable_tables(words: Words, names: Names, found: Evidence) -> tuple[Table, ...]:
    """One table a rater: indicators down, quantity and model across."""
    tables = []
    for rater in RATERS:
        forests = [f for q in QUANTITIES if (f := found.forest(rater, q)) and f.estimated]
        if forests:
            tables.append(_detectable(words, names, rater, forests))
    return tuple(tables)


def _detectable(words: Words, names: Names, rater: str, forests: Sequence[Forest]) -> Table:
    columns = [Column(words("estimates.indicator"))]
    sizes: dict[str, list[str]] = {row.indicator: [] for forest in forests for row in forest.rows}
    for forest in forests:
        by_indicator = {row.indicator: row for row in forest.rows}
        for model in MODELS:
            columns.append(Column(_detectable_title(words, forest.quantity, model), number=True))
            for indicator, cells in sizes.items():
                shown = row.of(model) if (row := by_indicator.get(indicator)) else None
                cells.append(_size(words, shown.detectable if shown else None))
        columns.append(
            Column(_detectable_title(words, forest.quantity, "adjusted", "corrected"), number=True)
        )
        for indicator, cells in sizes.items():
            shown = row.adjusted if (row := by_indicator.get(indicator)) else None
            cells.append(_size(words, forest.corrected(shown) if shown else None))
    rows = tuple((names.indicator(indicator), *cells) for indicator, cells in sizes.items())
    caption = words("detectable.caption", rater=names.rater(rater).lower())
    return Table(f"detectable-{rater}", caption, tuple(columns), rows)


def _detectable_title(words: Words, quantity: str, model: str, kind: str = "column") -> str:
    return words(
        f"detectable.{kind}", quantity=words(f"quantity.{quantity}"), model=words(f"model.{model}").lower()
    )


def _size(words: Words, size: float | None) -> str:
    return words("number.none") if size is None else words.decimal(size, 2)


def forest_groups(words: Words, names: Names, found: Evidence) -> tuple[Group, ...]:
    """A group a rater with what the answer rests on, and folded groups with the rest."""
    leading = found.leading
    groups = []
    for rater in RATERS:
        own = [f for f in found.forests if f.rater == rater and f.estimated]
        first = tuple(forest for forest in own if forest in leading)
        if first:
            groups.append(_group(words, names, rater, first, folded=False))
        rest = tuple(forest for forest in own if forest not in leading)
        if rest:
            groups.append(_group(words, names, rater, rest, folded=True))
    return tuple(groups)


def _group(words: Words, names: Names, rater: str, forests: Sequence[Forest], *, folded: bool) -> Group:
    heading = names.rater(rater)
    if folded:
        heading = words(
            "estimates.other_analysis", analysis=words.name("analysis", forests[0].analysis).lower()
        )
    reach = _reach(forests)
    figures = tuple(_forest(words, names, forest, reach) for forest in forests)
    return Group(
        f"forest-{rater}{'-more' if folded else ''}",
        heading,
        figures,
        folded,
        mark=_mark(words, forests) if folded else None,
    )


def _mark(words: Words, forests: Sequence[Forest]) -> str | None:
    """Whether these were planned: what is folded may not be what the section rests on."""
    shown = [one.points for forest in forests for row in forest.rows for one in row.shown]
    return mark(words, shown, {forest.analysis for forest in forests})


def _reach(forests: Sequence[Forest]) -> tuple[float, float]:
    """From the lowest to the highest end of an interval in all forests: one axis, so that they compare."""
    shown = [one.points for forest in forests for row in forest.rows for one in row.shown]
    lows = [one.ci_low for one in shown if one.ci_low is not None]
    highs = [one.ci_high for one in shown if one.ci_high is not None]
    return min(0.0, *lows), max(0.0, *highs)


def _forest(words: Words, names: Names, forest: Forest, reach: tuple[float, float]) -> Figure:
    name = f"forest-{forest.analysis}-{forest.rater}-{forest.quantity}"
    rater = names.rater(forest.rater).lower()
    joint = forest.analysis == "job_hazard"
    quantity = words(f"quantity.{forest.quantity}") if joint else words.name("analysis", forest.analysis)
    return Figure(
        name,
        words("estimates.caption", quantity=quantity, rater=rater),
        words("estimates.alt", n=words.whole(len(forest.rows))),
        forest_figure(words, names, forest, reach),
        _points_table(words, names, forest, name, words("estimates.table", quantity=quantity, rater=rater)),
        folded=(
            _log_table(
                words, names, forest, name, words("estimates.log_table", quantity=quantity, rater=rater)
            ),
        ),
        notes=tuple(
            words("estimates.few_events_adjusted")
            for _ in range(any(one.adjusted and one.adjusted.few_events for one in forest.rows))
        ),
    )


def _points_table(words: Words, names: Names, forest: Forest, name: str, caption: str) -> Table:
    titles = ("size", "p", "holm", "rows", "persons", "events")
    columns = (
        Column(words("estimates.indicator")),
        Column(words("estimates.model")),
        *(Column(words(f"estimates.{title}"), number=True) for title in titles),
        Column(words("estimates.note"), wide=True),
    )
    rows = tuple(
        _points_row(words, names, row.indicator, shown) for row in forest.rows for shown in row.shown
    )
    return Table(name, caption, columns, rows)


def _points_row(words: Words, names: Names, indicator: str, shown: Shown) -> tuple[str, ...]:
    one, size = shown.points, words("number.none")
    if one.estimate is not None:
        size = words.with_interval(words.signed(one.estimate, 2), one.ci_low, one.ci_high, 2)
    return (
        names.indicator(indicator),
        words(f"model.{one.key.model}"),
        size,
        words.p_value(one.p_value),
        words.p_value(one.p_holm),
        words.guarded(one.n_rows),
        words.guarded(one.n_persons),
        words.guarded(one.n_events),
        _note(words, shown),
    )


def _note(words: Words, shown: Shown) -> str:
    notes = []
    if shown.points.refused is not None:
        notes.append(words("estimates.refused"))
    if shown.found:
        notes.append(words("estimates.found"))
    if shown.few_events:
        notes.append(words("estimates.few_events"))
    return "; ".join(notes)


def _log_table(words: Words, names: Names, forest: Forest, name: str, caption: str) -> Table:
    titles = ("estimate", "std_error", "interval", "p", "holm")
    columns = (
        Column(words("estimates.indicator")),
        Column(words("estimates.model")),
        *(Column(words(f"estimates.{title}"), number=True) for title in titles),
    )
    rows = tuple(
        cells
        for row in forest.rows
        for shown in row.shown
        if (cells := _log_row(words, names, row.indicator, shown))
    )
    return Table(f"{name}-log-odds", caption, columns, rows)


def _log_row(words: Words, names: Names, indicator: str, shown: Shown) -> tuple[str, ...] | None:
    one = shown.log_odds
    if one is None or one.estimate is None or one.std_error is None:
        return None
    if one.ci_low is None or one.ci_high is None:
        return None
    return (
        names.indicator(indicator),
        words(f"model.{one.key.model}"),
        words.signed(one.estimate, 3),
        words.decimal(one.std_error, 3),
        words.interval(one.ci_low, one.ci_high, 3),
        words.p_value(one.p_value),
        words.p_value(one.p_holm),
    )
