"""Curves in Plotly's form: plain dictionaries, colours by the names of the page's custom properties."""

import html
from dataclasses import dataclass
from typing import Any

from bip.overview.curves import MONTH, Point

Figure = dict[str, Any]

_CLEAR = "rgba(0,0,0,0)"
_GRID = "var(--line)"
_COLOUR = "var(--series-1)"


@dataclass(frozen=True, slots=True)
class Line:
    """A curve and its name; `start` is its share on the day of enrolment."""

    name: str
    points: tuple[Point, ...]
    start: float


def curve_figure(line: Line, *, across: str, interval: str | None = None) -> Figure:
    """Shares in per cent over months. `interval`: the name of its interval, which is drawn then."""
    data = [_trace(line), *(_limits(line, interval) if interval is not None else [])]
    end = max(point.day for point in line.points) / MONTH
    axis = {"gridcolor": _GRID, "zeroline": False, "fixedrange": True, "automargin": True}
    return {
        "data": data,
        "layout": {
            "height": 300,
            "margin": {"l": 8, "r": 8, "t": 8, "b": 8},
            "font": {"family": "system-ui, sans-serif", "size": 13, "color": "var(--text)"},
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
            "xaxis": {
                **axis,
                "title": {"text": html.escape(across), "standoff": 4},
                "range": [-0.02 * end, 1.03 * end],
                "dtick": 3 if end > 6 else 1,
            },
            "yaxis": {**axis, "range": [-3, 103], "ticksuffix": " %", "dtick": 25},
        },
    }


def _trace(line: Line) -> Figure:
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "name": html.escape(line.name),
        "x": [0, *(_months(point) for point in line.points)],
        "y": [_percent(line.start), *(_percent(point.value) for point in line.points)],
        "hoverinfo": "name+y",
        "line": {"color": _COLOUR, "width": 2},
        "marker": {"color": _COLOUR, "size": 7},
    }


def _limits(line: Line, name: str) -> list[Figure]:
    return [
        {
            "type": "scatter",
            "mode": "lines",
            "name": html.escape(name),
            "showlegend": first,
            "x": [_months(point) for point in line.points],
            "y": [None if limit is None else _percent(limit) for limit in limits],
            "hoverinfo": "skip",
            "line": {"color": "var(--muted)", "dash": "dot", "width": 1},
        }
        for first, limits in (
            (True, [point.low for point in line.points]),
            (False, [point.high for point in line.points]),
        )
    ]


def _months(point: Point) -> float:
    return round(point.day / MONTH, 2)


def _percent(share: float) -> int:
    return round(100 * share)
