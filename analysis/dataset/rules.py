"""The rules on the rows of a study dataset: each a query that returns what breaks it.

A rule's query has two columns, `place` (where) and `detail` (what stands there), and no rows when the rule
holds. Rules that follow from the schema (nulls, closed lists, keys) are made from it; the others stand
below as the contract words them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from analysis.dataset.schema import TABLES, Column, ForeignKey, Table
from analysis.dataset.study import Covariate


@dataclass(frozen=True)
class Rule:
    """A named rule on one table, its query, and what to do where it is broken."""

    name: str
    table: str
    message: str
    remedy: str
    query: str


def rules(covariates: Iterable[Covariate]) -> Iterator[Rule]:
    """Every rule: from the schema first, since the others rely on keys and types."""
    for table in TABLES.values():
        yield from _schema_rules(table)
    for covariate in covariates:
        if covariate.type == "number":
            yield _finite("persons", covariate.name)
    yield from SPELL_RULES
    yield from ANSWER_RULES
    yield from TIME_RULES
    yield from ORGANISATION_RULES


def _place(table: Table, alias: str = "t") -> str:
    columns = table.primary_key or table.order
    parts = [f"'{column} ' || coalesce({alias}.\"{column}\"::VARCHAR, 'null')" for column in columns]
    return " || ', ' || ".join(parts)


def _schema_rules(table: Table) -> Iterator[Rule]:
    for column in table.columns:
        yield from _column_rules(table, column)
    if table.primary_key:
        yield _unique("key-unique", table, table.primary_key)
    for key in table.foreign_keys:
        yield _key_exists(table, key)


def _column_rules(table: Table, column: Column) -> Iterator[Rule]:
    def rule(name: str, condition: str, message: str, remedy: str) -> Rule:
        query = (
            f'SELECT {_place(table)} AS place, t."{column.name}"::VARCHAR AS detail '  # noqa: S608
            f'FROM "{table.name}" t WHERE {condition}'
        )
        return Rule(name, table.name, f"{column.name}: {message}", remedy, query)

    quoted = f't."{column.name}"'
    if not column.nullable:
        yield rule("not-null", f"{quoted} IS NULL", "no value where one is required", "fill it in")
    if column.type == "string" and not column.nullable:
        yield rule("not-empty", f"trim({quoted}) = ''", "an empty text", "fill it in")
    if column.values:
        allowed = ", ".join(f"'{value}'" for value in column.values)
        remedy = f"use one of: {', '.join(column.values)}"
        yield rule("closed-list", f"{quoted} NOT IN ({allowed})", "not in the closed list", remedy)
    if column.minimum is not None:
        yield rule("minimum", f"{quoted} < {column.minimum}", "too small", f"at least {column.minimum}")
    if column.pattern:
        condition = f"NOT regexp_full_match({quoted}, '{column.pattern}')"
        yield rule("pattern", condition, "not of the required form", f"write it as {column.pattern}")
    if column.type == "number":
        yield rule("finite", f"NOT isfinite({quoted})", "not a finite number", "give a number")


def _finite(table: str, column: str) -> Rule:
    return Rule(
        "finite",
        table,
        f"{column}: not a finite number",
        "give a number, or no value",
        f"SELECT 'person ' || person AS place, \"{column}\"::VARCHAR AS detail "  # noqa: S608
        f'FROM "{table}" WHERE NOT isfinite("{column}")',
    )


def _unique(name: str, table: Table, columns: tuple[str, ...]) -> Rule:
    listed = ", ".join(f'"{c}"' for c in columns)
    place = " || ', ' || ".join(f"'{c} ' || \"{c}\"::VARCHAR" for c in columns)
    query = (
        f"SELECT {place} AS place, count(*) || ' rows' AS detail "  # noqa: S608
        f'FROM "{table.name}" GROUP BY {listed} HAVING count(*) > 1'
    )
    message = f"{' + '.join(columns)} must be unique"
    return Rule(name, table.name, message, "remove or renumber the rows that repeat a key", query)


def _key_exists(table: Table, key: ForeignKey) -> Rule:
    match = " AND ".join(
        f't."{ours}" = o."{theirs}"' for ours, theirs in zip(key.columns, key.references, strict=True)
    )
    given = " AND ".join(f't."{c}" IS NOT NULL' for c in key.columns)
    detail = " || ', ' || ".join(f't."{c}"::VARCHAR' for c in key.columns)
    query = (
        f'SELECT {_place(table)} AS place, {detail} AS detail FROM "{table.name}" t '  # noqa: S608
        f'WHERE {given} AND NOT EXISTS (FROM "{key.table}" o WHERE {match})'
    )
    message = f"{' + '.join(key.columns)} is not found in {key.table}"
    return Rule("key-exists", table.name, message, f"add the row to {key.table}, or correct the key", query)


_FIX_DAY = "correct the day; days count from the start of the enrolment"

_OVERLAPS = """
    SELECT 'enrolment ' || enrolment AS place,
           'starts on day ' || start_day || ', the one before ends on day '
             || coalesce(before::VARCHAR, '(none)') AS detail
    FROM (SELECT enrolment, start_day, row_number() OVER w AS place,
                 lag(end_day) OVER w AS before
          FROM assignments WINDOW w AS (PARTITION BY enrolment ORDER BY start_day, end_day))
    WHERE place > 1 AND (before IS NULL OR start_day < before)"""

SPELL_RULES = (
    *(
        Rule(
            "spell-order",
            table,
            "a spell ends before it starts",
            _FIX_DAY,
            f"SELECT 'enrolment ' || enrolment AS place, {start} || ' to ' || end_day AS detail "  # noqa: S608
            f"FROM {table} WHERE end_day < {start}",
        )
        for table, start in (("assignments", "start_day"), ("activities", "start_day"), ("events", "day"))
    ),
    Rule(
        "spell-overlap",
        "assignments",
        "two caseworkers at once",
        "end the earlier spell no later than the day on which the next one starts",
        _OVERLAPS,
    ),
    Rule(
        "window-order",
        "rounds",
        "opens_day, due_day and closes_day are not in order",
        "give a window that opens no later than the due day and closes no earlier",
        """SELECT 'enrolment ' || enrolment || ', round ' || "round" AS place,
                  opens_day || ', ' || due_day || ', ' || closes_day AS detail
           FROM rounds WHERE opens_day > due_day OR due_day > closes_day""",
    ),
)

ANSWER_RULES = (
    Rule(
        "response-unique",
        "responses",
        "enrolment + round + rater must be unique",
        "keep one response of each rater in each round",
        """SELECT 'enrolment ' || enrolment || ', round ' || "round" || ', ' || rater AS place,
                  count(*) || ' rows' AS detail
           FROM responses GROUP BY enrolment, "round", rater HAVING count(*) > 1""",
    ),
    Rule(
        "rater-caseworker",
        "responses",
        "a participant's response names a caseworker as rater",
        "leave `caseworker` empty where the rater is the participant",
        """SELECT 'response ' || response AS place, caseworker AS detail
           FROM responses WHERE rater = 'participant' AND caseworker IS NOT NULL""",
    ),
    Rule(
        "instrument-known",
        "responses",
        "the instrument version is not among the dataset's instruments",
        "hand over the instrument as used, or correct `instrument` and `instrument_version`",
        """SELECT 'response ' || response AS place, instrument || '@' || instrument_version AS detail
           FROM responses r WHERE NOT EXISTS (FROM items i WHERE i.instrument = r.instrument
                AND i.instrument_version = r.instrument_version)""",
    ),
    Rule(
        "item-known",
        "answers",
        "the instrument does not ask this rater this item",
        "remove the row, or correct `item`",
        """SELECT 'response ' || a.response AS place, a.item AS detail
           FROM answers a JOIN responses r USING (response)
           WHERE NOT EXISTS (FROM items i WHERE i.instrument = r.instrument AND i.item = a.item
                AND i.instrument_version = r.instrument_version AND i.rater = r.rater)""",
    ),
    Rule(
        "item-missing",
        "answers",
        "an item of the instrument has no row",
        "add the row with -9 (skipped or missing), or the code that applies",
        """SELECT 'response ' || r.response AS place, i.item AS detail
           FROM responses r JOIN items i ON i.instrument = r.instrument
                AND i.instrument_version = r.instrument_version AND i.rater = r.rater
           ANTI JOIN answers a ON a.response = r.response AND a.item = i.item""",
    ),
    Rule(
        "value-on-scale",
        "answers",
        "the value lies neither on the item's scale nor among the missing codes",
        "correct the value; missing codes are -1, -2, -3, -8 and -9",
        """SELECT 'response ' || a.response || ', item ' || a.item AS place, a.value::VARCHAR AS detail
           FROM answers a JOIN responses r USING (response)
           JOIN items i ON i.instrument = r.instrument AND i.instrument_version = r.instrument_version
                AND i.rater = r.rater AND i.item = a.item
           WHERE a.value NOT IN (SELECT code FROM missing_codes)
             AND (a.value < i.lowest OR a.value > i.highest
                  OR (i.kind = 'steps' AND a.value <> floor(a.value)))""",
    ),
    *(
        Rule(
            "status-response",
            "rounds",
            f"{rater}_status does not agree with the responses",
            "answered and partly need a response, partly one with at least one -9, the others none",
            f"""SELECT 'enrolment ' || t.enrolment || ', round ' || t."round" AS place,
                       {rater}_status || CASE WHEN r.response IS NULL THEN ', no response'
                         WHEN r.skipped THEN ', a response with -9'
                         ELSE ', a response without -9' END AS detail
                FROM rounds t LEFT JOIN (
                    SELECT enrolment, "round", response, bool_or(coalesce(a.value = -9, false)) AS skipped
                    FROM responses LEFT JOIN answers a USING (response) WHERE rater = '{rater}'
                    GROUP BY ALL) r USING (enrolment, "round")
                WHERE CASE WHEN r.response IS NULL THEN {rater}_status IN ('answered', 'partly')
                      ELSE {rater}_status <> CASE WHEN r.skipped THEN 'partly' ELSE 'answered' END END""",  # noqa: S608
        )
        for rater in ("participant", "caseworker")
    ),
)


def _after(table: str, day: str, limit: str, what: str) -> str:
    """Rows of `table` whose `day` lies after the enrolment's `limit`."""
    return (
        f"SELECT 'enrolment ' || t.enrolment AS place, 'day ' || t.{day} || ', {what} on day ' || e.{limit} "  # noqa: S608
        f"AS detail FROM {table} t JOIN enrolments e USING (enrolment) WHERE t.{day} > e.{limit}"
    )


# An assignment's end is the first day after it, so it may lie one day after the withdrawal.
_WITHDRAWAL_DAYS = (
    ("responses", "submitted_day"),
    ("assignments", "start_day"),
    ("assignments", "end_day - 1"),
    ("activities", "start_day"),
    ("activities", "end_day"),
    ("steps", "day"),
    ("events", "day"),
    ("events", "end_day"),
    ("exits", "day"),
    ("followups", "day"),
)

TIME_RULES = (
    Rule(
        "response-in-enrolment",
        "responses",
        "submitted before the enrolment started",
        _FIX_DAY,
        "SELECT 'response ' || response AS place, 'day ' || submitted_day AS detail "
        "FROM responses WHERE submitted_day < 0",
    ),
    Rule(
        "response-after-exit",
        "responses",
        "submitted after the exit",
        "correct the day of the response or of the exit",
        "SELECT 'response ' || response AS place, 'day ' || submitted_day || ', exit on day ' || x.day "
        "AS detail FROM responses JOIN exits x USING (enrolment) WHERE submitted_day > x.day",
    ),
    Rule(
        "response-order",
        "responses",
        "submitted before the same rater's response of an earlier round",
        "correct the days, or the rounds",
        """SELECT 'response ' || response AS place,
                  'day ' || submitted_day || ', an earlier round on day ' || before AS detail
           FROM (SELECT response, submitted_day, max(submitted_day) OVER (PARTITION BY enrolment, rater
                   ORDER BY "round" ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before
                 FROM responses)
           WHERE submitted_day < before""",
    ),
    Rule(
        "event-observed",
        "events",
        "after the last day on which an event would be known",
        "correct the day, or `observed_to_day` of the enrolment",
        _after("events", "day", "observed_to_day", "observed to"),
    ),
    Rule(
        "observed-after-withdrawal",
        "enrolments",
        "observed_to_day lies after withdrawn_day",
        "nothing is known of a person after withdrawal: end the observation on that day",
        "SELECT 'enrolment ' || enrolment AS place, observed_to_day || ' after ' || withdrawn_day AS detail "
        "FROM enrolments WHERE observed_to_day > withdrawn_day",
    ),
    *(
        Rule(
            "after-withdrawal",
            table,
            f"{day.split(' ')[0]} lies after the person withdrew",
            "remove what was recorded after the withdrawal, or correct the day",
            _after(table, day, "withdrawn_day", "withdrawn").replace(f"|| t.{day} ||", f"|| (t.{day}) ||"),
        )
        for table, day in _WITHDRAWAL_DAYS
    ),
)

_STAY = "every organisation's rows stay in that organisation: correct one of the two"

ORGANISATION_RULES = (
    Rule(
        "organisation-stays",
        "enrolments",
        "the enrolment's organisation is not its person's",
        _STAY,
        "SELECT 'enrolment ' || enrolment AS place, e.organisation || ', person in ' || p.organisation "
        "AS detail FROM enrolments e JOIN persons p USING (person) WHERE e.organisation <> p.organisation",
    ),
    *(
        Rule(
            "organisation-stays",
            table,
            "the caseworker belongs to another organisation than the enrolment",
            _STAY,
            "SELECT 'enrolment ' || enrolment AS place, caseworker || ' of ' || c.organisation "  # noqa: S608
            f"|| ', enrolment in ' || e.organisation AS detail FROM {table} "
            "JOIN enrolments e USING (enrolment) JOIN caseworkers c USING (caseworker) "
            "WHERE e.organisation <> c.organisation",
        )
        for table in ("assignments", "responses")
    ),
)
