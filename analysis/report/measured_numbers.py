"""The estimates of the measurement, looked up by what they are of and written as the page writes numbers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from analysis.estimates.measurement_entry import ANALYSIS
from analysis.estimates.results import Estimate
from analysis.report.names import Names
from analysis.report.words import Words


class At(NamedTuple):
    """Where an estimate stands; `quantity` is "whole_steps" for the reliable change in whole steps."""

    rater: str
    quantity: str
    indicator: str | None = None
    group: str | None = None


@dataclass(frozen=True)
class Numbers:
    """Estimates without a contrast by place, the checks apart; `indicators` in the instruments' order."""

    words: Words
    names: Names
    indicators: tuple[str, ...]
    by_place: Mapping[At, Estimate]
    checks: tuple[Estimate, ...]

    @property
    def refused(self) -> tuple[Estimate, ...]:
        """Everything that was refused."""
        return tuple(one for one in (*self.by_place.values(), *self.checks) if one.refused is not None)

    def name(self, indicator: str | None) -> str:
        """The indicator's label; the mean where it is None."""
        return self.words("measured.mean") if indicator is None else self.names.indicator(indicator)

    def value(self, at: At) -> float | None:
        """The number, if there is one."""
        one = self.by_place.get(at)
        return None if one is None else one.estimate

    def values(self, rater: str, quantity: str, group: str | None = None) -> list[float]:
        """The numbers of all indicators that have one, the mean left out."""
        found = (self.value(At(rater, quantity, indicator, group)) for indicator in self.indicators)
        return [value for value in found if value is not None]

    def groups(self, rater: str, quantity: str, kind: str) -> tuple[str, ...]:
        """The groups of a kind (round, language, mode) that have a number, rounds in their order."""
        places = [at for at, one in self.by_place.items() if at[:2] == (rater, quantity) and not one.refused]
        own = {at.group for at in places if at.group and at.group.startswith(f"{kind}:")}
        return tuple(sorted(own, key=lambda group: (int(group[6:]) if kind == "round" else 0, group)))

    def cell(self, at: At, places: int = 2) -> str:
        """The number with its decimals."""
        value = self.value(at)
        return self._none if value is None else self.words.decimal(value, places)

    def signed(self, at: At) -> str:
        """The number with its sign."""
        value = self.value(at)
        return self._none if value is None else self.words.signed(value, 2)

    def interval(self, at: At) -> str:
        """Its interval."""
        one = self.by_place.get(at)
        return self._none if one is None else self.between(one)

    def between(self, one: Estimate) -> str:
        """The interval of an estimate."""
        if one.ci_low is None or one.ci_high is None:
            return self._none
        return self.words.interval(one.ci_low, one.ci_high, 2)

    def percent(self, at: At) -> str:
        """The number as a share."""
        value = self.value(at)
        return (
            self._none if value is None else self.words("number.percent", value=self.words.decimal(value, 1))
        )

    def percent_between(self, at: At) -> str:
        """The number as a share, with its interval."""
        one = self.by_place.get(at)
        if one is None or one.ci_low is None or one.ci_high is None:
            return self._none
        return self.words.with_interval(self.percent(at), one.ci_low, one.ci_high, 1)

    def signed_between(self, at: At) -> str:
        """The number with its sign, and its interval."""
        one = self.by_place.get(at)
        if one is None or one.estimate is None:
            return self._none
        return self.words.with_interval(self.signed(at), one.ci_low, one.ci_high, 2)

    def minutes(self, at: At) -> str:
        """Seconds as minutes."""
        value = self.value(at)
        return self._none if value is None else self.words.decimal(value / 60, 1)

    def rows(self, at: At) -> str:
        """How many rows it rests on."""
        one = self.by_place.get(at)
        return self._none if one is None or one.n_rows == 0 else self.words.guarded(one.n_rows)

    def persons(self, at: At) -> str:
        """How many persons it rests on."""
        one = self.by_place.get(at)
        return self._none if one is None or one.n_persons == 0 else self.words.guarded(one.n_persons)

    @property
    def _none(self) -> str:
        return self.words("number.none")


def numbers(words: Words, names: Names, estimates: Iterable[Estimate]) -> Numbers:
    """The estimates of this analysis among all of a study's."""
    own = [one for one in estimates if one.key.analysis == ANALYSIS]
    checks = tuple(one for one in own if one.key.quantity.startswith("dif_"))
    by_place = {_place(one): one for one in own if one not in checks}
    present = {one.key.indicator for one in own}
    asked = (item.key for instrument in names.instruments for item in instrument.items)
    indicators = tuple(dict.fromkeys(key for key in asked if key in present))
    order = {key: number for number, key in enumerate(indicators)}
    return Numbers(
        words, names, indicators, by_place, tuple(sorted(checks, key=lambda one: _order(one, order)))
    )


def _place(one: Estimate) -> At:
    key = one.key
    quantity = "whole_steps" if key.scale == "whole_steps" else key.quantity
    return At(key.rater or "", quantity, key.indicator, key.group)


def _order(one: Estimate, order: Mapping[str, int]) -> tuple[str, Sequence[str], str, int]:
    """Participants before caseworkers, then by check, contrast and indicator."""
    key = one.key
    return key.quantity, key.term or "", key.rater or "", order.get(key.indicator or "", -1)
