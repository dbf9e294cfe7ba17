"""Pictures as Plotly figures in JSON: stacked bars of answers, forest plots of estimates.

Nothing is told by colour alone: steps carry their number, models their shape, what is hidden or missing a
pattern.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from analysis.report.distributions import Bin, Distribution, RoundRow
from analysis.report.evidence import Forest, Shown
from analysis.report.names import Names
from analysis.report.plotting import INK, SERIES_1, SERIES_2, figure_json, layout, plain, wrapped
from analysis.report.words import Words

# More rounds than this make bars too many to read; the table holds them all.
MOST_BARS = 6
# Light to dark in one hue: readable without colour vision and in grey print.
_LIGHT, _DARK = (222, 235, 247), (8, 64, 129)
# On fills that are the same in light and dark.
_FILL_INK = "#1b1b1b"


@dataclass(frozen=True)
class _Answer:
    """One field of every bar: its name, persons by round, fill, ink and pattern."""

    name: str
    counts: tuple[int, ...]
    fill: str
    ink: str = _FILL_INK
    pattern: str = ""


@dataclass(frozen=True)
class _Style:
    """How a model is marked: `offset` from its line, in lines."""

    model: str
    offset: float
    symbol: str
    colour: str


_STYLES = (
    _Style("alone", -0.16, "circle-open", SERIES_2),
    _Style("adjusted", 0.16, "square", SERIES_1),
)


def bin_name(words: Words, part: Bin) -> str:
    """`3` for a step, `1.0 to under 1.8` for a part of a scale."""
    if part.low == part.high:
        return words.decimal(part.low, 0)
    key = "distributions.bin" if part.closed else "distributions.bin_under"
    return words(key, low=words.decimal(part.low, 1), high=words.decimal(part.high, 1))


def spread_figure(words: Words, shown: Distribution) -> str:
    """Horizontal bars, one a round, of the shares of each answer; hidden counts as one field together."""
    rows = shown.rows[:MOST_BARS]
    # The number in the field names a step; the part of a scale needs the legend, and room for it.
    legend = not all(part.low == part.high for part in shown.bins)
    look = layout(words, words("distributions.axis"), (230 if legend else 80) + 32 * len(rows))
    look |= {"barmode": "stack", "bargap": 0.25, "uniformtext": {"mode": "hide", "minsize": 10}}
    look["showlegend"] = legend
    look["xaxis"] |= {"range": [0, 100]}
    look["yaxis"] |= {"autorange": "reversed", "type": "category"}
    return figure_json([_bar(words, rows, answer) for answer in _answers(words, shown.bins, rows)], look)


def _answers(words: Words, bins: Sequence[Bin], rows: Sequence[RoundRow]) -> Iterator[_Answer]:
    counts = [tuple(row.persons.cells[k] or 0 for row in rows) for k in range(len(bins) + 1)]
    for k, part in enumerate(bins):
        yield _Answer(bin_name(words, part), counts[k], *_shade(k, len(bins)))
    yield _Answer(words("distributions.no_answer"), counts[-1], "#e4e4e4", pattern="/")
    hidden = tuple(row.persons.hidden_total for row in rows)
    if any(hidden):
        yield _Answer(words("distributions.hidden_share"), hidden, "#ffffff", pattern="x")


def _shade(k: int, steps: int) -> tuple[str, str]:
    """Fill and ink of the k-th step."""
    at = k / max(steps - 1, 1)
    red, green, blue = (round(low + (high - low) * at) for low, high in zip(_LIGHT, _DARK, strict=True))
    return f"rgb({red},{green},{blue})", _FILL_INK if at < 0.6 else "#ffffff"


def _bar(words: Words, rows: Sequence[RoundRow], answer: _Answer) -> go.Bar:
    counted = list(zip(rows, answer.counts, strict=True))
    marker = {
        "color": answer.fill,
        "line": {"color": INK, "width": 0.5},
        "pattern": {"shape": answer.pattern, "fgcolor": INK, "size": 6, "solidity": 0.2},
    }
    return go.Bar(
        x=[100 * n / row.persons.total for row, n in counted],
        y=[_round(words, row) for row in rows],
        orientation="h",
        name=plain(answer.name),
        marker=marker,
        text=["" if answer.pattern or not n else plain(answer.name) for n in answer.counts],
        textposition="inside",
        insidetextanchor="middle",
        textangle=0,
        textfont={"color": answer.ink, "size": 12},
        hoverinfo="text",
        hovertext=[plain(_bar_hover(words, row, answer.name, n)) for row, n in counted],
    )


def _round(words: Words, row: RoundRow) -> str:
    return words("distributions.round_value", n=words.whole(row.round))


def _bar_hover(words: Words, row: RoundRow, answer: str, n: int) -> str:
    return words(
        "distributions.hover",
        round=_round(words, row),
        answer=answer,
        n=words.whole(n),
        total=words.whole(row.persons.total),
        percent=words.percent(n, row.persons.total),
    )


def forest_figure(words: Words, names: Names, forest: Forest, reach: tuple[float, float]) -> str:
    """Estimates with intervals on one line an indicator: alone a ring above, adjusted a square below.

    `reach`: the axis goes from the first to the second, and a little beyond.
    """
    rows = forest.rows
    look = layout(words, words("estimates.axis"), 110 + 52 * len(rows))
    margin = 0.04 * (reach[1] - reach[0])
    look["xaxis"] |= {"zeroline": True, "zerolinecolor": INK, "zerolinewidth": 2}
    look["xaxis"]["range"] = [reach[0] - margin, reach[1] + margin]
    look["yaxis"] |= {
        "tickmode": "array",
        "tickvals": list(range(len(rows))),
        "ticktext": [wrapped(names.indicator(row.indicator)) for row in rows],
        "range": [len(rows) - 0.4, -0.6],
        "showgrid": False,
        "zeroline": False,
    }
    return figure_json([_points(words, names, forest, style) for style in _STYLES], look)


def _points(words: Words, names: Names, forest: Forest, style: _Style) -> go.Scatter:
    found = [
        (line, row.indicator, shown)
        for line, row in enumerate(forest.rows)
        if (shown := row.of(style.model)) and shown.points.refused is None
    ]
    ends = [_ends(shown) for _, _, shown in found]
    return go.Scatter(
        x=[middle for _, middle, _ in ends],
        y=[line + style.offset for line, _, _ in found],
        mode="markers",
        name=words(f"estimates.legend_{style.model}"),
        showlegend=True,
        marker={
            "symbol": style.symbol,
            "color": style.colour,
            "size": 10,
            "line": {"width": 2, "color": style.colour},
        },
        error_x={
            "type": "data",
            "symmetric": False,
            "array": [high - middle for _, middle, high in ends],
            "arrayminus": [middle - low for low, middle, _ in ends],
            "color": style.colour,
            "thickness": 1.8,
            "width": 4,
        },
        hoverinfo="text",
        hovertext=[plain(_point_hover(words, names, key, shown)) for _, key, shown in found],
    )


def _ends(shown: Shown) -> tuple[float, float, float]:
    """Lower end, estimate, upper end."""
    one = shown.points
    if one.estimate is None or one.ci_low is None or one.ci_high is None:
        raise ValueError(f"{one.key}: not refused, yet without an estimate or its interval")
    return one.ci_low, one.estimate, one.ci_high


def _point_hover(words: Words, names: Names, indicator: str, shown: Shown) -> str:
    low, middle, high = _ends(shown)
    return words(
        "estimates.hover",
        indicator=names.indicator(indicator),
        model=words(f"model.{shown.points.key.model}"),
        size=words.signed(middle, 2),
        interval=words.interval(low, high, 2),
    )
