"""Counts as parts of a page: who was asked, and the spread of the answers."""

from __future__ import annotations

from collections.abc import Sequence

from analysis.dataset.schema import RATERS
from analysis.report.distributions import Distribution, RoundRow
from analysis.report.figures import MOST_BARS, bin_name, spread_figure
from analysis.report.names import Names
from analysis.report.parts import Column, Figure, Group, Table
from analysis.report.people import Characteristic, People
from analysis.report.words import Words


def people_tables(words: Words, names: Names, asked: People) -> tuple[Table, ...]:
    """One table a characteristic, with n and share of all enrolled persons."""
    return tuple(_characteristic(words, names, one) for one in asked.characteristics)


def _characteristic(words: Words, names: Names, one: Characteristic) -> Table:
    name = names.covariate(one.name)
    rows = []
    for value, count in zip(one.values, one.persons.cells, strict=True):
        hidden = words("number.hidden")
        shown = (words.whole(count), words.percent(count, one.persons.total)) if count is not None else None
        rows.append((words.name("value", value), *(shown or (hidden, hidden))))
    return Table(
        f"people-{one.name}",
        words("asked.table", characteristic=name.lower()),
        (
            Column(words("asked.characteristic")),
            Column(words("asked.persons"), number=True),
            Column(words("asked.share"), number=True),
        ),
        tuple(rows),
        (words("asked.base", n=words.guarded(one.persons.total)),),
    )


def spread_groups(words: Words, names: Names, spread: Sequence[Distribution]) -> tuple[Group, ...]:
    """A group a rater, a figure an indicator."""
    found = []
    for rater in RATERS:
        own = [one for one in spread if one.rater == rater]
        if own:
            heading = words("distributions.rater", rater=names.rater(rater))
            figures = tuple(_spread(words, names, one, number) for number, one in enumerate(own) if one.rows)
            empty = [names.indicator(one.item.key) for one in own if not one.rows]
            note = words("distributions.nothing", indicators=words.listed(empty)) if empty else None
            found.append(Group(f"spread-{rater}", heading, figures, folded=True, note=note))
    return tuple(found)


def _spread(words: Words, names: Names, shown: Distribution, number: int) -> Figure:
    label = names.indicator(shown.item.key)
    caption = words("distributions.caption", indicator=label, rater=names.rater(shown.rater).lower())
    notes = []
    if len(shown.rows) > MOST_BARS:
        notes.append(words("distributions.picture", n=words.whole(MOST_BARS)))
    if shown.left_out:
        notes.append(words.count("distributions.left_out", shown.left_out))
    name = f"spread-{shown.rater}-{number}"
    return Figure(
        name,
        caption,
        words("distributions.alt", indicator=label),
        spread_figure(words, shown),
        _spread_table(words, shown, name, caption),
        tuple(notes),
        key=names.step_words(shown.instrument, shown.item, shown.rater),
    )


def _spread_table(words: Words, shown: Distribution, name: str, caption: str) -> Table:
    stepwise = all(part.low == part.high for part in shown.bins)
    titles = [
        words("distributions.step", step=bin_name(words, part)) if stepwise else bin_name(words, part)
        for part in shown.bins
    ]
    titles += [words("distributions.no_answer"), words("distributions.base_column")]
    if stepwise:
        titles.append(words("distributions.mean"))
    columns = (Column(words("distributions.round")), *(Column(title, number=True) for title in titles))
    return Table(name, caption, columns, tuple(_round(words, row, stepwise) for row in shown.rows))


def _round(words: Words, row: RoundRow, stepwise: bool) -> tuple[str, ...]:
    cells = [
        words("number.hidden")
        if count is None
        else words(
            "distributions.cell", n=words.whole(count), percent=words.percent(count, row.persons.total)
        )
        for count in row.persons.cells
    ]
    mean = words("number.none") if row.mean is None else words.decimal(row.mean, 2)
    first = words("distributions.round_value", n=words.whole(row.round))
    return (first, *cells, words.whole(row.persons.total), *((mean,) if stepwise else ()))
