"""The checker: does a study dataset keep the contract, and if not, what is wrong where."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb

from analysis.dataset.description import read_description
from analysis.dataset.files import unreadable
from analysis.dataset.findings import DatasetError, Finding
from analysis.dataset.open import OpenStudy, open_study
from analysis.dataset.partitions import partition_findings
from analysis.dataset.rule import Rule
from analysis.dataset.rules import rules
from analysis.dataset.schema import TABLES
from analysis.dataset.study import table_schema
from analysis.dataset.undeclared import undeclared_findings

_EXAMPLES = 5


def check(folder: Path) -> list[Finding]:
    """Everything that is wrong with the dataset in `folder`; an empty list where all is well.

    Rows are looked at only where the files, their columns and the instruments are in order.
    """
    try:
        with open_study(folder) as study:
            found = check_study(study) + partition_findings(folder, study)
            return found + undeclared_findings(folder, read_description(folder))
    except DatasetError as error:
        return error.findings
    except duckdb.Error as error:
        return [unreadable("partitions", str(error))]


def check_study(study: OpenStudy) -> list[Finding]:
    """Every rule on the rows that is broken, with the first places where.

    Raises DatasetError where a table turns out to be unreadable on the way.
    """
    every = list(rules(study.covariates))
    broken = {rule for name in TABLES for rule in _broken_by_row(study, name, every)}
    suspects = [rule for rule in every if rule.condition is None or rule in broken]
    found = {rule: finding for batch in _batches(suspects) for rule, finding in _apply(batch, study).items()}
    return [found[rule] for rule in every if rule in found]


def _broken_by_row(study: OpenStudy, table: str, every: list[Rule]) -> list[Rule]:
    """The rules on single rows that `table` breaks, from one pass over it.

    The pass also counts every column, so that a damaged one is noticed even where no rule looks at it.
    """
    own = [rule for rule in every if rule.table == table and rule.condition is not None]
    counts = [f"count_if({rule.condition})" for rule in own]
    columns = [f'count(t."{field.name}")' for field in table_schema(table, study.covariates)]
    query = f'SELECT {", ".join(counts + columns)} FROM "{table}" t'
    (found,) = _rows(study, table, query)
    return [rule for rule, count in zip(own, found, strict=False) if count]


def _batches(suspects: list[Rule]) -> list[list[Rule]]:
    """One statement costs less than many; but each rule on answers, the large table, has its own memory."""
    light = [rule for rule in suspects if rule.table != "answers"]
    return [light] + [[rule] for rule in suspects if rule.table == "answers"]


def _apply(batch: list[Rule], study: OpenStudy) -> dict[Rule, Finding]:
    parts = [
        f"SELECT {number} AS rule, coalesce(place, 'a row without a key') "
        f"|| ' (' || coalesce(detail, 'no value') || ')' AS place FROM ({rule.query})"
        for number, rule in enumerate(batch)
    ]
    query = f"SELECT rule, min(place, {_EXAMPLES}), count(*) FROM ({' UNION ALL '.join(parts)}) GROUP BY rule"
    found = {batch[number]: (places, count) for number, places, count in _rows(study, batch[0].table, query)}
    return {
        rule: Finding(rule.name, rule.table, rule.message, rule.remedy, tuple(places), count)
        for rule, (places, count) in found.items()
    }


def _rows(study: OpenStudy, table: str, query: str) -> list[Any]:
    try:
        return study.connection.execute(query).fetchall()
    except duckdb.Error as error:
        raise DatasetError([unreadable(table, str(error))]) from None
