"""Which days had an activity, and whether a job-oriented one stood alone or beside others.

Plain functions over days: the published study found that job-oriented activities do most together with
others, that the others alone bring nobody closer to work, and that who has no activity falls back.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import groupby, pairwise

from bip.store.lists import ActivityKind

_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Spell:
    """An activity, both days included; without `last_day` it goes on."""

    kind: ActivityKind
    first_day: date
    last_day: date | None


@dataclass(frozen=True, slots=True)
class Span:
    """The days that are looked at, both included; none where the last lies before the first."""

    first_day: date
    last_day: date


class Mix(StrEnum):
    """What a day had."""

    JOB_ALONE = "job_alone"
    JOB_WITH_OTHERS = "job_with_others"
    OTHERS_ALONE = "others_alone"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Stretch:
    """Neighbouring days that had the same, both included."""

    mix: Mix
    first_day: date
    last_day: date

    @property
    def days(self) -> int:
        """How many they are."""
        return (self.last_day - self.first_day).days + 1


@dataclass(frozen=True, slots=True)
class Exposure:
    """Numbers of days. The first four add up to the days of the span; `longest_gap` is a part of `none`."""

    job_alone: int
    job_with_others: int
    others_alone: int
    none: int
    longest_gap: int


def stretches(spells: Iterable[Spell], span: Span) -> list[Stretch]:
    """The span, cut where what the days had changes; neighbours differ."""
    within = list(_clipped(spells, span))
    pieces = (
        Stretch(_mix(spell.kind for spell in within if _covers(spell, first)), first, after - _ONE_DAY)
        for first, after in pairwise(_cuts(within, span))
    )
    groups = (list(group) for _, group in groupby(pieces, key=lambda piece: piece.mix))
    return [Stretch(group[0].mix, group[0].first_day, group[-1].last_day) for group in groups]


def exposure(spells: Iterable[Spell], span: Span) -> Exposure:
    """How many days of the span had what."""
    found = stretches(spells, span)

    def days(mix: Mix) -> list[int]:
        return [one.days for one in found if one.mix is mix]

    return Exposure(
        sum(days(Mix.JOB_ALONE)),
        sum(days(Mix.JOB_WITH_OTHERS)),
        sum(days(Mix.OTHERS_ALONE)),
        sum(days(Mix.NONE)),
        max(days(Mix.NONE), default=0),
    )


def gap_days(spells: Iterable[Spell], today: date, since: date) -> int:
    """Days since the last one with an activity, 0 while one runs; where there was none, since `since`."""
    begun = (spell for spell in spells if spell.first_day <= today)
    latest = max((min(spell.last_day or today, today) for spell in begun), default=since)
    return max((today - max(latest, since)).days, 0)


def _clipped(spells: Iterable[Spell], span: Span) -> Iterator[Spell]:
    for spell in spells:
        first = max(spell.first_day, span.first_day)
        last = min(spell.last_day or span.last_day, span.last_day)
        if first <= last:
            yield Spell(spell.kind, first, last)


def _cuts(within: Sequence[Spell], span: Span) -> list[date]:
    """The first days of the pieces, and the day after the last; fewer than two where the span has no days."""
    if span.last_day < span.first_day:
        return []
    ends = {spell.last_day + _ONE_DAY for spell in within if spell.last_day is not None}
    starts = {spell.first_day for spell in within}
    return sorted({span.first_day, span.last_day + _ONE_DAY} | starts | ends)


def _covers(spell: Spell, day: date) -> bool:
    return spell.first_day <= day and (spell.last_day is None or day <= spell.last_day)


def _mix(running: Iterable[ActivityKind]) -> Mix:
    kinds = set(running)
    if not kinds:
        return Mix.NONE
    if kinds == {ActivityKind.JOB_ORIENTED}:
        return Mix.JOB_ALONE
    return Mix.JOB_WITH_OTHERS if ActivityKind.JOB_ORIENTED in kinds else Mix.OTHERS_ALONE
