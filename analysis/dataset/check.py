"""The checker: does a study dataset keep the contract, and if not, what is wrong where."""

from __future__ import annotations

from pathlib import Path

from analysis.dataset.findings import DatasetError, Finding
from analysis.dataset.open import OpenStudy, open_study
from analysis.dataset.partitions import partition_findings
from analysis.dataset.rules import Rule, rules
from analysis.dataset.schema import MISSING_CODES, TABLES
from analysis.dataset.study import Covariate, table_schema

_EXAMPLES = 5
_DUCKDB_TYPES = {"string": "VARCHAR", "int64": "BIGINT", "double": "DOUBLE", "bool": "BOOLEAN"}


def check(folder: Path) -> list[Finding]:
    """Everything that is wrong with the dataset in `folder`; an empty list where all is well."""
    try:
        with open_study(folder) as study:
            return check_study(study) + partition_findings(folder, study)
    except DatasetError as error:
        return error.findings


def check_study(study: OpenStudy) -> list[Finding]:
    """Rules on instruments, columns and rows; rows are looked at only where the columns are right."""
    shape = _instrument_findings(study) + _covariate_findings(study) + _column_findings(study)
    return shape or [f for rule in rules(study.covariates) if (f := _apply(rule, study))]


def _apply(rule: Rule, study: OpenStudy) -> Finding | None:
    found = study.connection.execute(
        f"SELECT place || ' (' || coalesce(detail, 'no value') || ')', count(*) OVER () "  # noqa: S608
        f"FROM ({rule.query}) ORDER BY 1 LIMIT {_EXAMPLES}"
    ).fetchall()
    if not found:
        return None
    where = tuple(str(row[0]) for row in found)
    return Finding(rule.name, rule.table, rule.message, rule.remedy, where, int(found[0][1]))


def _column_findings(study: OpenStudy) -> list[Finding]:
    return [f for name in TABLES for f in _table_findings(study, name)]


def _table_findings(study: OpenStudy, name: str) -> list[Finding]:
    wanted = {f.name: _DUCKDB_TYPES[str(f.type)] for f in table_schema(name, study.covariates)}
    rows = study.connection.execute(f'DESCRIBE "{name}"').fetchall()
    found = {str(row[0]): str(row[1]) for row in rows}
    remedy = f"give exactly these columns: {', '.join(wanted)}"
    findings = [
        Finding("columns", name, f"the column {column} is missing", remedy)
        for column in wanted
        if column not in found
    ]
    findings += [
        Finding("columns", name, f"the column {column} is not part of the contract", remedy)
        for column in found
        if column not in wanted
    ]
    findings += [
        Finding("types", name, f"{column} is {found[column]}, not {kind}", f"write {column} as {kind}")
        for column, kind in wanted.items()
        if column in found and found[column] != kind
    ]
    return findings


def _covariate_findings(study: OpenStudy) -> list[Finding]:
    taken = {column.name for column in TABLES["persons"].columns} | {"round", "day", "outcome"}
    return [
        Finding(
            "covariate-name",
            "persons",
            f"the covariate {covariate.name!r} has a name that cannot be used",
            "use a name of your own: lower-case letters, digits and _, no leading digit, at most 32",
        )
        for covariate in study.covariates
        if covariate.name in taken or not _is_name(covariate)
    ]


def _is_name(covariate: Covariate) -> bool:
    name = covariate.name
    return name.isascii() and name.isidentifier() and name == name.lower() and len(name) <= 32


def _instrument_findings(study: OpenStudy) -> list[Finding]:
    findings = []
    names = [instrument.name for instrument in study.instruments]
    for name in sorted({n for n in names if names.count(n) > 1}):
        findings.append(_instrument("instrument-unique", name, "the instrument is there twice"))
    for instrument in study.instruments:
        keys = [item.key for item in instrument.items]
        findings += [
            _instrument("item-unique", instrument.name, f"the item {key} is there twice")
            for key in sorted({k for k in keys if keys.count(k) > 1})
        ]
        findings += [
            _instrument("codes-collide", instrument.name, f"a missing code lies on the scale of {item.key}")
            for item in instrument.items
            if any(item.scale.lowest <= code <= item.scale.highest for code in MISSING_CODES)
        ]
    return findings


def _instrument(rule: str, name: str, message: str) -> Finding:
    return Finding(rule, f"instrument {name}", message, "correct the instrument and write the dataset again")
