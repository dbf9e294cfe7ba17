"""Shares over time as tables: the steps of curves, what came first, what the lost may have had, contrasts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from analysis.estimates.follow_up import HORIZONS
from analysis.estimates.horizon_contrasts import UPPER_AGAINST_LOWER
from analysis.estimates.horizon_curves import RATIOS, ratio_term
from analysis.estimates.results import Estimate
from analysis.report.names import Names
from analysis.report.over_time_evidence import OverTime
from analysis.report.parts import Column, Table
from analysis.report.suppression import LIMIT
from analysis.report.words import Words


def contrast_tables(words: Words, names: Names, shown: Iterable[OverTime]) -> tuple[Table, ...]:
    """One table a rater: a row for every indicator and horizon."""
    return tuple(_contrasts(words, names, one) for one in shown if one.indicators)


def steps_table(
    words: Words, name: str, caption: str, curves: Sequence[tuple[str, Sequence[Estimate]]]
) -> Table:
    """A row a step of every curve (its key among the texts, its steps), with its n."""
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
        percent(words, step),
        words.interval(number(step.ci_low), number(step.ci_high), 1),
        at_risk(words, step),
        words.guarded(step.n_events),
        "",
    )


def first_table(words: Words, name: str, one: OverTime) -> Table:
    """What came first: the job, or the exit for another reason."""
    series = tuple((f"over_time.{term}", one.curve(term=term)) for term in ("job_first", "left_first"))
    return steps_table(words, f"{name}-first", words("over_time.first_caption"), series)


def range_table(words: Words, name: str, one: OverTime) -> Table:
    """A row an assumption on those lost, a column a horizon."""
    terms = ("lost_none", *(ratio_term(ratio) for ratio in RATIOS), "lost_all", "unweighted")
    columns = (
        Column(words("over_time.assumption"), wide=True),
        *(Column(words("over_time.by_day", day=words.whole(day)), number=True) for day in HORIZONS),
    )
    rows = tuple(
        (_assumption(words, term), *(percent(words, one.at(day, term)) for day in HORIZONS)) for term in terms
    )
    lost = (words("over_time.lost"), *(percent(words, one.lost(day)) for day in HORIZONS))
    return Table(f"{name}-range", words("over_time.range_caption"), columns, (*rows, lost))


def _assumption(words: Words, term: str) -> str:
    prefix, _, ratio = term.rpartition("_")
    if prefix == "lost_ratio":
        return words("over_time.lost_ratio", ratio=words.decimal(float(ratio), 1))
    return words(f"over_time.{term}")


def _contrasts(words: Words, names: Names, one: OverTime) -> Table:
    titles = ("difference", "ratio", "p", "holm", "persons", "events", "range")
    keys = {"p": "estimates.p", "holm": "estimates.holm"}
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
        return (*first, *[words("number.none")] * 7, words.reason(difference.refused))
    assumed = [
        one.contrast(indicator, day, "risk_difference_pp", f"{UPPER_AGAINST_LOWER}:{ratio_term(value)}")
        for value in RATIOS
    ]
    ends = [end.estimate for end in assumed if end is not None and end.estimate is not None]
    return (
        *first,
        words.with_interval(
            words.signed(number(difference.estimate), 1), difference.ci_low, difference.ci_high, 1
        ),
        words.with_interval(words.decimal(number(ratio.estimate), 2), ratio.ci_low, ratio.ci_high, 2),
        words.p_value(difference.p_value),
        words.p_value(difference.p_holm),
        words.guarded(difference.n_persons),
        words.guarded(difference.n_events),
        words.interval(min(ends), max(ends), 1) if ends else words("number.none"),
        "",
    )


def percent(words: Words, one: Estimate | None) -> str:
    """A share."""
    if one is None or one.estimate is None:
        return words("number.none")
    return words("number.percent", value=words.decimal(one.estimate, 1))


def number(value: float | None) -> float:
    """What an estimate that is not refused must have. Raises ValueError."""
    if value is None:
        raise ValueError("a step that is not refused has no estimate or interval")
    return value


def at_risk(words: Words, step: Estimate) -> str:
    """The number is rounded down to whole fives, so nought stands for anything under the limit."""
    if step.n_rows < LIMIT:
        return words("number.fewer", limit=words.whole(LIMIT))
    return words.whole(step.n_rows)
