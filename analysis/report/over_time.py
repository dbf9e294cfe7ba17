"""How many have got a job by when: sentences, and curves with their tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import plotly.graph_objects as go

from analysis.estimates.follow_up import HORIZONS
from analysis.estimates.horizon_curves import ALIKE, GROUPS, RATIOS, ratio_term
from analysis.estimates.results import Estimate
from analysis.report.names import Names
from analysis.report.over_time_evidence import OverTime
from analysis.report.over_time_tables import at_risk, first_table, number, percent, range_table, steps_table
from analysis.report.parts import Figure, Group
from analysis.report.plotting import FIRST, SECOND, Stroke, figure_json, layout, plain
from analysis.report.words import Words

_HEIGHT = 340


def lost_sentences(words: Words, names: Names, shown: Iterable[OverTime]) -> tuple[str, ...]:
    """A sentence a rater: the share with a job at a year, how many were lost, and the range."""
    said = []
    for one in shown:
        share = next((e for e in one.curve() if e.key.horizon_days == HORIZONS[-1]), None)
        lost = one.lost(HORIZONS[-1])
        ends = [one.at(HORIZONS[-1], ratio_term(ratio)) for ratio in RATIOS]
        bounds = [one.at(HORIZONS[-1], term) for term in ("lost_none", "lost_all")]
        if share is None or share.estimate is None or share.ci_low is None or share.ci_high is None:
            continue
        told = words(
            "over_time.summary",
            rater=names.rater(one.rater).lower(),
            persons=words.guarded(share.n_persons),
            share=percent(words, share),
            interval=words.interval(share.ci_low, share.ci_high, 1),
            lost=percent(words, lost),
            low=percent(words, ends[0]),
            high=percent(words, ends[-1]),
            none=percent(words, bounds[0]),
            all=percent(words, bounds[1]),
        )
        said.append(" ".join([told, *_alike(words, one, share)]))
    return tuple(said)


def _alike(words: Words, one: OverTime, share: Estimate) -> Iterator[str]:
    """The interval for more caseworkers, or organisations, like these where that is the wider one."""
    for column, term in ALIKE.items():
        alike = one.at(HORIZONS[-1], term)
        if alike and not alike.refused and number(alike.std_error) > number(share.std_error):
            interval = words.interval(number(alike.ci_low), number(alike.ci_high), 1)
            yield words(f"over_time.more_of_{column}", interval=interval)


def curve_groups(words: Words, names: Names, shown: Sequence[OverTime]) -> tuple[Group, ...]:
    """A group with each rater's curve of all, and for each rater a folded one with a figure an indicator."""
    first = {one.rater: _overall(words, names, one) for one in shown}
    without = [names.rater(rater).lower() for rater, figure in first.items() if figure is None]
    everybody = Group(
        "over-time",
        words("over_time.everybody"),
        tuple(figure for figure in first.values() if figure is not None),
        note=words("over_time.nothing", raters=words.listed(without)) if without else None,
    )
    return everybody, *(_groups(words, names, one) for one in shown)


def _groups(words: Words, names: Names, one: OverTime) -> Group:
    figures = {key: _by_group(words, names, one, place) for place, key in enumerate(one.indicators)}
    empty = [names.indicator(key) for key, figure in figures.items() if figure is None]
    return Group(
        f"over-time-{one.rater}-groups",
        words("over_time.groups", rater=names.rater(one.rater).lower()),
        tuple(figure for figure in figures.values() if figure is not None),
        folded=True,
        note=words("over_time.too_few", indicators=words.listed(empty)) if empty else None,
    )


def _overall(words: Words, names: Names, one: OverTime) -> Figure | None:
    """The figure of everybody, or none where no step of it may be shown."""
    steps = one.curve()
    if all(step.refused is not None for step in steps):
        return None
    rater = names.rater(one.rater).lower()
    name, caption = f"over-time-{one.rater}", words("over_time.caption", rater=rater)
    traces = [_line(words, words("over_time.all"), steps, FIRST)]
    series = (
        ("over_time.all", steps),
        *((f"over_time.{term}", one.curve(term=term)) for term in ALIKE.values()),
    )
    return Figure(
        name,
        caption,
        words("over_time.alt"),
        _picture(words, traces),
        steps_table(words, name, caption, series),
        folded=(first_table(words, name, one), range_table(words, name, one)),
    )


def _by_group(words: Words, names: Names, one: OverTime, place: int) -> Figure | None:
    key = one.indicators[place]
    curves = {group: one.curve(indicator=key, group=group) for group in GROUPS}
    if not all(any(step.refused is None for step in steps) for steps in curves.values()):
        return None
    label = names.indicator(key)
    name = f"over-time-{one.rater}-{place}"
    caption = words("over_time.group_caption", indicator=label, rater=names.rater(one.rater).lower())
    traces = [
        _line(words, words(f"over_time.{group}"), curves[group], stroke)
        for group, stroke in zip(GROUPS, (FIRST, SECOND), strict=True)
    ]
    series = tuple((f"over_time.{group}", curves[group]) for group in GROUPS)
    return Figure(
        name,
        caption,
        words("over_time.group_alt", indicator=label),
        _picture(words, traces),
        steps_table(words, name, caption, series),
    )


def _picture(words: Words, traces: Sequence[go.Scatter]) -> str:
    look = layout(words, words("over_time.axis"), _HEIGHT)
    look["showlegend"] = len(traces) > 1
    look["xaxis"] |= {"tickvals": [0, *HORIZONS], "range": [-9, HORIZONS[-1] + 12]}
    look["yaxis"] |= {
        "title": {"text": words("over_time.share_axis")},
        "rangemode": "tozero",
        "showgrid": True,
    }
    return figure_json(list(traces), look)


def _line(words: Words, name: str, steps: Sequence[Estimate], stroke: Stroke) -> go.Scatter:
    """A curve through the steps that may be shown, with its intervals; it begins at nought."""
    drawn = [step for step in steps if step.refused is None]
    days = [step.key.horizon_days or 0 for step in drawn]
    shares = [number(step.estimate) for step in drawn]
    return go.Scatter(
        x=[0, *days],
        y=[0.0, *shares],
        mode="lines+markers",
        name=plain(name),
        showlegend=True,
        line={"dash": stroke.dash, "color": stroke.colour, "width": 2},
        marker={"symbol": stroke.symbol, "size": 8, "color": stroke.colour},
        error_y={
            "type": "data",
            "symmetric": False,
            "array": [0.0, *(number(step.ci_high) - number(step.estimate) for step in drawn)],
            "arrayminus": [0.0, *(number(step.estimate) - number(step.ci_low) for step in drawn)],
            "color": stroke.colour,
            "thickness": 1.2,
            "width": 3,
        },
        hoverinfo="text",
        hovertext=["", *(plain(_hover(words, name, step)) for step in drawn)],
    )


def _hover(words: Words, name: str, step: Estimate) -> str:
    return words(
        "over_time.hover",
        name=name,
        day=words.whole(step.key.horizon_days or 0),
        share=percent(words, step),
        interval=words.interval(number(step.ci_low), number(step.ci_high), 1),
        at_risk=at_risk(words, step),
    )
