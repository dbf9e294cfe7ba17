"""Rules that follow from the schema: nulls, closed lists, bounds, keys. Made from it, one a column or key."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from analysis.dataset.rule import Rule
from analysis.dataset.schema import TABLES, Column, ForeignKey, Table
from analysis.dataset.study import Covariate


def table_rules(table: Table) -> Iterator[Rule]:
    """The rules of one table: its columns, its key, the keys that point elsewhere."""
    for column in table.columns:
        yield from _column_rules(table, column)
    if table.primary_key:
        yield _unique(table)
    for key in table.foreign_keys:
        yield _key_exists(table, key)


def covariate_rules(covariates: Iterable[Covariate]) -> Iterator[Rule]:
    """Covariates may be null; numbers among them must be finite and not too large."""
    for covariate in covariates:
        for breach in (_NOT_FINITE, _HUGE) if covariate.type in _NUMBERS else ():
            yield _row_rule(TABLES["persons"], covariate.name, breach)


class _Breach(NamedTuple):
    """How a value breaks a rule: `condition` is SQL on the value, written {value}."""

    rule: str
    condition: str
    message: str
    remedy: str


_NULL = _Breach("not-null", "{value} IS NULL", "no value where one is required", "fill it in")
_EMPTY = _Breach("not-empty", "trim({value}) = ''", "an empty text", "fill it in")
_NOT_FINITE = _Breach("finite", "NOT isfinite({value})", "not a finite number", "give a number")
# Days add up and numbers are squared: both have to stay within what a computer can count.
_LONG = _Breach("too-large", "abs({value}::HUGEINT) >= 2147483648", "too large", "give whole days or counts")
_HUGE = _Breach("too-large", "abs({value}) > 1e15 AND isfinite({value})", "too large", "use a larger unit")
_NUMBERS = {"integer": (_LONG,), "number": (_NOT_FINITE, _HUGE)}


def _column_rules(table: Table, column: Column) -> Iterator[Rule]:
    for breach in _breaches(column):
        yield _row_rule(table, column.name, breach)


def _breaches(column: Column) -> Iterator[_Breach]:
    if not column.nullable:
        yield _NULL
    if column.type == "string" and not (column.nullable or column.values or column.pattern):
        yield _EMPTY
    if column.values:
        allowed = ", ".join(f"'{value}'" for value in column.values)
        remedy = f"use one of: {', '.join(column.values)}"
        yield _Breach("closed-list", f"{{value}} NOT IN ({allowed})", "not in the closed list", remedy)
    if column.minimum is not None:
        remedy = f"at least {column.minimum}"
        yield _Breach("minimum", f"{{value}} < {column.minimum}", "too small", remedy)
    if column.pattern:
        # Doubled braces of the pattern survive the one `format` below.
        pattern = column.pattern.replace("{", "{{").replace("}", "}}")
        condition = f"NOT regexp_full_match({{value}}, '{pattern}')"
        yield _Breach("pattern", condition, "not of the required form", f"write it as {column.pattern}")
    yield from _NUMBERS.get(column.type, ())


def _row_rule(table: Table, column: str, breach: _Breach) -> Rule:
    condition = breach.condition.format(value=f't."{column}"')
    query = (
        f'SELECT {_place(table)} AS place, t."{column}"::VARCHAR AS detail '
        f'FROM "{table.name}" t WHERE {condition}'
    )
    return Rule(breach.rule, table.name, f"{column}: {breach.message}", breach.remedy, query, condition)


def _place(table: Table) -> str:
    columns = table.primary_key or table.order
    parts = [f"'{column} ' || coalesce(t.\"{column}\"::VARCHAR, 'null')" for column in columns]
    return " || ', ' || ".join(parts)


def _unique(table: Table) -> Rule:
    columns = table.primary_key
    listed = ", ".join(f't."{c}"' for c in columns)
    # A null in a key is the business of not-null.
    given = " AND ".join(f't."{c}" IS NOT NULL' for c in columns)
    query = (
        f"SELECT {_place(table)} AS place, count(*) || ' rows' AS detail "
        f'FROM "{table.name}" t WHERE {given} GROUP BY {listed} HAVING count(*) > 1'
    )
    message = f"{' + '.join(columns)} must be unique"
    return Rule("key-unique", table.name, message, "remove or renumber the rows that repeat a key", query)


def _key_exists(table: Table, key: ForeignKey) -> Rule:
    match = " AND ".join(
        f't."{ours}" = o."{theirs}"' for ours, theirs in zip(key.columns, key.references, strict=True)
    )
    given = " AND ".join(f't."{c}" IS NOT NULL' for c in key.columns)
    detail = " || ', ' || ".join(f't."{c}"::VARCHAR' for c in key.columns)
    query = (
        f'SELECT {_place(table)} AS place, {detail} AS detail FROM "{table.name}" t '
        f'WHERE {given} AND NOT EXISTS (FROM "{key.table}" o WHERE {match})'
    )
    message = f"{' + '.join(key.columns)} is not found in {key.table}"
    return Rule("key-exists", table.name, message, f"add the row to {key.table}, or correct the key", query)
