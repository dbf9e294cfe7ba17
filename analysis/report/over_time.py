"""How many have got a job by when: curves with their tables, contrasts, and what the lost may have had."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import plotly.graph_objects as go

from analysis.estimates.follow_up import HORIZONS
from analysis.estimates.horizon_contrasts import UPPER_AGAINST_LOWER
from analysis.estimates.horizon_curves import GROUPS, RATIOS, ratio_term
from analysis.estimates.results import Estimate
from analysis.report.names import Names
from analysis.report.over_time_evidence import OverTime
from analysis.report.parts import Column, Figure, Group, Table
from analysis.report.plotting import SERIES_1, SERIES_2, figure_json, layout, plain
from analysis.report.suppression import LIMIT
from analysis.report.words import Words

_HEIGHT = 340


@dataclass(frozen=True)
class _Look:
    """How a curve is drawn: told apart by line and shape as well as by colour."""

    dash: str
    symbol: str
    colour: str


_FIRST = _Look("solid", "square", SERIES_1)
_SECOND = _Look("dash", "circle-open", SERIES_2)


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
        said.append(
            words(
                "over_time.summary",
                rater=names.rater(one.rater).lower(),
                share=_percent(words, share),
                interval=words.interval(share.ci_low, share.ci_high, 1),
                lost=_percent(words, lost),
                low=_percent(words, ends[0]),
                high=_percent(words, ends[-1]),
                none=_percent(words, bounds[0]),
                all=_percent(words, bounds[1]),
            )
        )
    return tuple(said)


def curve_groups(words: Words, names: Names, shown: Iterable[OverTime]) -> tuple[Group, ...]:
    """For each rater a group with the curve of all, and a folded one with a figure an indicator."""
    groups = []
    for one in shown:
        heading = words("over_time.rater", rater=names.rater(one.rater).lower())
        first = _overall(words, names, one)
        note = None if first else words("over_time.nothing")
        groups.append(Group(f"over-time-{one.rater}", heading, first, note=note))
        figures = [_by_group(words, names, one, number) for number in range(len(one.indicators))]
        kept = tuple(figure for figure in figures if figure is not None)
        empty = [
            names.indicator(key)
            for key, figure in zip(one.indicators, figures, strict=True)
            if figure is None
        ]
        groups.append(
            Group(
                f"over-time-{one.rater}-groups",
                words("over_time.groups", rater=names.rater(one.rater).lower()),
                kept,
                folded=True,
                note=words("over_time.too_few", indicators=words.listed(empty)) if empty else None,
            )
        )
    return tuple(groups)


def contrast_tables(words: Words, names: Names, shown: Iterable[OverTime]) -> tuple[Table, ...]:
    """One table a rater: a row for every indicator and horizon."""
    return tuple(_contrasts(words, names, one) for one in shown if one.indicators)


def _percent(words: Words, one: Estimate | None) -> str:
    if one is None or one.estimate is None:
        return words("number.none")
    return words("number.percent", value=words.decimal(one.estimate, 1))


def _overall(words: Words, names: Names, one: OverTime) -> tuple[Figure, ...]:
    """The figure of everybody, or nothing where no step of it may be shown."""
    steps = one.curve()
    if all(step.refused is not None for step in steps):
        return ()
    rater = names.rater(one.rater).lower()
    name, caption = f"over-time-{one.rater}", words("over_time.caption", rater=rater)
    traces = [_line(words, words("over_time.all"), steps, _FIRST)]
    figure = Figure(
        name,
        caption,
        words("over_time.alt"),
        _picture(words, traces),
        _steps_table(words, name, caption, (("over_time.all", steps),)),
        folded=(_first_table(words, name, one), _range_table(words, name, one)),
    )
    return (figure,)


def _by_group(words: Words, names: Names, one: OverTime, number: int) -> Figure | None:
    key = one.indicators[number]
    curves = {group: one.curve(indicator=key, group=group) for group in GROUPS}
    if not all(any(step.refused is None for step in steps) for steps in curves.values()):
        return None
    label = names.indicator(key)
    name = f"over-time-{one.rater}-{number}"
    caption = words("over_time.group_caption", indicator=label, rater=names.rater(one.rater).lower())
    traces = [
        _line(words, words(f"over_time.{group}"), curves[group], look)
        for group, look in zip(GROUPS, (_FIRST, _SECOND), strict=True)
    ]
    series = tuple((f"over_time.{group}", curves[group]) for group in GROUPS)
    return Figure(
        name,
        caption,
        words("over_time.group_alt", indicator=label),
        _picture(words, traces),
        _steps_table(words, name, caption, series),
    )


def _picture(words: Words, traces: Sequence[go.Scatter]) -> str:
    look = layout(words, words("over_time.axis"), _HEIGHT)
    look["xaxis"] |= {"tickvals": [0, *HORIZONS], "range": [0, HORIZONS[-1] + 12]}
    look["yaxis"] |= {
        "title": {"text": words("over_time.share_axis")},
        "rangemode": "tozero",
        "showgrid": True,
    }
    return figure_json(list(traces), look)


def _line(words: Words, name: str, steps: Sequence[Estimate], look: _Look) -> go.Scatter:
    """A curve through the steps that may be shown, with its intervals; it begins at nought."""
    drawn = [step for step in steps if step.refused is None]
    days = [step.key.horizon_days or 0 for step in drawn]
    shares = [_number(step.estimate) for step in drawn]
    return go.Scatter(
        x=[0, *days],
        y=[0.0, *shares],
        mode="lines+markers",
        name=plain(name),
        showlegend=True,
        line={"dash": look.dash, "color": look.colour, "width": 2},
        marker={"symbol": look.symbol, "size": 8, "color": look.colour},
        error_y={
            "type": "data",
            "symmetric": False,
            "array": [0.0, *(_number(step.ci_high) - _number(step.estimate) for step in drawn)],
            "arrayminus": [0.0, *(_number(step.estimate) - _number(step.ci_low) for step in drawn)],
            "color": look.colour,
            "thickness": 1.2,
            "width": 3,
        },
        hoverinfo="text",
        hovertext=["", *(plain(_hover(words, name, step)) for step in drawn)],
    )


def _number(value: float | None) -> float:
    if value is None:
        raise ValueError("a step that is not refused has no estimate or interval")
    return value


def _hover(words: Words, name: str, step: Estimate) -> str:
    return words(
        "over_time.hover",
        name=name,
        day=words.whole(step.key.horizon_days or 0),
        share=_percent(words, step),
        interval=words.interval(_number(step.ci_low), _number(step.ci_high), 1),
        at_risk=_at_risk(words, step),
    )


def _at_risk(words: Words, step: Estimate) -> str:
    """The number is rounded down to whole fives, so nought stands for anything under the limit."""
    if step.n_rows < LIMIT:
        return words("number.fewer", limit=words.whole(LIMIT))
    return words.whole(step.n_rows)


def _steps_table(
    words: Words, name: str, caption: str, curves: Sequence[tuple[str, Sequence[Estimate]]]
) -> Table:
    columns = (
        Column(words("over_time.day")),
        Column(words("over_time.who")),
        Column(words("over_time.share"), number=True),
        Column(words("estimates.interval"), number=True),
        Column(words("over_time.at_risk"), number=True),
        Column(words("over_time.events"), number=True),
        Column(words("estimates.note"), wide=True),
    )
    rows = tuple(_step_row(words, words(key), step) for key, steps in curves for step in steps)
    return Table(name, caption, columns, rows, (words("over_time.rounded"),))


def _step_row(words: Words, who: str, step: Estimate) -> tuple[str, ...]:
    day = words.whole(step.key.horizon_days or 0)
    if step.refused is not None:
        none = words("number.none")
        return (day, who, none, none, none, none, words.reason(step.refused))
    return (
        day,
        who,
        _percent(words, step),
        words.interval(_number(step.ci_low), _number(step.ci_high), 1),
        _at_risk(words, step),
        words.guarded(step.n_events),
        "",
    )


def _first_table(words: Words, name: str, one: OverTime) -> Table:
    """What came first: the job, or the exit for another reason."""
    series = tuple((f"over_time.{term}", one.curve(term=term)) for term in ("job_first", "left_first"))
    return _steps_table(words, f"{name}-first", words("over_time.first_caption"), series)


def _range_table(words: Words, name: str, one: OverTime) -> Table:
    """A row an assumption on those lost, a column a horizon."""
    terms = ("lost_none", *(ratio_term(ratio) for ratio in RATIOS), "lost_all", "unweighted")
    columns = (
        Column(words("over_time.assumption"), wide=True),
        *(Column(words("over_time.by_day", day=words.whole(day)), number=True) for day in HORIZONS),
    )
    rows = tuple(
        (_assumption(words, term), *(_percent(words, one.at(day, term)) for day in HORIZONS))
        for term in terms
    )
    lost = (words("over_time.lost"), *(_percent(words, one.lost(day)) for day in HORIZONS))
    return Table(f"{name}-range", words("over_time.range_caption"), columns, (*rows, lost))


def _assumption(words: Words, term: str) -> str:
    prefix, _, ratio = term.rpartition("_")
    if prefix == "lost_ratio":
        return words("over_time.lost_ratio", ratio=words.decimal(float(ratio), 1))
    return words(f"over_time.{term}")


def _contrasts(words: Words, names: Names, one: OverTime) -> Table:
    titles = ("difference", "interval", "ratio", "interval", "p", "holm", "persons", "events", "range")
    keys = {"interval": "estimates.interval", "p": "estimates.p", "holm": "estimates.holm"}
    columns = (
        Column(words("estimates.indicator")),
        Column(words("over_time.day"), number=True),
        *(Column(words(keys.get(title, f"over_time.{title}")), number=True) for title in titles),
        Column(words("estimates.note"), wide=True),
    )
    rows = tuple(
        row
        for key in one.indicators
        for day in HORIZONS
        if (row := _contrast_row(words, names, one, key, day))
    )
    caption = words("over_time.contrasts", rater=names.rater(one.rater).lower())
    return Table(f"over-time-{one.rater}-contrasts", caption, columns, rows, (words("over_time.middle"),))


def _contrast_row(
    words: Words, names: Names, one: OverTime, indicator: str, day: int
) -> tuple[str, ...] | None:
    difference, ratio = (
        one.contrast(indicator, day, scale, UPPER_AGAINST_LOWER)
        for scale in ("risk_difference_pp", "risk_ratio")
    )
    if difference is None or ratio is None:
        return None
    first = (names.indicator(indicator), words.whole(day))
    if difference.refused is not None:
        return (*first, *[words("number.none")] * 9, words.reason(difference.refused))
    assumed = [
        one.contrast(indicator, day, "risk_difference_pp", f"{UPPER_AGAINST_LOWER}:{ratio_term(value)}")
        for value in RATIOS
    ]
    ends = [end.estimate for end in assumed if end is not None and end.estimate is not None]
    return (
        *first,
        words.signed(_number(difference.estimate), 1),
        words.interval(_number(difference.ci_low), _number(difference.ci_high), 1),
        words.decimal(_number(ratio.estimate), 2),
        words.interval(_number(ratio.ci_low), _number(ratio.ci_high), 2),
        words.p_value(difference.p_value),
        words.p_value(difference.p_holm),
        words.guarded(difference.n_persons),
        words.guarded(difference.n_events),
        words.interval(min(ends), max(ends), 1) if ends else words("number.none"),
        "",
    )
