"""A rule on the rows of a study dataset: its name, its query, and what to do where it is broken."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Rule:
    """A named rule on one table.

    `query` has two columns, `place` (where) and `detail` (what stands there), and no rows when the rule
    holds. A rule that looks at one row at a time also gives its `condition`, true of a row of `table` (as
    `t`) that breaks it, so that one pass over the table counts all of its column rules.
    """

    name: str
    table: str
    message: str
    remedy: str
    query: str
    condition: str | None = None
