"""The indicators' values: a row a response, a column an indicator."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.dataset.open import OpenStudy

FloatArray = NDArray[np.float64]
# No value, in a byte: scales that reach this far down are not held in bytes.
_NONE = -128
_NUMBERS = np.roll(np.arange(_NONE, -_NONE, dtype=np.float64), _NONE)
_NUMBERS[_NONE] = np.nan
_BATCH = 250_000


@dataclass(frozen=True)
class Indicator:
    """An item of the rater, as models use it.

    `alone`: never beside other indicators. `comparable` is false where versions of the instrument give
    the item different scales, so that its values cannot be pooled. `small`: all its values are whole
    numbers that one byte holds.
    """

    key: str
    alone: bool
    comparable: bool
    small: bool = False


def indicators_of(study: OpenStudy, rater: str) -> tuple[Indicator, ...]:
    """Every item that some instrument of the study asks this rater, in the instruments' order."""
    scales: dict[str, set[tuple[str, float, float, str]]] = {}
    alone: set[str] = set()
    for instrument in study.instruments:
        for item in instrument.items_of(rater):
            bounds = (float(item.scale.lowest), float(item.scale.highest))
            scales.setdefault(item.key, set()).add((item.scale.kind, *bounds, item.scale.direction))
            if item.form(rater).alone:
                alone.add(item.key)
    return tuple(
        Indicator(key, key in alone, len(found) == 1, all(map(_is_small, found)))
        for key, found in scales.items()
    )


def _is_small(scale: tuple[str, float, float, str]) -> bool:
    kind, lowest, highest, _ = scale
    return kind == "steps" and lowest > _NONE and highest < -_NONE


@dataclass(frozen=True)
class Values:
    """All values of a rater: `held` is indicators x responses, of one byte each where that is enough."""

    held: NDArray[np.int8] | FloatArray

    def of(self, indicator: int, ids: NDArray[np.int64]) -> FloatArray:
        """An indicator's values in these responses (len(ids),), NaN for every missing code."""
        held = self.held[indicator, ids]
        # A byte indexes the table from its end where it is negative.
        numbers: FloatArray = _NUMBERS[held] if held.dtype == np.int8 else held
        return numbers


def read_values(study: OpenStudy, indicators: Sequence[Indicator]) -> Values:
    """The values of the responses in the table `of_rater`, by their `rowid`.

    Each answer is put into its place as it streams by: grouping them by response would take twice the time
    and hold every column of every response at eight bytes and more.
    """
    (responses,) = study.connection.execute("SELECT count(*) FROM of_rater").fetchall()[0]
    shape = (len(indicators), int(responses))
    small = all(indicator.small for indicator in indicators)
    held = np.full(shape, _NONE, np.int8) if small else np.full(shape, np.nan)
    # A value that no byte holds is not on the item's scale.
    value = f"coalesce(TRY_CAST(a.value AS TINYINT), {_NONE})" if small else "a.value"
    answers = study.connection.sql(
        f"""
        SELECT r.rowid AS id, list_position($keys::VARCHAR[], a.item) - 1 AS item, {value} AS value
        FROM answers a JOIN of_rater r USING (response)
        WHERE a.value NOT IN (SELECT code FROM missing_codes)
          AND list_contains($keys::VARCHAR[], a.item)""",
        params={"keys": [indicator.key for indicator in indicators]},
    )
    for batch in answers.to_arrow_reader(_BATCH):
        ids, items, values = (column.to_numpy() for column in batch.columns)
        held[items, ids] = values
    return Values(held)
