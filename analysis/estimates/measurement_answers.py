"""One rater's independent answers, a row a response, for looking at the measurement itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from analysis.dataset.open import OpenStudy
from analysis.dataset.schema import MISSING_CODES
from analysis.estimates.measurement_number import Bools, Floats, Ints
from analysis.estimates.reasons import SMALLEST_GROUP, Refused

_QUERY = """
WITH people AS (
    SELECT enrolment, dense_rank() OVER (ORDER BY person) AS person,
           row_number() OVER (ORDER BY person, enrolled_quarter, enrolment) AS turn
    FROM enrolments),
given AS (
    SELECT row_number() OVER (ORDER BY p.turn, r."round") AS id, r.response, p.person, p.turn,
           r."round", r.language, r.mode, r.duration_s
    FROM responses r JOIN people p USING (enrolment)
    WHERE r.rater = $rater AND r.independent),
numbered AS (
    SELECT g.id, list_position($keys::VARCHAR[], a.item) AS item, a.value
    FROM answers a JOIN given g USING (response)),
wide AS (SELECT id{pivot} FROM numbered GROUP BY id)
SELECT g.person, g.turn, g."round", g.language, g.mode, g.duration_s{columns}
FROM given g LEFT JOIN wide w USING (id) ORDER BY g.id
"""


@dataclass(frozen=True)
class Asked:
    """An item as this rater is asked it. `upward`: its highest step is the one closest to work.

    `alone` and `comparable` are those of the panel's indicators.
    """

    key: str
    lowest: float
    highest: float
    steps: bool
    upward: bool
    alone: bool
    comparable: bool


@dataclass(frozen=True)
class RaterAnswers:
    """Independent responses of one rater, sorted by person, enrolment and round.

    `codes` are the missing codes that this rater could choose. `rows` has `person` and `turn` (numbers of
    persons and of enrolments, the same for both raters), `round`, `language`, `mode`, `duration_s`; `given`
    (rows x items) holds values and missing codes, NaN where the dataset has no answer.
    """

    rater: str
    asked: tuple[Asked, ...]
    codes: frozenset[int]
    rows: pd.DataFrame
    given: Floats

    @cached_property
    def persons(self) -> Ints:
        """Each row's person."""
        return self.rows["person"].to_numpy(np.int64)

    @cached_property
    def first(self) -> Ints:
        """Places of the first round's rows: one a person, of the latest enrolment, as in the report.

        The first round is the lowest one answered by enough persons to be shown.
        """
        sizes = self.rows.groupby("round")["person"].nunique()
        shown = sizes[sizes >= SMALLEST_GROUP]
        number = (shown if len(shown) else sizes).index.min()
        here = self.rows[self.rows["round"] == number]
        places: Ints = here.drop_duplicates("person", keep="last").index.to_numpy(np.int64)
        return places

    @cached_property
    def neighbours(self) -> tuple[Ints, Ints]:
        """Places of the rows before and now, where an enrolment has a round and the one numbered before."""
        turn, number = self.rows["turn"].to_numpy(), self.rows["round"].to_numpy()
        now = np.flatnonzero((turn[1:] == turn[:-1]) & (number[1:] == number[:-1] + 1)) + 1
        return now - 1, now

    def item(self, key: str) -> Asked | None:
        """The item called `key`, if this rater is asked it."""
        return next((one for one in self.asked if one.key == key), None)

    def raw(self, item: Asked) -> Floats:
        """Values and codes (rows) as they stand."""
        return self.given[:, self.asked.index(item)]

    def values(self, item: Asked) -> Floats:
        """Values (rows) on the item's scale, NaN for everything else.

        Raises Refused where versions give it different scales, or an answer is neither a value of the scale
        nor a missing code.
        """
        if not item.comparable:
            raise Refused("different_scales")
        values = self._on_scale[item.key]
        if values is None:
            raise Refused("unknown_codes")
        return values

    @cached_property
    def _on_scale(self) -> dict[str, Floats | None]:
        """Values by item; None where there are unknown codes."""
        return {item.key: _on_scale(item, self.raw(item)) for item in self.asked}

    def together(self, keys: Sequence[str] | None = None) -> tuple[Asked, ...]:
        """The items to take together: on steps, comparable, not `alone`, varying on the first round.

        `keys` narrows them. Raises Refused where they are fewer than two or their scales differ in length.
        """
        chosen = tuple(
            item for item in self.asked if (keys is None or item.key in keys) and self._may_join(item)
        )
        if len(chosen) < 2:
            raise Refused("few_indicators", least=2)
        if len({(item.lowest, item.highest) for item in chosen}) > 1:
            raise Refused("different_ranges")
        return chosen

    def left_out(self) -> tuple[Asked, ...]:
        """Items that would be taken together but do not vary or hold unknown codes.

        Of too few persons it is not told whether they all answered alike.
        """
        if len(self.first) < SMALLEST_GROUP:
            return ()
        return tuple(i for i in self.asked if _joins_by_design(i) and not self._may_join(i))

    def _may_join(self, item: Asked) -> bool:
        if not _joins_by_design(item):
            return False
        try:
            values = self.values(item)[self.first]
        except Refused:
            return False
        return len(np.unique(values[np.isfinite(values)])) > 1

    def upward(self, items: Sequence[Asked]) -> Floats:
        """Values (rows x items), turned where needed so that more is always closer to work."""
        columns = [
            self.values(item) if item.upward else item.lowest + item.highest - self.values(item)
            for item in items
        ]
        return np.column_stack(columns)

    def mean(self, items: Sequence[Asked]) -> Floats:
        """Mean (rows) over the items answered, where at least half of them are."""
        values = self.upward(items)
        answered = np.isfinite(values)
        enough = 2 * answered.sum(axis=1) >= len(items)
        totals = np.where(answered, values, 0.0).sum(axis=1)
        return np.where(enough, totals / np.maximum(answered.sum(axis=1), 1), np.nan)


def _is_missing(raw: Floats) -> Bools:
    return np.isnan(raw) | np.isin(raw, list(MISSING_CODES))


def _on_scale(item: Asked, raw: Floats) -> Floats | None:
    missing = _is_missing(raw)
    good = (raw >= item.lowest) & (raw <= item.highest) & ~missing
    if item.steps:
        good &= raw == np.floor(raw)
    return np.where(good, raw, np.nan) if (missing | good).all() else None


def _joins_by_design(item: Asked) -> bool:
    return item.steps and item.comparable and not item.alone


def read_answers(study: OpenStudy, rater: str) -> RaterAnswers:
    """Every independent answer of `rater` ("participant" or "caseworker")."""
    asked = _asked(study, rater)
    # Columns by number: SQL does not tell `Job` from `job`.
    numbers = range(1, len(asked) + 1)
    pivot = "".join(f", max(value) FILTER (item = {number}) AS item_{number}" for number in numbers)
    columns = "".join(f", w.item_{number}" for number in numbers)
    rows = study.connection.execute(
        _QUERY.format(pivot=pivot, columns=columns), {"rater": rater, "keys": [item.key for item in asked]}
    ).df()
    given = rows[[f"item_{number}" for number in numbers]].to_numpy(np.float64)
    about = rows[["person", "turn", "round", "language", "mode", "duration_s"]]
    return RaterAnswers(rater, asked, _codes(study, rater), about, given)


def _codes(study: OpenStudy, rater: str) -> frozenset[int]:
    return frozenset(
        int(code)
        for instrument in study.instruments
        for code, about in instrument.missing_codes.items()
        if rater in about.raters
    )


def _asked(study: OpenStudy, rater: str) -> tuple[Asked, ...]:
    """Every item that some version asks this rater, as the first of them has it."""
    found: dict[str, Asked] = {}
    for instrument in study.instruments:
        for item in instrument.items_of(rater):
            scale = item.scale
            one = Asked(
                item.key,
                float(scale.lowest),
                float(scale.highest),
                scale.kind == "steps",
                scale.direction == "higher_is_closer",
                item.form(rater).alone,
                True,
            )
            before = found.get(item.key, one)
            found[item.key] = _joined(before, one)
    return tuple(found.values())


def _joined(before: Asked, one: Asked) -> Asked:
    """The same item in two versions: alone if one says so, comparable if their scales are the same."""
    scale = (before.lowest, before.highest, before.steps, before.upward)
    same = scale == (one.lowest, one.highest, one.steps, one.upward)
    return Asked(before.key, *scale, before.alone or one.alone, before.comparable and same)
