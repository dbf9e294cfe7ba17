"""Columns of a table as found against the contract's: names, order, types."""

from __future__ import annotations

from collections.abc import Iterable

import pyarrow as pa

from analysis.dataset.findings import Finding
from analysis.dataset.study import Covariate, table_schema


def shape_findings(table: str, found: pa.Schema, covariates: Iterable[Covariate]) -> list[Finding]:
    """Columns that are missing, strange, twice there, out of order or of another type."""
    wanted = table_schema(table, covariates)
    return name_findings(table, found, wanted) or [
        *_order_findings(table, found, wanted),
        *_type_findings(table, found, wanted),
    ]


def name_findings(table: str, found: pa.Schema, wanted: pa.Schema) -> list[Finding]:
    """Columns that are missing, not part of the contract, or there more than once."""
    messages = [f"the column {name} is missing" for name in wanted.names if name not in found.names]
    strange = [name for name in dict.fromkeys(found.names) if name not in wanted.names]
    messages += [f"the column {name} is not part of the contract" for name in strange]
    twice = [name for name in dict.fromkeys(found.names) if found.names.count(name) > 1]
    messages += [f"the column {name} is there more than once" for name in twice]
    remedy = f"give exactly these columns: {', '.join(wanted.names)}"
    return [Finding("columns", table, message, remedy) for message in messages]


def _order_findings(table: str, found: pa.Schema, wanted: pa.Schema) -> list[Finding]:
    if found.names == wanted.names:
        return []
    message = f"the columns stand in another order: {', '.join(found.names)}"
    return [Finding("columns", table, message, f"give them in this order: {', '.join(wanted.names)}")]


def _type_findings(table: str, found: pa.Schema, wanted: pa.Schema) -> list[Finding]:
    return [
        Finding(
            "types",
            table,
            f"{column.name} is {found.field(column.name).type}, not {column.type}",
            f"write {column.name} as {column.type}",
        )
        for column in wanted
        if found.field(column.name).type != column.type
    ]
