"""The indicators' values: a row a response, a column an indicator."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from analysis.dataset.open import OpenStudy
from analysis.dataset.schema import MISSING_CODES
from analysis.panel.given import Given, Search
from analysis.panel.stretch import pick, stretch
from analysis.panel.threads import in_threads

FloatArray = NDArray[np.float64]
# No value: scales that reach this far down are not held in bytes.
_NONE = -128
_NO_NUMBERS = (_NONE, *MISSING_CODES)
# What each byte stands for.
_NUMBERS = np.arange(256, dtype=np.uint8).view(np.int8).astype(np.float64)
_NUMBERS[np.isin(_NUMBERS, _NO_NUMBERS)] = np.nan
_BATCH = 1 << 17
_IN_CACHE = 1 << 15


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
    """All values of a rater: `held` is responses x indicators, of one byte each where that is enough.

    Missing codes are among them; one more row and one more column hold what is nobody's.
    """

    held: NDArray[np.int8] | FloatArray

    def of(self, ids: NDArray[np.int32]) -> FloatArray:
        """The values in these responses (indicators x len(ids)), NaN for every missing code."""
        held = np.ascontiguousarray(pick(self.held, stretch(ids)).T[:-1])
        if held.dtype == np.int8:
            return _NUMBERS.take(held.view(np.uint8))
        return np.where(np.isin(held, _NO_NUMBERS), np.nan, held)


def read_values(study: OpenStudy, indicators: Sequence[Indicator], given: Given) -> Values:
    """The values of the responses, in the panel's order.

    Each answer is put into its place as it streams by: what joins or groups them all would hold every
    column of every response at eight bytes and more.
    """
    # The last row and the last column take what others answered and were asked.
    rows, columns = len(given.order) + 1, len(indicators) + 1
    small = all(indicator.small for indicator in indicators)
    held: NDArray[np.int8] | FloatArray
    held = np.full(rows * columns, _NONE, np.int8) if small else np.full(rows * columns, float(_NONE))
    numbers = {indicator.key: number for number, indicator in enumerate(indicators)}

    def put(piece: tuple[pa.RecordBatch, pa.DictionaryArray, NDArray[np.int32]]) -> None:
        batch, response, found = piece
        item = _encoded(batch["item"])
        first = columns * found.astype(np.int64)
        column = np.array([numbers.get(key, columns - 1) for key in item.dictionary.to_pylist()], np.int64)
        codes, items, values = (part.to_numpy() for part in (response.indices, item.indices, batch["value"]))
        for start in range(0, len(values), _IN_CACHE):
            part = slice(start, start + _IN_CACHE)
            # `take` and an assignment of the array's own type: several times as fast as brackets and a cast.
            held[first.take(codes[part]) + column.take(items[part])] = values[part].astype(held.dtype)

    for _ in in_threads(put, _answers(study, Search(given))):
        pass
    return Values(held.reshape(rows, columns))


def _answers(
    study: OpenStudy, search: Search
) -> Iterator[tuple[pa.RecordBatch, pa.DictionaryArray, NDArray[np.int32]]]:
    """The table of answers in pieces, no more than a few of them read ahead.

    With each its responses' ids, and the rows of the responses in that dictionary.
    """
    answers = study.arrow("answers", encoded=("response", "item"))
    for number, file in enumerate(answers.get_fragments()):
        for batch in file.to_batches(
            columns=["response", "item", "value"], batch_size=_BATCH, batch_readahead=1
        ):
            response = _encoded(batch["response"])
            yield batch, response, search.rows(response.dictionary, number)


def _encoded(column: pa.Array) -> pa.DictionaryArray:
    return column if pa.types.is_dictionary(column.type) else column.dictionary_encode()
