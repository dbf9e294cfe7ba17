"""Every rule that follows from a column or a key has an example that breaks it and is named."""

from __future__ import annotations

import math

import pytest

from analysis.dataset.rules import rules
from analysis.dataset.schema import TABLES
from analysis.dataset.study import Covariate
from tests.analysis.dataset.support import Make, Rows, findings_in, place

BASELINE = Covariate("baseline", "number", "A number of the study's own")
BAD = {
    "not-null": None,
    "not-empty": " ",
    "closed-list": "nonsense",
    "minimum": -1,
    "pattern": "2026Q5",
    "finite": math.nan,
    "too-large": 2**53,
}
KEYS = [(table, key) for table in TABLES.values() for key in table.foreign_keys]


def test_every_column_rule_finds_its_broken_row_and_no_other(make_dataset: Make, rows: Rows) -> None:
    expected = []
    sound = {name: dict(some[0]) for name, some in rows.items()}
    for rule in rules([BASELINE]):
        if rule.condition is None:
            continue
        column = rule.message.partition(":")[0]
        broken = {**sound[rule.table], column: BAD[rule.name]}
        rows[rule.table].append(broken)
        expected.append((rule.table, rule.name, column, place(rule.table, broken), 1))
    findings = findings_in(make_dataset(rows, covariates=(BASELINE,)))
    assert {rule for _, rule, *_ in expected} == set(BAD)
    assert [
        (f.table, f.rule, f.message.partition(":")[0], f.where[0].rpartition(" (")[0], f.count)
        for f in findings
        if f.rule in BAD
    ] == expected


@pytest.mark.parametrize(
    ("table", "column", "value", "rule", "shown"),
    [
        ("enrolments", "unit", None, "not-null", "enrolment e1 (no value)"),
        ("enrolments", "unit", "", "not-empty", "enrolment e1 ()"),
        ("persons", "sex", "Woman", "closed-list", "person p1 (Woman)"),
        ("responses", "duration_s", -1, "minimum", "response e1-0-p (-1)"),
        ("enrolments", "enrolled_quarter", "2026-Q1", "pattern", "enrolment e1 (2026-Q1)"),
        ("events", "hours_per_week", math.inf, "finite", "enrolment e1, day 150, kind job_regular (inf)"),
        ("answers", "value", -math.inf, "finite", "response e1-0-p, item job_search (-inf)"),
        ("persons", "baseline", math.nan, "finite", "person p1 (nan)"),
        ("persons", "baseline", -1e300, "too-large", "person p1 (-1e+300)"),
        ("enrolments", "observed_to_day", 2**63 - 1, "too-large", "enrolment e1 (9223372036854775807)"),
    ],
)
def test_one_broken_value_is_one_finding(
    make_dataset: Make, rows: Rows, *, table: str, column: str, value: object, rule: str, shown: str
) -> None:
    rows[table][0][column] = value
    findings = findings_in(make_dataset(rows, covariates=(BASELINE,)))
    assert [(f.rule, f.table, f.where, f.count) for f in findings] == [(rule, table, (shown,), 1)]


def test_every_key_that_is_there_twice_is_named(make_dataset: Make, rows: Rows) -> None:
    keyed = [name for name, table in TABLES.items() if table.primary_key]
    for name in keyed:
        rows[name].append(dict(rows[name][0]))
    twice = [f for f in findings_in(make_dataset(rows)) if f.rule == "key-unique"]
    assert [(f.table, f.where, f.count) for f in twice] == [
        (name, (f"{place(name, rows[name][0])} (2 rows)",), 1) for name in keyed
    ]


def test_every_key_that_leads_nowhere_is_named(make_dataset: Make, rows: Rows) -> None:
    for table, key in KEYS:
        with_key = next(r for r in rows[table.name] if r.get(key.columns[-1]) is not None)
        nowhere = 77 if key.columns[-1] == "round" else "nowhere"
        rows[table.name].append({**with_key, key.columns[-1]: nowhere})
    lost = [f for f in findings_in(make_dataset(rows)) if f.rule == "key-exists"]
    assert [(f.table, f.message, f.count) for f in lost] == [
        (table.name, f"{' + '.join(key.columns)} is not found in {key.table}", 1) for table, key in KEYS
    ]
    assert all("nowhere" in f.where[0] or "77" in f.where[0] for f in lost)


def test_a_null_in_a_key_is_one_finding(make_dataset: Make, rows: Rows) -> None:
    rows["steps"] += [{"enrolment": None, "kind": "called", "day": 4}] * 2
    rows["assignments"] += [{"enrolment": None, "caseworker": "c1", "start_day": 4}] * 2
    findings = findings_in(make_dataset(rows))
    assert [(f.rule, f.table, f.count) for f in findings] == [
        ("not-null", "assignments", 2),
        ("not-null", "steps", 2),
    ]
    assert findings[0].where[0] == "enrolment null, start_day 4 (no value)"
