"""The pictures of a comparison in Plotly's form: plain dictionaries, so that no page waits for its import.

Colours are names of the page's custom properties, which `static/js/charts.js` looks up.
"""

from __future__ import annotations

import html
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from surveys.model import Scale
from surveys.schema import Rater

Figure = dict[str, Any]

_CLEAR = "rgba(0,0,0,0)"
_INK, _GRID = "var(--text)", "var(--line)"
# The longest label of a spider's axis.
_LABEL_WIDTH, _LABEL_LINES = 17, 4


@dataclass(frozen=True)
class Series:
    """One rater's values in order, None where there is none, and each of them told in words."""

    rater: Rater
    name: str
    values: tuple[float | None, ...]
    told: tuple[str, ...]
    faint: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to draw."""
        return all(value is None for value in self.values)


@dataclass(frozen=True)
class _Style:
    """How a rater is told apart, by more than colour; one mark shows round the other where both agree."""

    colour: str
    dash: str
    symbol: str
    size: int


_STYLES: Mapping[Rater, _Style] = {
    "participant": _Style("var(--series-1)", "solid", "circle", 8),
    "caseworker": _Style("var(--series-2)", "dash", "square-open", 13),
}


def line_figure(
    lines: Sequence[Series], *, rounds: Sequence[tuple[str, str]], title: str, scale: Scale
) -> Figure:
    """Lines over `rounds` (number and date), `scale` as the y axis."""
    numbers = [number for number, _ in rounds]
    low, high = scale.lowest, scale.highest
    room = (high - low) * 0.08
    axis = {"gridcolor": _GRID, "zeroline": False, "fixedrange": True, "automargin": True}
    across = {
        **axis,
        "title": {"text": _plain(title), "standoff": 4, "font": {"size": 13}},
        "type": "category",
        "categoryarray": numbers,
        "range": [-0.4, len(numbers) - 0.6],
        "showgrid": False,
    }
    up = {**axis, "range": [low - room, high + room], "tickmode": "array", "tickvals": _ticks(scale)}
    return {
        "data": [_line(line, rounds) for line in lines if not line.is_empty],
        "layout": {**_layout(height=230), "xaxis": across, "yaxis": up},
    }


def _line(line: Series, rounds: Sequence[tuple[str, str]]) -> Figure:
    told = zip(rounds, line.told, strict=True)
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "name": _plain(line.name),
        "x": [number for number, _ in rounds],
        "y": list(line.values),
        "hoverinfo": "text",
        "hovertext": [_plain(f"{line.name}, {due}: {answer}") for (_, due), answer in told],
        **_marked(line),
    }


def spider_figure(webs: Sequence[Series], axes: Sequence[tuple[str, str]], scale: Scale) -> Figure:
    """Webs over `axes` (number and label); where it is narrow, the numbers alone stand at the axes."""
    numbers = [number for number, _ in axes]
    layout = _layout(height=560)
    layout["legend"] |= {"y": -0.2, "yanchor": "top"}
    layout["margin"] |= {"l": 130, "r": 130, "t": 60, "b": 60}
    layout["polar"] = _polar(numbers, [_wrapped(label) for _, label in axes], scale)
    narrow = {
        "height": 440,
        "margin": {"l": 24, "r": 24, "t": 24, "b": 24},
        "polar": _polar(numbers, numbers, scale),
    }
    return {
        "data": [_web(web, numbers) for web in webs if not web.is_empty],
        "layout": layout,
        "narrow": narrow,
    }


def _web(web: Series, numbers: list[str]) -> Figure:
    return {
        "type": "scatterpolar",
        "mode": "lines+markers",
        "name": _plain(web.name),
        "theta": [*numbers, numbers[0]],
        "r": [*web.values, web.values[0]],
        "hoverinfo": "name+r",
        **_marked(web),
    }


def _polar(numbers: list[str], labels: list[str], scale: Scale) -> Figure:
    low, high = scale.lowest, scale.highest
    line = {"gridcolor": _GRID, "linecolor": _GRID, "tickmode": "array"}
    return {
        "bgcolor": _CLEAR,
        "gridshape": "linear",
        "angularaxis": {
            **line,
            "type": "category",
            "categoryarray": numbers,
            "tickvals": numbers,
            "ticktext": labels,
            "direction": "clockwise",
            "rotation": 90,
        },
        # From below the lowest step, which would otherwise fall into the middle for all indicators alike.
        "radialaxis": {
            **line,
            "range": [low - (high - low) / 4, high],
            "tickvals": _ticks(scale),
            "angle": 90,
            "tickangle": 90,
        },
    }


def _marked(series: Series) -> Figure:
    style = _STYLES[series.rater]
    line = {"color": style.colour, "dash": style.dash, "width": 2.0}
    marker = {"color": style.colour, "symbol": style.symbol, "size": style.size}
    if not series.faint:
        return {"line": line, "marker": {**marker, "line": {"color": style.colour, "width": 2}}}
    return {"line": {**line, "dash": "dot", "width": 1.5}, "marker": {**marker, "size": 6}, "opacity": 0.75}


def _ticks(scale: Scale) -> list[float]:
    """The ends and fifths of a continuous scale; else at most ten values, whole steps from its lowest."""
    low, high = scale.lowest, scale.highest
    if scale.kind == "continuous":
        return [low + (high - low) * fifth / 5 for fifth in range(6)]
    step = max(1, (high - low) // 5)
    return [low + step * k for k in range(int((high - low) // step) + 1)]


def _layout(height: int) -> Figure:
    return {
        "height": height,
        "margin": {"l": 8, "r": 8, "t": 8, "b": 8},
        "font": {"family": "system-ui, sans-serif", "size": 13, "color": _INK},
        "paper_bgcolor": _CLEAR,
        "plot_bgcolor": _CLEAR,
        "dragmode": False,
        "showlegend": True,
        "legend": {
            "orientation": "h",
            "x": 0,
            "y": 1.02,
            "yanchor": "bottom",
            "itemclick": False,
            "itemdoubleclick": False,
        },
    }


def _plain(text: str) -> str:
    """`text` as Plotly shows it letter by letter, though it reads a little HTML in labels."""
    return html.escape(text, quote=False)


def _wrapped(label: str) -> str:
    lines = textwrap.wrap(label, _LABEL_WIDTH, max_lines=_LABEL_LINES, placeholder=" …")
    return "<br>".join(map(_plain, lines))
