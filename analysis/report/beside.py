"""Tables that hold the same question asked in several ways, one beside the other."""

from __future__ import annotations

from collections.abc import Mapping

from analysis.estimates.results import Estimate
from analysis.report.look import Look
from analysis.report.parts import Table

# A column of a table: the estimates by what names their rows.
Column = Mapping[tuple[str, str], Estimate]


def beside_each_other(
    look: Look,
    name: str,
    rater: str,
    second: str,
    columns: Mapping[str, Column],
) -> Table:
    """A row a place: question, what else names it, its number in each column; n below.

    The first column is known from above: without a number in another a place has no row.
    """
    words = look.words
    _, *others = columns.values()
    places = dict.fromkeys(place for column in others for place in column)
    heads = {title: words(f"closer.{title}") for title in columns}
    rows = (
        [look.names.indicator(place[0]), words(place[1])]
        + [look.number(column.get(place)) for column in columns.values()]
        for place in places
    )
    return look.table(
        f"closer-{name}-{rater}",
        words(f"closer.{name}.caption", rater=look.rater(rater)),
        ([words("closer.question"), words(f"closer.{second}")], list(heads.values())),
        rows,
        (look.base("closer.base", columns[title].values(), what=head) for title, head in heads.items()),
    )
