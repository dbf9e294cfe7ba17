"""A study dataset in memory: what it says of itself, its instruments, its tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from analysis.dataset.instrument import Instrument
from analysis.dataset.schema import ARROW_TYPES, TABLES, ColumnType


@dataclass(frozen=True)
class Study:
    """What `datapackage.json` says of the study as a whole.

    `interval_days` is the planned distance between rounds; `release` names this issue of the data;
    `disclosure` says what has been done against re-identification; `created_by` what wrote it.
    """

    key: str
    title: str
    interval_days: int
    release: str
    disclosure: str
    created_by: str


@dataclass(frozen=True)
class Covariate:
    """A further column of `persons` that models may adjust for."""

    name: str
    type: ColumnType
    label: str


@dataclass(frozen=True)
class StudyDataset:
    """A whole study: one Arrow table for every name in `schema.TABLES`."""

    study: Study
    instruments: tuple[Instrument, ...]
    tables: Mapping[str, pa.Table]
    covariates: tuple[Covariate, ...] = ()


def table_schema(name: str, covariates: Iterable[Covariate] = ()) -> pa.Schema:
    """The Arrow schema of a table, the study's own covariates included for `persons`."""
    schema = TABLES[name].arrow
    if name == "persons":
        for covariate in covariates:
            schema = schema.append(pa.field(covariate.name, ARROW_TYPES[covariate.type]))
    return schema


def build_tables(
    rows: Mapping[str, Iterable[Mapping[str, Any]]], covariates: Iterable[Covariate] = ()
) -> dict[str, pa.Table]:
    """Tables from plain rows; tables and columns that are not given are empty (null)."""
    covariates = tuple(covariates)
    return {
        name: pa.Table.from_pylist(
            [dict(row) for row in rows.get(name, ())], schema=table_schema(name, covariates)
        )
        for name in TABLES
    }
