"""What all pictures share: plain looks, texts made harmless, JSON that may stand in a page."""

from __future__ import annotations

import html
import textwrap
from dataclasses import dataclass
from typing import Any, Final

import plotly.graph_objects as go

from analysis.report.words import Words

# Names of the page's custom properties, which the page's script looks up: a figure serves light and dark.
INK, GRID = "var(--text)", "var(--line)"
SERIES_1, SERIES_2 = "var(--series-1)", "var(--series-2)"
PAPER = "rgba(0,0,0,0)"
_LABEL_WIDTH = 18


@dataclass(frozen=True)
class Stroke:
    """How a curve is drawn: told apart by line and shape as well as by colour."""

    dash: str
    symbol: str
    colour: str


FIRST: Final = Stroke("solid", "square", SERIES_1)
SECOND: Final = Stroke("dash", "circle-open", SERIES_2)


def plain(text: str) -> str:
    """`text` as Plotly shows it letter by letter, though it reads a little HTML in labels."""
    return html.escape(text, quote=False)


def wrapped(text: str, width: int = _LABEL_WIDTH) -> str:
    """`text` in short lines for an axis."""
    lines = textwrap.wrap(text, width, max_lines=4, placeholder=" …") or [""]
    return "<br>".join(plain(line) for line in lines)


def layout(words: Words, axis: str, height: int) -> dict[str, Any]:
    """The layout that every picture starts from: `height` in pixels, `axis` the title of the x axis."""
    return {
        "height": height,
        "separators": words("number.separators"),
        "margin": {"l": 8, "r": 12, "t": 8, "b": 8},
        "font": {"family": "system-ui, sans-serif", "size": 13, "color": INK},
        "paper_bgcolor": PAPER,
        "plot_bgcolor": PAPER,
        "dragmode": False,
        "legend": {
            "orientation": "h",
            "x": 0,
            "xanchor": "left",
            "y": 1.02,
            "yanchor": "bottom",
            "traceorder": "normal",
            "itemclick": False,
            "itemdoubleclick": False,
        },
        "xaxis": {
            "title": {"text": axis},
            "gridcolor": GRID,
            "automargin": True,
            "fixedrange": True,
            "zeroline": False,
        },
        "yaxis": {"automargin": True, "fixedrange": True},
    }


def figure_json(traces: list[Any], look: dict[str, Any]) -> str:
    """The figure as JSON for a script element: nothing in it can end the element."""
    figure = go.Figure(data=traces, layout={**look, "template": go.layout.Template()})
    text: str = figure.to_json()
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
