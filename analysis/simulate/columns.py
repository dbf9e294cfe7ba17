"""From numpy arrays to Arrow columns with the types of the contract."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pyarrow as pa

from analysis.dataset.schema import TABLES
from analysis.simulate.arrays import Bools, Floats, Ints


def coded(labels: Sequence[str], index: Ints, missing: Bools | None = None) -> pa.Array:
    """A text column: `labels[index]`, null where `missing`."""
    return pa.array(labels, pa.string()).take(pa.array(index, pa.int64(), mask=missing))


def numbered(prefix: str, width: int, numbers: Ints) -> list[str]:
    """Pseudonyms: a prefix and a number with leading zeros."""
    return [f"{prefix}{number:0{width}d}" for number in numbers.tolist()]


def maybe(values: Ints | Floats | Bools, missing: Bools) -> pa.Array:
    """A column that is null where `missing`."""
    return pa.array(values, mask=missing)


def same(value: str | None, size: int) -> pa.Array:
    """A text column with one value in every row."""
    return pa.array([value], pa.string()).take(pa.array(np.zeros(size, dtype=np.int64)))


def table(name: str, columns: Mapping[str, pa.Array]) -> pa.Table:
    """A table of the contract from its columns, in any order."""
    schema = TABLES[name].arrow
    return pa.table([columns[field.name].cast(field.type) for field in schema], schema=schema)
