"""Both raters' answers as pictures with their tables: a line chart an indicator, a spider now and before.

What is given is drawn: whoever calls knows what the reader may see.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from bip.casework.comparison_figures import Figure, Series, line_figure, spider_figure
from surveys.model import Scale
from surveys.schema import RATERS, Rater


@dataclass(frozen=True)
class Indicator:
    """An indicator in the reader's language; `steps` are the words of its steps by rater."""

    key: str
    number: int
    label: str
    scale: Scale
    steps: Mapping[Rater, Mapping[float, str]]

    def holds(self, value: float) -> bool:
        """Whether `value` lies on the scale; what does not is a missing code."""
        return self.scale.lowest <= value <= self.scale.highest


@dataclass(frozen=True)
class Round:
    """A measuring occasion and the day it was due, written out."""

    number: int
    due: str


@dataclass(frozen=True)
class Comparison:
    """One participant's answers: a value or a missing code by rater, round number and indicator key.

    What is not there is sealed, or not rated yet. `raters`: the person behind a rater's answers of a round.
    """

    indicators: tuple[Indicator, ...]
    rounds: tuple[Round, ...]
    answers: Mapping[tuple[Rater, int, str], float]
    raters: Mapping[tuple[Rater, int], UUID] = field(default_factory=dict)

    def answer(self, rater: Rater, one: Round, indicator: Indicator) -> float | None:
        """The value or missing code, or None."""
        return self.answers.get((rater, one.number, indicator.key))

    def value(self, rater: Rater, one: Round, indicator: Indicator) -> float | None:
        """The value, where there is one."""
        answer = self.answer(rater, one, indicator)
        return answer if answer is not None and indicator.holds(answer) else None

    def is_same_person(self, rater: Rater, one: Round, other: Round) -> bool:
        """Whether the same person is known to have answered both rounds."""
        person = self.raters.get((rater, one.number))
        return person is not None and person == self.raters.get((rater, other.number))

    @property
    def scale(self) -> Scale | None:
        """The scale that all indicators have in common, if they have."""
        scales = {indicator.scale for indicator in self.indicators}
        return scales.pop() if len(scales) == 1 else None

    @property
    def answered(self) -> tuple[Round, ...]:
        """The rounds with an answer of either rater, missing codes counting as answers."""
        numbers = {number for _, number, _ in self.answers}
        return tuple(one for one in self.rounds if one.number in numbers)


@dataclass(frozen=True)
class Words:
    """The texts around the answers, in the reader's language."""

    raters: Mapping[Rater, str]
    missing: Mapping[int, str]
    not_yet: str
    round: str
    due: str
    indicator: str
    before: str
    now: str
    spider: str


@dataclass(frozen=True)
class Chart:
    """A picture, its text alternative, and the table of the same numbers."""

    title: str
    alternative: str
    figure: Figure
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def line_charts(comparison: Comparison, words: Words) -> tuple[Chart, ...]:
    """A chart an indicator, over all rounds."""
    return tuple(_line_chart(comparison, words, indicator) for indicator in comparison.indicators)


def _line_chart(comparison: Comparison, words: Words, indicator: Indicator) -> Chart:
    rounds = comparison.rounds
    lines = [
        Series(
            rater,
            words.raters[rater],
            tuple(comparison.value(rater, one, indicator) for one in rounds),
            tuple(_cell(words, indicator, rater, comparison.answer(rater, one, indicator)) for one in rounds),
        )
        for rater in RATERS
    ]
    return Chart(
        title=_numbered(indicator),
        alternative=_in_words(lines),
        figure=line_figure(
            lines,
            rounds=[(str(one.number), one.due) for one in rounds],
            title=words.round,
            scale=indicator.scale,
        ),
        columns=(words.round, words.due, *(line.name for line in lines)),
        rows=tuple(
            (str(one.number), one.due, *(line.told[at] for line in lines)) for at, one in enumerate(rounds)
        ),
    )


def spider_chart(comparison: Comparison, words: Words) -> Chart | None:
    """All indicators at the latest round with an answer, and at the one before that has any.

    None where nothing is answered yet, or where the indicators have no scale in common.
    """
    indicators, scale = comparison.indicators, comparison.scale
    if not comparison.answered or scale is None:
        return None
    latest = list(zip((words.now, words.before), reversed(comparison.answered), strict=False))
    webs = [
        Series(
            rater,
            f"{words.raters[rater]}, {when}: {one.due}",
            tuple(comparison.value(rater, one, i) for i in indicators),
            tuple(_cell(words, i, rater, comparison.answer(rater, one, i)) for i in indicators),
            faint=one is not comparison.answered[-1],
        )
        for rater in RATERS
        for when, one in reversed(latest)
    ]
    named = [_numbered(indicator) for indicator in indicators]
    return Chart(
        title=words.spider,
        alternative=_in_words(webs),
        figure=spider_figure(webs, [(str(i.number), _numbered(i)) for i in indicators], scale),
        columns=(words.indicator, *(web.name for web in webs)),
        rows=tuple(zip(named, *(web.told for web in webs), strict=True)),
    )


def _numbered(indicator: Indicator) -> str:
    return f"{indicator.number}. {indicator.label}"


def _cell(words: Words, indicator: Indicator, rater: Rater, answer: float | None) -> str:
    """`3: I look every week`, `don't know`, or what stands for no answer yet."""
    if answer is None:
        return words.not_yet
    if not indicator.holds(answer):
        return words.missing[int(answer)]
    step = indicator.steps.get(rater, {}).get(answer)
    return f"{answer:g}" if step is None else f"{answer:g}: {step}"


def _in_words(shown: list[Series]) -> str:
    return ". ".join(f"{one.name}: {'; '.join(one.told)}" for one in shown)
