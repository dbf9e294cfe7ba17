"""Does the mapping fit the table's columns? Said before a row is read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from difflib import get_close_matches

from analysis.importing.fields import Fields
from analysis.importing.mapping import Mapping
from analysis.importing.problems import Problem


def column_problems(mapping: Mapping, fields: Fields, table: str, columns: tuple[str, ...]) -> list[Problem]:
    """Columns that are named and not there, there and not named, or named for what they may not be used for.

    A column that is not used is named under `unused` with its reason, so that none is dropped unseen.
    """
    uses = [*_identifiers(mapping), *_values(mapping, fields), *_answers(mapping, fields)]
    return [
        *_absent(mapping, table, columns, uses),
        *_left_over(mapping, columns, uses),
        *_identifiers_used_again(mapping, uses),
        *_answers_used_again(mapping, fields),
    ]


def _identifiers(mapping: Mapping) -> Iterator[tuple[str, str]]:
    yield "person.id", mapping.person.id
    if mapping.responses.caseworker is not None:
        yield "responses.caseworker", mapping.responses.caseworker


def _values(mapping: Mapping, fields: Fields) -> Iterator[tuple[str, str]]:
    for field in fields.all():
        if field.source.column is not None:
            yield f"{field.place}.column", field.source.column
    if mapping.outcome is not None:
        yield "outcome.column", mapping.outcome.column


def _answers(mapping: Mapping, fields: Fields) -> Iterator[tuple[str, str]]:
    for index, occasion in enumerate(fields.occasions):
        for key, column in occasion.columns.items():
            wide = mapping.rounds.shape == "wide"
            yield f"rounds.occasions.{index}.columns.{key}" if wide else f"indicators.{key}.column", column


def _absent(
    mapping: Mapping, table: str, columns: tuple[str, ...], uses: list[tuple[str, str]]
) -> Iterator[Problem]:
    there = f"; {table} has {', '.join(map(repr, columns))}"
    hint = "is `table.separator` right, and does the first line hold the names?" if len(columns) == 1 else ""
    named = uses + [(f"unused.{column}", column) for column in mapping.unused]
    for place, column in named:
        if column not in columns:
            close = get_close_matches(column, columns, n=1)
            remedy = hint or (
                f"did you mean {close[0]!r}?" if close else f"name a column of the table{there}"
            )
            yield Problem(mapping.file, place, f"{table} has no column {column!r}", remedy)


def _left_over(mapping: Mapping, columns: tuple[str, ...], uses: list[tuple[str, str]]) -> Iterator[Problem]:
    used = {column for _, column in uses}
    for column in columns:
        if column not in used | mapping.unused.keys():
            message = f"the column {column!r} of the table is neither used nor listed as unused"
            yield Problem(
                mapping.file, "unused", message, f"map it, or add `{column}: <reason>` under `unused`"
            )
        if column in used and column in mapping.unused:
            message = f"the column {column!r} is used all the same"
            yield Problem(mapping.file, f"unused.{column}", message, "remove it here, or where it is used")


def _identifiers_used_again(mapping: Mapping, uses: list[tuple[str, str]]) -> Iterator[Problem]:
    # An id that came in as a covariate or a unit would be written.
    for identifier, column in _identifiers(mapping):
        for place, other in uses:
            if other == column and place != identifier:
                message = f"{column!r} is the column of {identifier}; foreign ids are never written"
                yield Problem(mapping.file, place, message, "name another column")


def _answers_used_again(mapping: Mapping, fields: Fields) -> Iterator[Problem]:
    answers = list(_answers(mapping, fields))
    counts = Counter(column for _, column in answers)
    for place, column in answers:
        if counts[column] > 1:
            message = f"the column {column!r} stands for more than one answer"
            yield Problem(mapping.file, place, message, "give each answer its own column")
