"""Were there enough jobs? Maximum likelihood beside a fit made for few."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from analysis.dataset.schema import RATERS
from analysis.report.beside import Column, beside_each_other
from analysis.report.look import Look, Told

# The tables and their models, the columns and their analyses.
_TABLES: Final = {"few": "adjusted", "few_alone": "alone"}
_FITS: Final = {"as_planned": "job_hazard", "penalised": "job_hazard_penalised"}


def few(look: Look) -> Told:
    """By how much all sizes together change, and a table a rater and model."""
    columns = {
        (rater, name): {title: _column(look, analysis, rater, model) for title, analysis in _FITS.items()}
        for rater in RATERS
        for name, model in _TABLES.items()
    }
    tables = (
        beside_each_other(look, name, rater, "quantity", found) for (rater, name), found in columns.items()
    )
    lead = (line for rater in RATERS for line in _smaller(look, rater, columns[rater, "few_alone"]))
    return Told((look.words("closer.few.text"),), tables, lead=tuple(lead))


def _column(look: Look, analysis: str, rater: str, model: str) -> Column:
    found = look.of(analysis, rater, model=model, scale="ame_pp")
    return {(one.key.indicator or "", f"quantity.{one.key.quantity}"): one for one in found}


def _smaller(look: Look, rater: str, columns: Mapping[str, Column]) -> Iterator[str]:
    """Of what both have, how much smaller the second is."""
    first, second = (
        {place: abs(one.estimate) for place, one in column.items() if one.estimate is not None}
        for column in columns.values()
    )
    both = first.keys() & second.keys()
    if both:
        less = 100.0 * (1.0 - sum(second[place] for place in both) / sum(first[place] for place in both))
        size, side = look.words.decimal(abs(less), 1), "smaller" if less >= 0.0 else "larger"
        yield look.words(f"closer.few.{side}", rater=look.names.rater(rater), size=size)
