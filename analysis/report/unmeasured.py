"""How strong something unmeasured would have to be: E-values, and the curve of what explains one away.

Source of curve and E-value: `analysis.estimates.unmeasured`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import plotly.graph_objects as go

from analysis.dataset.schema import RATERS
from analysis.estimates.results import Estimate
from analysis.estimates.unmeasured import e_value, partner
from analysis.report.evidence import SIGNIFICANT
from analysis.report.look import Look, Told
from analysis.report.parts import Figure, Table
from analysis.report.plotting import FIRST, SECOND, Stroke, figure_json, layout, plain
from analysis.report.words import Words

_HEIGHT: Final = 380
_POINTS: Final = 60
# Both axes go from 1 to this many E-values, and at least so far that ratios of daily life are on them.
_REACH, _LEAST_REACH = 1.6, 3.0
# Rows of the table, beside the E-values themselves.
_STEPS: Final = (1.25, 1.5, 1.75, 2.0, 2.5, 3.0, 4.0, 5.0, 8.0)


@dataclass(frozen=True)
class _Found:
    """A risk ratio with its E-value; `limit` is the interval's end closer to 1, None where it holds 1."""

    risk: Estimate
    ratio: float
    e_value: float
    limit: float | None

    @property
    def stands(self) -> bool:
        return self.risk.p_holm is not None and self.risk.p_holm < SIGNIFICANT


def unmeasured(look: Look) -> Told:
    """A sentence and a picture a rater, of its strongest association, and a table of all."""
    found = {rater: _of(look, rater) for rater in RATERS}
    strongest = {rater: _strongest(own) for rater, own in found.items() if own}
    return Told(
        look.words.paragraphs("closer.unmeasured.text"),
        (_table(look, rater, own) for rater, own in found.items()),
        tuple(_figure(look, rater, one) for rater, one in strongest.items()),
        tuple(_sentence(look, rater, one) for rater, one in strongest.items()),
    )


def _of(look: Look, rater: str) -> list[_Found]:
    asked = {"model": "adjusted"}
    values = {
        (one.key.indicator, one.key.quantity): one.estimate
        for one in look.of("job_hazard", rater, scale="e_value", **asked)
    }
    return [
        _Found(one, one.estimate, value, _limit(one))
        for one in look.of("job_hazard", rater, scale="risk_ratio", **asked)
        if one.estimate is not None and (value := values.get((one.key.indicator, one.key.quantity)))
    ]


def _limit(one: Estimate) -> float | None:
    if one.ci_low is None or one.ci_high is None or one.ci_low <= 1.0 <= one.ci_high:
        return None
    return one.ci_low if one.ci_low > 1.0 else one.ci_high


def _strongest(found: list[_Found]) -> _Found:
    """What a reader is most tempted by: the largest of those that stand after Holm, else of all."""
    return max(found, key=lambda one: (one.stands, one.e_value))


def _sentence(look: Look, rater: str, one: _Found) -> str:
    """What it takes to explain the strongest away, and its limit."""
    words = look.words
    key = "closer.unmeasured.stands" if one.stands else "closer.unmeasured.largest"
    first = words(
        key,
        rater=look.names.rater(rater),
        question=look.names.indicator(one.risk.key.indicator or "", quoted=True),
        quantity=words(f"quantity.{one.risk.key.quantity}").lower(),
        ratio=look.number(one.risk),
        size=words.decimal(one.e_value, 2),
    )
    if one.limit is None:
        return f"{first} {words('closer.unmeasured.holds_one')}"
    return f"{first} {words('closer.unmeasured.limit', size=words.decimal(e_value(one.limit), 2))}"


def _table(look: Look, rater: str, found: list[_Found]) -> Table:
    words = look.words
    rows = (
        [
            look.names.indicator(one.risk.key.indicator or ""),
            words(f"quantity.{one.risk.key.quantity}"),
            look.number(one.risk),
            words.decimal(one.e_value, 2),
            words.decimal(1.0 if one.limit is None else e_value(one.limit), 2),
        ]
        for one in found
    )
    heads = (("question", "quantity"), ("risk_ratio", "e_value", "e_limit"))
    named, numbers = ([words(f"closer.{head}") for head in part] for part in heads)
    base = look.base("closer.base", (one.risk for one in found), what=words("closer.unmeasured.base"))
    caption = words("closer.unmeasured.caption", rater=look.rater(rater))
    return look.table(f"closer-unmeasured-{rater}", caption, (named, numbers), rows, (base,))


def _curves(words: Words, one: _Found) -> list[tuple[str, float, Stroke]]:
    """What is drawn: name, risk ratio and look of each curve."""
    named = [("curve_estimate", one.ratio, FIRST)]
    if one.limit is not None:
        named.append(("curve_limit", one.limit, SECOND))
    return [
        (words(f"closer.unmeasured.{name}", ratio=words.decimal(ratio, 2)), ratio, stroke)
        for name, ratio, stroke in named
    ]


def _figure(look: Look, rater: str, one: _Found) -> Figure:
    words = look.words
    about = {
        "question": look.names.indicator(one.risk.key.indicator or ""),
        "quantity": words(f"quantity.{one.risk.key.quantity}").lower(),
        "rater": look.rater(rater),
    }
    name, caption = f"closer-curve-{rater}", words("closer.unmeasured.curve", **about)
    reach = max(_LEAST_REACH, _REACH * one.e_value)
    curves = _curves(words, one)
    frame = layout(words, words("closer.unmeasured.with_answers"), _HEIGHT)
    # A little below 1, so that the first labels of the axes do not meet.
    axis = {"range": [1.0 - 0.03 * (reach - 1.0), reach], "showgrid": True, "zeroline": False}
    frame["xaxis"] |= axis
    frame["yaxis"] |= axis | {"title": {"text": words("closer.unmeasured.with_job")}}
    frame["legend"] |= {"orientation": "v"}
    return Figure(
        name,
        caption,
        words("closer.unmeasured.alt"),
        figure_json([_line(words, *curve, reach) for curve in curves], frame),
        _curve_table(look, name, caption, one),
        notes=(words("closer.unmeasured.read"),),
    )


def _line(words: Words, name: str, ratio: float, stroke: Stroke, reach: float) -> go.Scatter:
    """The confounders that just explain `ratio` away, and the one of them that is alike with both."""
    first = partner(ratio, reach) or reach
    with_answers = np.geomspace(first, reach, _POINTS)
    pairs = [(float(a), b) for a in with_answers if (b := partner(ratio, float(a))) is not None]
    middle = e_value(ratio)
    pairs = sorted([*pairs, (middle, middle)])
    return go.Scatter(
        x=[a for a, _ in pairs],
        y=[b for _, b in pairs],
        mode="lines+markers",
        name=plain(name),
        showlegend=True,
        line={"dash": stroke.dash, "color": stroke.colour, "width": 2},
        marker={
            "symbol": stroke.symbol,
            "size": [10 if a == middle else 0 for a, _ in pairs],
            "color": stroke.colour,
            "opacity": 1,
            "line": {"width": 2, "color": stroke.colour},
        },
        hoverinfo="text",
        hovertext=[plain(_hover(words, name, a, b)) for a, b in pairs],
    )


def _hover(words: Words, name: str, with_answers: float, with_job: float) -> str:
    return words(
        "closer.unmeasured.hover",
        name=name,
        answers=words.decimal(with_answers, 2),
        job=words.decimal(with_job, 2),
    )


def _curve_table(look: Look, name: str, caption: str, one: _Found) -> Table:
    """A row a ratio with the answers: the ratio with a job that it takes beside it."""
    words = look.words
    curves = _curves(words, one)
    steps = sorted({*_STEPS, *(e_value(ratio) for _, ratio, _ in curves)})
    rows = (
        [
            words.decimal(step, 2),
            *(_needed(words, partner(ratio, step)) for _, ratio, _ in curves),
        ]
        for step in steps
    )
    heads = ([words("closer.unmeasured.with_answers")], [title for title, _, _ in curves])
    return look.table(name, caption, heads, rows, (words("closer.unmeasured.too_weak"),))


def _needed(words: Words, with_job: float | None) -> str:
    return words("number.none") if with_job is None else words.decimal(with_job, 2)
