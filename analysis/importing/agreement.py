"""Does the mapping fit the study dataset and the instrument? Said before a row is read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from analysis.dataset.declared import RESERVED_NAMES
from analysis.dataset.instrument import Instrument, Item
from analysis.dataset.schema import MISSING_CODES, RATERS
from analysis.importing.fields import FieldReader, Fields
from analysis.importing.mapping import IndicatorPart, LongRounds, Mapping, WideRounds
from analysis.importing.problems import Problem
from analysis.importing.readers import number
from analysis.importing.rejected import Unplaced


def instrument_problems(mapping: Mapping, fields: Fields, instrument: Instrument) -> list[Problem]:
    """Constants and codes that the study dataset does not allow, and indicators that do not fit."""
    checks = _Checks(mapping, fields, instrument)
    return [
        *(problem for field in fields.all() for problem in checks.values(field)),
        *checks.covariates(),
        *checks.items(),
        *checks.scales(),
        *checks.occasions(),
    ]


class _Checks:
    def __init__(self, mapping: Mapping, fields: Fields, instrument: Instrument) -> None:
        self.mapping, self.fields, self.instrument = mapping, fields, instrument
        self.known = {item.key: item for item in instrument.items}

    def problem(self, field: str, message: str, remedy: str) -> Problem:
        return Problem(self.mapping.file, field, message, remedy)

    def values(self, field: FieldReader) -> Iterator[Problem]:
        """Problems of a field's constant and of what its codes stand for."""
        stated = {f"{field.place}.codes.{code}": value for code, value in field.source.codes.items()}
        if field.source.constant is not None:
            stated[f"{field.place}.constant"] = field.source.constant
        for place, value in stated.items():
            try:
                field.of_code(value)
            except Unplaced as fault:
                detail = fault.detail.removesuffix("; add it to `codes`")
                yield self.problem(place, f"{value!r} cannot be used: {detail}", "correct the value")

    def covariates(self) -> Iterator[Problem]:
        """Covariates whose names the study dataset uses for something else."""
        for name in self.mapping.covariates:
            if name in RESERVED_NAMES:
                remedy = "give the covariate another name, or map the column under `person`"
                yield self.problem(
                    f"covariates.{name}", "the name is a column of the contract or of the analysis", remedy
                )

    def items(self) -> Iterator[Problem]:
        """Indicators that the instrument lacks."""
        for key in self.mapping.indicators:
            if key not in self.known:
                message = f"the instrument {self.instrument.name} has no item {key!r}"
                yield self.problem(f"indicators.{key}", message, f"use one of {', '.join(self.known)}")

    def scales(self) -> Iterator[Problem]:
        """Bounds that differ from the instrument's, and codes that lie on the wrong side of them."""
        for key, part in self.mapping.indicators.items():
            if item := self.known.get(key):
                yield from self._bounds(part, item)
                yield from self._missing(part, item)
                yield from self._codes(part, item)

    def _bounds(self, part: IndicatorPart, item: Item) -> Iterator[Problem]:
        pairs = (("lowest", part.lowest, item.scale.lowest), ("highest", part.highest, item.scale.highest))
        for name, stated, true in pairs:
            if stated is not None and stated != true:
                message = f"{stated:g}, but the instrument {self.instrument.name} says {true:g}"
                remedy = f"say {true:g}, leave it out, or correct the instrument's scale"
                yield self.problem(f"indicators.{item.key}.{name}", message, remedy)

    def _missing(self, part: IndicatorPart, item: Item) -> Iterator[Problem]:
        low, high = item.scale.lowest, item.scale.highest
        for code in MISSING_CODES:
            if low <= code <= high:
                message = f"the missing code {code} lies on the instrument's scale, {low:g} to {high:g}"
                yield self.problem(f"indicators.{item.key}", message, "correct the instrument's scale")
        own = f"indicators.{item.key}.missing"
        for place, codes in ((own, part.missing), ("missing", self.mapping.missing)):
            for text in codes:
                if _on_scale(text, item, self.fields.decimal):
                    message = f"{text!r} is an answer on the scale of {item.key}, {low:g} to {high:g}"
                    remedy = "remove it, or give it under `missing` of those indicators only where it is none"
                    yield self.problem(f"{place}.{text}", message, remedy)

    def _codes(self, part: IndicatorPart, item: Item) -> Iterator[Problem]:
        low, high = item.scale.lowest, item.scale.highest
        for text, value in part.codes.items():
            if not low <= value <= high or (item.scale.kind == "steps" and value != int(value)):
                message = f"{value:g} does not lie on the scale of {item.key}, {low:g} to {high:g}"
                place = f"indicators.{item.key}.codes.{text}"
                yield self.problem(place, message, "give a value of the scale")

    def occasions(self) -> Iterator[Problem]:
        """Items that are asked and not mapped, or mapped and not asked; occasions that are there twice."""
        raters = self._raters()
        if isinstance(self.mapping.rounds, WideRounds):
            yield from self._wide()
        else:
            yield from self._mapped("indicators", set(self.mapping.indicators), raters)
            for key, part in self.mapping.indicators.items():
                if part.column is None:
                    remedy = "say which column holds the answers"
                    yield self.problem(f"indicators.{key}.column", "no column is named", remedy)

    def _raters(self) -> set[str]:
        rounds = self.mapping.rounds
        if not isinstance(rounds, LongRounds):
            return {str(self.fields.occasions[0].rater.source.constant)}
        if rounds.rater.constant is not None:
            return {rounds.rater.constant}
        return set(rounds.rater.codes.values()) or set(RATERS)

    def _mapped(self, place: str, mapped: set[str], raters: set[str]) -> Iterator[Problem]:
        asked = {item.key for rater in raters for item in self.instrument.items_of(rater)}
        who = " and the ".join(sorted(raters))
        if not asked:
            message = f"the instrument {self.instrument.name} asks the {who} nothing"
            yield self.problem(place, message, "correct the rater, or the instrument")
        for key in sorted(asked - mapped):
            message = f"the instrument asks the {who} {key!r}, and the mapping names no column for it"
            yield self.problem(place, message, f"add {key}, or take it out of the instrument")
        for key in sorted((mapped & self.known.keys()) - asked):
            message = f"the instrument does not ask the {who} {key!r}"
            yield self.problem(f"{place}.{key}", message, "remove it, or correct the instrument")

    def _wide(self) -> Iterator[Problem]:
        slots: Counter[tuple[object, object]] = Counter()
        for index, occasion in enumerate(self.fields.occasions):
            place = f"rounds.occasions.{index}"
            rater = str(occasion.rater.source.constant)
            slot = (occasion.round.source.constant, rater)
            slots[slot] += 1
            if slots[slot] == 2:
                message = f"round {slot[0]} of the {rater} is there twice"
                yield self.problem(place, message, "number the occasions of one rater differently")
            yield from self._mapped(f"{place}.columns", set(occasion.columns), {rater})
            for key in occasion.columns:
                if key not in self.mapping.indicators:
                    remedy = f"add {key} under `indicators`, if only as `{key}: {{}}`"
                    yield self.problem(f"{place}.columns.{key}", "not among `indicators`", remedy)
        for key, part in self.mapping.indicators.items():
            if part.column is not None:
                remedy = "name it under `columns` of each occasion instead"
                yield self.problem(f"indicators.{key}.column", "the wide shape has no such column", remedy)


def _on_scale(text: str, item: Item, decimal: str) -> bool:
    try:
        return item.scale.lowest <= number(text, decimal) <= item.scale.highest
    except Unplaced:
        return False
